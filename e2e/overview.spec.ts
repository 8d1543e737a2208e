import type { Page } from '@playwright/test';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

// It begins with nothing, so nobody else may have been here before.
test.use({ sharing: 'overview' });

const words = {
  en: {
    welcome: 'Welcome',
    noCustomers: 'The first figure appears when a customer is added or accepts an invitation.',
    noInvitations: 'The first figure appears when one is sent.',
    customers: 'Customers over time',
    funnel: 'Invitations, from sent to accepted',
    answers: 'Time to accept',
    runsOut: (company: string) => `${company} has not answered, and the invitation runs out.`,
    again: 'Send again',
    more: 'And 2 more · invitations that run out',
    needs: 'Runs out within 3 days',
    accept: 'Accept and open the account',
    agree: /I have read the customer agreement/,
    first: 'First name',
    last: 'Last name',
    password: 'Password',
    year: '12 months',
    helpdesk: 'For a Global admin, Admin agent, or Sales agent',
    approval: 'For a Global admin',
    apiKey: /The API key “.*” ends/,
    operations: 'Operations that succeeded and that failed',
  },
  ja: {
    welcome: 'ようこそ',
    noCustomers: '顧客を追加するか、招待が承諾されると表示されます。',
    noInvitations: '招待を送信すると表示されます。',
    customers: '顧客数の推移',
    funnel: '招待の送信から承諾まで',
    answers: '承諾までの時間',
    runsOut: (company: string) => `${company} は未回答で、招待の有効期限が近づいています。`,
    again: '再送信する',
    more: 'ほか 2 件 · 期限が近い招待',
    needs: '3 日以内に期限切れ',
    accept: '承諾してアカウントを作成する',
    agree: /顧客契約/,
    first: '名',
    last: '姓',
    password: 'パスワード',
    year: '12 か月間',
    helpdesk: 'グローバル管理者、管理エージェント、または販売エージェントが対応',
    approval: 'グローバル管理者が対応',
    apiKey: /API キー「.*」の期限/,
    operations: '成功した処理と失敗した処理',
  },
} as const;

// A browser without a window says so in its name, and is taken for a machine.
const ofAPerson = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
/** An amount of the funnel, by its place: sent, delivered, opened, accepted. */
const step = (page: Page, name: string, index: number) => card(page, name).getByRole('row').nth(index).getByRole('cell').nth(1);

/** How many got how far by now; nothing while the chart says that it has not begun. */
async function funnelOf(page: Page, name: string): Promise<number[]> {
  const rows = await card(page, name).getByRole('row').count();
  return Promise.all([0, 1, 2, 3].map(async (index) => (rows === 0 ? 0 : Number(await step(page, name, index).textContent()))));
}

test('an empty house is welcomed, and each chart says when it begins, in both languages', async ({ browser, portal }) => {
  await (await Partner.of(portal)).close();
  for (const language of ['en', 'ja'] as const) {
    const say = words[language];
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, portal.url, admin);
    await expect(page.getByText(say.welcome, { exact: true })).toBeVisible();
    await expect(card(page, say.customers)).toContainText(say.noCustomers);
    await expect(card(page, say.funnel)).toContainText(say.noInvitations);
    await page.context().close();
  }
});

for (const language of ['en', 'ja'] as const) {
  test(`what happens is seen while it happens: sent, delivered, opened, accepted (${language})`, async ({ browser, portal }) => {
    const say = words[language];
    const partner = await Partner.of(portal);
    const before = (await partner.customers()).length;
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, portal.url, admin);
    const [sent = 0, delivered = 0, opened = 0, accepted = 0] = await funnelOf(page, say.funnel);
    const [company, domain] = [`Litware ${language}`, `litware-${language}.example`];
    const { link } = await partner.invite({ email: `it@${domain}`, companyName: company, domain, language, sendMail: true });
    await portal.inbox.waitFor({ to: `it@${domain}` });
    await expect.poll(() => funnelOf(page, say.funnel)).toEqual([sent + 1, delivered + 1, opened, accepted]);

    const customer = await (await personsBrowser(browser, { language, theme: 'light' }, { userAgent: ofAPerson })).newPage();
    await customer.goto(link);
    await customer.mouse.move(200, 200);
    await customer.mouse.move(260, 240);
    await customer.getByLabel(say.first, { exact: true }).fill('Megan');
    await customer.getByLabel(say.last, { exact: true }).fill('Bowen');
    await customer.getByLabel(say.password).first().fill('a long enough passphrase');
    await customer.getByRole('checkbox', { name: say.agree }).check();
    await customer.getByRole('button', { name: say.accept }).click();
    await expect.poll(async () => (await partner.customers()).length).toBe(before + 1);
    await customer.context().close();

    // The page was not loaded again.
    await expect.poll(() => funnelOf(page, say.funnel)).toEqual([sent + 1, delivered + 1, opened + 1, accepted + 1]);
    await expect(card(page, say.customers).getByRole('row').last()).toHaveText(new RegExp(`${before + 1}$`));
    await expect(card(page, say.answers).getByRole('row').first()).toHaveText(new RegExp(`${before + 1}$`));
    await partner.close();
    await page.context().close();
  });

  test(`each line leads to its thing, and what is left out to the list of it (${language})`, async ({ browser, portal }) => {
    const say = words[language];
    const partner = await Partner.of(portal);
    const asked: string[] = [];
    for (const company of ['One', 'Two', 'Three', 'Four', 'Five']) {
      const { id } = await partner.invite({
        email: `${company}@runs-out-${language}.example`,
        companyName: `${company} ${language}`,
        days: 2,
      });
      asked.push(id);
    }
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, portal.url, admin);
    const line = page.getByRole('listitem').filter({ hasText: say.runsOut(`One ${language}`) });
    await line.getByRole('link', { name: say.again }).click();
    await expect(page).toHaveURL(new RegExp(`/invitations/${asked[0]}`));
    await expect(page.getByRole('dialog', { name: `One ${language}` })).toBeVisible();
    await page.goto(portal.url);
    await page.getByRole('link', { name: say.more }).click();
    await expect(page).toHaveURL(/needs=running-out/);
    await expect(page.getByRole('search').getByRole('button', { name: say.needs })).toBeVisible();
    for (const company of ['One', 'Five'])
      await expect(page.getByRole('table').getByRole('link', { name: `${company} ${language}` })).toBeVisible();
    // Taken back they need nobody any more, and who looks is told.
    const stream = page.waitForResponse((response) => response.url().endsWith('/api/changes'));
    await page.goto(portal.url);
    await stream;
    for (const id of asked) await partner.revoke(id);
    await expect(page.getByText(say.again)).toHaveCount(0);
    await partner.close();
    await page.context().close();
  });

  test(`a role sees whose turn it is, and values by the keyboard; the period stands in the address (${language})`, async ({
    browser,
    demo,
  }) => {
    const say = words[language];
    const helpdesk = accountsOf(demo).find(({ email }) => email.startsWith('ken@'));
    if (!helpdesk) throw new Error('The demo has no helpdesk agent.');
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, demo.url, helpdesk);
    const undelivered = page.locator('[data-attention="mail-undelivered"]').first();
    await expect(undelivered).toContainText(say.helpdesk);
    await expect(undelivered.getByRole('link')).toHaveCount(0);
    await expect(page.locator('[data-attention="end-approval"]').first()).toContainText(say.approval);
    await expect(page.getByText(say.apiKey)).toHaveCount(0);

    await page.getByRole('button', { name: say.year }).click();
    await expect(page).toHaveURL(/period=12-months/);
    await page.reload();
    await settled(page);
    await expect(page.getByRole('button', { name: say.year })).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('table', { name: say.operations }).getByRole('row')).toHaveCount(53);
    const chart = page.locator('[data-chart]').first();
    await chart.focus();
    const tip = chart.locator('p').first();
    const last = await tip.textContent();
    await page.keyboard.press('ArrowLeft');
    await expect(tip).not.toHaveText(last ?? '');
    await page.keyboard.press('End');
    await expect(tip).toHaveText(last ?? '');
    await page.keyboard.press('Escape');
    await expect(tip).toHaveCount(0);
    await page.context().close();
  });
}

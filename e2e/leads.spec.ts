import type { Page } from '@playwright/test';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

const words = {
  en: {
    leads: 'Leads',
    enter: 'Enter a lead',
    submit: 'Enter lead',
    company: 'Company name',
    first: 'First name',
    last: 'Last name',
    email: 'E-mail address',
    message: 'What it is about',
    accept: 'Accept',
    acceptButton: 'Accept lead',
    value: 'Estimated value',
    close: 'Estimated close date',
    note: 'Note',
    required: 'Fill this in.',
    win: 'Mark as won',
    add: 'Add customer',
    invite: 'Request relationship',
    filled: /Filled in from the lead of/,
    accepted: 'Accepted',
    won: 'Won',
    list: 'List',
    board: 'Board',
    figures: 'Figures',
    favourites: 'Favourites',
    favourite: 'Add to favourites',
    search: 'Company, person or e-mail',
    response: 'Response time',
    pipeline: 'Pipeline value',
    off: /This needs the role/,
    meanwhile: /declined this lead/,
    note2: 'New note',
    addNote: 'Add note',
    expiring: /leads? expires? soon/,
  },
  ja: {
    leads: '見込み客',
    enter: '見込み客を登録',
    submit: '登録する',
    company: '会社名',
    first: '名',
    last: '姓',
    email: 'メールアドレス',
    message: '内容',
    accept: '承諾する',
    acceptButton: '承諾する',
    value: '見込み金額',
    close: '完了予定日',
    note: 'メモ',
    required: '入力してください。',
    win: '成約にする',
    add: '顧客を追加',
    invite: 'リセラー関係を依頼',
    filled: /見込み客から入力しました/,
    accepted: '承諾済み',
    won: '成約',
    list: '一覧',
    board: 'ボード',
    figures: '実績',
    favourites: 'お気に入り',
    favourite: 'お気に入りに追加',
    search: '会社名、氏名、メールアドレス',
    response: '回答までの時間',
    pipeline: 'パイプライン',
    off: /ロール/,
    meanwhile: /この見込み客を辞退しました/,
    note2: '新しいメモ',
    addNote: 'メモを追加',
    expiring: /期限/,
  },
} as const;
type Words = (typeof words)[keyof typeof words];

async function enter(page: Page, url: string, say: Words, company: string): Promise<void> {
  await page.goto(`${url}/leads`);
  await page.getByRole('link', { name: say.enter }).first().click();
  await page.getByLabel(say.company, { exact: true }).fill(company);
  await page.getByLabel(say.first, { exact: true }).fill('Megan');
  await page.getByLabel(say.last, { exact: true }).fill('Bowen');
  await page.getByLabel(say.email, { exact: true }).fill(`megan@${company.toLowerCase().replace(/\W/g, '')}.example`);
  await page.getByLabel(say.message, { exact: true }).fill('Met at the fair.');
  await page.getByRole('button', { name: say.submit }).click();
}

for (const language of ['en', 'ja'] as const)
  test(`a seller enters a lead, accepts it with a deal, wins it, and finds the customer’s form filled in (${language})`, async ({
    browser,
    demo,
  }) => {
    const say = words[language];
    const sara = accountsOf(demo).find(({ email }) => email.startsWith('sara'));
    if (!sara) throw new Error('The demo has printed no sales agent.');
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, demo.url, sara);
    const company = `Woodgrove ${language} ${Date.now().toString(36)}`;
    await enter(page, demo.url, say, company);
    const panel = page.getByRole('dialog', { name: company });
    await panel.getByRole('button', { name: say.accept, exact: true }).click();
    const deal = page.getByRole('dialog').filter({ has: page.locator('#lead-deal-form') });
    await deal.getByRole('button', { name: say.acceptButton, exact: true }).click();
    await expect(deal.getByText(say.required).first()).toBeVisible();
    await deal.getByLabel(say.value, { exact: true }).fill('1200.50');
    await deal.getByLabel(say.close).fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    await deal.getByLabel(say.note, { exact: true }).fill('Begins in spring.');
    await deal.getByRole('button', { name: say.acceptButton, exact: true }).click();
    await expect(panel.getByText(say.accepted, { exact: true }).first()).toBeVisible();
    await panel.getByLabel(say.note2).fill('Called back.');
    await panel.getByRole('button', { name: say.addNote }).click();
    await expect(panel.getByText('Called back.')).toBeVisible();
    await panel.getByRole('button', { name: say.favourite }).click();
    await panel.getByRole('button', { name: say.win }).click();
    await expect(panel.getByText(say.won, { exact: true }).first()).toBeVisible();
    await expect(panel.getByRole('link', { name: say.invite })).toHaveAttribute('href', /lead=/);
    await panel.getByRole('link', { name: say.add }).click();
    await expect(page.getByText(say.filled)).toBeVisible();
    await expect(page.locator('input[name="companyName"]')).toHaveValue(company);

    // Board, list and figures; what is chosen stands in the address, and Back works.
    await page.goto(`${demo.url}/leads`);
    await settled(page);
    await page.getByRole('button', { name: say.favourites, exact: true }).click();
    await expect(page.getByRole('link', { name: company })).toBeVisible();
    await expect(page).toHaveURL(/favourite=yes/);
    await page.getByRole('button', { name: say.list, exact: true }).click();
    await page.getByLabel(say.search).fill(company.slice(0, 14));
    await expect(page.getByRole('row').filter({ hasText: company })).toBeVisible();
    await page.getByRole('button', { name: say.figures, exact: true }).click();
    await expect(page.getByRole('heading', { name: say.response })).toBeVisible();
    await expect(page.getByRole('heading', { name: say.pipeline })).toBeVisible();
    await expect(page.locator('svg[role="img"]').first()).toBeVisible();
    await page.context().close();
  });

test('the arrow keys walk over the board, and Enter opens a lead', async ({ browser, demo }) => {
  const [aiko] = accountsOf(demo);
  if (!aiko) throw new Error('The demo has printed no account.');
  const page = await (await personsBrowser(browser, { language: 'en', theme: 'dark' })).newPage();
  await signIn(page, demo.url, aiko);
  await page.goto(`${demo.url}/leads`);
  await settled(page);
  const cards = page.locator('[data-card-link]');
  await cards.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(cards.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-column="accepted"] [data-card-link]').nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/leads$/);
  await page.context().close();
});

for (const language of ['en', 'ja'] as const)
  test(`of two who answer at once, the second is told by whom it was done (${language})`, async ({ browser, demo }) => {
    const say = words[language];
    const [aiko, marco] = accountsOf(demo);
    if (!aiko || !marco) throw new Error('The demo has printed no accounts.');
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, demo.url, aiko);
    const company = `Race ${language} ${Date.now().toString(36)}`;
    await enter(page, demo.url, say, company);
    const panel = page.getByRole('dialog', { name: company });
    await panel.getByRole('button', { name: say.accept, exact: true }).click();
    const deal = page.getByRole('dialog').filter({ has: page.locator('#lead-deal-form') });
    await deal.getByLabel(say.value, { exact: true }).fill('5');
    await deal.getByLabel(say.close).fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    await deal.getByLabel(say.note, { exact: true }).fill('Mine.');
    const leadId = /leads\/([\da-f-]{36})/.exec(page.url())?.[1];

    const other = await (await personsBrowser(browser, { language: 'en', theme: 'light' })).newPage();
    await signIn(other, demo.url, marco);
    // As the other person’s screen would, while this one types.
    const declined = await other.evaluate(
      (id) =>
        fetch(`/api/leads/${id}/decline`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ reason: 'Not for us.' }),
        }).then(({ status }) => status),
      leadId,
    );
    expect(declined).toBe(200);
    await deal.getByRole('button', { name: say.acceptButton, exact: true }).click();
    await expect(deal.getByRole('alert')).toContainText('Marco Bianchi');
    await expect(deal.getByRole('alert')).toContainText(say.meanwhile);
    await expect(deal.getByLabel(say.note, { exact: true })).toHaveValue('Mine.');
    await other.context().close();
    await page.context().close();
  });

test('a helpdesk agent sees the page off, with the role that is missing', async ({ browser, demo }) => {
  const ken = accountsOf(demo).find(({ email }) => email.startsWith('ken'));
  if (!ken) throw new Error('The demo has printed no helpdesk agent.');
  for (const language of ['en', 'ja'] as const) {
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, demo.url, ken);
    await page.goto(`${demo.url}/leads`);
    await expect(page.locator('main').getByText(words[language].off)).toBeVisible();
    await page.context().close();
  }
});

test('the warning that leads run out is in the inbox of who may act on them', async ({ demo }) => {
  const mail = await demo.inbox.waitFor({ to: 'sara@northwind.example', subject: words.en.expiring, seconds: 60 });
  expect(mail.text).toContain('Waiting for an answer until');
  expect(mail.html).toContain('/leads');
});

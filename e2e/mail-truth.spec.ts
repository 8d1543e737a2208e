import type { Page } from '@playwright/test';
import { linkIn } from './inbox.ts';
import { admin, Partner } from './partner.ts';
import { personsBrowser, signIn } from './places.ts';
import { expect, type Portal, test } from './portal.ts';

// What becomes of a mail after the mail server's 250: it comes back, a moment later, and everything says so by itself.

/** The inbox takes mail for addresses with this in them, and returns it to its sender. */
const bounce = (portal: Portal, match: string) =>
  fetch(`${portal.inbox.url}/api/behaviour`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'bounce', match }),
  });

async function opened(browser: Parameters<typeof personsBrowser>[0], portal: Portal, language: 'en' | 'ja'): Promise<Page> {
  await (await Partner.of(portal)).close();
  const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
  await signIn(page, portal.url, admin);
  return page;
}

test('an invitation whose mail comes back turns to bounced by itself; with the right address it goes on', async ({ browser, portal }) => {
  await bounce(portal, 'gone@litware.example');
  const page = await opened(browser, portal, 'en');
  await page.goto(`${portal.url}/invitations/new`);
  await page.getByLabel('E-mail').fill('gone@litware.example');
  await page.getByLabel('Company name').fill('Litware');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  const panel = page.getByRole('dialog', { name: 'Litware' });
  const standing = panel.getByRole('region', { name: 'How things stand' });
  // Nobody touches the page: the report comes in a moment after the 250.
  await expect(standing).toContainText('Mail bounced');
  await expect(standing).toContainText('The mail to gone@litware.example was sent and came back: there is no such address.');
  await expect(standing).toContainText('550 5.1.1 No such mailbox here');
  await expect(panel).toContainText('Invitation to the customer: came back, there is no such address');
  await expect(panel).toContainText('The address gets no more mail');

  // The same address again is refused at its field; the text stays.
  await standing.getByRole('button', { name: 'Send again' }).click();
  await expect(standing.getByLabel('E-mail')).toHaveAccessibleDescription(/came back/);
  await expect(standing.getByLabel('E-mail')).toHaveValue('gone@litware.example');
  await standing.getByLabel('E-mail').fill('here@litware.example');
  await standing.getByRole('button', { name: 'Send again' }).click();
  await expect(standing).toContainText('Mail sent');
  const link = linkIn(await portal.inbox.waitFor({ to: 'here@litware.example' }));
  const customer = await (await personsBrowser(browser, { language: 'en', theme: 'light' })).newPage();
  await customer.goto(link);
  await expect(customer.getByRole('heading', { level: 1 })).toContainText('Litware');
  await customer.context().close();
  expect(await portal.inbox.mails('gone@litware.example')).toEqual([]);
  await page.context().close();
});

test('in Japanese, too', async ({ browser, portal }) => {
  await bounce(portal, 'gone@tailspin.example');
  const page = await opened(browser, portal, 'ja');
  await page.goto(`${portal.url}/invitations/new`);
  await page.getByLabel('メール アドレス').fill('gone@tailspin.example');
  await page.getByLabel('会社名').fill('テイルスピン');
  await page.getByRole('button', { name: '招待を送信' }).click();
  const panel = page.getByRole('dialog', { name: 'テイルスピン' });
  const standing = panel.getByRole('region', { name: '現在の状況' });
  await expect(standing).toContainText('gone@tailspin.example 宛てのメールは、送信後に宛先不明で戻ってきました。');
  await expect(panel).toContainText('顧客への招待メール: 宛先不明で返送');

  // Whoever has thousands of open ones finds it without knowing its name: from the overview, and in the list.
  await page.goto(portal.url);
  await expect(page.getByRole('listitem').filter({ hasText: 'テイルスピン への招待メールが' })).toBeVisible();
  await page.goto(`${portal.url}/invitations`);
  await page.getByRole('search').getByRole('button', { name: '要対応' }).click();
  await page.getByRole('option', { name: 'メールが届いていない' }).click();
  await expect(page).toHaveURL(/needs=undelivered/);
  await expect(page.getByRole('table').getByRole('link', { name: 'テイルスピン' })).toBeVisible();
  await page.getByRole('search').getByRole('button', { name: '要対応: メールが届いていない' }).click();
  await page.getByRole('option', { name: '引き継ぎの判断待ち' }).click();
  await expect(page.getByText('テイルスピン')).toHaveCount(0);
  await page.context().close();
});

for (const { language, words } of [
  {
    language: 'en',
    words: {
      inbox: 'Mail goes to the built-in inbox',
      send: 'Send a test mail',
      sent: 'The mail server took it.',
      subject: /Test mail/,
      todo: '2 things to look at',
      missing: 'does not say who may send for it',
      good: 'Everything is in order',
      again: 'Check again',
      offline: 'The server cannot be reached',
    },
  },
  {
    language: 'ja',
    words: {
      inbox: 'メールは組み込みの受信トレイに届きます',
      send: /テスト メールを送信|もう一度送信/,
      sent: 'メール サーバーが受け付けました。',
      subject: /Test mail|テスト メール/,
      todo: '確認が必要な項目が 2 件あります',
      missing: '送信を許可するサーバーの指定がありません',
      good: 'すべて問題ありません',
      again: 'もう一度確認',
      offline: /サーバー/,
    },
  },
] as const)
  test(`sending mail is tested and checked on one page (${language})`, async ({ browser, portal }) => {
    const page = await opened(browser, portal, language);
    await page.goto(`${portal.url}/settings/sending-mail`);
    await expect(page.getByText(words.inbox)).toBeVisible();
    const before = (await portal.inbox.mails(admin.email)).map(({ id }) => id);
    await page.getByRole('button', { name: language === 'en' ? /Send a test mail|Send another one/ : words.send }).click();
    await expect(page.getByText(words.sent)).toBeVisible();
    await portal.inbox.waitFor({ to: admin.email, subject: words.subject, not: before });

    // As if a mail server were configured: what the name servers say is not for a browser test to depend on.
    const item = (verdict: string, finding: string, more: object = {}) => ({
      ...{ item: finding.split('_')[0], verdict, finding, found: null, record: null },
      params: {
        domain: 'northwind.example',
        host: 'smtp.northwind.example',
        selector: 'clientele',
        sender: 'northwind.example',
        policy: 'reject',
      },
      ...more,
    });
    let items = [
      item('missing', 'spf_missing', { record: { type: 'TXT', name: 'northwind.example', value: 'v=spf1 a:smtp.northwind.example ~all' } }),
      item('warning', 'dkim_no_selector'),
      item('ok', 'dmarc_ok', { found: 'v=DMARC1; p=reject; rua=mailto:d@northwind.example' }),
      item('unknown', 'returns_unknown'),
    ];
    await page.route('**/api/mail/sender-check', (route) =>
      route.fulfill({
        json: {
          ...{ sendsTo: 'server', from: 'no-reply@northwind.example', server: 'smtp.northwind.example' },
          ...{ bounceAddress: 'bounce@northwind.example', items, checkedAt: new Date().toISOString() },
        },
      }),
    );
    await page.getByRole('button', { name: words.again }).click();
    await expect(page.getByText(words.todo)).toBeVisible();
    await expect(page.getByText(words.missing)).toBeVisible();
    await expect(page.getByText('v=spf1 a:smtp.northwind.example ~all')).toBeVisible();
    items = [item('ok', 'spf_ok'), item('ok', 'dkim_ok'), item('ok', 'dmarc_ok'), item('ok', 'returns_ok')];
    await page.getByRole('button', { name: words.again }).click();
    await expect(page.getByText(words.good)).toBeVisible();

    // Without a network what was found stays, and the page says what is wrong.
    await page.unroute('**/api/mail/sender-check');
    await page.route('**/api/mail/sender-check', (route) => route.abort());
    await page.getByRole('button', { name: words.again }).click();
    await expect(page.getByRole('alert').filter({ hasText: words.offline })).toBeVisible();
    await expect(page.getByText(words.good)).toBeVisible();
    await page.context().close();
  });

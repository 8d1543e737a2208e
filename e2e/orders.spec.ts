import { personsBrowser, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

const nora = 'nora@alpineskihouse.example';
const password = 'welcome to the demo';
const words = {
  en: {
    orders: 'Orders',
    all: 'All',
    show: /^Show/,
    exchange: 'Alpine Ski House asks for an exchange',
    decline: 'Decline…',
    say: 'What you want to say',
    declineIt: 'Decline',
    reason: 'We keep this database for years.',
    declined: 'Northwind Cloud declined your order',
    change: /^Exchange, renew or cancel/,
    cancel: 'Ask to cancel it',
    waits: 'Waits for an answer',
    withdraw: 'Take it back',
    withdrawn: 'You have taken it back.',
    state: 'Declined',
  },
  ja: {
    orders: '注文',
    all: 'すべて',
    show: /^表示/,
    exchange: 'Alpine Ski House の更新の依頼',
    decline: '承認しない…',
    say: '伝えたいこと',
    declineIt: '承認しない',
    reason: '',
    declined: '',
    change: /^交換、更新、キャンセル/,
    cancel: 'キャンセルを依頼する',
    waits: '回答待ち',
    withdraw: '取り下げる',
    withdrawn: '取り下げました。',
    state: '不承認',
  },
};

// What the demo has waiting: an exchange for one test, a renewal for the other.
for (const language of ['en', 'ja'] as const) {
  const text = words[language];
  test(`in ${language}: what waits is seen among the orders and declined with words; a request is made and taken back on the own page`, async ({
    browser,
    demo,
  }) => {
    test.setTimeout(120_000);
    const [admin] = accountsOf(demo);
    if (!admin) throw new Error('the demo names nobody');
    const desk = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(desk, demo.url, admin);
    await desk.getByRole('link', { name: text.orders, exact: true }).click();
    await expect(desk.getByRole('heading', { level: 1, name: text.orders })).toBeVisible();
    const mine = desk
      .getByRole('row')
      .filter({ hasText: 'Alpine Ski House' })
      .filter({ hasText: language === 'en' ? 'Exchange' : '更新' });
    await mine.getByRole('link').first().click();
    const dialog = desk.getByRole('dialog', { name: text.exchange });
    if (text.reason) await expect(dialog.getByText(text.reason)).toBeVisible();
    await dialog.getByRole('button', { name: text.decline }).click();
    await desk.getByLabel(text.say).fill('Let us talk about it first.');
    await desk.getByRole('button', { name: text.declineIt, exact: true }).click();
    await expect(mine).toHaveCount(0);
    // Read with JavaScript off, as the rest of the own page.
    const look = { language, theme: 'light', width: 360, height: 740 } as const;
    const phone = await (await personsBrowser(browser, look, { javaScriptEnabled: false })).newPage();
    await phone.goto(`${demo.url}/my/sign-in?language=${language}`);
    const form = phone.locator('form', { has: phone.locator('input[name="password"]') });
    await form.locator('input[name="email"]').fill(nora);
    await form.locator('input[name="password"]').fill(password);
    await form.getByRole('button').click();
    // The mail is in the language in which it was ordered: the demo's orders are in English.
    const mail = await demo.inbox.waitFor({ to: nora, subject: new RegExp(`^${words.en.declined}$`) });
    expect(mail.text).toContain('Let us talk about it first.');
    const [, path] = /https?:\/\/[^\s/]+(\/my\/partners\/[\da-f-]+\/orders\/[\da-f-]+)/.exec(mail.text) ?? [];
    await phone.goto(`${demo.url}${path}?language=${language}`);
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText(text.state);
    await expect(phone.getByText('Let us talk about it first.')).toBeVisible();

    const purchases = (path ?? '').replace(/orders\/.*$/, `purchases?language=${language}`);
    await phone.goto(demo.url + purchases);
    await phone.getByRole('link', { name: text.change }).first().click();
    await phone.getByRole('button', { name: text.cancel }).click();
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText(text.waits);
    await phone.getByRole('button', { name: text.withdraw }).click();
    await expect(phone.getByRole('status')).toContainText(text.withdrawn);
    for (const page of [desk, phone]) await page.context().close();
  });
}

import type { Browser, Page } from '@playwright/test';
import type { Mail } from './inbox.ts';
import { personsBrowser, signIn } from './places.ts';
import { accountsOf, expect, type Portal, test } from './portal.ts';

// On the demo: a customer whose person signs in to its own page, without JavaScript, on a phone.
const nora = 'nora@alpineskihouse.example';
const password = 'welcome to the demo';

const words = {
  en: {
    permissions: 'Permissions',
    turnOff: 'Turn off',
    turnOn: 'Let Alpine Ski House buy for itself',
    perPurchase: 'At most per purchase',
    perMonth: 'At most per calendar month',
    tell: 'Tell me',
    ask: 'Ask me first',
    off: 'Off. Alpine Ski House cannot buy for itself.',
    on: 'On. Alpine Ski House can buy for itself, within the limits below.',
    belowCap: 'A month cannot have less than a single purchase.',
    saved: 'The limits are saved.',
    save: 'Save limits',
    hindered: 'Buying by yourself is off',
    created: 'buy for itself',
    activity: 'Activity',
    buy: 'Buy a reservation',
    product: 'Reservation and term',
    region: 'Region',
    quantity: 'Quantity',
    price: 'See the price',
    over: 'This is more than one purchase may be.',
    confirm: /^Buy now for USD 648\.00$/,
    done: 'Done',
    request: 'Ask Northwind Cloud to agree',
    waits: 'Waits for an answer',
    toldPartner: 'Alpine Ski House bought a reservation',
    confirmed: 'Your order with Northwind Cloud is placed',
    decide: 'Please decide: Alpine Ski House wants to buy',
    approve: 'Approve and buy',
    agreed: 'Northwind Cloud agreed to your order',
    productOption: /Reserved virtual machine, 1 year/,
    regionOption: /West Europe/,
    purchases: 'Your orders',
  },
  ja: {
    permissions: '権限',
    turnOff: 'オフにする',
    turnOn: 'Alpine Ski House の購入を許可する',
    perPurchase: '1 回の購入の上限',
    perMonth: '1 か月の上限',
    tell: '通知を受け取る',
    ask: '事前に承認する',
    off: 'オフです。Alpine Ski House は自ら購入できません。',
    on: 'オンです。Alpine Ski House は、次の上限の範囲内で自ら購入できます。',
    belowCap: '1 か月の上限は、1 回の上限以上にしてください。',
    saved: '上限を保存しました。',
    save: '上限を保存',
    hindered: 'ご自身での購入は許可されていません',
    created: 'セルフサービス購入を許可しました',
    activity: 'アクティビティ',
    buy: '予約を購入する',
    product: '予約の種類と期間',
    region: 'リージョン',
    quantity: '数量',
    price: '金額を確認する',
    over: '1 回の購入の上限を超えています。',
    confirm: /^USD 648\.00で購入する$/,
    done: '完了',
    request: 'Northwind Cloud に承認を依頼する',
    waits: '回答待ち',
    toldPartner: 'Alpine Ski House 様が予約を購入しました',
    confirmed: 'Northwind Cloud へのご注文が完了しました',
    decide: 'ご確認ください: Alpine Ski House 様の予約の購入',
    approve: '承認して購入',
    agreed: 'Northwind Cloud がご注文を承認しました',
    productOption: /予約済み仮想マシン\(1 年\)/,
    regionOption: /西ヨーロッパ/,
    purchases: '注文の履歴',
  },
};

/** The customer's person on its phone, signed in with its password. */
async function ownPage(browser: Browser, portal: Portal, language: 'en' | 'ja'): Promise<Page> {
  const look = { language, theme: 'light', width: 360, height: 740 } as const;
  const page = await (await personsBrowser(browser, look, { javaScriptEnabled: false })).newPage();
  await page.goto(`${portal.url}/my/sign-in?language=${language}`);
  const form = page.locator('form', { has: page.locator('input[name="password"]') });
  await form.locator('input[name="email"]').fill(nora);
  await form.locator('input[name="password"]').fill(password);
  await form.getByRole('button').click();
  return page;
}

/** The newest mail to an address, opened in the inbox as a person opens it. */
async function openMail(page: Page, portal: Portal, wanted: { to: string; subject: string; not?: string[] }): Promise<Mail> {
  const mail = await portal.inbox.waitFor({ to: wanted.to, subject: new RegExp(`^${wanted.subject}$`), not: wanted.not ?? [] });
  await page.goto(portal.inbox.pageOf(mail));
  await expect(page.getByRole('heading', { name: wanted.subject })).toBeVisible();
  return mail;
}

for (const language of ['en', 'ja'] as const) {
  const text = words[language];
  test(`in ${language}: the admin allows it, the customer's owner buys on its own page, both are told, and an asked order is approved`, async ({
    browser,
    demo,
  }) => {
    test.setTimeout(180_000);
    const [admin] = accountsOf(demo);
    if (!admin) throw new Error('the demo names nobody');
    const desk = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(desk, demo.url, admin);
    // Mails to the partner's people are in the language of their accounts.
    const speak = async (to: 'en' | 'ja') =>
      expect(
        (await desk.request.put(`${demo.url}/api/session/language`, { data: { language: to }, headers: { origin: demo.url } })).ok(),
      ).toBe(true);
    await speak(language);
    await desk.goto(`${demo.url}/customers?search=alpineskihouse`);
    await desk.locator('a[data-row-link]').first().click();
    await desk.getByRole('link', { name: text.permissions, exact: true }).click();

    // Off: the customer's own page says so, and sells nothing.
    await desk.getByRole('button', { name: text.turnOff, exact: true }).click();
    await expect(desk.getByText(text.off)).toBeVisible();
    const customerId = /customers\/([\da-f-]+)/.exec(desk.url())?.[1] ?? '';
    const phone = await ownPage(browser, demo, language);
    await phone.goto(`${demo.url}/my/partners/${customerId}/purchases?language=${language}`);
    await expect(phone.getByText(text.hindered)).toBeVisible();
    await expect(phone.getByRole('link', { name: text.buy })).toHaveCount(0);

    // Limits that cannot be, and then on.
    await desk.getByLabel(text.perPurchase).fill('700');
    await desk.getByLabel(text.perMonth).fill('699.99');
    await desk.getByRole('button', { name: text.turnOn }).click();
    await expect(desk.getByText(text.belowCap)).toBeVisible();
    await desk.getByLabel(text.perMonth).fill('9,000');
    // What was set before comes back with the form.
    await desk.getByText(text.tell, { exact: true }).click();
    await desk.getByRole('button', { name: text.turnOn }).click();
    await expect(desk.getByText(text.on)).toBeVisible();

    // The owner chooses more than one purchase may be, then less.
    await phone.reload();
    await phone.getByRole('link', { name: text.buy }).click();
    await phone.getByLabel(text.product).selectOption({ label: await optionLike(phone, 'productId', text.productOption) });
    await phone.getByLabel(text.region).selectOption({ label: await optionLike(phone, 'region', text.regionOption) });
    await phone.getByLabel(text.quantity).fill('2');
    await phone.getByRole('button', { name: text.price }).click();
    await phone.locator('main form button.first').click();
    await expect(phone.getByRole('alert')).toContainText(text.over);
    await expect(phone.getByLabel(text.quantity)).toHaveValue('2');
    await phone.getByLabel(text.quantity).fill('1');
    await phone.getByRole('button', { name: text.price }).click();
    await phone.getByRole('button', { name: text.confirm }).click();
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText(text.done);
    // Sent once more, it is the same order.
    const order = phone.url();
    await phone.goBack();
    await phone.getByRole('button', { name: text.confirm }).click();
    expect(phone.url()).toBe(order);

    const mailPage = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await openMail(mailPage, demo, { to: admin.email, subject: text.toldPartner });
    await openMail(mailPage, demo, { to: nora, subject: text.confirmed });

    // Both sides have it.
    await phone.goto(`${demo.url}/my/partners/${customerId}/purchases?language=${language}`);
    await expect(phone.getByRole('heading', { name: text.purchases })).toBeVisible();
    await desk.getByRole('link', { name: text.activity, exact: true }).last().click();
    await expect(desk.getByText(text.created).first()).toBeVisible();

    // Ask me first: the next one waits, is approved among the orders, and the owner is told.
    await desk.getByRole('link', { name: text.permissions, exact: true }).click();
    await desk.getByText(text.ask, { exact: true }).click();
    await desk.getByRole('button', { name: text.save }).click();
    await expect(desk.getByText(text.saved).first()).toBeVisible();
    await phone.goto(`${demo.url}/my/partners/${customerId}/buy?language=${language}`);
    await phone.getByLabel(text.product).selectOption({ label: await optionLike(phone, 'productId', text.productOption) });
    await phone.getByLabel(text.region).selectOption({ label: await optionLike(phone, 'region', text.regionOption) });
    await phone.getByRole('button', { name: text.price }).click();
    await phone.getByRole('button', { name: text.request }).click();
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText(text.waits);
    const asked = await openMail(mailPage, demo, { to: admin.email, subject: text.decide });
    const [, path] = /https?:\/\/[^\s/]+(\/customers\/\S+order=[\da-f-]+)/.exec(asked.text) ?? [];
    await desk.goto(demo.url + path);
    await desk.getByRole('button', { name: text.approve }).click();
    await openMail(mailPage, demo, { to: nora, subject: text.agreed });
    await phone.reload();
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText(text.done);
    await speak('en');
    for (const page of [desk, phone, mailPage]) await page.context().close();
  });
}

/** The whole label of the option that reads like this. */
async function optionLike(page: Page, name: string, like: RegExp): Promise<string> {
  const labels = await page.locator(`select[name="${name}"] option`).allInnerTexts();
  const label = labels.find((one) => like.test(one));
  if (!label) throw new Error(`No option like ${like}: ${labels.join(' | ')}`);
  return label;
}

import { type Browser, type Page, request } from '@playwright/test';
import type { Mail } from './inbox.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, type Portal, test } from './portal.ts';

// Two organisations are set up here for each language.
test.use({ sharing: 'provider-requests' });
test.describe.configure({ mode: 'serial' });

const password = 'three plain words here';
const words = {
  en: {
    ...{ provider: 'Northwind Distribution', reseller: 'Fabrikam Reselling', customer: 'Contoso Clinics', added: 'Litware Labs' },
    ...{ asks: /asks you to become its reseller/, accept: /^Accept for/, asksCustomer: /asks to be your reseller/ },
    ...{ email: 'E-mail address', company: 'Reseller', sendRequest: 'Send request' },
    ...{ alsoFor: 'Also for a provider of yours', resellerField: 'Indirect reseller', next: 'Next', date: 'Accepted on' },
    ...{
      askOrder: 'Ask the provider to order',
      askEnd: 'Ask the provider to end',
      product: 'Product',
      send: 'Send the request',
      reason: 'Reason',
    },
    ...{ mail: /^Please order: Contoso Clinics/, requests: /^Requests/, doOrder: 'Order it', confirmed: 'Confirmed', declined: 'Declined' },
    ...{
      answered: /^Confirmed: your request for/,
      declinedMail: /^Declined: your request for/,
      decline: 'Decline',
      isOpen: /Asked Northwind Distribution already/,
    },
    ...{
      chip: 'Indirect reseller',
      none: 'No reseller',
      twice: 'This is asked for already',
      see: 'See the request',
    },
  },
  ja: {
    ...{ provider: '東西ディストリビューション', reseller: '青葉リセール', customer: 'コントソ医院', added: 'ライトウェア研究所' },
    ...{ asks: /間接リセラー提携のお願い/, accept: /として承諾し/, asksCustomer: /リセラー関係のお願い/ },
    ...{ email: 'メール アドレス', company: 'リセラー', sendRequest: '依頼を送信' },
    ...{ alsoFor: 'プロバイダーの分もまとめて依頼', resellerField: '間接リセラー', next: '次へ', date: '同意日' },
    ...{ askOrder: 'プロバイダーに注文を依頼', askEnd: 'プロバイダーに終了を依頼', product: '製品', send: '依頼を送信', reason: '理由' },
    ...{ mail: /^サブスクリプションの注文の依頼/, requests: /^依頼/, doOrder: '注文する', confirmed: '承認済み', declined: '辞退' },
    ...{
      answered: /^依頼が承認されました/,
      declinedMail: /^依頼が辞退されました/,
      decline: '辞退',
      isOpen: /東西ディストリビューションに依頼済み/,
    },
    ...{ chip: '間接リセラー', none: 'リセラーなし', twice: '同じ依頼があります', see: '依頼を表示' },
  },
} as const;

const linkOf = (mail: Mail, kind: string) => new RegExp(`https?://[^\\s<>"]+/${kind}/[\\w-]+`).exec(mail.text)?.[0] ?? '';

async function setUp(portal: Portal, name: string, type: string, email: string, language: 'en' | 'ja'): Promise<void> {
  const code = /\b[0-9A-F]{4}(?:-[0-9A-F]{4}){2}\b/.exec(await portal.command('set-up-code'))?.[0] ?? '';
  const api = await request.newContext({ baseURL: portal.url, extraHTTPHeaders: { origin: portal.url } });
  const admin = { firstName: 'Aiko', lastName: language === 'ja' ? '田中' : 'Tanaka', email, password, language };
  const answer = await api.post('/api/setup', { data: { code, partner: { name, type, cloud: 'public', country: 'JP' }, admin } });
  expect(answer.ok(), await answer.text()).toBe(true);
  await api.dispose();
}
const open = async (browser: Browser, language: 'en' | 'ja'): Promise<Page> =>
  (await personsBrowser(browser, { language, theme: 'light' })).newPage();

for (const language of ['en', 'ja'] as const)
  test(`a reseller asks its provider to order and to end; one is confirmed, the other declined (${language})`, async ({
    browser,
    portal,
  }) => {
    test.setTimeout(180_000);
    const say = words[language];
    const people = {
      provider: `p-${language}@northwind.example`,
      reseller: `r-${language}@fabrikam.example`,
      customer: `it-${language}@contoso.example`,
    };
    await setUp(portal, say.provider, 'indirect-provider', people.provider, language);
    await setUp(portal, say.reseller, 'indirect-reseller', people.reseller, language);
    const [provider, reseller] = [await open(browser, language), await open(browser, language)];
    await signIn(provider, portal.url, { email: people.provider, password });
    await signIn(reseller, portal.url, { email: people.reseller, password });
    await provider.goto(`${portal.url}/partnerships/new`);
    await settled(provider);
    await provider.getByLabel(say.email).fill(people.reseller);
    await provider.getByLabel(say.company, { exact: true }).fill(say.reseller);
    await provider.getByRole('button', { name: say.sendRequest }).click();
    await expect(provider).toHaveURL(`${portal.url}/partnerships`);
    await reseller.goto(linkOf(await portal.inbox.waitFor({ to: people.reseller, subject: say.asks }), 'p'));
    await reseller.getByRole('button', { name: say.accept }).click();
    await portal.inbox.waitFor({ to: people.provider });

    // One acceptance of a customer makes it the customer of both.
    await reseller.goto(
      `${portal.url}/invitations/new?email=${people.customer}&company=${encodeURIComponent(say.customer)}&domain=requests-${language}.example`,
    );
    await settled(reseller);
    await reseller.getByLabel(say.alsoFor).click();
    await reseller.getByRole('option', { name: say.provider }).click();
    await reseller.locator('form button[type="submit"]').click();
    const customer = await open(browser, language);
    await customer.goto(linkOf(await portal.inbox.waitFor({ to: people.customer, subject: say.asksCustomer }), 'i'));
    const form = customer.locator('form[action*="/accept"]');
    await form.locator('input[name="firstName"]').fill('Emma');
    await form.locator('input[name="lastName"]').fill('Clark');
    await form.locator('input[name="password"]').fill('a long sentence of both');
    await form.locator('input[name="agreement"]').check();
    await form.locator('button[type="submit"]').click();
    await expect(customer.locator('main')).toContainText(say.provider);

    // Where the reseller was refused it asks.
    await reseller.goto(`${portal.url}/customers`);
    await reseller.getByRole('link', { name: say.customer }).click();
    await reseller.waitForURL(/\/customers\/[\da-f-]+$/);
    const customerPage = reseller.url();
    await reseller.goto(`${customerPage}?tab=subscriptions`);
    await settled(reseller);
    const ask = async () => {
      await reseller.getByRole('button', { name: say.askOrder }).first().click();
      await expect(reseller.getByRole('dialog')).toContainText(say.provider);
      await reseller.getByRole('dialog').getByLabel(say.product).click();
      await reseller.getByRole('option', { name: 'Microsoft 365 E3' }).click();
      await reseller.locator('input[name="quantity"]').fill('7');
      await reseller.getByRole('button', { name: say.send }).click();
    };
    await ask();
    await reseller.waitForURL(/\/provider-requests\/[\da-f-]+$/);
    await expect(reseller.locator('main')).toContainText('Microsoft 365 E3');
    // The same once more is told, with the one that is open.
    await reseller.goto(`${customerPage}?tab=subscriptions`);
    await settled(reseller);
    await ask();
    await expect(reseller.getByRole('dialog').getByRole('alert')).toContainText(say.twice);
    await expect(reseller.getByRole('dialog').getByRole('link', { name: say.see })).toBeVisible();
    // An end needs a reason.
    await reseller.goto(`${customerPage}?tab=relationship`);
    await settled(reseller);
    await reseller.getByRole('button', { name: say.askEnd }).click();
    await reseller.getByRole('button', { name: say.send }).click();
    await expect(reseller.locator('input[name="reason"]')).toHaveAttribute('aria-invalid', 'true');
    await reseller.locator('input[name="reason"]').fill('It moves to its parent.');
    await reseller.getByRole('button', { name: say.send }).click();
    await reseller.waitForURL(/\/provider-requests\/[\da-f-]+$/);

    // The provider's mail leads to the request; it sees how many wait, and confirms.
    const mail = await portal.inbox.waitFor({ to: people.provider, subject: say.mail });
    await provider.goto(linkOf(mail, 'provider-requests'));
    await settled(provider);
    await expect(provider.getByRole('navigation').getByRole('link', { name: say.requests })).toContainText('2');
    await provider.getByRole('button', { name: say.doOrder, exact: true }).click();
    await provider.getByRole('dialog').getByRole('button', { name: say.doOrder, exact: true }).click();
    await expect(provider.locator('main')).toContainText(say.confirmed);
    await portal.inbox.waitFor({ to: people.reseller, subject: say.answered });
    // It was bought, with the reseller as reseller of record.
    await provider.goto(`${portal.url}/customers`);
    await provider.getByRole('link', { name: say.customer }).click();
    await provider.waitForURL(/\/customers\/[\da-f-]+$/);
    await provider.goto(`${provider.url()}?tab=subscriptions`);
    await settled(provider);
    await expect(provider.getByRole('row').filter({ hasText: 'Microsoft 365 E3' })).toContainText(say.reseller);
    // The end is declined, with a reason that the reseller reads.
    await provider.goto(`${portal.url}/provider-requests`);
    await provider.locator('a[data-row-link]').first().click();
    await settled(provider);
    await provider.getByRole('button', { name: say.decline, exact: true }).click();
    await provider.locator('input[name="reason"]').fill('Not before its invoice is paid.');
    await provider.getByRole('dialog').getByRole('button', { name: say.decline, exact: true }).click();
    await expect(provider.locator('main')).toContainText(say.declined);
    await portal.inbox.waitFor({ to: people.reseller, subject: say.declinedMail });
    await expect(reseller.locator('main')).toContainText('Not before its invoice is paid.');
    for (const page of [provider, reseller, customer]) await page.context().close();
  });

import type { Browser, Page } from '@playwright/test';
import { request } from '@playwright/test';
import type { Mail } from './inbox.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, type Portal, test } from './portal.ts';

// Two organisations are set up here, and one more for each language.
test.use({ sharing: 'partnerships' });
test.describe.configure({ mode: 'serial' });

const password = 'three plain words here';
const words = {
  en: {
    provider: 'Northwind Distribution',
    reseller: 'Fabrikam Reselling',
    customer: 'Contoso Clinics',
    resellers: 'Indirect resellers',
    providers: 'Indirect providers',
    ask: 'Ask a reseller',
    emptyProvider: 'No reseller yet',
    email: 'E-mail address',
    company: 'Reseller',
    send: 'Send request',
    requested: 'Requested',
    active: 'Active',
    asks: /asks you to become its reseller/,
    signIn: 'Sign in',
    means: 'What you both will be able to do',
    accept: /^Accept for/,
    next: 'What comes next',
    open: 'Open the partnership',
    receipt: /^You are a reseller of/,
    answered: /is your reseller now/,
    inviteFor: 'Also for a provider of yours',
    inviteMail: /asks to be your reseller/,
    inviteSend: 'Send invitation',
    companyName: 'Company name',
    asksBoth: 'Fabrikam Reselling and Northwind Distribution',
    shared: 'Customers that you share',
    remove: 'Remove partnership',
    removeButton: /^Remove partnership with/,
    stays: 'One shared customer keeps its relationships',
    removed: /The partnership with .* was removed/,
    removedMail: /The partnership with .* was removed/,
    already: /has been removed already, by Northwind Distribution/,
  },
  ja: {
    provider: '東西ディストリビューション',
    reseller: '青葉リセール',
    customer: 'コントソ医院',
    resellers: '間接リセラー',
    providers: '間接プロバイダー',
    ask: 'リセラーに依頼',
    emptyProvider: 'リセラーはまだいません',
    email: 'メール アドレス',
    company: 'リセラー',
    send: '依頼を送信',
    requested: '依頼中',
    active: '有効',
    asks: /間接リセラー提携のお願い/,
    signIn: 'サインイン',
    means: '双方ができるようになること',
    accept: /として承諾し/,
    next: '今後の流れ',
    open: 'パートナーシップを開く',
    receipt: /の間接リセラーになりました/,
    answered: /が間接リセラーになりました/,
    inviteFor: 'プロバイダーの分もまとめて依頼',
    inviteMail: /リセラー関係のお願い/,
    inviteSend: '招待を送信',
    companyName: '会社名',
    asksBoth: '青葉リセール と 東西ディストリビューション',
    shared: '双方が担当している顧客',
    remove: 'パートナーシップを解除',
    removeButton: /とのパートナーシップを解除$/,
    stays: '共有している 1 件の顧客',
    removed: /とのパートナーシップを解除しました/,
    removedMail: /パートナーシップ(が解除|を解除)/,
    already: /東西ディストリビューション がすでに解除しています/,
  },
} as const;

const linkOf = (mail: Mail, kind: 'p' | 'i') => new RegExp(`https?://[^\\s<>"]+/${kind}/[\\w-]+`).exec(mail.text)?.[0] ?? '';

async function setUp(portal: Portal, name: string, type: string, email: string, language: 'en' | 'ja'): Promise<void> {
  const code = /\b[0-9A-F]{4}(?:-[0-9A-F]{4}){2}\b/.exec(await portal.command('set-up-code'))?.[0] ?? '';
  const api = await request.newContext({ baseURL: portal.url, extraHTTPHeaders: { origin: portal.url } });
  const admin = { firstName: 'Aiko', lastName: language === 'ja' ? '田中' : 'Tanaka', email, password, language };
  const answer = await api.post('/api/setup', { data: { code, partner: { name, type, cloud: 'public', country: 'JP' }, admin } });
  expect(answer.ok(), await answer.text()).toBe(true);
  await api.dispose();
}

async function open(browser: Browser, language: 'en' | 'ja'): Promise<Page> {
  return (await personsBrowser(browser, { language, theme: 'light' })).newPage();
}

for (const language of ['en', 'ja'] as const)
  test(`a reseller is asked by mail, accepts, invites a customer for both, and the partnership is removed (${language})`, async ({
    browser,
    portal,
  }) => {
    const say = words[language];
    const people = {
      provider: `aiko-${language}@northwind.example`,
      reseller: `rina-${language}@fabrikam.example`,
      customer: `it-${language}@contoso.example`,
    };
    await setUp(portal, say.provider, 'indirect-provider', people.provider, language);
    await setUp(portal, say.reseller, 'indirect-reseller', people.reseller, language);

    // The provider asks; nobody is there yet, and the list says what this is.
    const provider = await open(browser, language);
    await signIn(provider, portal.url, { email: people.provider, password });
    await provider.getByRole('link', { name: say.resellers, exact: true }).click();
    await settled(provider);
    await expect(provider.getByText(say.emptyProvider)).toBeVisible();
    await provider.getByRole('link', { name: say.ask }).first().click();
    await provider.getByLabel(say.email).fill(people.reseller);
    await provider.getByLabel(say.company, { exact: true }).fill(say.reseller);
    await provider.getByRole('button', { name: say.send }).click();
    await expect(provider).toHaveURL(`${portal.url}/partnerships`);
    await expect(provider.getByRole('row').filter({ hasText: say.reseller })).toContainText(say.requested);

    // The mail leads to a page that says what it means, and that sends to the portal's sign-in and back.
    const mail = await portal.inbox.waitFor({ to: people.reseller, subject: say.asks });
    const reseller = await open(browser, language);
    await reseller.goto(linkOf(mail, 'p'));
    await expect(reseller.getByRole('heading', { name: say.means })).toBeVisible();
    await expect(reseller.getByRole('button', { name: say.accept })).toHaveCount(0);
    await reseller.getByRole('link', { name: say.signIn, exact: true }).click();
    await reseller.locator('input[name="email"]').fill(people.reseller);
    await reseller.locator('input[name="password"]').fill(password);
    await reseller.locator('form button[type="submit"]').click();
    await reseller.getByRole('button', { name: say.accept }).click();
    await expect(reseller.getByRole('heading', { name: say.next })).toBeVisible();
    await portal.inbox.waitFor({ to: people.reseller, subject: say.receipt });
    await portal.inbox.waitFor({ to: people.provider, subject: say.answered });
    await reseller.getByRole('link', { name: say.open }).click();
    await settled(reseller);
    await expect(reseller.getByRole('heading', { level: 1 })).toHaveText(say.provider);
    await expect(provider.getByRole('row').filter({ hasText: say.reseller })).toContainText(say.active);

    // The reseller invites a customer for both: one mail, one answer, two relationships.
    await reseller.goto(
      `${portal.url}/invitations/new?email=${encodeURIComponent(people.customer)}&company=${encodeURIComponent(say.customer)}&domain=contoso-${language}.example`,
    );
    await settled(reseller);
    await reseller.getByLabel(say.inviteFor).click();
    await reseller.getByRole('option', { name: say.provider }).click();
    await expect(reseller.locator('main')).toContainText(say.provider);
    await reseller.locator('form button[type="submit"]').click();
    const invitation = await portal.inbox.waitFor({ to: people.customer, subject: say.inviteMail });
    expect(invitation.text).toContain(say.provider);
    const customer = await open(browser, language);
    await customer.goto(linkOf(invitation, 'i'));
    await expect(customer.getByRole('heading', { level: 1 })).toContainText(say.asksBoth);
    const form = customer.locator('form[action*="/accept"]');
    await form.locator('input[name="firstName"]').fill('Emma');
    await form.locator('input[name="lastName"]').fill('Clark');
    await form.locator('input[name="password"]').fill('a long sentence of both');
    await form.locator('input[name="agreement"]').check();
    await form.locator('button[type="submit"]').click();
    await expect(customer.locator('main')).toContainText(say.provider);
    for (const page of [provider, reseller]) {
      await page.goto(`${portal.url}/customers`);
      await settled(page);
      await expect(page.getByRole('row').filter({ hasText: say.customer })).toHaveCount(1);
    }

    // Both see it as shared. The reseller has the question open while the provider removes: it is told who was first.
    for (const page of [provider, reseller]) {
      await page.goto(`${portal.url}/partnerships`);
      await settled(page);
      await page.locator('a[data-row-link]').first().click();
      await settled(page);
      await expect(page.getByRole('heading', { name: say.shared })).toBeVisible();
      await expect(page.getByRole('row').filter({ hasText: say.customer })).toHaveCount(1);
      await page.getByRole('button', { name: say.remove, exact: true }).click();
      await expect(page.getByRole('dialog')).toContainText(say.stays);
    }
    await provider.getByRole('dialog').getByRole('button', { name: say.removeButton }).click();
    await expect(provider.getByText(say.removed).first()).toBeVisible();
    await reseller.getByRole('dialog').getByRole('button', { name: say.removeButton }).click();
    await expect(reseller.getByRole('dialog')).toContainText(say.already);
    for (const to of [people.provider, people.reseller]) await portal.inbox.waitFor({ to, subject: say.removedMail });
    // Nobody has lost a customer.
    for (const page of [provider, reseller]) {
      await page.goto(`${portal.url}/customers`);
      await settled(page);
      await expect(page.getByRole('row').filter({ hasText: say.customer })).toHaveCount(1);
    }
    for (const page of [provider, reseller, customer]) await page.context().close();
  });

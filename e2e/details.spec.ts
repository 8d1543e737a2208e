import type { Page } from '@playwright/test';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

test.use({ sharing: 'details' });

const words = {
  en: {
    edit: 'Edit: Company',
    editContact: 'Edit: Contact',
    name: 'Company name',
    save: 'Save',
    saveChange: 'Save the change',
    nothingElse: 'Nothing else changes.',
    nameOnMails: (name: string) => `From now on mails and exports say “${name}”`,
    alike: 'A customer with this name is already here.',
    takenByOwn: 'It belongs to a customer of yours: open the account',
    ask: 'Ask the customer to accept…',
    send: 'Send request',
    accept: 'Accept the agreement',
    tick: /I have read the customer agreement/,
    noAgreement: /cannot buy before it accepts/,
    asked: /the answer is still out/,
    taken: /The mail server took the mail/,
    active: /you may sell to it and administer/,
    buy: 'Buy a reservation or software',
    buyButton: 'Buy',
    choose: 'Product',
    software: /SQL Server 2025/,
    quantity: 'Quantity…',
    changeQuantity: 'Change quantity',
    blocked: 'Still live, so the relationship cannot be ended:',
    cancelIt: 'Cancel it',
    cancel: 'Cancel: SQL Server 2025 Standard, 2 cores',
    cancelFor: 'Cancel SQL Server 2025 Standard, 2 cores',
    kind: 'Kind',
    mails: 'Mails',
    quantityChanged: /changed the quantity of Microsoft 365 Business Basic for .* from 5 to 12/,
    first: 'First name',
    last: 'Last name',
  },
  ja: {
    edit: '編集: 会社情報',
    editContact: '編集: 連絡先',
    name: '会社名',
    save: '保存',
    saveChange: '変更を保存',
    nothingElse: 'ほかに変わるものはありません。',
    nameOnMails: (name: string) => `「${name}」と表示されます`,
    alike: '同じ名前の顧客がすでに登録されています。',
    takenByOwn: 'すでに自社の顧客が使用しています。アカウントを開く',
    ask: '顧客に同意を依頼...',
    send: '依頼を送信',
    accept: '契約を承諾する',
    tick: /顧客契約/,
    noAgreement: /顧客契約に同意するまで購入できません/,
    asked: /回答を待っています/,
    taken: /メール サーバーがメールを受け付けました/,
    active: /販売と、顧客に代わる管理が可能です/,
    buy: '予約またはソフトウェアを購入',
    buyButton: '購入',
    choose: '製品',
    software: /SQL Server 2025/,
    quantity: '数量...',
    changeQuantity: '数量を変更',
    blocked: '次の項目がまだ有効なため、関係を終了できません。',
    cancelIt: '解約する',
    cancel: '解約: SQL Server 2025 Standard, 2 cores',
    cancelFor: 'SQL Server 2025 Standard, 2 cores を解約',
    kind: '種類',
    mails: 'メール',
    quantityChanged: /Microsoft 365 Business Basic の数量を 5 から 12 に変更しました/,
    first: '名',
    last: '姓',
  },
} as const;

/** A customer that has not accepted the agreement yet, in its language. */
async function aNewCustomer(partner: Partner, prefix: string, language: 'en' | 'ja'): Promise<string> {
  return partner.addCustomer({
    companyName: `Details ${prefix}`,
    domainPrefix: prefix,
    country: 'US',
    address: { line1: '1 Pine Street', city: 'Seattle', state: 'WA', postalCode: '98101' },
    contact: { firstName: 'Ada', lastName: 'Moreno', email: `ada@${prefix}.example` },
    language,
    agreement: { by: 'customer' },
    subscriptions: [],
  });
}

async function openTab(page: Page, url: string, customerId: string, tab: string): Promise<void> {
  await page.goto(`${url}/customers/${customerId}?tab=${tab}`);
  await settled(page);
}

for (const language of ['en', 'ja'] as const) {
  const say = words[language];

  test.describe(`details of a customer, ${language}`, () => {
    test('are edited with a word before on what that will cause', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const customerId = await aNewCustomer(partner, `edit-${language}`, language);
      const context = await personsBrowser(browser, { language, theme: 'light' });
      const page = await context.newPage();
      await signIn(page, portal.url, admin);
      await openTab(page, portal.url, customerId, 'account');
      await page.getByRole('button', { name: say.edit }).click();
      const name = page.getByLabel(say.name, { exact: true });
      await name.fill('');
      await page.getByRole('button', { name: say.save, exact: true }).click();
      await expect(page.locator('[id$="-error"]').first()).toBeVisible();
      await name.fill(`Renamed ${language} Ltd`);
      await page.locator('input[name="address.postalCode"]').fill('98');
      await page.getByRole('button', { name: say.save, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toContainText(say.nameOnMails(`Renamed ${language} Ltd`));
      await expect(dialog).toContainText(say.nothingElse);
      // A postal code that is none is told at its field, and nothing that was typed is lost.
      await dialog.getByRole('button', { name: say.saveChange }).click();
      await expect(page.getByText('95014')).not.toHaveCount(0);
      await expect(name).toHaveValue(`Renamed ${language} Ltd`);
      await page.locator('input[name="address.postalCode"]').fill('98102');
      await page.getByRole('button', { name: say.save, exact: true }).click();
      await dialog.getByRole('button', { name: say.saveChange }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Renamed ${language} Ltd`);
      // Somebody else edits while a form is open: who and what is said, and what was typed stays.
      await page.getByRole('button', { name: say.edit }).click();
      await partner.edit(customerId, { companyName: `Theirs ${language}` });
      await name.fill(`Mine ${language}`);
      await page.getByRole('button', { name: say.save, exact: true }).click();
      await dialog.getByRole('button', { name: say.saveChange }).click();
      await expect(page.getByRole('alert')).toContainText('Anna Weber');
      await expect(page.getByRole('alert')).toContainText(`Theirs ${language}`);
      await expect(name).toHaveValue(`Mine ${language}`);
      await context.close();
      await partner.close();
    });

    test('need the agreement, which the customer accepts on a page of its own', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const prefix = `agree-${language}`;
      const customerId = await aNewCustomer(partner, prefix, language);
      const context = await personsBrowser(browser, { language, theme: 'light' });
      const page = await context.newPage();
      await signIn(page, portal.url, admin);
      await openTab(page, portal.url, customerId, 'account');
      await expect(page.getByText(say.noAgreement).first()).toBeVisible();
      await page.getByRole('button', { name: say.ask }).click();
      await page.getByRole('dialog').getByRole('button', { name: say.send }).click();
      await expect(page.locator('header').getByText(say.asked)).toBeVisible();
      const mail = await portal.inbox.waitFor({ to: `ada@${prefix}.example`, subject: /Customer agreement|顧客契約/ });
      await expect(page.getByText(say.taken)).toBeVisible();
      const link = /https?:\/\/\S+\/a\/\S+/.exec(mail.text)?.[0] ?? '';
      const customers = await personsBrowser(browser, { language, theme: 'light', width: 390 }, { javaScriptEnabled: false });
      const theirs = await customers.newPage();
      await theirs.goto(link);
      await theirs.getByLabel(say.first, { exact: true }).fill('Ada');
      await theirs.getByLabel(say.last, { exact: true }).fill('Moreno');
      await theirs.getByRole('checkbox', { name: say.tick }).check();
      await theirs.getByRole('button', { name: say.accept }).click();
      await expect(theirs.getByText('Ada Moreno')).toBeVisible();
      // The partner's page knows without being loaded again.
      await expect(page.locator('header').getByText(say.active)).toBeVisible();
      await customers.close();
      await context.close();
      await partner.close();
    });

    test('name what still lives, and what has happened', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const customerId = await aNewCustomer(partner, `live-${language}`, language);
      await partner.attest(customerId);
      await partner.subscribe(customerId, 'm365-business-basic', 5);
      const context = await personsBrowser(browser, { language, theme: 'light' });
      const page = await context.newPage();
      await signIn(page, portal.url, admin);
      await openTab(page, portal.url, customerId, 'subscriptions');
      await page.getByRole('button', { name: say.quantity }).click();
      await page.getByRole('dialog').locator('input[name="quantity"]').fill('12');
      await page.getByRole('dialog').getByRole('button', { name: say.changeQuantity }).click();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await page.getByRole('button', { name: say.buy }).click();
      await page.getByRole('dialog').getByRole('combobox').click();
      await page.getByRole('option', { name: say.software }).click();
      await page.getByRole('dialog').getByRole('button', { name: say.buyButton, exact: true }).click();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      const download = page.waitForEvent('download');
      await page.locator('a[href$="subscriptions.csv"]').click();
      expect((await download).suggestedFilename()).toMatch(/^subscriptions-.*\.csv$/);
      await openTab(page, portal.url, customerId, 'relationship');
      await expect(page.getByText(say.blocked)).toBeVisible();
      await page.getByRole('link', { name: say.cancelIt }).click();
      await page.getByRole('button', { name: say.cancel }).click();
      await page.getByRole('dialog').getByRole('button', { name: say.cancelFor }).click();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await openTab(page, portal.url, customerId, 'summary');
      await expect(page.getByText(say.quantityChanged).first()).toBeVisible();
      await page.getByRole('button', { name: say.kind }).click();
      await page.getByRole('option', { name: say.mails }).click();
      await expect(page.getByText(say.quantityChanged)).toHaveCount(0);
      await context.close();
      await partner.close();
    });

    test('warn of a second account before it is made, and never stand in the way', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const customerId = await aNewCustomer(partner, `twice-${language}`, language);
      const context = await personsBrowser(browser, { language, theme: 'light' });
      const page = await context.newPage();
      await signIn(page, portal.url, admin);
      await page.goto(`${portal.url}/customers/new`);
      await settled(page);
      await page.locator('input[name="companyName"]').fill(`DETAILS twice ${language}, Inc.`);
      await page.locator('input[name="domainPrefix"]').fill(`twice-${language}`);
      await expect(page.getByText(say.alike)).toBeVisible();
      await expect(page.getByRole('link', { name: say.takenByOwn })).toHaveAttribute('href', `/customers/${customerId}`);
      await expect(page.locator('input[name="companyName"]')).toHaveValue(`DETAILS twice ${language}, Inc.`);
      await context.close();
      await partner.close();
    });
  });
}

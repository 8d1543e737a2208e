import type { Browser, Page } from '@playwright/test';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, type Portal, test } from './portal.ts';

test.use({ sharing: 'ending' });

const words = {
  en: {
    open: 'End relationship…',
    blocked: 'Still live, so the relationship cannot be ended:',
    owner: /Added by Anna Weber on/,
    whenClear: /^When nothing is live any more/,
    at: /^On a date/,
    moment: 'Date and time',
    type: (domain: string) => `Type ${domain} to confirm`,
    buttonClear: (name: string) => `End with ${name} when nothing is live`,
    buttonAt: (name: string) => `End with ${name} on this date`,
    standing: 'The relationship ends by itself when 1 blocker is gone.',
    suspend: 'Suspend it',
    suspendNow: 'Suspend: Microsoft 365 Business Basic',
    past: 'This moment is over. Choose one that lies ahead.',
    needed: /required|Fill|needed/i,
    cancel: 'Cancel the planned end',
    goesOn: /you may sell to it/,
    ended: 'Reinstate the relationship',
    certificates: 'Certificates of the end',
    openCertificate: 'Open',
    certificate: (name: string) => `Fabrikam is no longer the reseller of ${name}`,
    code: 'Check code',
    menu: 'All that match',
    endMany: 'End relationships',
    now: /^Now/,
    howMany: /^Type 2 to confirm$/,
    howManyWrong: 'This is not the number of customers.',
    endTwo: 'End 2 customers',
    live: 'Something is still live (1).',
    outcome: 'Ended',
    retry: 'Retry the failed one',
    succeeded: 'Succeeded',
    setting: 'Ending needs a second global admin',
    save: 'Save',
    saved: 'Settings saved',
    nobody: /there is no other one/,
    ask: (name: string) => `Ask to end with ${name}`,
    awaits: 'The end of the relationship waits for the consent of a second person.',
    agree: 'Agree…',
    withdraw: 'Withdraw the request',
  },
  ja: {
    open: '関係を終了…',
    blocked: '次の項目がまだ有効なため、関係を終了できません。',
    owner: /追加: Anna Weber/,
    whenClear: /^有効なものがなくなったとき/,
    at: /^日時を指定/,
    moment: '日時',
    type: (domain: string) => `確認のため ${domain} と入力してください`,
    buttonClear: (name: string) => `有効なものがなくなったら ${name} との関係を終了`,
    buttonAt: (name: string) => `この日時に ${name} との関係を終了`,
    standing: '終了を妨げている 1 件がなくなると、関係は自動的に終了します。',
    suspend: '停止する',
    suspendNow: '停止: Microsoft 365 Business Basic',
    past: 'この日時は過ぎています。これからの日時を選択してください。',
    needed: /必要|入力/,
    cancel: '終了の予定を取り消す',
    goesOn: /販売と、顧客に代わる管理が可能です|販売は可能です/,
    ended: '関係の再開',
    certificates: '終了証明書',
    openCertificate: '開く',
    certificate: (name: string) => `Fabrikam は ${name} 様のリセラーではなくなりました`,
    code: '確認コード',
    menu: '該当するすべて',
    endMany: '関係を終了',
    now: /^今すぐ/,
    howMany: /^確認のため 2 と入力してください$/,
    howManyWrong: '顧客の件数と一致しません。',
    endTwo: '顧客 2 件との関係を終了',
    live: 'まだ有効なものがあります（1 件）。',
    outcome: '終了しました',
    retry: '失敗した 1 件を再試行',
    succeeded: '完了',
    setting: '終了にはもう一人のグローバル管理者の同意が必要',
    save: '保存',
    saved: '設定を保存しました',
    nobody: /ほかにグローバル管理者がいません/,
    ask: (name: string) => `${name} との関係の終了を依頼`,
    awaits: '関係の終了は、もう一人のグローバル管理者の同意を待っています。',
    agree: '同意する…',
    withdraw: '依頼を取り下げる',
  },
} as const;

async function aCustomer(partner: Partner, companyName: string, prefix: string, language: 'en' | 'ja', live = true): Promise<string> {
  const contact = { firstName: 'Ada', lastName: 'Moreno', email: `ada@${prefix}.example` };
  return partner.addCustomer({
    companyName,
    domainPrefix: prefix,
    country: 'US',
    address: { line1: '1 Pine Street', city: 'Seattle', state: 'WA', postalCode: '98101' },
    contact,
    language,
    agreement: { by: 'partner', ...contact, date: '2025-06-30' },
    subscriptions: live ? [{ productId: 'm365-business-basic', quantity: 5 }] : [],
  });
}

async function begin(browser: Browser, portal: Portal, language: 'en' | 'ja', account: { email: string; password: string } = admin) {
  const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
  await signIn(page, portal.url, account);
  return page;
}

async function openRelationship(page: Page, portal: Portal, customerId: string): Promise<void> {
  await page.goto(`${portal.url}/customers/${customerId}?tab=relationship`);
  await settled(page);
}

for (const language of ['en', 'ja'] as const) {
  const say = words[language];

  test.describe(`ending a relationship, ${language}`, () => {
    test('comes by itself when the last subscription is suspended; both sides have a certificate', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const [name, prefix] = [`Clear ${language}`, `clear-${language}`];
      const customerId = await aCustomer(partner, name, prefix, language);
      const page = await begin(browser, portal, language);
      await openRelationship(page, portal, customerId);
      await page.getByRole('button', { name: say.open }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.getByText(say.blocked)).toBeVisible();
      await expect(dialog.getByText(say.owner)).toBeVisible();
      await expect(dialog.getByRole('radio', { name: say.now })).toBeDisabled();
      await dialog.getByRole('radio', { name: say.whenClear }).check();
      await dialog.getByLabel(say.type(`${prefix}.clientele.cloud`)).fill(`${prefix}.clientele.cloud`);
      await dialog.getByRole('button', { name: say.buttonClear(name) }).click();
      await expect(dialog).toBeHidden();
      await expect(page.getByText(say.standing)).toBeVisible();

      await page.getByRole('link', { name: say.suspend }).click();
      await page.getByRole('button', { name: say.suspendNow }).click();
      // Nobody does anything more.
      await openRelationship(page, portal, customerId);
      await expect(page.getByRole('heading', { name: say.ended })).toBeVisible({ timeout: 30_000 });
      const certificates = page.getByRole('region', { name: say.certificates });
      const [certificate] = await Promise.all([
        page.waitForEvent('popup'),
        certificates.getByRole('link', { name: say.openCertificate, exact: true }).click(),
      ]);
      await expect(certificate.getByText(say.code, { exact: true })).toBeVisible();
      const code = await certificate.locator('.code').textContent();

      const mail = await portal.inbox.waitFor({ to: `ada@${prefix}.example`, subject: /no longer your reseller|リセラー関係が終了/ });
      const customer = await (await personsBrowser(browser, { language, theme: 'light', width: 390, height: 800 })).newPage();
      const [link] = mail.text.match(/https?:\/\/\S+\/e\/[\w.-]+/) ?? [];
      await customer.goto(link ?? '');
      await expect(customer.getByRole('heading', { level: 1 })).toHaveText(say.certificate(name));
      expect(await customer.locator('.code').textContent()).toBe(code);
      await customer.context().close();
      await page.context().close();
      await partner.close();
    });

    test('is set for a date, which is checked, and cancelled', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const [name, prefix] = [`Dated ${language}`, `dated-${language}`];
      const customerId = await aCustomer(partner, name, prefix, language, false);
      const page = await begin(browser, portal, language);
      await openRelationship(page, portal, customerId);
      await page.getByRole('button', { name: say.open }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: say.at }).check();
      await dialog.getByLabel(say.type(`${prefix}.clientele.cloud`)).fill(`${prefix}.clientele.cloud`);
      const moment = dialog.getByLabel(say.moment, { exact: true });
      await dialog.getByRole('button', { name: say.buttonAt(name) }).click();
      await expect(moment).toHaveAccessibleDescription(say.needed);
      await moment.fill('2020-01-31T09:00');
      await dialog.getByRole('button', { name: say.buttonAt(name) }).click();
      await expect(moment).toHaveAccessibleDescription(say.past);
      const ahead = new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10);
      await moment.fill(`${ahead}T09:00`);
      await dialog.getByRole('button', { name: say.buttonAt(name) }).click();
      await expect(dialog).toBeHidden();
      await expect(page.getByText(language === 'en' ? /The relationship ends on / : /に終了します/).first()).toBeVisible();
      // It stands on the list of what ends later.
      await page.goto(`${portal.url}/planned-ends`);
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: say.cancel }).click();
      await expect(page.getByText(say.goesOn)).toBeVisible();
      await expect(page.getByRole('button', { name: say.open })).toBeVisible();
      await page.context().close();
      await partner.close();
    });

    test('of a selection ends the free ones, says what blocks the others, and tries only those again', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const mark = `Many${language}`;
      await aCustomer(partner, `${mark} free`, `many-${language}-free`, language, false);
      const blocked = await aCustomer(partner, `${mark} live`, `many-${language}-live`, language);
      const page = await begin(browser, portal, language);
      await page.goto(`${portal.url}/customers?search=${mark}`);
      await settled(page);
      await page.getByRole('button', { name: say.menu }).click();
      await page.getByRole('button', { name: say.endMany, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: say.now }).check();
      await dialog.getByLabel(say.howMany).fill('3');
      await dialog.getByRole('button', { name: say.endTwo }).click();
      await expect(dialog.getByText(say.howManyWrong)).toBeVisible();
      await dialog.getByLabel(say.howMany).fill('2');
      await dialog.getByRole('button', { name: say.endTwo }).click();
      await expect(dialog).toBeHidden();
      await page.goto(`${portal.url}/operations?kind=relationships-end`);
      await page.getByRole('table').getByRole('link').first().click();
      const rows = page.getByRole('table').getByRole('row');
      await expect(rows.filter({ hasText: `${mark} live` })).toContainText(say.live);
      // The failed ones are shown first; the free one is not among them.
      await expect(rows.filter({ hasText: `${mark} free` })).toHaveCount(0);

      await page.goto(`${portal.url}/customers/${blocked}?tab=subscriptions`);
      await page.getByRole('button', { name: say.suspendNow }).click();
      await page.goto(`${portal.url}/operations?kind=relationships-end`);
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByRole('button', { name: say.retry }).click();
      await expect(page.getByRole('main').getByText(say.succeeded, { exact: true }).first()).toBeVisible();
      await page.reload();
      for (const which of ['free', 'live']) await expect(rows.filter({ hasText: `${mark} ${which}` })).toContainText(say.outcome);
      await page.context().close();
      await partner.close();
    });

    test('waits for a second person once the settings say so, and says beforehand that there is none', async ({ browser, portal }) => {
      const partner = await Partner.of(portal);
      const [name, prefix] = [`Second ${language}`, `second-${language}`];
      const customerId = await aCustomer(partner, name, prefix, language, false);
      const page = await begin(browser, portal, language);
      const set = async (on: boolean) => {
        await page.goto(`${portal.url}/settings/relationships`);
        await page.getByRole('checkbox', { name: say.setting }).setChecked(on);
        await page.getByRole('button', { name: say.save, exact: true }).click();
        await expect(page.getByText(say.saved)).toBeVisible();
      };
      await set(true);
      await openRelationship(page, portal, customerId);
      await page.getByRole('button', { name: say.open }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.getByText(say.nobody)).toBeVisible();
      await dialog.getByLabel(say.type(`${prefix}.clientele.cloud`)).fill(`${prefix}.clientele.cloud`);
      await dialog.getByRole('button', { name: say.ask(name) }).click();
      await expect(page.getByText(say.awaits)).toBeVisible();
      await expect(page.getByRole('button', { name: say.agree, exact: true })).toHaveAttribute('aria-disabled', 'true');
      // What is open stays so when the setting is off, and can be withdrawn.
      await set(false);
      await openRelationship(page, portal, customerId);
      await page.getByRole('button', { name: say.withdraw }).click();
      await expect(page.getByRole('button', { name: say.open })).toBeVisible();
      await page.context().close();
      await partner.close();
    });
  });
}

test('a second global admin agrees; who asked cannot, and sees why, in her language', async ({ browser, demo }) => {
  const accounts = accountsOf(demo);
  const [aiko, naomi] = [accounts[0], accounts.find(({ email }) => email.startsWith('naomi@'))];
  if (!aiko || !naomi) throw new Error('The demo has printed no second global admin.');
  const her = await begin(browser, demo, 'ja', naomi);
  await her.goto(`${demo.url}/planned-ends?state=awaiting-approval`);
  await her.getByRole('table').getByRole('link').first().click();
  const off = her.getByRole('button', { name: '同意する…', exact: true });
  await expect(off).toHaveAttribute('aria-disabled', 'true');
  await expect(off).toHaveAccessibleDescription('ご自身が依頼したものです。ほかのグローバル管理者の同意が必要です。');

  const page = await begin(browser, demo, 'en', aiko);
  const line = page.getByRole('listitem').filter({ hasText: 'Naomi Sato asks for a second person' });
  await line.getByRole('link', { name: 'Decide' }).click();
  await expect(page.getByText('The end of the relationship waits for the consent of a second person.')).toBeVisible();
  await page.getByRole('button', { name: 'Agree…', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Agree to end with / })
    .click();
  await expect(page.getByText(/The relationship ends by itself when \d blockers? (is|are) gone\./)).toBeVisible();
  await expect(page.getByText('Aiko Tanaka agreed.')).toBeVisible();
  // Her page says so without a reload.
  await expect(her.getByRole('button', { name: '終了の予定を取り消す' })).toBeVisible();
  await her.context().close();
  await page.context().close();
});

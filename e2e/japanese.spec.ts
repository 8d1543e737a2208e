import { linkIn } from './inbox.ts';
import { personsBrowser } from './places.ts';
import { expect, test } from './portal.ts';

// Japanese from the first screen, on a portal that nobody has set up yet.
test.use({ sharing: 'japanese' });

const person = { lastName: '田中', firstName: '愛子', email: 'aiko@hokuto.example', password: 'とても長い合言葉です。' };

test('a Japanese person sets the portal up, switches the language and back, and invites in Japanese', async ({ browser, portal }) => {
  const context = await personsBrowser(browser, { language: 'ja', theme: 'light' });
  const page = await context.newPage();
  const heading = page.getByRole('heading', { level: 1 });
  await page.goto(portal.url);
  await expect(heading).toHaveText('Clientele のセットアップ');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja');

  await page.getByRole('button', { name: '言語: 日本語' }).click();
  await page.getByRole('option', { name: 'English' }).click();
  await expect(heading).toHaveText('Set up Clientele');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Language: English' }).click();
  await page.getByRole('option', { name: '日本語' }).click();
  await expect(heading).toHaveText('Clientele のセットアップ');

  await page.getByRole('button', { name: 'セットアップしてサインイン' }).click();
  await expect(page.getByLabel('セットアップ コード')).toHaveAccessibleDescription(/入力してください/);
  await page.getByLabel('セットアップ コード').fill(portal.setUpCode ?? '');
  await page.getByLabel('組織名').fill('北斗クラウド');
  await expect(page.getByLabel('国または地域')).toHaveText(/日本/);
  await page.getByLabel('姓', { exact: true }).fill(person.lastName);
  await page.getByLabel('名', { exact: true }).fill(person.firstName);
  await page.getByLabel('メール アドレス').fill(person.email);
  await page.getByLabel('パスワード').fill(person.password);
  await page.getByRole('button', { name: 'セットアップしてサインイン' }).click();
  await expect(page.getByRole('link', { name: '概要' })).toHaveAttribute('aria-current', 'page');

  await page.getByRole('link', { name: '招待', exact: true }).click();
  await page.getByRole('link', { name: '顧客を招待' }).first().click();
  await page.getByLabel('メール アドレス').fill('ken@litware.example');
  await page.getByLabel('氏名').fill('山本 健');
  await page.getByLabel('会社名').fill('リトウェア');
  await expect(page.getByLabel('メールの言語')).toHaveText(/日本語/);
  await expect(page.getByRole('textbox', { name: 'リンクより前の本文' })).toHaveValue(/山本 健/);
  await page.getByRole('button', { name: '招待を送信' }).click();
  const panel = page.getByRole('dialog', { name: 'リトウェア' });
  await expect(panel.getByRole('region', { name: '現在の状況' })).toContainText('送信済み');

  const mail = await portal.inbox.waitFor({ to: 'ken@litware.example' });
  expect(mail.subject).toContain('リセラー関係のお願い');
  expect(mail.text).toContain('山本 健');
  expect(mail.html).toContain('lang="ja"');
  // The page speaks the customer's language, whatever the browser prefers.
  const customer = await (await personsBrowser(browser, { language: 'en', theme: 'light', width: 360, height: 740 })).newPage();
  await customer.goto(linkIn(mail));
  await expect(customer.locator('html')).toHaveAttribute('lang', 'ja');
  await expect(customer.getByRole('heading', { level: 1 })).toHaveText('北斗クラウド が リトウェア 様とのリセラー関係を希望しています');
  await customer.context().close();
  await context.close();
});

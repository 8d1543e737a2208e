import { linkIn } from './inbox.ts';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

// One portal for the file: what an import leaves is what the next one finds.
test.use({ sharing: 'imports' });
test.describe.configure({ mode: 'serial' });

const csv = (text: string | Buffer, name = 'customers.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text as string) });

const english = `Customer ID;Company name;Primary domain;E-mail;Notes
7;Adventure Works;adventure.example;beth@adventure.example;first
8;Blue Yonder;blueyonder.example;ivy@blueyonder.example;
9;Blue Yonder again;blueyonder.example;;
10;=cmd|calc;no domain;not a mail;"kept, as it is"
`;

test('a person drops a file, maps a column, looks at the dry run, imports, mends what failed, and the customer that accepts is there once', async ({
  browser,
  portal,
}) => {
  await (await Partner.of(portal)).close();
  const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
  const page = await context.newPage();
  await signIn(page, portal.url, admin);
  await page.goto(`${portal.url}/customers`);
  await page.getByRole('main').getByRole('link', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Import customers' })).toBeVisible();

  // What cannot be read says why, and where.
  await page.locator('input[type="file"]').setInputFiles(csv('a,b\n1,2\n"3,4\n', 'broken.csv'));
  await expect(page.getByRole('alert')).toContainText('quotation mark in line');
  await page.locator('input[type="file"]').setInputFiles(csv(Buffer.from('504b0304aaaa', 'hex'), 'book.xlsx'));
  await expect(page.getByRole('alert')).toContainText('workbook');

  await page.locator('input[type="file"]').setInputFiles(csv(english));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Import of customers.csv');
  await expect(page.getByText('Rows: 4. Read as utf-8, cells divided by semicolon.')).toBeVisible();
  const column = page.getByRole('combobox').nth(2);
  await expect(column).toHaveText('Primary domain');
  await expect(page.getByText('adventure.example', { exact: true }).last()).toBeVisible();
  // By keyboard: take the column away, see what is missing, and give it back.
  await column.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Not read');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Say which column is Primary domain')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check 4 rows' })).toBeDisabled();
  await column.click();
  await page.keyboard.type('Primary');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Check 4 rows' }).click();

  await expect(page.getByRole('heading', { name: 'Would create 2, update 0, leave 0 as they are; 1 duplicate, 1 error.' })).toBeVisible({
    timeout: 60_000,
  });
  const table = page.getByRole('table', { name: 'Rows' });
  await expect(table.getByRole('row').nth(1)).toContainText('5');
  await expect(table).toContainText('Primary domain: no domain');
  await expect(table).toContainText('E-mail: not a mail');
  await page.getByRole('button', { name: 'Import 2 rows' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done.' })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('[data-count="create"]')).toHaveText('2');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the failed row' }).click(),
  ]);
  const failed = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
  expect(failed).toContain("'=cmd|calc");
  expect(failed).toContain('“Primary domain” is not a domain like contoso.com.');

  // Exactly the new ones, each without a relationship.
  await page.getByRole('link', { name: 'See the 2 new customers' }).click();
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(table).toContainText('Blue Yonder');
  await page.getByRole('link', { name: 'Adventure Works' }).click();
  await expect(page.getByText('No relationship').first()).toBeVisible();
  await page.getByRole('navigation', { name: 'Parts of this customer' }).getByRole('link', { name: 'Relationship' }).click();
  await page.getByRole('button', { name: 'Ask for a relationship…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('E-mail address')).toHaveValue('beth@adventure.example');
  await dialog.getByRole('button', { name: 'Send request' }).click();
  const mail = await portal.inbox.waitFor({ to: 'beth@adventure.example' });
  const customer = await (await personsBrowser(browser, { language: 'en', theme: 'light' })).newPage();
  await customer.goto(linkIn(mail));
  await customer.getByLabel('First name').fill('Beth');
  await customer.getByLabel('Last name').fill('Ito');
  const fresh = customer.locator('form', { has: customer.locator('input[name="companyName"]') });
  await fresh.locator('input[name="password"]').fill('a password for the first admin');
  await fresh.locator('input[name="agreement"]').check();
  await fresh.locator('button[type="submit"]').click();
  await expect(customer.getByText('Match code').first()).toBeVisible();
  await customer.context().close();
  await page.goto(`${portal.url}/customers?relationship=all&search=adventure`);
  await settled(page);
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('table')).toContainText('Active');

  // The mended rows, with the column that said what was wrong, go through.
  await page.goto(`${portal.url}/imports`);
  await page
    .locator('input[type="file"]')
    .setInputFiles(csv(failed.replace('no domain', 'mended.example').replace('not a mail', 'a@mended.example')));
  await page.getByRole('button', { name: 'Check 1 row' }).click();
  await page.getByRole('button', { name: 'Import 1 row' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done.' })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('[data-count="create"]')).toHaveText('1');
  await context.close();
});

test('日本語の画面で Shift_JIS のファイルを取り込み、同じファイルの二度目は何も変えない', async ({ browser, portal }) => {
  const context = await personsBrowser(browser, { language: 'ja', theme: 'dark' });
  const page = await context.newPage();
  await signIn(page, portal.url, admin);
  // 会社名,ドメイン / 株式会社コントソ,contoso.example
  const shiftJis = Buffer.from('89ef8ed096bc2c83688381834383930a8a948eae89ef8ed0835283938367835c2c636f6e746f736f2e6578616d706c650a', 'hex');
  for (const [heading, button] of [
    ['作成 1 件、更新 0 件、変更なし 0 件、重複 0 件、エラー 0 件になります。', '1 行をインポート'],
    ['新しい内容はありません。すべて登録済みです。', '終了'],
  ] as const) {
    await page.goto(`${portal.url}/imports`);
    await expect(page.getByText('CSV ファイルをここにドロップ')).toBeVisible();
    await page.locator('input[type="file"]').setInputFiles(csv(shiftJis, '顧客.csv'));
    await expect(page.getByText('1 行、文字コード shift_jis、区切り文字 コンマ として読み込みました。')).toBeVisible();
    await expect(page.getByText('株式会社コントソ').last()).toBeVisible();
    await page.getByRole('button', { name: '1 行を確認' }).click();
    await expect(page.getByRole('heading', { name: heading })).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByRole('heading', { name: 'インポートが完了しました。' })).toBeVisible({ timeout: 60_000 });
  }
  await page.goto(`${portal.url}/customers?relationship=none&search=contoso`);
  await settled(page);
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('table')).toContainText('関係なし');
  await context.close();
});

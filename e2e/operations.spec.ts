import { readFile } from 'node:fs/promises';
import type { Browser, Page } from '@playwright/test';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, type Portal, test } from './portal.ts';

// Work over many customers, as a person does it: on a demo partner with some hundred customers, once in each language.

const words = {
  en: {
    menu: 'All that match',
    add: 'Add tags',
    title: /^Tag \d+ customers$/,
    field: 'Tags',
    button: /^Tag \d+ customers$/,
    missing: /required|needed|missing|Fill/i,
    toast: 'Customers are tagged',
    heading: (tag: string) => `Tag customers: ${tag}`,
    standing: /^Done: \d+ tagged, 0 had the tags already\.$/,
    outcome: 'Tags added',
    failed: 'Failed rows as CSV',
    reason: 'The relationship is ended.',
    leave: 'Leave it as it is',
    leaveThem: 'Leave them',
    retry: /^Retry the \d+ failed$/,
    resume: 'Resume',
    cancelled: 'Cancelled',
    succeeded: 'Succeeded',
    activity: 'started the operation “Tag customers”',
  },
  ja: {
    menu: '該当するすべて',
    add: 'タグを追加',
    title: /^顧客 \d+ 件にタグを追加$/,
    field: 'タグ',
    button: /^顧客 \d+ 件に追加$/,
    missing: /必要|入力/,
    toast: '顧客にタグを追加しました',
    heading: (tag: string) => `顧客へのタグの追加: ${tag}`,
    standing: /^完了: \d+ 件にタグを追加しました。0 件には既に付いていました。$/,
    outcome: 'タグを追加しました',
    failed: '失敗分の CSV',
    reason: '関係の状態が「終了済み」です。',
    leave: 'このままにする',
    leaveThem: 'このままにする',
    retry: /^失敗した \d+ 件を再試行$/,
    resume: '再開',
    cancelled: '取り消し',
    succeeded: '完了',
    activity: '処理「タグの追加」を開始しました',
  },
} as const;

async function begin(browser: Browser, demo: Portal, language: 'en' | 'ja'): Promise<Page> {
  const page = await (await personsBrowser(browser, { language, theme: 'light' }, { acceptDownloads: true })).newPage();
  const [account] = accountsOf(demo);
  if (!account) throw new Error('The demo has printed no account.');
  await signIn(page, demo.url, account);
  return page;
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

for (const language of ['en', 'ja'] as const) {
  const text = words[language];

  test(`all that match are tagged, followed, and told of one by one, in ${language}`, async ({ browser, demo }) => {
    const page = await begin(browser, demo, language);
    const tag = `spec-${language}`;
    await page.goto(`${demo.url}/customers?country=FR`);
    await settled(page);
    await page.getByRole('button', { name: text.menu }).click();
    await page.getByRole('button', { name: text.add }).click();
    const dialog = page.getByRole('dialog', { name: text.title });
    await expect(dialog).toBeVisible();
    // Nothing typed: it says so at the field and starts nothing.
    await dialog.getByRole('button', { name: text.button }).click();
    await expect(dialog.getByText(text.missing).first()).toBeVisible();
    await dialog.getByLabel(text.field, { exact: true }).fill(tag);
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: text.button }).click();
    await expect(dialog).toBeHidden();
    const toast = page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: text.toast });
    await expect(toast.first()).toBeVisible();

    await page.goto(`${demo.url}/operations?kind=customers-tag`);
    await page.getByRole('link', { name: text.heading(tag) }).click();
    await expect(heading(page)).toHaveText(text.heading(tag));
    await expect(page.getByText(text.standing)).toBeVisible();
    const results = page.getByRole('table');
    const first = results.getByRole('row').nth(1);
    await expect(first).toContainText(text.outcome);
    await first.getByRole('link').click();
    // The customer has it.
    await expect(page.getByRole('link', { name: tag, exact: true })).toBeVisible();
    await page.goto(`${demo.url}/activity`);
    await expect(page.getByText(text.activity).first()).toBeVisible();
    await page.context().close();
  });
}

test('rows that failed say why, come as a file, and can be left as they are', async ({ browser, demo }) => {
  const text = words.en;
  const page = await begin(browser, demo, 'en');
  await page.goto(`${demo.url}/operations?state=failed&kind=customers-tag`);
  await page.getByRole('link', { name: text.heading('reviewed') }).click();
  await expect(page.getByRole('table').getByText(text.reason).last()).toBeVisible();
  const count = (await page.getByRole('table').getByRole('row').count()) - 1;
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: text.failed }).click();
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
  expect(lines[0]).toBe('Row,Customer ID,Name,State,Outcome,Reason,Column,Value');
  expect(lines).toHaveLength(count + 1);
  for (const line of lines.slice(1)) expect(line).toMatch(/,failed,,relationship,/);
  // They fail for the same reason again: nothing else is touched.
  await page.getByRole('button', { name: text.retry }).click();
  await expect(page.getByText('2 attempts')).toBeVisible();
  await expect(page.getByRole('button', { name: text.retry })).toBeVisible();
  await page.getByRole('button', { name: text.leave }).click();
  await page.getByRole('dialog').getByRole('button', { name: text.leaveThem }).click();
  await expect(page.getByRole('main').getByText(text.cancelled, { exact: true }).first()).toBeVisible();
  await page.context().close();
});

test('what is paused goes on where it was', async ({ browser, demo }) => {
  const text = words.ja;
  const page = await begin(browser, demo, 'ja');
  await page.goto(`${demo.url}/operations?state=paused`);
  await page.getByRole('link', { name: text.heading('renewal 2027') }).click();
  await page.getByRole('button', { name: text.resume }).click();
  await expect(page.getByRole('main').getByText(text.succeeded, { exact: true }).first()).toBeVisible();
  await expect(page.getByText(text.standing)).toBeVisible();
  await page.context().close();
});

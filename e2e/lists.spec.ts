import type { Page } from '@playwright/test';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, type Portal, test } from './portal.ts';

// The customer list as a person works with it all day, on the demo's customers.
const words = {
  en: {
    tag: 'Tag',
    views: /^Saved views/,
    everyone: 'Live customers',
    save: 'Save as a new view',
    name: 'Name',
    submit: 'Save view',
    selected: (count: string) => `${count} selected`,
    all: /^All (about )?[\d,]+ that match$/,
    takeAll: /^Select all (about )?[\d,]+ that match$/,
    page: 'Select all on this page',
    columns: 'Columns',
    domain: 'Primary domain',
    usual: 'Open the list with it',
    clear: 'Clear filters',
    nav: 'Customers',
    changed: (name: string) => `${name} (changed)`,
    overwrite: (name: string) => `Save over ${name}`,
    rename: (name: string) => `Rename ${name}`,
    remove: (name: string) => `Delete ${name}`,
    bar: 'Selected customers',
    export: 'Export CSV',
    open: "Open the customer's page",
    search: 'Company name or domain',
    next: 'Next page',
  },
  ja: {
    tag: 'タグ',
    views: /^保存したビュー/,
    everyone: '現在の顧客',
    save: '新しいビューとして保存',
    name: '名前',
    submit: 'ビューを保存',
    selected: (count: string) => `${count} 件を選択中`,
    all: /^条件に合う (約 ?)?[\d,]+ ?件すべて$/,
    takeAll: /すべてを選択$/,
    page: 'このページをすべて選択',
    columns: '列',
    domain: 'プライマリ ドメイン',
    usual: '一覧を開くときに使用',
    clear: 'フィルターを解除',
    nav: '顧客',
    changed: (name: string) => `${name} (変更あり)`,
    overwrite: (name: string) => `${name} に上書き保存`,
    rename: (name: string) => `${name} の名前を変更`,
    remove: (name: string) => `${name} を削除`,
    bar: '選択した顧客',
    export: 'CSV をエクスポート',
    open: '顧客のページを開く',
    search: '会社名またはドメイン',
    next: '次のページ',
  },
} as const;

const rows = (page: Page) => page.locator('tbody tr');
const names = (page: Page) => page.locator('tbody [data-row-link]').allInnerTexts();

async function openList(page: Page, portal: Portal, query = ''): Promise<void> {
  await page.goto(`${portal.url}/customers${query}`);
  await settled(page);
}

for (const language of ['en', 'ja'] as const) {
  const word = words[language];
  test.describe(`the customer list, in ${language}`, () => {
    let page: Page;
    test.beforeEach(async ({ browser, demo }) => {
      page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
      const [account] = accountsOf(demo);
      if (!account) throw new Error('The demo has printed no account.');
      await signIn(page, demo.url, account);
    });
    test.afterEach(() => page.context().close());

    test('keeps search and filters in the address; a page, and Back from it', async ({ demo }) => {
      await openList(page, demo);
      await page.getByPlaceholder(word.search).fill('alpine');
      await expect(page).toHaveURL(/search=alpine/);
      await settled(page);
      await page.getByRole('button', { name: word.tag, exact: true }).click();
      await page.getByRole('option', { name: /gold/ }).click();
      await expect(page).toHaveURL(/search=alpine.*tag=gold|tag=gold.*search=alpine/);
      await settled(page);
      for (const name of await names(page)) expect(name.toLowerCase()).toContain('alpine');
      // The address alone gives the same list.
      const before = await names(page);
      await page.reload();
      await settled(page);
      expect(await names(page)).toEqual(before);

      await openList(page, demo);
      const first = await names(page);
      await page.getByRole('button', { name: word.next }).click();
      await expect(page).toHaveURL(/after=/);
      await expect.poll(() => names(page)).not.toEqual(first);
      await page.goBack();
      await expect.poll(() => names(page)).toEqual(first);
    });

    test('exports exactly what is filtered, in its order', async ({ demo }) => {
      await openList(page, demo, '?search=zenith&country=US');
      const shown = await names(page);
      expect(shown.length).toBeGreaterThan(0);
      const href = await page.getByRole('link', { name: word.export }).getAttribute('href');
      const csv = await (await page.request.get(`${demo.url}${href}`)).text();
      const lines = csv.trim().split('\n').slice(1);
      for (const [index, name] of shown.entries()) expect(lines[index]).toContain(name);
      for (const line of lines) expect(line.toLowerCase()).toContain('zenith');
      const answer = (await (await page.request.get(`${demo.url}/api/customers?search=zenith&country=US&limit=100`)).json()) as {
        total: { count: number };
      };
      expect(lines.length).toBe(answer.total.count);
    });

    test('saves a view, comes back to it, and is walked, ticked and peeked into by keyboard', async ({ demo }) => {
      const name = `Gold ${language}`;
      await openList(page, demo, '?tag=gold&sort=created&order=desc');
      await page.getByRole('button', { name: word.views }).click();
      await page.getByRole('button', { name: word.save }).click();
      await page.getByRole('dialog').getByLabel(word.name).fill(name);
      await page.getByRole('button', { name: word.submit }).click();
      await expect(page.getByRole('button', { name: word.views })).toContainText(name);
      await openList(page, demo);
      await page.getByRole('button', { name: word.views }).click();
      await page.getByRole('button', { name, exact: true }).click();
      await expect(page).toHaveURL(/tag=gold/);
      await expect(page).toHaveURL(/sort=created/);
      await settled(page);

      await page.getByPlaceholder(word.search).press('ArrowDown');
      const link = page.locator('tbody [data-row-link]');
      await expect(link.first()).toBeFocused();
      await page.keyboard.press('x');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('x');
      const bar = page.getByRole('region', { name: word.bar });
      await expect(bar).toContainText(word.selected('2'));
      await page.keyboard.press('Space');
      const peek = page.getByRole('dialog');
      await expect(peek).toContainText(await link.nth(1).innerText());
      await expect(page).toHaveURL(/peek=/);
      await page.goBack();
      await expect(peek).toBeHidden();
      await expect(page).not.toHaveURL(/peek=/);
      // The list, and what was selected, are as they were.
      await expect(bar).toContainText(word.selected('2'));
    });

    test('opens with the view that is the usual one, which is changed, renamed and deleted; what is cleared stays cleared', async ({
      demo,
    }) => {
      const name = `Silver ${language}`;
      const views = page.getByRole('button', { name: word.views });
      await openList(page, demo, '?tag=silver');
      await page.getByRole('button', { name: word.columns, exact: true }).click();
      await page.getByRole('checkbox', { name: word.domain }).uncheck();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('columnheader', { name: word.domain })).toBeHidden();
      await views.click();
      await page.getByRole('button', { name: word.save }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(word.name).fill(name);
      await dialog.getByLabel(word.usual).check();
      await dialog.getByRole('button', { name: word.submit }).click();
      await expect(views).toContainText(name);

      const menu = page.getByRole('navigation').getByRole('link', { name: word.nav, exact: true });
      await page.goto(`${demo.url}/activity`);
      await menu.click();
      await expect(page).toHaveURL(/tag=silver/);
      await settled(page);
      // Back from a customer, what was asked for is there, and not the usual view again.
      await page.getByRole('button', { name: word.clear, exact: true }).click();
      await expect(page).toHaveURL(/customers$/);
      await settled(page);
      await page.locator('tbody [data-row-link]').first().click();
      await expect(page).toHaveURL(/customers\/[\da-f-]{36}/);
      await page.goBack();
      await settled(page);
      await expect(page).toHaveURL(/customers$/);

      await menu.click();
      await views.click();
      await page.getByRole('button', { name, exact: true }).click();
      await settled(page);
      await page.getByRole('button', { name: word.columns, exact: true }).click();
      await page.getByRole('checkbox', { name: word.domain }).check();
      await page.keyboard.press('Escape');
      await expect(views).toContainText(word.changed(name));
      await views.click();
      await page.getByRole('button', { name: word.overwrite(name) }).click();
      await expect(views).not.toContainText(word.changed(name));
      await views.click();
      await page.getByRole('button', { name: word.rename(name) }).click();
      await dialog.getByLabel(word.name).fill(`${name} 2`);
      await dialog.getByRole('button', { name: word.submit }).click();
      await expect(views).toContainText(`${name} 2`);
      await views.click();
      await page.getByRole('button', { name: word.remove(`${name} 2`) }).click();
      await expect(views).not.toContainText(name);
      await page.goto(`${demo.url}/activity`);
      await menu.click();
      await settled(page);
      await expect(page).toHaveURL(/customers$/);
    });

    test('selects a range, a page, and all that match but one; it outlives the page', async ({ demo }) => {
      await openList(page, demo);
      const box = (at: number) => rows(page).nth(at).getByRole('checkbox');
      const bar = page.getByRole('region', { name: word.bar });
      await box(1).click();
      await box(4).click({ modifiers: ['Shift'] });
      await expect(bar).toContainText(word.selected('4'));
      await page.getByRole('checkbox', { name: word.page }).check();
      await expect(bar).toContainText(word.selected('25'));
      await page.getByRole('button', { name: word.next }).click();
      await expect(page).toHaveURL(/after=/);
      await settled(page);
      await expect(bar).toContainText(word.selected('25'));
      await box(0).click();
      await expect(bar).toContainText(word.selected('26'));
      await bar.getByRole('button', { name: word.takeAll }).click();
      await expect(bar.getByRole('status')).toHaveText(word.all);
      const all = await bar.getByRole('status').innerText();
      await box(2).click();
      await expect(bar.getByRole('status')).not.toHaveText(all);
      await expect(box(2)).not.toBeChecked();
      await expect(box(3)).toBeChecked();
    });
  });
}

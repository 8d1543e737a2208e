import type { Page } from '@playwright/test';
import { linkIn } from './inbox.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

// Inviting a list of people and asking a selection of customers: what is seen before, what each gets, and what the operation says of each.
const words = {
  en: {
    many: 'Invite many',
    list: 'List of recipients',
    check: 'Check the list',
    send: 'Send 2 invitations',
    good: '2 can be invited',
    faults: '2 lines are left out',
    twice: 'This address stands in line 2 already.',
    done: 'Done: 2 invited',
    again: 'Done: 0 invited, 2 were customers or invited already.',
    page: 'Select all on this page',
    ask: 'Ask for a relationship',
    button: /^Ask \d customers?$/,
    asked: /^Done: \d asked/,
  },
  ja: {
    many: 'まとめて招待',
    list: '宛先のリスト',
    check: 'リストを確認',
    send: '2 件の招待を送信',
    good: '2 件を招待できます',
    faults: '2 行は対象外です',
    twice: 'このアドレスは 2 行目に既にあります。',
    done: '完了: 2 件を招待しました',
    again: '完了: 0 件を招待しました。2 件は既に顧客であるか、招待済みです。',
    page: 'このページをすべて選択',
    ask: 'リセラー関係を依頼',
    button: /^顧客 \d 件に依頼$/,
    asked: /^完了: \d 件に依頼しました/,
  },
} as const;

for (const language of ['en', 'ja'] as const) {
  const word = words[language];
  test.describe(`many invitations, in ${language}`, () => {
    let page: Page;
    test.beforeEach(async ({ browser, demo }) => {
      page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
      const [account] = accountsOf(demo);
      if (!account) throw new Error('The demo has printed no account.');
      await signIn(page, demo.url, account);
    });
    test.afterEach(() => page.context().close());

    test('a list: says what is wrong with a line, shows the mail of each, and sends everybody a link of their own, once', async ({
      demo,
    }) => {
      const mark = `${language}-${Date.now().toString(36)}`;
      const [one, other] = [`one-${mark}@list.example`, `other-${mark}@list.example`];
      const list = `E-mail,Company name,Contact,Language\n${one},Litware,Emma Clark,en\n${other},朝日食品,,ja\nno address,X,,\n${one.toUpperCase()},Twice,,`;
      await page.goto(`${demo.url}/invitations`);
      await page.getByRole('link', { name: word.many }).click();
      await page.getByLabel(word.list).fill(list);
      await page.getByRole('button', { name: word.check }).click();
      await expect(page.getByText(word.good)).toBeVisible();
      await expect(page.getByText(word.faults)).toBeVisible();
      await expect(page.getByRole('table')).toContainText('no address');
      await expect(page.getByRole('table')).toContainText(word.twice);
      // The list that was typed is kept.
      await expect(page.getByLabel(word.list)).toHaveValue(list);
      const tabs = page.getByRole('tablist');
      await tabs.getByRole('tab', { name: /English/ }).click();
      await expect(page.locator('iframe').contentFrame().getByText('Dear Emma Clark,')).toBeVisible();
      await tabs.getByRole('tab', { name: /日本語/ }).click();
      await expect(page.locator('iframe').contentFrame().getByText('ご担当者 様')).toBeVisible();
      await page.getByRole('button', { name: word.send }).click();
      await expect(page).toHaveURL(/\/operations\//);
      await expect(page.getByText(word.done).first()).toBeVisible();

      const mails = [await demo.inbox.waitFor({ to: one }), await demo.inbox.waitFor({ to: other })];
      expect(mails[0]?.text).toContain('Dear Emma Clark,');
      expect(mails[1]?.text).toContain('朝日食品');
      expect(new Set(mails.map(linkIn)).size).toBe(2);

      await page.goto(`${demo.url}/invitations/many`);
      await page.getByLabel(word.list).fill(list);
      await page.getByRole('button', { name: word.check }).click();
      await page.getByRole('button', { name: word.send }).click();
      await expect(page.getByText(word.again).first()).toBeVisible();
      expect(await demo.inbox.mails(one)).toHaveLength(1);
    });

    test('a selection of customers: each is asked at its contact, and the operation tells of each', async ({ demo }) => {
      // Two imported ones for each language's turn.
      await page.goto(`${demo.url}/customers?relationship=none&search=${language === 'en' ? 'optics' : 'rocket'}`);
      await settled(page);
      await page.getByRole('checkbox', { name: word.page }).check();
      await page.getByRole('button', { name: word.ask }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.locator('iframe')).toBeVisible();
      await dialog.getByRole('button', { name: word.button }).click();
      await expect(dialog).toBeHidden();
      await page.goto(`${demo.url}/operations`);
      await page.locator('tbody [data-row-link]').first().click();
      await expect(page.getByText(word.asked).first()).toBeVisible();
    });
  });
}

import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

test('a global admin asks what a colleague may do with a customer, and reads why not and who can change it', async ({ browser, demo }) => {
  const [aiko] = accountsOf(demo);
  if (!aiko) throw new Error('The demo has printed no account.');
  const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
  const page = await context.newPage();
  await signIn(page, demo.url, aiko);
  await page.goto(`${demo.url}/settings/access`);
  await settled(page);
  await page.getByRole('combobox', { name: 'Person' }).click();
  await page.getByRole('option', { name: 'Marco Bianchi' }).click();
  await page.locator('input[name="customer"]').fill('alpine');
  await page
    .getByRole('button', { name: /Alpine/ })
    .first()
    .click();
  await expect(page).toHaveURL(/person=.+customer=/);
  const acts = page.getByRole('listitem').filter({ hasText: 'End the relationship' }).first();
  await expect(acts).toContainText('no:');
  await expect(acts).toContainText('This needs the role Global admin. A Global admin of your organisation can grant it.');
  await expect(page.getByText(/^Roles are given by .*Aiko Tanaka/)).toBeVisible();
  // The address leads back to the same answer.
  await page.reload();
  await settled(page);
  await expect(acts).toContainText('This needs the role Global admin.');
  await expect(page.getByRole('table', { name: 'What each role may do' }).getByRole('row')).toHaveCount(35);
  await context.close();
});

test('who is no global admin sees what he may himself, in Japanese', async ({ browser, demo }) => {
  const ken = accountsOf(demo).find(({ email }) => email.startsWith('ken'));
  if (!ken) throw new Error('The demo has printed no helpdesk agent.');
  const context = await personsBrowser(browser, { language: 'ja', theme: 'dark' });
  const page = await context.newPage();
  await signIn(page, demo.url, ken);
  await page.goto(`${demo.url}/settings/access`);
  await settled(page);
  await expect(page.getByText('ほかのユーザーについてはグローバル管理者が確認できます。')).toBeVisible();
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: /関係の終了(?!を)/ })
      .first(),
  ).toContainText('グローバル管理者');
  await expect(page.getByRole('listitem').filter({ hasText: '顧客の表示と検索' }).first()).toContainText('可');
  await context.close();
});

import type { Browser, Page } from '@playwright/test';
import type { Mail } from './inbox.ts';
import { personsBrowser } from './places.ts';
import { expect, type Portal, test } from './portal.ts';

// The demo has a customer with two partners and a former one. Without JavaScript: the pages must do without.
const nora = 'nora@alpineskihouse.example';
const tim = 'tim@alpineskihouse.example';
const password = 'welcome to the demo';

const phoneOf = async (browser: Browser, language: 'en' | 'ja') =>
  (await personsBrowser(browser, { language, theme: 'light', width: 360, height: 740 }, { javaScriptEnabled: false })).newPage();

/** The link in a mail, on the portal as the test reaches it. */
function linkIn(mail: Mail, portal: Portal): string {
  const [, path] = /https?:\/\/[^\s/]+(\/my\/sign-in\/[\w-]+)/.exec(mail.text) ?? [];
  if (!path) throw new Error(`There is no link in:\n${mail.text}`);
  return portal.url + path;
}

async function askForLink(page: Page, portal: Portal, button: string): Promise<Mail> {
  const before = (await portal.inbox.mails(nora)).map(({ id }) => id);
  await page.locator('form[action*="/sign-in/link"] input[name="email"]').fill(nora);
  await page.getByRole('button', { name: button }).click();
  return portal.inbox.waitFor({ to: nora, not: before });
}

async function signInWithPassword(page: Page, portal: Portal, email: string): Promise<void> {
  await page.goto(`${portal.url}/my/sign-in`);
  const form = page.locator('form', { has: page.locator('input[name="password"]') });
  await form.locator('input[name="email"]').fill(email);
  await form.locator('input[name="password"]').fill(password);
  await form.getByRole('button').click();
}

test.describe('the customer’s own page, on a phone without JavaScript', () => {
  test('is reached by a link in a mail; the customer sees both partners, accepts the agreement, takes delegated admin away, keeps receipts', async ({
    browser,
    demo,
  }) => {
    const page = await phoneOf(browser, 'en');
    await page.goto(`${demo.url}/my`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to your own page');
    const mail = await askForLink(page, demo, 'Send me a link');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look into your mailbox');
    expect(mail.subject).toBe('Your link to sign in to Clientele');
    expect(`${mail.subject} ${mail.text} ${mail.html}`).not.toMatch(/Northwind|Wide World|Alpine/);
    const link = linkIn(mail, demo);

    // A scanner opens it before the person does.
    for (let n = 0; n < 3; n += 1) expect((await page.request.get(link)).status()).toBe(200);
    await page.goto(link);
    await expect(page.getByText('Nobody is signed in yet')).toBeVisible();
    await page.getByRole('button', { name: `Sign in as ${nora}` }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your partners');
    for (const name of ['Northwind Cloud', 'Wide World Managed IT', 'Lamna Reselling'])
      await expect(page.getByRole('heading', { level: 3, name })).toBeVisible();

    await page.getByRole('link', { name: 'Read and accept' }).click();
    await page.getByLabel(/I have read the customer agreement/).check();
    await page.getByRole('button', { name: 'Accept the agreement' }).click();
    await expect(page.getByRole('status')).toHaveText('The customer agreement has been accepted.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wide World Managed IT');
    await expect(page.getByText('Nora Weiss accepted the customer agreement', { exact: true })).toBeVisible();
    await expect(page.getByText('Northwind Cloud')).toHaveCount(0);

    await page.getByRole('link', { name: 'Take delegated admin away' }).click();
    await expect(page.getByText('Wide World Managed IT can no longer administer your users')).toBeVisible();
    await page.getByRole('button', { name: 'Take it away from Wide World Managed IT' }).click();
    await expect(page.getByRole('status')).toContainText('Delegated admin has been taken away.');
    await expect(page.getByText('May not administer your organisation')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Take delegated admin away' })).toHaveCount(0);

    await page.getByRole('link', { name: /^Receipt ?: Nora Weiss accepted the customer agreement/ }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Alpine Ski House accepted the customer agreement');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^receipt-[\da-f]{12}\.html$/);
    const number = await page.locator('dt:has-text("Receipt number") + dd').innerText();
    const code = await page.locator('dt:has-text("Check code") + dd').innerText();
    await page.goto(`${demo.url}/my`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('status')).toHaveText('You are signed out.');

    // Whoever holds the paper can check it.
    await page.goto(`${demo.url}/my/receipts/check`);
    await page.getByLabel('Receipt number').fill(number);
    await page.getByLabel('Check code').fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Check' }).click();
    await expect(page.getByText('This receipt is one of ours')).toBeVisible();

    await page.goto(link);
    await expect(page.getByRole('alert')).toContainText('This link no longer works.');
    await page.context().close();
  });

  test('speaks Japanese from the mail to the receipt', async ({ browser, demo }) => {
    const page = await phoneOf(browser, 'ja');
    await page.goto(`${demo.url}/my`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('お客様ページにサインイン');
    const mail = await askForLink(page, demo, 'リンクを送信する');
    expect(mail.subject).toBe('Clientele へのサインイン用リンク');
    await page.goto(linkIn(mail, demo));
    await page.getByRole('button', { name: `${nora} としてサインイン` }).click();
    await page.goto(`${demo.url}/my?language=ja`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('パートナー');
    await page.getByRole('link', { name: /^詳細と履歴 ?: Northwind Cloud/ }).click();
    await expect(page.getByRole('heading', { name: 'Northwind Cloud ができること' })).toBeVisible();
    await page.getByRole('link', { name: '代理管理権限を取り消す' }).click();
    await page.getByRole('button', { name: 'Northwind Cloud の権限を取り消す' }).click();
    await expect(page.getByRole('status')).toContainText('代理管理権限を取り消しました。');
    await page.getByRole('link', { name: /^控え ?: Nora Weiss が Northwind Cloud の代理管理権限を取り消し/ }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'Alpine Ski House 様に対する Northwind Cloud の代理管理権限は取り消されました',
    );
    await expect(page.getByText('お客様による取り消し')).toBeVisible();
    await page.context().close();
  });

  test('shows a plain user everything and says who may change it', async ({ browser, demo }) => {
    const page = await phoneOf(browser, 'en');
    await signInWithPassword(page, demo, tim);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your partners');
    await expect(page.getByText('Only a global admin of Alpine Ski House can change something here.').first()).toBeVisible();
    await expect(page.getByRole('link', { name: /^Take delegated admin away/ })).toHaveCount(0);
    await page.getByRole('link', { name: /^Details and history ?: Lamna Reselling/ }).click();
    await expect(page.getByText('Lamna Reselling has no access any more.')).toBeVisible();
    await expect(page.getByRole('link', { name: /^Receipt/ })).toHaveCount(4);
    await page.context().close();
  });

  test('is not for a partner’s user, who is led to the portal', async ({ browser, demo }) => {
    const page = await phoneOf(browser, 'en');
    await signInWithPassword(page, demo, 'aiko@northwind.example');
    await expect(page.getByRole('alert')).toContainText('This sign-in belongs to a partner.');
    await expect(page.getByRole('link', { name: 'Go to the portal for partners' })).toHaveAttribute('href', '/');
    await page.goto(`${demo.url}/my`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to your own page');
    await page.context().close();
  });
});

import type { Browser, Page } from '@playwright/test';
import { linkIn } from './inbox.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, type Portal, test } from './portal.ts';

// Delegated admin with an end, as people meet it: on a demo partner, once in each language.

const words = {
  en: {
    duration: 'For how long',
    own: 'Another number of days',
    days: 'Number of days',
    thirty: '30 days',
    ninety: '90 days',
    send: 'Send the invitation',
    left: (days: number) => `${days} days left`,
    extend: 'Ask to extend',
    request: 'Send the request',
    asked: 'You have asked; the answer is still out.',
    forDays: 'for 30 days of 24 hours from when you accept',
    more: 'asks for more time',
    subject: /asks to administer for longer/,
    granted: /can administer/,
    calendar: 'Expiries of delegated admin',
    ask: /^Ask 1 chosen$/,
    askTitle: /^Ask 1 customer for more delegated admin$/,
    askButton: /^Ask 1 customer$/,
    atLeast: /at least 1|1 or more/i,
    started: 'Customers are asked for more delegated admin',
    outcome: /Invited; its mail is on its way|Asked already/,
    subscribe: 'Subscribe',
    make: 'Make my address',
    renew: 'Make a new address',
    address: 'Your address',
    dead: 'There is a new address; the older one is dead',
  },
  ja: {
    duration: '期間',
    own: '日数を指定',
    days: '日数',
    thirty: '30 日',
    ninety: '90 日',
    send: '招待を送信',
    left: (days: number) => `残り ${days} 日`,
    extend: '延長を依頼',
    request: '依頼を送信',
    asked: '依頼済みです。回答を待っています。',
    forDays: '期間は承諾から30日間',
    more: 'その延長を希望しています',
    subject: /代理管理権限の延長のお願い/,
    granted: /組織を管理できます/,
    calendar: '代理管理権限の期限',
    ask: /^選択した 1 件に依頼$/,
    askTitle: /^顧客 1 件に代理管理権限の延長を依頼$/,
    askButton: /^顧客 1 件に依頼$/,
    atLeast: /1 ?以上/,
    started: '代理管理権限の延長を依頼しました',
    outcome: /招待|依頼/,
    subscribe: 'カレンダーに登録',
    make: 'アドレスを作成',
    renew: '新しいアドレスを作成',
    address: 'あなたのアドレス',
    dead: '新しいアドレスを作成しました。以前のアドレスは使えません',
  },
} as const;

async function begin(browser: Browser, demo: Portal, language: 'en' | 'ja'): Promise<Page> {
  const page = await (await personsBrowser(browser, { language, theme: 'light', width: 1440, height: 900 })).newPage();
  const [account] = accountsOf(demo);
  if (!account) throw new Error('The demo has printed no account.');
  await signIn(page, demo.url, account);
  return page;
}

/** Opens the account of an organisation that is unknown here, with what the request needs. */
async function acceptAsNew(page: Page, domain: string): Promise<void> {
  for (const [name, value] of [
    ['companyName', `Spec ${domain}`],
    ['domain', domain],
    ['firstName', 'Megan'],
    ['lastName', 'Bowen'],
    ['password', 'correct horse battery'],
  ] as const)
    await page.locator(`form[action*="/accept"] [name="${name}"]`).fill(value);
  await page.locator('form[action*="/accept"] [name="agreement"]').check();
  await page.locator('form[action*="/accept"] button[type="submit"]').click();
}

for (const language of ['en', 'ja'] as const) {
  const text = words[language];

  test(`is granted for the days that were asked for, and extended from the end that there is, in ${language}`, async ({
    browser,
    demo,
  }) => {
    const page = await begin(browser, demo, language);
    const domain = `grant-${language}.example`;
    const email = `it@${domain}`;
    await page.goto(`${demo.url}/invitations/new?email=${email}&company=Spec&domain=${domain}&language=${language}`);
    await settled(page);
    await page.getByRole('combobox', { name: text.duration }).click();
    await page.getByRole('option', { name: text.thirty, exact: true }).click();
    await page.getByRole('button', { name: text.send }).click();
    const invitation = await demo.inbox.waitFor({ to: email });
    expect(invitation.text).toContain('30');

    const customer = await (await personsBrowser(browser, { language, theme: 'light', width: 390, height: 844 })).newPage();
    await customer.goto(linkIn(invitation));
    await expect(customer.locator('main')).toContainText(text.forDays);
    await acceptAsNew(customer, domain);
    await expect(customer.locator('h1')).toBeVisible();

    await page.goto(`${demo.url}/customers?search=${domain}`);
    await page.locator('a[data-row-link]').first().click();
    await page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
    await page.goto(`${page.url().split('?')[0]}?tab=relationship`);
    await expect(page.getByText(text.left(30))).toBeVisible();
    await page.getByRole('button', { name: text.extend }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: text.duration }).click();
    await page.getByRole('option', { name: text.ninety, exact: true }).click();
    await dialog.getByRole('button', { name: text.request }).click();
    await expect(page.getByText(text.asked)).toBeVisible();

    const newest = await demo.inbox.waitFor({ to: email, subject: text.subject });
    await customer.goto(linkIn(newest));
    await expect(customer.locator('main')).toContainText(text.more);
    // The link proves a mailbox; that a global admin answers, the sign-in does.
    await customer.locator('form[action*="/sign-in"] [name="email"]').fill(email);
    await customer.locator('form[action*="/sign-in"] [name="password"]').fill('correct horse battery');
    await customer.locator('form[action*="/sign-in"] button[type="submit"]').click();
    await customer.locator('form[action*="/accept"] button[type="submit"]').click();
    await expect(customer.locator('h1')).toHaveText(text.granted);
    await page.reload();
    await expect(page.getByText(text.left(120))).toBeVisible();
  });

  test(`is looked at in a calendar by keyboard, and those of a day are asked for more, in ${language}`, async ({ browser, demo }) => {
    const page = await begin(browser, demo, language);
    await page.goto(`${demo.url}/customers/expiries`);
    await settled(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(text.calendar);
    const month = page.getByRole('heading', { level: 2 }).first();
    const now = await month.textContent();
    // One day is in the tab order; the keys lead on from it, also into another month and back.
    await page.locator('[role="gridcell"][tabindex="0"]').focus();
    await page.keyboard.press('PageDown');
    await expect(month).not.toHaveText(now ?? '');
    await expect(page.locator('[role="gridcell"]:focus')).toHaveCount(1);
    await page.keyboard.press('PageUp');
    await expect(month).toHaveText(now ?? '');

    // A month in which something ends, and a day of it with one customer.
    for (let step = 0; step < 12 && (await page.locator('[role="gridcell"][aria-disabled="false"]').count()) === 0; step += 1) {
      await page.keyboard.press('PageDown');
      await settled(page);
    }
    const day = page.locator('[role="gridcell"][aria-disabled="false"]').first();
    await day.focus();
    await page.keyboard.press('Space');
    await expect(day).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await expect(day).toBeFocused();
    await page.getByRole('button', { name: text.ask }).click();

    const dialog = page.getByRole('dialog', { name: text.askTitle });
    await dialog.getByRole('combobox', { name: text.duration }).click();
    await page.getByRole('option', { name: text.own }).click();
    await dialog.getByRole('spinbutton', { name: text.days }).fill('0');
    await dialog.getByRole('button', { name: text.askButton }).click();
    await expect(dialog.getByText(text.atLeast)).toBeVisible();
    await dialog.getByRole('spinbutton', { name: text.days }).fill('45');
    await expect(dialog.locator('iframe')).toBeVisible();
    await dialog.getByRole('button', { name: text.askButton }).click();
    await expect(dialog).toBeHidden();
    await page.goto(`${demo.url}/operations?kind=delegated-admin-extend`);
    await settled(page);
    await page.locator('a[data-row-link]').first().click();
    await expect(page.getByText(text.outcome).filter({ visible: true }).first()).toBeVisible({ timeout: 30_000 });
  });

  test(`comes to one’s own calendar program, by an address that dies when it is renewed, in ${language}`, async ({ browser, demo }) => {
    const page = await begin(browser, demo, language);
    await page.goto(`${demo.url}/customers/expiries`);
    await settled(page);
    await page.getByRole('button', { name: text.subscribe }).click();
    const dialog = page.getByRole('dialog');
    const make = dialog.getByRole('button', { name: text.make, exact: true });
    const renew = dialog.getByRole('button', { name: text.renew });
    await expect(make.or(renew)).toBeVisible();
    if (await make.isVisible()) await make.click();
    const field = dialog.locator('input[name="address"]');
    await expect(field).toHaveValue(/\/calendar\/[\w-]+\.ics$/);
    const address = new URL(await field.inputValue());
    const fetched = await page.request.get(`${demo.url}${address.pathname}`);
    expect(fetched.status()).toBe(200);
    expect(await fetched.text()).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*BEGIN:VEVENT\r\n[\s\S]*END:VCALENDAR\r\n$/);
    await renew.click();
    await expect(field).not.toHaveValue(address.href);
    expect((await page.request.get(`${demo.url}${address.pathname}`)).status()).toBe(404);
  });
}

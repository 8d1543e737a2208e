import type { Browser, BrowserContextOptions, Page } from '@playwright/test';

type Language = 'en' | 'ja';

/** How a person has set its screen. */
export interface Look {
  language: Language;
  theme: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A browser of its own for one person, set as it likes it. */
export function personsBrowser(browser: Browser, { language, theme, width = 1280, height = 800 }: Look, more: BrowserContextOptions = {}) {
  return browser.newContext({
    locale: language === 'ja' ? 'ja-JP' : 'en-GB',
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    ...more,
  });
}

/** Signs in on the sign-in page, and stays in the browser's language, whatever the account has chosen elsewhere. */
export async function signIn(page: Page, url: string, account: { email: string; password: string }): Promise<void> {
  await page.addInitScript(() => {
    try {
      localStorage.setItem('clientele-language', navigator.language.slice(0, 2));
    } catch {} // A sandboxed frame has no storage.
  });
  await page.goto(`${url}/sign-in`);
  await page.locator('input[name="email"]').fill(account.email);
  await page.locator('input[name="password"]').fill(account.password);
  await page.locator('form button[type="submit"]').click();
  await page.waitForURL((now) => now.pathname !== '/sign-in');
  await settled(page);
}

/** Until the page has what it shows: nothing loads any more, no skeleton stands in for anything. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"], .animate-pulse') === null);
  await page.evaluate(() => document.fonts.ready);
}

/** The first address on a list page that leads to one of its rows. */
async function firstRow(page: Page, url: string, list: string): Promise<string | null> {
  await page.goto(`${url}${list}`);
  await settled(page);
  const row = page.locator('a[data-row-link]').first();
  return (await row.count()) > 0 ? row.getAttribute('href') : null;
}

/** Every page that a signed-in partner user can come to: its name, for a report or a picture, and its address. */
export async function everyPage(page: Page, url: string): Promise<{ name: string; path: string }[]> {
  const customer = await firstRow(page, url, '/customers');
  const ended = await firstRow(page, url, '/customers?relationship=ended');
  const invitation = await firstRow(page, url, '/invitations');
  const operation = await firstRow(page, url, '/operations?kind=customer-onboarding');
  const rows = await firstRow(page, url, '/operations?kind=customers-tag');
  const waiting = await firstRow(page, url, '/imports');
  const tabs = ['summary', 'account', 'subscriptions', 'users', 'relationship', 'activity'];
  return [
    { name: 'overview', path: '/' },
    { name: 'customers', path: '/customers' },
    { name: 'customers-no-match', path: '/customers?search=zzzzzz' },
    { name: 'customers-new', path: '/customers/new' },
    ...(customer ? tabs.map((tab) => ({ name: `customer-${tab}`, path: `${customer}?tab=${tab}` })) : []),
    ...(ended ? [{ name: 'customer-ended', path: `${ended}?tab=relationship` }] : []),
    { name: 'invitations', path: '/invitations' },
    { name: 'invitations-new', path: '/invitations/new' },
    ...(invitation ? [{ name: 'invitation', path: invitation }] : []),
    { name: 'partnerships', path: '/partnerships' },
    { name: 'partnerships-new', path: '/partnerships/new' },
    { name: 'operations', path: '/operations' },
    ...(operation ? [{ name: 'operation', path: operation }] : []),
    ...(rows ? [{ name: 'operation-rows', path: rows }] : []),
    { name: 'planned-ends', path: '/planned-ends' },
    { name: 'imports', path: '/imports' },
    ...(waiting ? [{ name: 'import-approve', path: waiting }] : []),
    { name: 'activity', path: '/activity' },
    { name: 'queue', path: '/queue' },
    { name: 'settings-invitations', path: '/settings/invitations' },
    { name: 'settings-relationships', path: '/settings/relationships' },
    { name: 'settings-templates', path: '/settings/templates' },
    { name: 'settings-activity', path: '/settings/activity' },
    { name: 'settings-sign-in', path: '/settings/sign-in' },
    { name: 'settings-access', path: '/settings/access' },
    { name: 'settings-api-keys', path: '/settings/api-keys' },
    { name: 'settings-suppressions', path: '/settings/suppressions' },
    { name: 'settings-users', path: '/settings/users' },
    { name: 'account', path: '/account' },
    { name: 'nowhere', path: '/nowhere' },
  ];
}

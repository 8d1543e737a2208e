// Makes the pictures of the README from a demo portal: `node --import tsx e2e/screenshots.ts` after a build. Writes docs/screenshots/*.png.
// With ALL=1 every page in every look, into OUT (a folder outside the repository), to look at them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { chromiumOptions } from './chromium.ts';
import { everyPage, type Look, personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, startPortal } from './portal.ts';

const looks: (Look & { name: string; width: number })[] = [
  { name: 'wide', language: 'en', theme: 'light', width: 1440, height: 900 },
  { name: 'dark', language: 'en', theme: 'dark', width: 1440, height: 900 },
  { name: 'narrow', language: 'en', theme: 'light', width: 390, height: 844 },
  { name: 'ja', language: 'ja', theme: 'light', width: 1440, height: 900 },
];
/** What the README shows, as page and look; `ALL=1` leaves nothing out. */
const chosen = new Set([
  'overview-wide',
  'customers-wide',
  'customers-dark',
  'customers-ja',
  'customer-relationship-wide',
  'invitations-new-wide',
  'invitation-wide',
  'operation-wide',
  'activity-wide',
  'customer-summary-narrow',
]);

const all = process.env.ALL === '1';
const folder = process.env.OUT ?? fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
await mkdir(folder, { recursive: true });

const portal = await startPortal({ queue: 'postgres', arguments: ['demo'] });
const browser = await chromium.launch(chromiumOptions());
try {
  const [account] = accountsOf(portal);
  if (!account) throw new Error(`The demo has printed no account:\n${portal.output()}`);
  for (const { name: look, ...settings } of looks) {
    const context = await personsBrowser(browser, settings, { deviceScaleFactor: settings.width < 500 && !all ? 2 : 1 });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && console.log(`${look} ${page.url()}: ${message.text()}`));
    page.on('pageerror', (error) => console.log(`${look} ${page.url()}: ${error.message}`));
    await signIn(page, portal.url, account);
    for (const { name, path } of await everyPage(page, portal.url)) {
      if (!all && !chosen.has(`${name}-${look}`)) continue;
      await page.goto(`${portal.url}${path}`);
      await settled(page);
      const file = join(folder, `${name}-${look}.png`);
      await page.screenshot({ path: file, fullPage: all, animations: 'disabled' });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      console.log(`${file}${overflow > 0 ? ` (wider than the screen by ${overflow} px)` : ''}`);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await portal.stop();
}

import { mkdir } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { chromiumOptions } from './chromium.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, startPortal } from './portal.ts';

const out = '/tmp/wt-b-shots';
await mkdir(out, { recursive: true });
const portal = await startPortal({ queue: 'postgres', arguments: ['demo'] });
const browser = await chromium.launch(chromiumOptions());
try {
  const accounts = accountsOf(portal);
  for (const [look, s] of Object.entries({
    wide: { language: 'en', theme: 'light', width: 1440, height: 900 },
    dark: { language: 'en', theme: 'dark', width: 1440, height: 900 },
    narrow: { language: 'en', theme: 'light', width: 390, height: 844 },
    ja: { language: 'ja', theme: 'light', width: 1440, height: 900 },
  } as const)) {
    const context = await personsBrowser(browser, s as never);
    const page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && console.log(look, page.url(), m.text()));
    const profile = (await (await fetch(`${portal.url}/find-a-partner?search=Proseware`)).text()).match(
      /find-a-partner\/[\da-f-]{36}/,
    )?.[0];
    for (const [name, path] of [
      ['find', '/find-a-partner'],
      ['find-filtered', '/find-a-partner?search=azure&country=US&industries=finance'],
      ['find-none', '/find-a-partner?search=zzzz'],
      ['profile', `/${profile}`],
      ['gone', '/find-a-partner/x'],
    ]) {
      await page.goto(`${portal.url}${path}${path!.includes('?') ? '&' : '?'}language=${s.language}`);
      await page.screenshot({ path: `${out}/${name}-${look}.png`, fullPage: true });
    }
    await signIn(page, portal.url, accounts[0]!);
    await page.goto(`${portal.url}/business-profile`);
    await settled(page);
    await page.screenshot({ path: `${out}/spa-${look}.png`, fullPage: true });
    if (look === 'wide') {
      await page.goto(`${portal.url}/business-profile/JP`);
      await settled(page);
      await page.screenshot({ path: `${out}/spa-jp.png`, fullPage: true });
      const c2 = await personsBrowser(browser, s as never);
      const p2 = await c2.newPage();
      await signIn(p2, portal.url, accounts[2]!);
      await p2.goto(`${portal.url}/business-profile`);
      await settled(p2);
      await p2.screenshot({ path: `${out}/spa-sales.png` });
      await c2.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  await portal.stop();
}

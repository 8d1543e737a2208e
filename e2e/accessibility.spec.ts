import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { everyPage, languages, personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

const looks = languages.flatMap((language) => (['light', 'dark'] as const).map((theme) => ({ language, theme })));

/** What axe finds serious or critical on the page, one line each. */
async function seriousFindings(page: Page, where: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${where}: ${id} at ${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`),
    );
}

test.describe('axe finds nothing serious', () => {
  for (const look of looks) {
    test(`on any page of the portal, ${look.theme}, in ${look.language}`, async ({ browser, demo }) => {
      test.setTimeout(300_000);
      const context = await personsBrowser(browser, look);
      const page = await context.newPage();
      const found: string[] = [];
      await page.goto(`${demo.url}/sign-in`);
      await settled(page);
      found.push(...(await seriousFindings(page, 'sign-in')));
      const [account] = accountsOf(demo);
      if (!account) throw new Error('The demo has printed no account.');
      await signIn(page, demo.url, account);
      for (const { name, path } of await everyPage(page, demo.url)) {
        await page.goto(`${demo.url}${path}`);
        await settled(page);
        found.push(...(await seriousFindings(page, name)));
      }
      await page.goto(`${demo.url}/`);
      await settled(page);
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').waitFor();
      found.push(...(await seriousFindings(page, 'search')));
      expect(found).toEqual([]);
      await context.close();
    });
  }

  test('on the set-up page, in any language and theme', async ({ browser, portal }) => {
    const found: string[] = [];
    for (const look of looks) {
      const context = await personsBrowser(browser, look);
      const page = await context.newPage();
      await page.goto(portal.url);
      await page.waitForURL('**/setup');
      await settled(page);
      found.push(...(await seriousFindings(page, `${look.language} ${look.theme}`)));
      await page.locator('form button[type="submit"]').click();
      found.push(...(await seriousFindings(page, `${look.language} ${look.theme} with errors`)));
      await context.close();
    }
    expect(found).toEqual([]);
  });
});

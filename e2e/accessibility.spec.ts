import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Partner } from './partner.ts';
import { everyPage, type Look, personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

/** What axe finds serious or critical on the page, one line each. */
async function seriousFindings(page: Page, where: string): Promise<string[]> {
  // In the page itself, not from a tab of its own; the mail of a preview is not ours to judge here.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ iframes: false, resultTypes: ['violations'] })
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${where}: ${id} at ${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`),
    );
}

const [wide, narrow] = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];
/** Both themes, widths and languages, in pairs: what one pair does not show, the other does. */
const pairs: Record<'en' | 'ja', [Look, Look]> = {
  en: [
    { language: 'en', theme: 'light', ...wide },
    { language: 'en', theme: 'dark', ...narrow },
  ],
  ja: [
    { language: 'ja', theme: 'dark', ...wide },
    { language: 'ja', theme: 'light', ...narrow },
  ],
};

/** Looks at what is on the screen in each look, without loading it again. */
async function findingsIn(page: Page, looks: readonly Look[], where: string): Promise<string[]> {
  const found: string[] = [];
  for (const { language, theme, width = 0, height = 0 } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((isDark) => document.documentElement.classList.contains('dark') === isDark, theme === 'dark');
    await settled(page);
    found.push(...(await seriousFindings(page, `${where}, ${language} ${theme} ${width}`)));
  }
  return found;
}

test.describe('axe finds nothing serious', () => {
  for (const language of ['en', 'ja'] as const) {
    test(`on any page of the portal, in ${language}, light and dark, wide and narrow`, async ({ browser, demo }) => {
      const looks = pairs[language];
      const context = await personsBrowser(browser, looks[0]);
      const page = await context.newPage();
      const found: string[] = [];
      await page.goto(`${demo.url}/sign-in`);
      found.push(...(await findingsIn(page, looks, 'sign-in')));
      const [account] = accountsOf(demo);
      if (!account) throw new Error('The demo has printed no account.');
      await page.setViewportSize(wide);
      await signIn(page, demo.url, account);
      for (const { name, path } of await everyPage(page, demo.url)) {
        await page.goto(`${demo.url}${path}`);
        found.push(...(await findingsIn(page, looks, name)));
      }
      await page.goto(`${demo.url}/`);
      await settled(page);
      for (const [key, name] of [
        ['Control+K', 'search'],
        ['?', 'keys'],
      ] as const) {
        await page.keyboard.press(key);
        await page.getByRole('dialog').waitFor();
        found.push(...(await seriousFindings(page, name)));
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
      expect(found).toEqual([]);
      await context.close();
    });
  }

  test('on the set-up page, with and without errors, in any language and look', async ({ browser, portal }) => {
    const found: string[] = [];
    for (const looks of Object.values(pairs)) {
      const context = await personsBrowser(browser, looks[0]);
      const page = await context.newPage();
      await page.goto(portal.url);
      await page.waitForURL('**/setup');
      found.push(...(await findingsIn(page, looks, 'set-up')));
      await page.locator('form button[type="submit"]').click();
      found.push(...(await findingsIn(page, looks, 'set-up with errors')));
      await context.close();
    }
    expect(found).toEqual([]);
  });

  // After the set-up page: it sets the portal up.
  test('on the page where a customer accepts the agreement, as it comes, with errors and as a receipt', async ({ browser, portal }) => {
    const partner = await Partner.of(portal);
    const found: string[] = [];
    for (const look of Object.values(pairs).flat()) {
      const { language, theme, width } = look;
      const where = `${language} ${theme} ${width}`;
      const prefix = `axe-${language}-${theme}`;
      const customerId = await partner.addCustomer({
        companyName: `Axe ${where}`,
        domainPrefix: prefix,
        country: 'US',
        address: { line1: '1 Pine Street', city: 'Seattle', state: 'WA', postalCode: '98101' },
        contact: { firstName: 'Ada', lastName: 'Moreno', email: `ada@${prefix}.example` },
        language,
        agreement: { by: 'customer' },
        subscriptions: [],
      });
      const context = await personsBrowser(browser, look);
      const page = await context.newPage();
      await page.goto(await partner.askAgreement(customerId, `ada@${prefix}.example`));
      found.push(...(await seriousFindings(page, `agreement, ${where}`)));
      const send = page.locator('form[action*="/accept"] button[type="submit"]');
      await page.locator('form[action*="/accept"]').evaluate((form: HTMLFormElement) => {
        form.noValidate = true; // The server's errors are looked at, not the browser's.
      });
      await send.click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      found.push(...(await seriousFindings(page, `agreement with errors, ${where}`)));
      await page.locator('input[name="firstName"]').fill('Ada');
      await page.locator('input[name="lastName"]').fill('Moreno');
      await page.locator('input[name="agreement"]').check();
      await send.click();
      await page.getByText('Ada Moreno').waitFor();
      found.push(...(await seriousFindings(page, `agreement accepted, ${where}`)));
      await context.close();
    }
    expect(found).toEqual([]);
    await partner.close();
  });

  test('on the page where a customer answers an invitation: as it comes, with errors, accepted, declined, taken back, handed over', async ({
    browser,
    portal,
  }) => {
    const partner = await Partner.of(portal);
    const found: string[] = [];
    for (const look of Object.values(pairs).flat()) {
      const { language, theme, width } = look;
      const where = `${language} ${theme} ${width}`;
      const invite = (name: string) => {
        const domain = `${name}-${language}-${theme}.example`;
        return partner.invite({ email: `ada@${domain}`, companyName: name, domain, language, delegatedAdmin: true });
      };
      const context = await personsBrowser(browser, look);
      const page = await context.newPage();
      const see = async (name: string) => found.push(...(await seriousFindings(page, `invitation ${name}, ${where}`)));

      await page.goto((await invite('accepts')).link);
      await see('as it comes');
      const accept = page.locator('form[action*="/accept"]');
      await accept.evaluate((form: HTMLFormElement) => {
        form.noValidate = true; // The server's errors are looked at, not the browser's.
      });
      await accept.locator('button[type="submit"]').click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      await see('with errors');
      await page.locator('input[name="firstName"]').fill('Ada');
      await page.locator('input[name="lastName"]').fill('Moreno');
      await page.locator('input[type="password"]').first().fill('a long enough password');
      await page.locator('input[type="checkbox"][required]').first().check();
      await accept.locator('button[type="submit"]').click();
      await accept.waitFor({ state: 'detached' });
      await see('accepted');

      await page.goto((await invite('declines')).link);
      await page.locator('form[action*="/decline"]').evaluate((form: HTMLFormElement) => form.closest('details')?.setAttribute('open', ''));
      await page.locator('form[action*="/decline"] button[type="submit"]').click();
      await page.locator('form').first().waitFor({ state: 'detached' });
      await see('declined');

      const { id, link } = await invite('waits');
      await partner.revoke(id);
      await page.goto(link);
      await see('taken back');

      const handed = await invite('hands-over');
      await page.goto(handed.link);
      const handOver = page.locator('form[action*="/hand-over"]');
      const open = () => handOver.evaluate((form: HTMLFormElement) => form.closest('details')?.setAttribute('open', ''));
      await open();
      await handOver.evaluate((form: HTMLFormElement) => {
        form.noValidate = true;
      });
      await handOver.locator('button[type="submit"]').click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      await see('handing over, with errors');
      await page.locator('input[name="adminName"]').fill('Ren Sato');
      await page.locator('input[name="adminEmail"]').fill(`ren@hands-over-${language}-${theme}.example`);
      await handOver.locator('button[type="submit"]').click();
      await handOver.waitFor({ state: 'detached' });
      await see('handing over, waits');
      await partner.approveHandOver(handed.id);
      await page.goto(handed.link);
      await see('handed over');
      await page.goto(`${portal.url}/i/nothing`);
      await see('unknown');
      await context.close();
    }
    expect(found).toEqual([]);
    await partner.close();
  });

  test('on the customer’s own pages: signing in, partners, a partner, taking away, the agreement, receipts, and as a plain user', async ({
    browser,
    demo,
  }) => {
    const found: string[] = [];
    for (const look of Object.values(pairs).flat()) {
      const { language, theme, width } = look;
      const context = await personsBrowser(browser, look);
      const page = await context.newPage();
      const see = async (name: string) => found.push(...(await seriousFindings(page, `own page ${name}, ${language} ${theme} ${width}`)));
      const go = (path: string) => page.goto(`${demo.url}/my${path}`);
      for (const [name, path] of [
        ['sign-in', '/sign-in'],
        ['link sent', '/sign-in/sent'],
        ['link over', '/sign-in/nothing'],
        ['check', '/receipts/check'],
        ['check, not ours', '/receipts/check?number=1&code=2'],
      ] as const) {
        await go(path);
        await see(name);
      }
      for (const [email, who] of [
        ['nora@alpineskihouse.example', 'admin'],
        ['tim@alpineskihouse.example', 'user'],
      ] as const) {
        await go('/sign-in');
        const form = page.locator('form', { has: page.locator('input[name="password"]') });
        await form.evaluate((one: HTMLFormElement) => {
          one.noValidate = true; // The server's errors are looked at, not the browser's.
        });
        await form.locator('button').click();
        await page.locator('[aria-invalid="true"]').first().waitFor();
        await see('sign-in with errors');
        await form.locator('input[name="email"]').fill(email);
        await form.locator('input[name="password"]').fill('welcome to the demo');
        await form.locator('button').click();
        await page.locator('article').first().waitFor();
        await see(`partners, ${who}`);
        const [first = ''] = await page
          .locator('article .acts a.second')
          .evaluateAll((all: HTMLAnchorElement[]) => all.map((one) => one.pathname));
        for (const more of ['', '/delegated-admin', '/agreement']) {
          await page.goto(`${demo.url}${first}${more}?language=${language}`);
          await see(`${more || 'partner'}, ${who}`);
        }
        await page.goto(`${demo.url}${first}?language=${language}`);
        await page.locator('.rows .go a').first().click();
        await page.locator('strong[translate="no"]').waitFor();
        await see(`receipt, ${who}`);
        await go(`?language=${language}`);
        await page.locator('.session button').click();
        await page.locator('form input[name="password"]').waitFor();
      }
      await context.close();
    }
    expect(found).toEqual([]);
  });
});

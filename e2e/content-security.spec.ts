import type { Page } from '@playwright/test';
import { Partner } from './partner.ts';
import { everyPage, personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

/** Gathers what the policy has refused on any page of this browser, frames too. */
async function refusals(page: Page): Promise<Set<string>> {
  const found = new Set<string>();
  await page.exposeFunction('noteRefusal', (line: string) => void found.add(line));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber, sample }) => {
      const line = `${location.pathname}: ${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber} ${sample}`;
      (window as unknown as { noteRefusal?: (line: string) => void }).noteRefusal?.(line);
    });
  });
  page.on('console', (message) => {
    // What stands in the document before any script runs is only told here.
    if (/Content[- ]Security[- ]Policy/i.test(message.text())) found.add(`${new URL(page.url()).pathname}: ${message.text()}`);
  });
  return found;
}

/** Opens every menu, list and dialog that a page's own buttons open, one after the other. */
async function openAll(page: Page): Promise<void> {
  const openers = page.locator('main :is([aria-haspopup], [role="combobox"]):visible:not([disabled])');
  for (let n = 0; n < Math.min(await openers.count(), 12); n += 1) {
    await openers
      .nth(n)
      .click({ timeout: 2000 })
      .catch(() => {});
    await page.keyboard.press('Escape');
  }
}

test.describe('the content security policy, without unsafe-inline for scripts and styles, refuses nothing that we need', () => {
  test('on any page of the portal', async ({ browser, demo }) => {
    test.setTimeout(420_000);
    const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
    const page = await context.newPage();
    const found = await refusals(page);
    const answer = await page.goto(`${demo.url}/sign-in`);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe-|\*/);
    const [account] = accountsOf(demo);
    if (!account) throw new Error('The demo has printed no account.');
    await signIn(page, demo.url, account);
    for (const { path } of await everyPage(page, demo.url)) {
      await page.goto(`${demo.url}${path}`);
      await settled(page);
      await openAll(page);
    }
    // The theme's change, the search.
    await page.goto(`${demo.url}/`);
    await settled(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.keyboard.press('Control+K');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect([...found]).toEqual([]);
    await context.close();
  });

  test('shows a mail with its styles all the same, in a frame that runs no script and has no origin', async ({ browser, demo }) => {
    const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
    const page = await context.newPage();
    const found = await refusals(page);
    const [account] = accountsOf(demo);
    if (!account) throw new Error('The demo has printed no account.');
    await signIn(page, demo.url, account);
    await page.goto(`${demo.url}/invitations/new`);
    await settled(page);
    const mail = page.frameLocator('iframe[src="/pages/mail-frame"]');
    await mail.locator('table, p').first().waitFor();
    const looks = await mail.locator('body').evaluate((body) => ({
      styled: [...body.querySelectorAll<HTMLElement>('[style]')].some((one) => one.style.length > 0),
      origin: self.origin,
    }));
    expect(looks).toEqual({ styled: true, origin: 'null' });
    expect([...found]).toEqual([]);
    // What a mail could bring along does nothing.
    await page.evaluate(() => {
      const frame = document.querySelector<HTMLIFrameElement>('iframe[src="/pages/mail-frame"]');
      frame?.contentWindow?.postMessage(
        '<p id="now">now</p><script>document.title = "ran"</script><img src="x" onerror="document.title = \'ran\'">',
        '*',
      );
    });
    await mail.locator('#now').waitFor();
    expect(await mail.locator('html').evaluate(() => document.title)).toBe('');
    await context.close();
  });

  test('on the pages of customers', async ({ browser, portal }) => {
    const partner = await Partner.of(portal);
    const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
    const page = await context.newPage();
    const found = await refusals(page);
    const { link } = await partner.invite({
      email: 'ada@policy.example',
      companyName: 'Policy',
      domain: 'policy.example',
      delegatedAdmin: true,
    });
    for (const path of [
      link,
      `${portal.url}/i/nothing`,
      `${portal.url}/my/sign-in`,
      `${portal.url}/my/receipts/check`,
      `${portal.url}/u/nothing`,
    ]) {
      const answer = await page.goto(path);
      expect(answer?.headers()['content-security-policy']).not.toMatch(/unsafe-|\*/);
      await page.locator('h1').first().waitFor();
      // The style sheet is there.
      expect(await page.evaluate(() => document.styleSheets.length)).toBe(1);
    }
    await page.mouse.move(10, 10);
    expect([...found]).toEqual([]);
    await context.close();
    await partner.close();
  });

  test('on the customer’s own pages, for who is signed in', async ({ browser, demo }) => {
    const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
    const page = await context.newPage();
    const found = await refusals(page);
    await page.goto(`${demo.url}/my/sign-in`);
    const form = page.locator('form', { has: page.locator('input[name="password"]') });
    await form.locator('input[name="email"]').fill('nora@alpineskihouse.example');
    await form.locator('input[name="password"]').fill('welcome to the demo');
    await form.locator('button').click();
    await page.locator('article').first().waitFor();
    const [first = ''] = await page
      .locator('article .acts a.second')
      .evaluateAll((all: HTMLAnchorElement[]) => all.map((one) => one.pathname));
    for (const more of ['', '/delegated-admin', '/agreement']) {
      await page.goto(`${demo.url}${first}${more}`);
      await page.locator('h1').first().waitFor();
    }
    await page.goto(`${demo.url}${first}`);
    await page.locator('.rows .go a').first().click();
    await page.locator('strong[translate="no"]').waitFor();
    expect([...found]).toEqual([]);
    await context.close();
  });

  test('on the documentation of the API', async ({ browser, portal }) => {
    const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
    const page = await context.newPage();
    const found = await refusals(page);
    await page.goto(`${portal.url}/api/docs`);
    await page.getByText('Partner users', { exact: false }).first().waitFor();
    await page.locator('.opblock-tag').first().click();
    await page.locator('.opblock-summary-control').first().click();
    await page.locator('.opblock-body').first().waitFor();
    await page.locator('.try-out__btn').first().click();
    expect([...found]).toEqual([]);
    await context.close();
  });

  test('lets in no style and no script that somebody else has put into a page', async ({ browser, portal }) => {
    const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
    const page = await context.newPage();
    const found = await refusals(page);
    await page.goto(`${portal.url}/sign-in`);
    await page.locator('form').waitFor();
    const ran = await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<i id="evil" style="position:fixed">x</i><style>#evil{color:rgb(1,2,3)}</style>');
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      const evil = document.querySelector('#evil') as HTMLElement;
      return [
        (window as unknown as { ran?: boolean }).ran,
        getComputedStyle(evil).position,
        getComputedStyle(evil).color === 'rgb(1, 2, 3)',
      ];
    });
    expect(ran).toEqual([undefined, 'static', false]);
    await expect.poll(() => found.size).toBeGreaterThanOrEqual(3);
    await context.close();
  });
});

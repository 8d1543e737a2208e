import type { Page } from '@playwright/test';
import { Partner } from './partner.ts';
import { personsBrowser } from './places.ts';
import { expect, test } from './portal.ts';

/** A customer's phone. Without JavaScript: the pages must do without. */
const phone = { language: 'en', theme: 'light', width: 360, height: 740 } as const;

async function fillAccount(page: Page, password = 'a long enough password'): Promise<void> {
  await page.getByLabel('First name').fill('Megan');
  await page.getByLabel('Last name').fill('Bowen');
  await page.getByLabel('Password').first().fill(password);
}

test.describe('the customer, on a phone without JavaScript', () => {
  let partner: Partner;
  test.beforeAll(async ({ portal }) => {
    partner = await Partner.of(portal);
  });
  test.afterAll(async () => {
    await partner?.close();
  });

  test('reads who asks and for what, corrects a mistake at its field, accepts, and has a receipt', async ({ browser }) => {
    const invitation = await partner.invite({
      email: 'megan@contoso.example',
      companyName: 'Contoso',
      recipientName: 'Megan Bowen',
      domain: 'contoso.example',
      delegatedAdmin: true,
    });
    const page = await (await personsBrowser(browser, phone, { javaScriptEnabled: false })).newPage();
    await page.goto(invitation.link);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fabrikam asks to become a reseller partner of Contoso');
    await expect(page).toHaveTitle(/^Fabrikam asks/);
    await expect(page.getByText(invitation.matchCode)).toBeVisible();
    await expect(page.getByText('Administer your organisation for you (delegated admin)')).toBeVisible();
    await page.getByText('Read the customer agreement', { exact: true }).click();
    await expect(page.getByRole('region', { name: /^Customer agreement:/ })).toBeVisible();

    await fillAccount(page);
    await page.getByLabel('Primary domain').fill('http://contoso');
    await page.getByLabel(/I have read the customer agreement/).check();
    await page.getByRole('button', { name: 'Accept and open the account' }).click();
    await expect(page).toHaveTitle(/^Error: /);
    await expect(page.getByRole('alert')).toContainText('Primary domain: This is not a domain.');
    await expect(page.getByLabel('Primary domain')).toHaveValue('http://contoso');
    await expect(page.getByLabel('First name')).toHaveValue('Megan');
    await expect(page.getByLabel(/I have read the customer agreement/)).toBeChecked();
    expect((await partner.stateOf(invitation.id)).state).toBe('pending');

    await page.getByLabel('Primary domain').fill('contoso.example');
    await page.getByLabel('Password').first().fill('a long enough password');
    await page.getByRole('button', { name: 'Accept and open the account' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fabrikam is now a reseller partner of Contoso');
    await expect(page.getByText(/^Granted until .* can be taken away at any time$/)).toBeVisible();
    await expect(page.getByRole('link', { name: 'your own page', exact: true })).toHaveAttribute('href', '/my?language=en');
    expect(await partner.customers()).toContainEqual(
      expect.objectContaining({ domain: 'contoso.example', relationship: 'active', delegatedAdmin: true, agreementAccepted: true }),
    );
    await page.goto(invitation.link);
    await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
    await page.context().close();
  });

  test('cannot answer for an organisation that is here already, until one of its global admins signs in', async ({ browser }) => {
    const first = await partner.invite({ email: 'admin@tailspin.example', companyName: 'Tailspin', domain: 'tailspin.example' });
    const page = await (await personsBrowser(browser, phone, { javaScriptEnabled: false })).newPage();
    await page.goto(first.link);
    await fillAccount(page, 'the password of tailspin');
    await page.getByLabel(/I have read the customer agreement/).check();
    await page.getByRole('button', { name: 'Accept and open the account' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fabrikam is now a reseller partner of Tailspin');
    await page.context().close();

    const { customerId } = await partner.end('tailspin.example');
    const second = await partner.reinstate(customerId);
    const other = await (await personsBrowser(browser, phone, { javaScriptEnabled: false })).newPage();
    await other.goto(second.link);
    await expect(other.getByRole('heading', { name: 'Sign in to answer' })).toBeVisible();
    await expect(other.getByRole('button', { name: /Accept|Decline/ })).toHaveCount(0);
    // Who must be handed the request over to has an address, too.
    const signIn = other.locator('form[action*="/sign-in"]');
    await signIn.getByLabel('E-mail address').fill('admin@tailspin.example');
    await signIn.getByLabel('Password').fill('not the password');
    await signIn.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(other.getByRole('alert')).toHaveText('E-mail address or password is not right. Please try again.');
    await expect(signIn.getByLabel('E-mail address')).toHaveValue('admin@tailspin.example');
    await signIn.getByLabel('Password').fill('the password of tailspin');
    await signIn.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(other.getByText('Signed in as Megan Bowen, global admin of Tailspin.')).toBeVisible();
    await other.getByRole('button', { name: 'Accept' }).click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Fabrikam is now a reseller partner of Tailspin');
    expect(await partner.customers()).toContainEqual(expect.objectContaining({ domain: 'tailspin.example', relationship: 'active' }));
    await other.context().close();
  });

  test('declines in Japanese with a reason that the partner reads', async ({ browser }) => {
    const invitation = await partner.invite({ email: 'aiko@litware.example', companyName: 'リトウェア', language: 'ja' });
    const page = await (await personsBrowser(browser, { ...phone, language: 'ja' }, { javaScriptEnabled: false })).newPage();
    await page.goto(invitation.link);
    await expect(page.locator('html')).toHaveAttribute('lang', 'ja');
    await page.getByText('辞退する場合').click();
    await page.getByLabel('理由(任意)').fill('ほかの会社と契約しています。');
    await page.getByRole('button', { name: '依頼を辞退する' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('リトウェア 様への依頼は辞退されました');
    expect(await partner.stateOf(invitation.id)).toMatchObject({ state: 'declined', declineReason: 'ほかの会社と契約しています。' });
    await page.context().close();
  });

  test('is told when the request was taken back while the page was open, and that nothing has changed', async ({ browser }) => {
    const invitation = await partner.invite({ email: 'ren@wingtip.example', companyName: 'Wingtip', domain: 'wingtip.example' });
    const page = await (await personsBrowser(browser, phone, { javaScriptEnabled: false })).newPage();
    await page.goto(invitation.link);
    await partner.revoke(invitation.id);
    await fillAccount(page);
    await page.getByLabel(/I have read the customer agreement/).check();
    await page.getByRole('button', { name: 'Accept and open the account' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fabrikam has taken this request back');
    expect((await partner.customers()).some(({ companyName }) => companyName === 'Wingtip')).toBe(false);
    await page.context().close();
  });

  test('is told at the sign-in of partners that it is not for customers', async ({ portal, browser }) => {
    const { link } = await partner.invite({ email: 'it@proseware.example', companyName: 'Proseware', domain: 'proseware.example' });
    const page = await (await personsBrowser(browser, phone)).newPage();
    await page.goto(link);
    await fillAccount(page);
    await page.getByLabel(/I have read the customer agreement/).check();
    await page.getByRole('button', { name: 'Accept and open the account' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fabrikam is now a reseller partner of Proseware');
    await page.goto(`${portal.url}/sign-in`);
    await page.getByLabel('E-mail address').fill('it@proseware.example');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('This account belongs to a customer');
    await expect(page.getByRole('link', { name: /Go to your own page$/ })).toHaveAttribute('href', '/my');
    expect((await page.request.get(`${portal.url}/api/session`)).status()).toBe(401);
    await page.context().close();
  });

  test('sees one and the same page for a link that is cut, forged or unknown', async ({ portal, browser }) => {
    const { link } = await partner.invite({ email: 'x@adatum.example', companyName: 'Adatum' });
    const page = await (await personsBrowser(browser, phone, { javaScriptEnabled: false })).newPage();
    for (const bad of [link.slice(0, -3), `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`, `${portal.url}/i/nothing`]) {
      const response = await page.goto(bad);
      expect(response?.status()).toBe(404);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link does not work');
    }
    await page.context().close();
  });
});

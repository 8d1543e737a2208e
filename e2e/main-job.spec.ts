import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from '@playwright/test';
import { linkIn, type Mail } from './inbox.ts';
import { admin } from './partner.ts';
import { personsBrowser } from './places.ts';
import { expect, type Portal, test } from './portal.ts';

// The main job, 1 to 7, by clicking, on a portal that nobody has set up yet. Each test goes on where the one before ended.
test.use({ sharing: 'main job' });
test.describe.configure({ mode: 'serial' });
test.skip(({ queue }) => queue === 'redis' && !process.env.TEST_REDIS_URL, 'TEST_REDIS_URL is not set');

const contact = { firstName: 'Ada', lastName: 'Byron', email: 'ada@contoso.example', phone: '+44 20 7946 0958' };
const megan = { firstName: 'Megan', lastName: 'Bowen', email: 'megan@tailspin.example', password: 'a long enough password' };

/** Anna, the partner's admin: the page she works on, and her customer list, open in a second tab all the time. */
let anna: Page;
let annasList: Page;
/** The sign-in of Contoso's first admin, as it was shown once. */
const contoso = { signInName: '', password: '' };
/** Where Tailspin's invitation is: its page, and the mail that arrived. */
const tailspin: { page: string; mail?: Mail } = { page: '' };
let reinstatement: Mail | undefined;

/** A browser of its own for somebody: no cookie is shared with anybody else. */
async function pageOf(browser: Browser, language: 'en' | 'ja' = 'en'): Promise<Page> {
  const context = await personsBrowser(browser, { language, theme: 'light' }, { acceptDownloads: true });
  return context.newPage();
}

/** A mark that a reload wipes away. */
const markPage = (page: Page) => page.evaluate(() => Object.assign(window, { notReloaded: true }));
const isNotReloaded = (page: Page) => page.evaluate(() => 'notReloaded' in window);

const row = (page: Page, name: string | RegExp): Locator => page.getByRole('row').filter({ has: page.getByRole('link', { name }) });
const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: place }).click();
const openTab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Parts of this customer' }).getByRole('link', { name }).click();
const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true }).click();
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** Opens a customer from the list, whatever its relationship. */
async function openCustomer(page: Page, name: string): Promise<void> {
  await goTo(page, 'Customers');
  await page.getByRole('button', { name: 'Relationship' }).first().click();
  await page.getByRole('option', { name: 'All' }).click();
  await page.getByRole('link', { name, exact: true }).click();
  await expect(heading(page)).toHaveText(name);
}

/** What the server says of something, as Anna may see it. */
async function ask<Answer>(portal: Portal, path: string): Promise<Answer> {
  const response = await anna.request.get(`${portal.url}${path}`);
  expect(response.ok(), `${path} answered ${response.status()}`).toBe(true);
  return (await response.json()) as Answer;
}

/** Opens a mail in the inbox's own page, and follows its button. */
async function followMail(page: Page, portal: Portal, mail: Mail, button: string): Promise<Page> {
  await page.goto(portal.inbox.pageOf(mail));
  const link = page.frameLocator('iframe').getByRole('link', { name: button });
  expect(await link.getAttribute('href')).toBe(linkIn(mail));
  const opened = page.context().waitForEvent('page');
  await link.click();
  return opened;
}

test.afterAll(async () => {
  await anna?.context().close();
});

test('1. the portal is set up with the printed code, and its admin signs in', async ({ browser, portal }) => {
  anna = await pageOf(browser);
  await anna.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: portal.url });
  await anna.goto(portal.url);
  await expect(heading(anna)).toHaveText('Set up Clientele');
  await expect(anna.getByRole('radio', { name: 'Public cloud' })).toBeChecked();
  await expect(anna.getByRole('radio', { name: 'Direct partner' })).toBeChecked();

  await anna.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(anna.getByLabel('Set-up code')).toHaveAccessibleDescription(/Please fill this in/);
  await anna.getByLabel('Set-up code').fill('AAAA-BBBB-CCCC');
  await anna.getByLabel('Name of the organisation').fill('Fabrikam');
  await anna.getByLabel('Country or region').click();
  await anna.getByRole('combobox', { name: 'Search countries and regions' }).fill('germ');
  await anna.getByRole('option', { name: 'Germany' }).click();
  await anna.getByLabel('First name').fill(admin.firstName);
  await anna.getByLabel('Last name').fill(admin.lastName);
  await anna.getByLabel('E-mail address').fill(admin.email);
  await anna.getByLabel('Password').fill(admin.password);
  await anna.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(anna.getByLabel('Set-up code')).toHaveAccessibleDescription(/This set-up code is not valid/);
  await expect(anna.getByLabel('Name of the organisation')).toHaveValue('Fabrikam');

  await anna.getByLabel('Set-up code').fill(portal.setUpCode ?? '');
  await anna.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(heading(anna)).toHaveText('Overview');
  await expect(anna.getByText('Direct partner', { exact: true })).toBeVisible();

  await anna.getByRole('button', { name: `Account of ${admin.firstName} ${admin.lastName}` }).click();
  await anna.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(anna)).toHaveText('Sign in');
  await anna.getByLabel('E-mail address').fill(admin.email);
  await anna.getByLabel('Password').fill('not my password');
  await anna.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(anna.getByRole('alert')).toContainText('E-mail address or password is wrong.');
  await anna.getByLabel('Password').fill(admin.password);
  await anna.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(heading(anna)).toHaveText('Overview');

  annasList = await anna.context().newPage();
  await annasList.goto(`${portal.url}/customers`);
  await expect(annasList.getByText('No customers yet')).toBeVisible();
  await markPage(annasList);
});

test('2. a customer is added in four steps; its password is shown once', async ({ portal }) => {
  await goTo(anna, 'Customers');
  await anna.getByRole('link', { name: 'Add a customer' }).first().click();
  await expect(heading(anna)).toHaveText('Add a customer');
  await anna.getByLabel('Company name').fill('Contoso');
  await expect(anna.getByLabel('Primary domain')).toHaveValue('contoso');
  await expect(anna.getByText('contoso.clientele.cloud is free.')).toBeVisible();
  await anna.getByLabel('Street and number').fill('Leopoldstraße 12');
  await anna.getByLabel('City').fill('München');
  await anna.getByLabel('Postal code').fill('8080');
  await next(anna);
  const postalCode = anna.getByLabel('Postal code');
  await expect(postalCode).toHaveAccessibleDescription(/This is not a postal code of Germany; one looks like \d{5}/);
  await expect(postalCode).toBeFocused();
  await postalCode.fill('80802');
  await next(anna);

  await expect(anna.getByRole('heading', { name: 'Contact and agreement' })).toBeVisible();
  await anna.getByLabel('First name').fill(contact.firstName);
  await anna.getByLabel('Last name').fill(contact.lastName);
  await anna.getByLabel('E-mail address').fill(contact.email);
  await anna.getByLabel('Phone').fill(contact.phone);
  await expect(anna.getByRole('radio', { name: 'The customer has accepted it' })).toBeChecked();
  await next(anna);
  // Nobody attests by pressing "Next".
  const accepted = anna.getByLabel('Accepted on');
  await expect(accepted).toBeFocused();
  await accepted.fill(new Date().toISOString().slice(0, 10));
  await next(anna);

  await expect(anna.getByRole('heading', { name: 'Subscriptions' })).toBeVisible();
  await anna.getByRole('checkbox', { name: 'Microsoft 365 Business Standard' }).check();
  await anna.getByLabel('Quantity of Microsoft 365 Business Standard').fill('301');
  await next(anna);
  await expect(anna.getByText('Too large: at most 300.')).toBeVisible();
  await anna.getByLabel('Quantity of Microsoft 365 Business Standard').fill('12');
  await next(anna);

  await expect(anna.getByRole('heading', { name: 'Review' })).toBeVisible();
  await expect(anna.getByText('contoso.clientele.cloud')).toBeVisible();
  await expect(anna.getByText('× 12')).toBeVisible();
  await markPage(anna);
  await anna.getByRole('button', { name: 'Add Contoso' }).click();

  await expect(heading(anna)).toHaveText('Add Contoso');
  const steps = anna.getByRole('region', { name: 'Steps' });
  await expect(steps.getByRole('status').filter({ hasText: 'Contoso is on your customer list.' })).toBeVisible();
  await expect(steps.getByRole('listitem')).toHaveCount(8);
  await expect(steps.getByRole('listitem').filter({ hasText: ': Done' })).toHaveCount(8);
  expect(await isNotReloaded(anna)).toBe(true);

  await anna.getByRole('button', { name: 'Show the temporary password once' }).click();
  const credentials = anna.getByRole('region', { name: 'Sign-in of the first global admin' });
  contoso.password = await credentials.getByTestId('temporary-password').innerText();
  contoso.signInName = 'admin@contoso.clientele.cloud';
  expect(contoso.password.length).toBeGreaterThanOrEqual(12);
  await expect(credentials).toContainText(contoso.signInName);
  await anna.reload();
  await expect(credentials).toContainText('It has been shown already and cannot be shown again.');
  await expect(anna.getByText(contoso.password)).toHaveCount(0);

  await expect(row(annasList, 'Contoso')).toContainText('Active');
  expect(await isNotReloaded(annasList)).toBe(true);
  const welcome = await portal.inbox.waitFor({ to: contact.email, subject: /The account of Contoso is ready/ });
  expect(welcome.text).toContain(contoso.signInName);
  expect(`${welcome.text}${welcome.html}`).not.toContain(contoso.password);
});

test('2. a domain that is taken is refused at its field, and another one is added', async () => {
  await goTo(anna, 'Customers');
  await anna.getByRole('link', { name: 'Add a customer' }).click();
  await anna.getByLabel('Company name').fill('Adatum');
  await anna.getByLabel('Primary domain').fill('contoso');
  const domain = anna.getByLabel('Primary domain');
  await expect(domain).toHaveAccessibleDescription(/This domain is already taken\./);
  await anna.getByLabel('Street and number').fill('Kaiserstraße 1');
  await anna.getByLabel('City').fill('Frankfurt');
  await anna.getByLabel('Postal code').fill('60311');
  await next(anna);
  await expect(domain).toBeFocused();
  await domain.fill('adatum');
  await expect(anna.getByText('adatum.clientele.cloud is free.')).toBeVisible();
  await next(anna);
  await anna.getByLabel('First name').fill('Kai');
  await anna.getByLabel('Last name').fill('Axford');
  await anna.getByLabel('E-mail address').fill('kai@adatum.example');
  await anna.getByRole('radio', { name: 'The customer will accept it itself' }).click();
  await next(anna);
  await expect(anna.getByText('The customer cannot buy before it has accepted the customer agreement.')).toBeVisible();
  await next(anna);
  await anna.getByRole('button', { name: 'Add Adatum' }).click();
  await expect(anna.getByRole('status').filter({ hasText: 'Adatum is on your customer list.' })).toBeVisible();
  await expect(row(annasList, 'Adatum')).toContainText('Active');
});

test('2. notes, tags, contact and support contact are written down', async () => {
  await openCustomer(anna, 'Contoso');
  await anna.getByRole('button', { name: 'Edit: Notes' }).click();
  await anna.getByRole('textbox', { name: 'Notes' }).fill('Renewal talk in March.');
  await anna.getByRole('button', { name: 'Save' }).click();
  await expect(anna.getByText('Renewal talk in March.')).toBeVisible();
  await anna.getByRole('button', { name: 'Edit: Tags' }).click();
  await anna.getByRole('textbox', { name: 'Tags' }).pressSequentially('key account');
  await anna.keyboard.press('Enter');
  await anna.getByRole('button', { name: 'Save' }).click();
  await expect(anna.getByRole('link', { name: 'key account' })).toBeVisible();
  await openTab(anna, 'Account');
  await anna.getByRole('button', { name: 'Edit: Contact' }).click();
  await anna.getByLabel('Phone').fill('+44 20 7946 0111');
  await anna.getByLabel('Support contact').fill('Anna Weber, extension 12');
  await anna.getByRole('button', { name: 'Save' }).click();
  const effects = anna.getByRole('dialog', { name: 'What this change will cause' });
  await expect(effects).toContainText('Anna Weber, extension 12');
  await effects.getByRole('button', { name: 'Save the change' }).click();
  await expect(effects).toBeHidden();
  await expect(anna.getByText('Anna Weber, extension 12')).toBeVisible();
  await expect(anna.getByText('+44 20 7946 0111')).toBeVisible();
});

test('3. an existing customer is invited: the link stays in the mail, the row shows what the mail server said', async ({ portal }) => {
  await goTo(anna, 'Customers');
  await anna.getByRole('link', { name: 'Invite an existing customer' }).click();
  await expect(heading(anna)).toHaveText('Invite a customer');
  await anna.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(anna.getByLabel('E-mail')).toHaveAccessibleDescription(/Please fill this in/);
  await anna.getByLabel('E-mail').fill(megan.email);
  await anna.getByLabel('Name', { exact: true }).fill(`${megan.firstName} ${megan.lastName}`);
  await anna.getByLabel('Company name').fill('Tailspin Toys');
  await anna.getByLabel('Primary domain').fill('tailspin.example');
  await expect(anna.getByRole('checkbox', { name: 'Delegated admin' })).toBeChecked();

  const before = anna.getByRole('textbox', { name: 'Message before the link' });
  const after = anna.getByRole('textbox', { name: 'Message after the link' });
  await expect(before).toHaveValue(/Megan Bowen/);
  await before.press('Control+End');
  await before.press('Delete');
  await expect(anna.getByText('The link cannot be deleted: without it nobody could accept.')).toBeVisible();
  await before.fill('');
  await after.fill('');
  await expect(anna.getByText('Link to the invitation', { exact: true })).toBeVisible();
  await before.fill('Hello Megan, shall we work together?');
  await after.fill('Kind regards, Anna');
  const preview = anna.getByRole('region', { name: 'Preview' });
  await expect(preview.getByText('Fabrikam asks to be your reseller')).toBeVisible();
  const drawn = preview.frameLocator('iframe');
  await expect(drawn.getByText('Hello Megan, shall we work together?')).toBeVisible();
  await expect(drawn.getByRole('link', { name: 'Review the request' })).toBeVisible();
  await preview.getByText('Text', { exact: true }).click();
  await expect(preview.getByLabel('Text', { exact: true }).and(preview.locator('pre'))).toContainText(
    /shall we work together\?[\s\S]*\/i\/[\s\S]*Kind regards, Anna/,
  );
  await anna.getByRole('button', { name: 'Send the invitation' }).click();

  const panel = anna.getByRole('dialog', { name: 'Tailspin Toys' });
  await expect(panel.getByRole('region', { name: 'How things stand' })).toContainText('Pending');
  await expect(panel.getByRole('region', { name: 'How things stand' })).toContainText('Mail sent');
  await expect(panel.getByText(/^The mail server's own answer: 250 /)).toBeVisible();
  tailspin.page = new URL(anna.url()).pathname;
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(anna).toHaveURL(`${portal.url}/invitations`);
  const truth = row(anna, 'Tailspin Toys').getByRole('button', {
    name: 'Mail sent: what the mail server said about the mail to Tailspin Toys',
  });
  await truth.hover();
  await expect(anna.getByText(/^250 /)).toBeVisible();

  const mail = await portal.inbox.waitFor({ to: megan.email, subject: /Fabrikam asks to be your reseller/ });
  tailspin.mail = mail;
  expect(mail.text).toContain('Hello Megan, shall we work together?');
  await row(anna, 'Tailspin Toys').getByRole('button', { name: 'Copy the link for Tailspin Toys' }).click();
  await expect(anna.getByText('Link for Tailspin Toys copied')).toBeVisible();
  expect(await anna.evaluate(() => navigator.clipboard.readText())).toBe(linkIn(mail));
});

test("4. a scanner's HEAD, GET and full renders consume nothing", async ({ browser, portal }) => {
  const link = linkIn(tailspin.mail as Mail);
  const invitationId = tailspin.page.split('/').at(-1);
  const standing = async () => ({
    // All but what is known of visits.
    invitation: { ...(await ask<object>(portal, `/api/invitations/${invitationId}`)), visits: null, timeline: null, opened: null },
    // Sealing goes on meanwhile, and is not the scanner's doing.
    activity: (await ask<{ items: object[] }>(portal, `/api/activity?invitationId=${invitationId}&limit=100`)).items.map((record) => ({
      ...record,
      seq: null,
    })),
    customers: (await ask<{ items: { companyName: string }[] }>(portal, '/api/customers?limit=100')).items.map(
      ({ companyName }) => companyName,
    ),
  });
  const was = await standing();
  const scanner = await pageOf(browser);
  for (const method of ['HEAD', 'GET', 'HEAD']) expect((await scanner.request.fetch(link, { method })).status()).toBe(200);
  for (const act of ['accept', 'decline']) expect((await scanner.request.get(`${link}/${act}`)).ok()).toBe(true);
  for (const _ of [1, 2]) {
    await scanner.goto(link, { waitUntil: 'networkidle' });
    await expect(scanner.getByRole('button', { name: 'Accept and open the account' })).toBeVisible();
  }
  // Some send the form as well, but from nowhere.
  const sent = await scanner.request.post(`${link}/accept`, { form: {}, headers: { origin: 'https://scanner.example' } });
  expect(sent.ok()).toBe(false);
  expect(await standing()).toEqual(was);
  await scanner.context().close();
});

test('4. the person accepts, with the customer agreement, and is on the partner’s open list without a reload', async ({
  browser,
  portal,
}) => {
  await expect(row(annasList, 'Tailspin Toys')).toHaveCount(0);
  const inbox = await pageOf(browser);
  const page = await followMail(inbox, portal, tailspin.mail as Mail, 'Review the request');
  await expect(heading(page)).toHaveText('Fabrikam asks to become a reseller partner of Tailspin Toys');
  await expect(page.getByRole('heading', { name: 'What Fabrikam will be able to do' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What Fabrikam will not be able to do' })).toBeVisible();
  await expect(page.getByText('Administer your organisation for you (delegated admin)')).toBeVisible();
  const { matchCode } = await ask<{ matchCode: string }>(portal, `/api${tailspin.page}`);
  await expect(page.getByText(matchCode)).toBeVisible();

  await expect(page.getByLabel('E-mail address').first()).toHaveValue(megan.email);
  await page.getByLabel('First name').fill(megan.firstName);
  await page.getByLabel('Last name').fill(megan.lastName);
  await page.getByLabel('Password').first().fill(megan.password);
  await page.getByRole('button', { name: 'Accept and open the account' }).click();
  // Without the agreement nothing is sent.
  const agreement = page.getByLabel(/I have read the customer agreement/);
  await expect(agreement).toBeFocused();
  expect(await ask(portal, `/api${tailspin.page}`)).toMatchObject({ state: 'pending' });
  await agreement.check();
  await page.getByRole('button', { name: 'Accept and open the account' }).click();
  await expect(heading(page)).toHaveText('Fabrikam is now a reseller partner of Tailspin Toys');
  await inbox.context().close();

  await expect(row(annasList, 'Tailspin Toys')).toContainText('Active');
  expect(await isNotReloaded(annasList)).toBe(true);
  await expect(row(anna, 'Tailspin Toys')).toContainText('Accepted');
  await portal.inbox.waitFor({ to: admin.email, subject: /Tailspin Toys accepted your invitation/ });
  await portal.inbox.waitFor({ to: megan.email, subject: /You accepted Fabrikam as your reseller/ });
});

test('5. an active subscription blocks the end; suspended, the relationship ends, both are told, and it leaves the list', async ({
  portal,
}) => {
  await openCustomer(anna, 'Contoso');
  await openTab(anna, 'Relationship');
  const end = anna.getByRole('region', { name: 'End the relationship' });
  await expect(end.getByRole('listitem').filter({ hasText: 'Microsoft 365 Business Standard × 12' })).toBeVisible();
  await end.getByRole('button', { name: 'End relationship…' }).click();
  const refused = anna.getByRole('dialog', { name: 'End the relationship with Contoso?' });
  await expect(refused.getByRole('radio', { name: /^Now/ })).toBeDisabled();
  await refused.getByRole('button', { name: 'Cancel' }).click();
  await end.getByRole('link', { name: 'Suspend it' }).click();
  await expect(anna).toHaveURL(/tab=subscriptions#subscription-/);
  await anna.getByRole('button', { name: 'Suspend: Microsoft 365 Business Standard' }).click();
  await expect(anna.getByRole('row').filter({ hasText: 'Microsoft 365 Business Standard' })).toContainText('Suspended');

  await openTab(anna, 'Relationship');
  await end.getByRole('button', { name: 'End relationship…' }).click();
  const dialog = anna.getByRole('dialog', { name: 'End the relationship with Contoso?' });
  await expect(dialog.getByText('Contoso leaves your list of customers.')).toBeVisible();
  await expect(dialog.getByText('The support contact Anna Weber, extension 12 is removed.')).toBeVisible();
  const typed = dialog.getByLabel('Type contoso.clientele.cloud to confirm');
  await typed.fill('adatum.clientele.cloud');
  await dialog.getByRole('button', { name: 'End relationship with Contoso' }).click();
  await expect(typed).toHaveAccessibleDescription(/This is not the customer's domain/);
  await typed.fill('contoso.clientele.cloud');
  await dialog.getByRole('button', { name: 'End relationship with Contoso' }).click();
  await expect(dialog).toBeHidden();
  await expect(anna.getByText('The relationship with Contoso has ended', { exact: true })).toBeVisible();
  await expect(anna.getByRole('region', { name: 'Reinstate the relationship' })).toBeVisible();

  await expect(row(annasList, 'Contoso')).toHaveCount(0);
  await expect(row(annasList, 'Tailspin Toys')).toBeVisible();
  expect(await isNotReloaded(annasList)).toBe(true);
  await portal.inbox.waitFor({ to: contact.email, subject: /Fabrikam is no longer your reseller/ });
  await portal.inbox.waitFor({ to: admin.email, subject: /The relationship with Contoso has ended/ });
  await openTab(anna, 'Account');
  await expect(anna.getByText('Anna Weber, extension 12')).toHaveCount(0);
});

test('6. the partner asks again, in its own words', async ({ portal }) => {
  await openTab(anna, 'Relationship');
  await anna.getByRole('button', { name: 'Reinstate relationship…' }).click();
  const dialog = anna.getByRole('dialog', { name: 'Reinstate the relationship with Contoso' });
  const message = dialog.getByRole('textbox', { name: 'Message before the link' });
  await expect(message).toHaveValue(/Dear Ada/);
  await message.fill('Dear Ada, let us try it again.');
  await expect(dialog.frameLocator('iframe').getByText('Dear Ada, let us try it again.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Send request' }).click();
  const panel = anna.getByRole('dialog', { name: 'Contoso' });
  await expect(panel.getByRole('region', { name: 'How things stand' })).toContainText('Mail sent');
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(row(anna, 'Contoso')).toContainText('Pending');
  reinstatement = await portal.inbox.waitFor({ to: contact.email, subject: /asks to be your reseller again/ });
  expect(reinstatement.text).toContain('Dear Ada, let us try it again.');
});

test('6. the customer signs in on the page, accepts, and everything is back', async ({ browser, portal }) => {
  const inbox = await pageOf(browser);
  const page = await followMail(inbox, portal, reinstatement as Mail, 'Review the request');
  await expect(page.getByRole('heading', { name: 'Sign in to answer' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Accept' })).toHaveCount(0);
  await page.getByLabel('E-mail address', { exact: true }).fill(contoso.signInName);
  await page.getByLabel('Password').fill(contoso.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('Signed in as Ada Byron, global admin of Contoso.')).toBeVisible();
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(heading(page)).toHaveText('Fabrikam is now a reseller partner of Contoso');
  await inbox.context().close();

  await expect(row(annasList, 'Contoso')).toContainText('Active');
  expect(await isNotReloaded(annasList)).toBe(true);
  await openCustomer(anna, 'Contoso');
  await expect(anna.getByText('Renewal talk in March.')).toBeVisible();
  await expect(anna.getByRole('link', { name: 'key account' })).toBeVisible();
  await openTab(anna, 'Account');
  await expect(anna.getByText('+44 20 7946 0111')).toBeVisible();
  await expect(anna.getByText('Anna Weber, extension 12')).toBeVisible();
});

/** The names in the customer list's rows, from top to bottom. */
const names = (page: Page) => page.getByRole('row').getByRole('link').and(page.locator('[data-row-link]')).allInnerTexts();

/** Presses a download's link, and answers with the rows of the file, without its head. */
async function exported(page: Page): Promise<{ head: string; rows: string[] }> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const download = await waiting;
  const [head = '', ...rows] = (await readFile(await download.path(), 'utf8'))
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  return { head, rows };
}

test('7. the list is searched and sorted, and exported exactly as it is filtered', async ({ portal }) => {
  await goTo(anna, 'Customers');
  await expect.poll(() => names(anna)).toEqual(['Adatum', 'Contoso', 'Tailspin Toys']);
  await anna.getByRole('columnheader', { name: 'Company' }).getByRole('button').click();
  await expect.poll(() => names(anna)).toEqual(['Tailspin Toys', 'Contoso', 'Adatum']);
  await expect(anna.getByRole('columnheader', { name: 'Company' })).toHaveAttribute('aria-sort', 'descending');
  const all = await exported(anna);
  expect(all.head).toBe('Customer ID,Company name,Primary domain,Relationship');
  expect(all.rows.map((line) => line.split(',').slice(1).join())).toEqual([
    'Tailspin Toys,tailspin.example,active',
    'Contoso,contoso.clientele.cloud,active',
    'Adatum,adatum.clientele.cloud,active',
  ]);

  await anna.getByRole('searchbox', { name: 'Company name or domain' }).fill('clientele.cl');
  await expect.poll(() => names(anna)).toEqual(['Contoso', 'Adatum']);
  await expect(anna).toHaveURL(/search=clientele\.cl/);
  await anna.getByRole('button', { name: 'Tag', exact: true }).click();
  await anna.getByRole('option', { name: 'key account' }).click();
  await expect.poll(() => names(anna)).toEqual(['Contoso']);
  const filtered = await exported(anna);
  const [contosoRow] = await ask<{ items: { id: string }[] }>(portal, '/api/customers?search=contoso').then(({ items }) => items);
  expect(filtered.rows).toEqual([`${contosoRow?.id},Contoso,contoso.clientele.cloud,active`]);
  await anna.getByRole('button', { name: 'Remove the filter Tag' }).click();
  await expect.poll(() => names(anna)).toEqual(['Contoso', 'Adatum']);
  await anna.getByRole('searchbox', { name: 'Company name or domain' }).fill('nobody');
  await expect(anna.getByText('Nothing matches')).toBeVisible();
  await anna.getByRole('button', { name: 'Clear filters' }).first().click();
  await expect.poll(() => names(anna)).toEqual(['Tailspin Toys', 'Contoso', 'Adatum']);
});

test('7. the activity log shows all of it', async () => {
  await goTo(anna, 'Activity');
  await expect(anna.getByRole('button', { name: /^Details: / }).first()).toBeVisible();
  const told: string[] = [];
  for (;;) {
    told.push(...(await anna.getByRole('main').getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')));
    const forward = anna.getByRole('button', { name: 'Next page' });
    if ((await forward.count()) === 0 || (await forward.isDisabled())) break;
    const first = told.at(-1) ?? '';
    await forward.click();
    await expect(anna.getByRole('main').getByRole('listitem').filter({ hasText: first })).toHaveCount(0);
  }
  const whole = told.join('\n');
  for (const sentence of [
    'Anna Weber set up this partner account',
    'Anna Weber started to add Contoso',
    'The account of Contoso was created with the domain contoso.clientele.cloud',
    'Anna Weber was shown the temporary password of the first admin of Contoso',
    'Anna Weber attested that Contoso accepted the customer agreement',
    'Anna Weber invited Tailspin Toys to a reseller relationship with delegated admin',
    'Anna Weber took the link of the invitation of Tailspin Toys',
    'Tailspin Toys accepted the invitation with delegated admin',
    'Tailspin Toys accepted the customer agreement',
    'Anna Weber suspended Microsoft 365 Business Standard for Contoso',
    'Anna Weber asked to end the relationship with Contoso',
    'The support contact of Contoso was removed',
    'The relationship with Contoso ended',
    'Anna Weber asked Contoso to reinstate the relationship',
    'The relationship with Contoso was reinstated',
    'The mail server took a mail for Contoso',
  ])
    expect.soft(whole).toContain(sentence);
  expect.soft(whole).not.toContain(contoso.password);

  await anna.getByRole('button', { name: 'Action' }).click();
  await anna.getByRole('combobox', { name: 'Action' }).fill('Relationship ended');
  await anna.getByRole('option', { name: 'Relationship ended' }).click();
  await expect(anna.getByRole('main').getByRole('listitem')).toHaveCount(1);
  expect((await exported(anna)).rows).toHaveLength(1);
});

test('a refused address is shown as bounced, with the server’s answer, and mended; the new mail has a link of its own', async ({
  portal,
}) => {
  const behave = (mode: string) =>
    fetch(`${portal.inbox.url}/api/behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode, match: 'wrong@wingtip.example' }),
    });
  expect((await behave('refuse')).ok).toBe(true);
  await goTo(anna, 'Invitations');
  await anna.getByRole('link', { name: 'Invite a customer' }).click();
  await anna.getByLabel('E-mail').fill('wrong@wingtip.example');
  await anna.getByLabel('Company name').fill('Wingtip');
  await anna.getByRole('button', { name: 'Send the invitation' }).click();
  const panel = anna.getByRole('dialog', { name: 'Wingtip' });
  const standing = panel.getByRole('region', { name: 'How things stand' });
  await expect(standing).toContainText('Mail bounced');
  await expect(standing).toContainText('The mail server refused the address wrong@wingtip.example.');
  await expect(standing).toContainText('550 5.1.1 The mailbox does not exist here');
  await standing.getByRole('button', { name: 'Copy the link' }).click();
  const link = await standing.getByLabel('Link of the invitation').first().inputValue();
  expect(await anna.evaluate(() => navigator.clipboard.readText())).toBe(link);

  await standing.getByLabel('E-mail').fill('right@wingtip.example');
  await standing.getByRole('button', { name: 'Send again' }).click();
  await expect(standing).toContainText('Mail sent');
  // The first link may be in somebody else's mailbox: it is worth nothing now.
  const mended = linkIn(await portal.inbox.waitFor({ to: 'right@wingtip.example' }));
  expect(mended).not.toBe(link);
  expect([(await fetch(link)).status, (await fetch(mended)).status]).toEqual([404, 200]);
  expect(await portal.inbox.mails('wrong@wingtip.example')).toEqual([]);
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(row(anna, 'Wingtip')).toContainText('Mail sent');
});

test('nothing secret has got into what the portal prints and logs', async ({ portal }) => {
  const output = portal.output();
  for (const secret of [
    contoso.password,
    admin.password,
    megan.password,
    linkIn(tailspin.mail as Mail).split('/i/')[1] ?? '',
    megan.email,
    contact.email,
  ])
    expect.soft(output.includes(secret), `${secret} is in the log`).toBe(false);
});

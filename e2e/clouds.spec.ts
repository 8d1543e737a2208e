import { personsBrowser, settled } from './places.ts';
import { expect, type Portal, startPortal, test } from './portal.ts';

// One installation with both clouds, each at a name of its own.
let portal: Portal;
let government: string;
test.beforeAll(async ({ queue }) => {
  portal = await startPortal({ queue, env: { CLOUDS: 'both', US_GOVERNMENT_URL: 'http://gov.localhost:{port}' } });
  government = portal.url.replace('localhost', 'gov.localhost');
});
test.afterAll(() => portal?.stop());

const password = 'three plain words here';
const words = {
  en: {
    cloud: 'US Government cloud',
    publicCloud: 'Public cloud',
    elsewhere: 'It has an address of its own here',
    code: 'Set-up code',
    wrongCode: /This set-up code is not valid/,
    organisation: 'Name of the organisation',
    first: 'First name',
    last: 'Last name',
    email: 'E-mail address',
    password: 'Password',
    button: 'Set up and sign in',
    signIn: 'Sign in',
    wrong: 'E-mail address or password is wrong.',
    invite: 'Invite a user',
    name: 'Name',
    send: 'Send the invitation',
    role: 'Sales agent',
    crossed: 'was brought to the other cloud',
  },
  ja: {
    cloud: '米国政府機関向けクラウド',
    publicCloud: 'パブリック クラウド',
    elsewhere: 'このクラウドには専用のアドレスがあります',
    code: 'セットアップ コード',
    wrongCode: /セットアップ コードが正しくありません/,
    organisation: '組織名',
    first: '名',
    last: '姓',
    email: 'メール アドレス',
    password: 'パスワード',
    button: 'セットアップしてサインイン',
    signIn: 'サインイン',
    wrong: 'メール アドレスまたはパスワードが正しくありません。',
    invite: 'ユーザーを招待',
    name: '名前',
    send: '招待を送信',
    role: '販売エージェント',
    crossed: '別のクラウドのアドレスで使用され',
  },
} as const;

for (const language of ['en', 'ja'] as const)
  test(`a partner of the US Government cloud lives at its own host, and is nobody at the other (${language})`, async ({ browser }) => {
    const say = words[language];
    const email = `ann-${language}@agency.example`;
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    const printed = await portal.command('set-up-code');
    expect(printed).toContain(`${government}/setup`);
    const [publicCode = '', code = ''] = printed.match(/\b[0-9A-F]{4}(?:-[0-9A-F]{4}){2}\b/g) ?? [];

    // Set up at its own host; the other cloud is shown as off, with where it is.
    await page.goto(`${government}/setup`);
    await settled(page);
    await expect(page.getByRole('radio', { name: say.cloud })).toBeChecked();
    await expect(page.getByRole('radio', { name: say.publicCloud })).toBeDisabled();
    await expect(page.getByText(say.elsewhere)).toContainText(portal.url);
    await page.getByLabel(say.organisation).fill('Agency');
    await page.getByLabel(say.first, { exact: true }).fill('Ann');
    await page.getByLabel(say.last, { exact: true }).fill('Reyes');
    await page.getByLabel(say.email).fill(email);
    await page.getByLabel(say.password).fill(password);
    await page.getByLabel(say.code).fill(publicCode);
    await page.getByRole('button', { name: say.button }).click();
    await expect(page.getByLabel(say.code)).toHaveAccessibleDescription(say.wrongCode);
    await page.getByLabel(say.code).fill(code);
    await page.getByRole('button', { name: say.button }).click();
    await expect(page).toHaveURL(`${government}/`);
    await expect(page.getByText(say.cloud).first()).toBeVisible();

    // Mails lead to its own host.
    await page.goto(`${government}/settings/users`);
    await settled(page);
    await page.getByRole('button', { name: say.invite }).click();
    const dialog = page.getByRole('dialog', { name: say.invite });
    await dialog.getByLabel(say.name, { exact: true }).fill('Ben Cho');
    await dialog.getByLabel(say.email).fill(`ben-${language}@agency.example`);
    await dialog.getByRole('checkbox', { name: say.role }).check();
    await dialog.getByRole('button', { name: say.send }).click();
    await expect(dialog).toBeHidden();
    const mail = await portal.inbox.waitFor({ to: `ben-${language}@agency.example` });
    const link = /https?:\/\/[^\s<>"]+\/join\/[\w-]+/.exec(mail.text)?.[0] ?? '';
    expect(link.startsWith(`${government}/join/`)).toBe(true);

    // At the other host the same link, and the same person, are nobody's.
    const other = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await other.goto(link.replace(government, portal.url));
    await expect(other.locator('input[name="password"]')).toHaveCount(0);
    await expect(other.getByRole('heading', { level: 1 })).toBeVisible();
    await other.goto(`${portal.url}/sign-in`);
    await expect(other.locator(`a[href="${government}/sign-in"]`)).toBeVisible();
    await other.getByLabel(say.email).fill(email);
    await other.getByLabel(say.password).fill(password);
    // The portal takes three attempts in ten seconds; the test before has made some.
    await expect(async () => {
      await other.getByRole('button', { name: say.signIn, exact: true }).click();
      await expect(other.getByRole('alert')).toContainText(say.wrong, { timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await other.goto(link);
    await other.locator('input[name="password"]').fill(password);
    await other.locator('form button[type="submit"]').click();
    await expect(other).toHaveURL(`${government}/`);
    await other.context().close();

    await page.goto(`${government}/activity`);
    await expect(page.getByText(say.crossed).first()).toBeVisible();
    await page.context().close();
  });

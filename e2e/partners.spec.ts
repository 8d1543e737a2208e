import type { Page } from '@playwright/test';
import { personsBrowser, settled } from './places.ts';
import { expect, test } from './portal.ts';

// Two organisations in one installation, from the first screen on: the portal is one that nobody has set up yet.
test.use({ sharing: 'partners' });

const password = 'three plain words here';
const organisations = [
  {
    language: 'en',
    name: 'Fabrikam',
    domain: 'fabrikam.example',
    admin: { firstName: 'Anna', lastName: 'Weber', email: 'anna@fabrikam.example' },
    people: { 'admin-agent': 'Ben Ito', 'sales-agent': 'Carla Rossi', 'helpdesk-agent': 'Dan Novak' },
    say: {
      code: 'Set-up code',
      codeUsed: /This set-up code has been used/,
      organisation: 'Name of the organisation',
      first: 'First name',
      last: 'Last name',
      email: 'E-mail address',
      password: 'Password',
      button: 'Set up and sign in',
      overview: 'Overview',
      invite: 'Invite a user',
      name: 'Name',
      send: 'Send the invitation',
      join: 'Set the password and sign in',
      mail: /Your access to the partner center of Fabrikam/,
      roles: {
        'global-admin': 'Global admin',
        'admin-agent': 'Admin agent',
        'sales-agent': 'Sales agent',
        'helpdesk-agent': 'Helpdesk agent',
      },
      none: 'No customers yet',
    },
  },
  {
    language: 'ja',
    name: '北斗クラウド',
    domain: 'hokuto.example',
    admin: { firstName: '愛子', lastName: '田中', email: 'aiko@hokuto.example' },
    people: { 'admin-agent': '伊藤 勉', 'sales-agent': '鈴木 花', 'helpdesk-agent': '佐藤 健' },
    say: {
      code: 'セットアップ コード',
      codeUsed: /このセットアップ コードは使用済みです/,
      organisation: '組織名',
      first: '名',
      last: '姓',
      email: 'メール アドレス',
      password: 'パスワード',
      button: 'セットアップしてサインイン',
      overview: '概要',
      invite: 'ユーザーを招待',
      name: '名前',
      send: '招待を送信',
      join: 'パスワードを設定してサインイン',
      mail: /北斗クラウド ?のパートナーセンターへのご招待/,
      roles: {
        'global-admin': 'グローバル管理者',
        'admin-agent': '管理エージェント',
        'sales-agent': '販売エージェント',
        'helpdesk-agent': 'ヘルプデスク エージェント',
      },
      none: '顧客がまだいません',
    },
  },
] as const;
type Organisation = (typeof organisations)[number];

const mailOf = (organisation: Organisation, role: string) => `${role}@${organisation.domain}`;
const admins = new Map<string, Page>();

test.afterAll(async () => {
  for (const page of admins.values()) await page.context().close();
});

for (const [index, organisation] of organisations.entries())
  test(`${index + 1}. an organisation is set up with a code of its own, and its users join in all four roles (${organisation.language})`, async ({
    browser,
    portal,
  }) => {
    const { say, language } = organisation;
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    admins.set(organisation.name, page);
    const printed = await portal.command('set-up-code');
    const code = /\b[0-9A-F]{4}(?:-[0-9A-F]{4}){2}\b/.exec(printed)?.[0] ?? '';
    expect(printed).toContain(`${portal.url}/setup`);
    // The first start has printed the first one; the next is another.
    if (index === 0) expect(code).toBe(portal.setUpCode);
    await page.goto(index === 0 ? portal.url : `${portal.url}/setup`);
    await expect(page).toHaveURL(`${portal.url}/setup`);
    await page.getByLabel(say.organisation).fill(organisation.name);
    await page.getByLabel(say.first, { exact: true }).fill(organisation.admin.firstName);
    await page.getByLabel(say.last, { exact: true }).fill(organisation.admin.lastName);
    await page.getByLabel(say.email).fill(organisation.admin.email);
    await page.getByLabel(say.password).fill(password);
    if (index > 0) {
      await page.getByLabel(say.code).fill(portal.setUpCode ?? '');
      await page.getByRole('button', { name: say.button }).click();
      await expect(page.getByLabel(say.code)).toHaveAccessibleDescription(say.codeUsed);
      await expect(page.getByLabel(say.organisation)).toHaveValue(organisation.name);
    }
    await page.getByLabel(say.code).fill(code);
    await page.getByRole('button', { name: say.button }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.overview);

    await page.goto(`${portal.url}/settings/users`);
    await settled(page);
    for (const [role, name] of Object.entries(organisation.people)) {
      await page.getByRole('button', { name: say.invite }).click();
      const dialog = page.getByRole('dialog', { name: say.invite });
      await dialog.getByLabel(say.name, { exact: true }).fill(name);
      await dialog.getByLabel(say.email).fill(mailOf(organisation, role));
      await dialog.getByRole('checkbox', { name: say.roles[role as keyof typeof say.roles] }).check();
      await dialog.getByRole('button', { name: say.send }).click();
      await expect(dialog).toBeHidden();

      const theirs = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
      const mail = await portal.inbox.waitFor({ to: mailOf(organisation, role), subject: say.mail });
      await theirs.goto(/https?:\/\/[^\s<>"]+\/join\/[\w-]+/.exec(mail.text)?.[0] ?? '');
      await theirs.locator('input[name="password"]').fill(password);
      await theirs.getByRole('button', { name: say.join }).click();
      await expect(theirs).toHaveURL(`${portal.url}/`);
      await theirs.goto(`${portal.url}/account`);
      await settled(theirs);
      await expect(theirs.getByText(organisation.name).first()).toBeVisible();
      await expect(theirs.locator('dd').getByText(say.roles[role as keyof typeof say.roles], { exact: true })).toBeVisible();
      await theirs.context().close();
    }
  });

test('3. neither sees the other: no person, no customer, no record, also not by its address', async ({ portal }) => {
  for (const [index, organisation] of organisations.entries()) {
    const other = organisations[1 - index] as Organisation;
    const page = admins.get(organisation.name) as Page;
    await page.goto(`${portal.url}/settings/users`);
    await settled(page);
    for (const person of [...Object.values(organisation.people), organisation.admin.email])
      await expect(page.getByRole('row').filter({ hasText: person })).toHaveCount(1);
    const main = page.locator('main').first();
    for (const path of ['/settings/users', '/customers', '/activity', '/operations']) {
      await page.goto(`${portal.url}${path}`);
      await settled(page);
      await expect(main).not.toContainText(other.domain);
      for (const person of [other.name, ...Object.values(other.people), other.admin.lastName]) await expect(main).not.toContainText(person);
    }
    await page.goto(`${portal.url}/customers`);
    await expect(page.getByText(say(organisation).none)).toBeVisible();
  }
  // Whom the one may sign out, the other does not even find.
  const [first, second] = organisations.map(({ name }) => admins.get(name) as Page) as [Page, Page];
  const theirs = (await (await first.request.get(`${portal.url}/api/partner-users`)).json()) as { users: { id: string }[] };
  expect(theirs.users.length).toBeGreaterThanOrEqual(4);
  for (const { id } of theirs.users) {
    const answer = await second.request.post(`${portal.url}/api/partner-users/${id}/sign-out`, {
      headers: { origin: portal.url },
      data: {},
    });
    expect(answer.status()).toBe(404);
  }
});

const say = (organisation: Organisation) => organisation.say;

import type { Page } from '@playwright/test';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

// People come and go here, and the only global admin must be the only one.
test.use({ sharing: 'partner-users' });

test.beforeEach(async ({ portal }) => {
  await (await Partner.of(portal)).close();
});

const words = {
  en: {
    invite: 'Invite a user',
    name: 'Name',
    email: 'E-mail address',
    send: 'Send the invitation',
    already: 'This address is invited already.',
    needRole: 'Choose at least one role.',
    invited: 'Invited',
    sent: 'Mail sent',
    mail: /Your access to the partner center of Fabrikam/,
    choose: 'Choose a password',
    join: 'Set the password and sign in',
    short: 'Choose a password of at least 10 characters.',
    spent: 'This link has been used',
    denied: 'Users are managed by a global admin',
    who: 'This needs the role Global admin. A Global admin of your organisation can grant it.',
    sales: 'Sales agent',
    helpdesk: 'Helpdesk agent',
    saveRoles: 'Save roles',
    addCustomer: 'Add a customer',
    deactivate: 'Deactivate',
    deactivated: 'Deactivated',
    wasDeactivated: 'Your organisation has deactivated your access.',
    last: 'This is the last active global admin',
    signIn: 'Sign in',
  },
  ja: {
    invite: 'ユーザーを招待',
    name: '名前',
    email: 'メール アドレス',
    send: '招待を送信',
    already: 'このアドレスはすでに招待済みです。',
    needRole: 'ロールを一つ以上選択してください。',
    invited: '招待中',
    sent: '送信済み',
    mail: /Fabrikam のパートナーセンターへのご招待/,
    choose: 'パスワードを設定する',
    join: 'パスワードを設定してサインイン',
    short: '10 文字以上のパスワードを設定してください。',
    spent: 'このリンクは使用済みです',
    denied: 'ユーザーの管理はグローバル管理者が行います',
    who: 'グローバル管理者',
    sales: '販売エージェント',
    helpdesk: 'ヘルプデスク エージェント',
    saveRoles: 'ロールを保存',
    addCustomer: '顧客を追加',
    deactivate: '無効化',
    deactivated: '無効',
    wasDeactivated: 'あなたのアクセスは組織によって無効化されています。',
    last: '有効なグローバル管理者はこの人だけです',
    signIn: 'サインイン',
  },
} as const;

const rowOf = (page: Page, email: string) => page.getByRole('row').filter({ hasText: email });

for (const language of ['en', 'ja'] as const)
  test(`somebody is invited, joins by the mail, gets other roles and is deactivated (${language})`, async ({ browser, portal }) => {
    const say = words[language];
    const password = 'three plain words here';
    const person = { name: language === 'en' ? 'Ben Ito' : '伊藤 勉', email: `ben-${language}@fabrikam.example` };
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, portal.url, admin);
    await page.goto(`${portal.url}/settings/users`);
    await settled(page);

    // The admin invites; a role that is missing is said at the roles, and what was typed stays.
    await page.getByRole('button', { name: say.invite }).click();
    const dialog = page.getByRole('dialog', { name: say.invite });
    await dialog.getByLabel(say.name, { exact: true }).fill(person.name);
    await dialog.getByLabel(say.email).fill(person.email);
    await dialog.getByRole('button', { name: say.send }).click();
    await expect(dialog.getByText(say.needRole)).toBeVisible();
    await expect(dialog.getByLabel(say.email)).toHaveValue(person.email);
    await dialog.getByRole('checkbox', { name: say.helpdesk }).check();
    await dialog.getByRole('button', { name: say.send }).click();
    await expect(dialog).toBeHidden();
    const row = rowOf(page, person.email);
    await expect(row).toContainText(say.invited);
    await expect(row.getByText(say.sent).filter({ visible: true }).first()).toBeVisible({ timeout: 20_000 });
    await page.getByRole('button', { name: say.invite }).click();
    await dialog.getByLabel(say.name, { exact: true }).fill(person.name);
    await dialog.getByLabel(say.email).fill(person.email.toUpperCase());
    await dialog.getByRole('checkbox', { name: say.sales }).check();
    await dialog.getByRole('button', { name: say.send }).click();
    await expect(dialog.getByText(say.already)).toBeVisible();
    await page.keyboard.press('Escape');

    // The person opens the mail in the inbox, chooses a password, and is in.
    const theirs = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    const mail = await portal.inbox.waitFor({ to: person.email, subject: say.mail });
    await theirs.goto(portal.inbox.pageOf(mail));
    const link = /https?:\/\/[^\s<>"]+\/join\/[\w-]+/.exec(mail.text)?.[0] ?? '';
    await expect(theirs.frameLocator('iframe').first().getByRole('link', { name: say.choose })).toHaveAttribute('href', link);
    await theirs.goto(link);
    await expect(theirs.getByText(person.email)).toBeVisible();
    await theirs.locator('input[name="password"]').fill('short');
    await theirs.getByRole('button', { name: say.join }).click();
    await expect(theirs.getByText(say.short)).toBeVisible();
    await theirs.locator('input[name="password"]').fill(password);
    await theirs.getByRole('button', { name: say.join }).click();
    await expect(theirs).toHaveURL(`${portal.url}/`);

    // It sees what its role may: customers, but nobody to add; and who manages users.
    await theirs.goto(`${portal.url}/settings/users`);
    await expect(theirs.getByText(say.denied)).toBeVisible();
    await expect(theirs.getByText(say.who).first()).toBeVisible();
    await theirs.goto(`${portal.url}/customers`);
    await settled(theirs);
    const add = theirs
      .getByRole('button', { name: say.addCustomer })
      .or(theirs.getByRole('link', { name: say.addCustomer }))
      .first();
    await expect(add).toHaveAttribute('aria-disabled', 'true');

    // The link is spent.
    const other = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await other.goto(link);
    await expect(other.getByRole('heading', { level: 1 })).toHaveText(say.spent);
    await other.context().close();

    // The admin gives another role: it counts at once, in the session that is running.
    await row.getByRole('link', { name: person.name }).click();
    const user = page.getByRole('dialog', { name: person.name });
    await user.getByRole('checkbox', { name: say.sales }).check();
    await user.getByRole('button', { name: say.saveRoles }).click();
    await expect(user).toBeHidden();
    await expect(row).toContainText(say.sales);
    await expect(add).not.toHaveAttribute('aria-disabled', 'true');

    // Deactivated, the person is out where it stands, and is told why when it signs in with the right password.
    await row.getByRole('link', { name: person.name }).click();
    await user.getByRole('button', { name: say.deactivate, exact: true }).click();
    await expect(user.getByRole('alertdialog')).toBeVisible();
    await user.getByRole('button', { name: person.name }).click();
    await expect(user.getByText(say.deactivated, { exact: true })).toBeVisible();
    await expect(theirs).toHaveURL(/\/sign-in/);
    await theirs.locator('input[name="email"]').fill(person.email);
    await theirs.locator('input[name="password"]').fill(password);
    await expect(async () => {
      await theirs.getByRole('button', { name: say.signIn, exact: true }).click();
      await expect(theirs.getByText(say.wasDeactivated)).toBeVisible({ timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await theirs.context().close();

    // Whoever is the last one who may let others in, stays.
    await page.goto(`${portal.url}/settings/users`);
    await rowOf(page, admin.email).getByRole('link').click();
    const own = page.getByRole('dialog');
    await expect(
      own.getByRole('checkbox', { name: words[language].who === 'グローバル管理者' ? 'グローバル管理者' : 'Global admin' }),
    ).toBeDisabled();
    await expect(own.getByText(say.last).first()).toBeVisible();
    const deactivate = own.getByRole('button', { name: say.deactivate, exact: true });
    await expect(deactivate).toHaveAttribute('aria-disabled', 'true');
    await expect(deactivate).toHaveAccessibleDescription(new RegExp(say.last));
    await page.context().close();
  });

test('a person changes the password, and signs out another device', async ({ browser, portal }) => {
  const [here, there] = [
    await (await personsBrowser(browser, { language: 'en', theme: 'light' })).newPage(),
    await (await personsBrowser(browser, { language: 'en', theme: 'light' })).newPage(),
  ];
  await signIn(here, portal.url, admin);
  await signIn(there, portal.url, admin);
  await here.goto(`${portal.url}/account`);
  await settled(here);
  const sessions = here.getByRole('region', { name: 'Where you are signed in' });
  await expect(sessions.getByText('This device')).toHaveCount(1);
  await expect(sessions.getByText(/Chrome on/).first()).toBeVisible();
  await sessions.getByRole('button', { name: 'Sign out all others' }).click();
  await expect(sessions.getByRole('listitem')).toHaveCount(1);
  await expect(there).toHaveURL(/\/sign-in/);

  const password = here.getByRole('region', { name: 'Password' });
  await password.getByLabel('Present password').fill('not this one');
  await password.getByLabel('New password').fill('a new one, quite long');
  await password.getByRole('button', { name: 'Change the password' }).click();
  await expect(password.getByText('This is not your present password.')).toBeVisible();
  await expect(password.getByLabel('New password')).toHaveValue('a new one, quite long');
  await password.getByLabel('Present password').fill(admin.password);
  await password.getByRole('button', { name: 'Change the password' }).click();
  await expect(here.getByText('Password changed').first()).toBeVisible();
  // Back to what the other tests know.
  await password.getByLabel('Present password').fill('a new one, quite long');
  await password.getByLabel('New password').fill(admin.password);
  await password.getByRole('button', { name: 'Change the password' }).click();
  await expect(password.getByLabel('Present password')).toHaveValue('');
  await here.context().close();
  await there.context().close();
});

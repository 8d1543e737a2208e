import type { Page } from '@playwright/test';
import { TOTP } from 'otpauth';
import { Partner } from './partner.ts';
import { personsBrowser, settled } from './places.ts';
import { expect, test } from './portal.ts';

const words = {
  en: {
    mail: /Your access to the partner center of Fabrikam/,
    join: 'Set the password and sign in',
    enrol: 'Set up a second factor',
    passkey: /^Passkey/,
    make: 'Make the passkey',
    missed: 'Keep the codes first',
    kept: 'I have kept them in a safe place',
    enter: 'Go to the portal',
    withPasskey: 'Sign in with a passkey',
    give: 'Your second factor',
    recovery: 'Use a recovery code',
    wrong: 'This is none of your recovery codes',
    signIn: 'Sign in',
    add: 'Add a second factor',
    app: /^Authenticator app/,
    addApp: 'Add the app',
    wrongCode: 'This code is wrong',
    close: 'Close',
    left: /9 of 10 not used yet/,
    confirm: 'Show once more that it is you',
    goOn: 'Go on',
    invite: 'Invite a user',
    name: 'Name',
    email: 'E-mail address',
    role: 'Helpdesk agent',
    send: 'Send the invitation',
    notShown: 'Nothing was changed: you did not show that it is you.',
    reset: 'Reset the second factor',
    none: 'None yet',
    banner: 'Set up a second factor until',
    days: 'Days of grace',
    save: 'Save',
  },
  ja: {
    mail: /Fabrikam のパートナーセンターへのご招待/,
    join: 'パスワードを設定してサインイン',
    enrol: '第 2 の認証要素を設定する',
    passkey: /^パスキー/,
    make: 'パスキーを作成',
    missed: 'コードを保管してから',
    kept: '安全な場所に保管しました',
    enter: 'ポータルへ進む',
    withPasskey: 'パスキーでサインイン',
    give: '第 2 の認証要素',
    recovery: '回復コードを使う',
    wrong: 'あなたの回復コードではない',
    signIn: 'サインイン',
    add: '認証要素を追加',
    app: /^認証アプリ/,
    addApp: 'アプリを追加',
    wrongCode: 'コードが正しくありません',
    close: '閉じる',
    left: /10 個のうち 9 個が未使用/,
    confirm: 'もう一度、本人確認をしてください',
    goOn: '続ける',
    invite: 'ユーザーを招待',
    name: '名前',
    email: 'メール アドレス',
    role: 'ヘルプデスク エージェント',
    send: '招待を送信',
    notShown: '本人確認が行われなかったため、何も変更していません。',
    reset: '第 2 の認証要素をリセット',
    none: '未設定',
    banner: 'までに第 2 の認証要素を設定してください',
    days: '猶予日数',
    save: '保存',
  },
} as const;

// It takes the days of grace away, and gives them back at the end.
test.use({ sharing: 'second-factors' });

/** A device that keeps passkeys and always has the right finger on it. */
async function device(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const;
  await client.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } });
}

/** The server as it answers ten minutes after the last proof: once, each time that it is called. */
async function tenMinutesLater(page: Page, path: RegExp, ways: string[]): Promise<() => void> {
  const details = { status: 403, code: 'confirmation_required', title: '', detail: '', requestId: '', details: { ways } };
  let isLater = false;
  await page.route(path, (route) => {
    if (!isLater) return route.fallback();
    isLater = false;
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(details) });
  });
  return () => {
    isLater = true;
  };
}

for (const language of ['en', 'ja'] as const)
  test(`somebody new sets up a second factor at once, signs in by it, loses it and gets it reset (${language})`, async ({
    browser,
    portal,
  }) => {
    const say = words[language];
    const url = portal.url.replace('127.0.0.1', 'localhost');
    const person = {
      name: language === 'en' ? 'Ben Ito' : '伊藤 勉',
      email: `ben-${language}@fabrikam.example`,
      password: 'three plain words here',
    };
    /** Sets up a passkey where one is due; gives one of the recovery codes. */
    const enrol = async (where: Page): Promise<string> => {
      await expect(where.getByRole('heading', { level: 1 })).toHaveText(say.enrol);
      await where.getByRole('button', { name: say.passkey }).click();
      await where.getByRole('button', { name: say.make }).click();
      const codes = where.locator('main ol li');
      await expect(codes).toHaveCount(10);
      const [code = ''] = await codes.allTextContents();
      await where.getByRole('button', { name: say.enter }).click();
      await expect(where.getByText(say.missed)).toBeVisible();
      await where.getByRole('checkbox', { name: say.kept }).check();
      await where.getByRole('button', { name: say.enter }).click();
      return code;
    };
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await device(page);
    const join = async (where: Page, { email, password }: { email: string; password: string }) => {
      const mail = await portal.inbox.waitFor({ to: email, subject: say.mail });
      await where.goto(url + (/https?:\/\/[^\s<>"]+(\/join\/[\w-]+)/.exec(mail.text)?.[1] ?? ''));
      await where.locator('input[name="password"]').fill(password);
      await where.getByRole('button', { name: say.join }).click();
      await expect(where).not.toHaveURL(/\/join\//);
    };
    const boss = { name: 'Bo Sand', email: `bo-${language}@fabrikam.example`, password: 'four plain words here now' };
    const partner = await Partner.of(portal);
    await partner.inviteUser({ ...boss, language, roles: ['global-admin'] });
    await partner.close();
    await join(page, boss);
    // The admin has days of grace: a banner says until when.
    await expect(
      page
        .getByText(say.banner)
        .or(page.getByText(/^Set up/))
        .first(),
    ).toBeVisible();

    // It invites, as if ten minutes had passed since it signed in. Turned away from, nothing is changed; shown, the invitation goes on by itself.
    await page.goto(`${url}/settings/users`);
    await settled(page);
    await page.getByRole('button', { name: say.invite }).click();
    const dialog = page.getByRole('dialog', { name: say.invite });
    await dialog.getByLabel(say.name, { exact: true }).fill(person.name);
    await dialog.getByLabel(say.email).fill(person.email);
    await dialog.getByRole('checkbox', { name: say.role }).check();
    const asked = page.getByRole('dialog', { name: say.confirm });
    const pass = await tenMinutesLater(page, /\/partner-users\/invitations$/, ['password']);
    pass();
    await dialog.getByRole('button', { name: say.send }).click();
    await expect(asked).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog.getByText(say.notShown)).toBeVisible();
    pass();
    await dialog.getByRole('button', { name: say.send }).click();
    await asked.locator('input[name="password"]').fill(boss.password);
    await asked.getByRole('button', { name: say.goOn }).click();
    await expect(asked).toBeHidden();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('row').filter({ hasText: person.email })).toBeVisible();

    // From now on without days of grace.
    await page.goto(`${url}/settings/sign-in`);
    await settled(page);
    const days = page.getByLabel(say.days);
    await days.fill('0');
    await days.press('Tab');
    await page.getByRole('button', { name: say.save, exact: true }).first().click();
    // That holds for the admin, too.
    await enrol(page);
    await expect(page).toHaveURL(`${url}/settings/sign-in`);

    // The new person joins, and gets no further than to a second factor of its own.
    const theirs = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await device(theirs);
    await join(theirs, person);
    await expect(theirs.getByRole('heading', { level: 1 })).toHaveText(say.enrol);
    await theirs.goto(`${url}/customers`);
    const code = await enrol(theirs);
    await expect(theirs).toHaveURL(`${url}/customers`);

    // The passkey alone signs in again.
    await theirs.context().clearCookies();
    await theirs.goto(`${url}/sign-in`);
    await theirs.getByRole('button', { name: say.withPasskey }).click();
    await expect(theirs).toHaveURL(`${url}/`);

    // An app besides; its first code must be right.
    await theirs.goto(`${url}/account`);
    await settled(theirs);
    await theirs.getByRole('button', { name: say.add }).click();
    const adding = theirs.getByRole('dialog', { name: say.add });
    await adding.getByRole('button', { name: say.app }).click();
    await adding.locator('input[name="code"]').fill('000000');
    await adding.getByRole('button', { name: say.addApp }).click();
    await expect(adding.getByText(say.wrongCode)).toBeVisible();
    await adding.locator('summary').click();
    const secret = ((await adding.locator('code').textContent()) ?? '').replace(/\s/g, '');
    await adding.locator('input[name="code"]').fill(new TOTP({ secret }).generate());
    await adding.getByRole('button', { name: say.addApp }).click();
    await expect(adding).toBeHidden();
    await expect(theirs.locator('#second-factors li')).toHaveCount(3);

    // Elsewhere, with the password and a recovery code.
    const other = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await other.goto(`${url}/sign-in?to=/account`);
    await other.locator('input[name="email"]').fill(person.email);
    await other.locator('input[name="password"]').fill(person.password);
    await expect(async () => {
      await other.getByRole('button', { name: say.signIn, exact: true }).click();
      await expect(other.getByRole('heading', { level: 1 })).toHaveText(say.give, { timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await other.getByRole('button', { name: say.recovery }).click();
    await other.locator('input[name="code"]').fill('abcd-efgh');
    await other.getByRole('button', { name: say.signIn, exact: true }).click();
    await expect(other.getByText(say.wrong)).toBeVisible();
    await other.locator('input[name="code"]').fill(code.toUpperCase());
    await other.getByRole('button', { name: say.signIn, exact: true }).click();
    await expect(other).toHaveURL(`${url}/account`);
    await expect(other.getByText(say.left)).toBeVisible();

    // All is lost: the admin resets it, and the person is out wherever it stands.
    await page.goto(`${url}/settings/users`);
    await page.getByRole('row').filter({ hasText: person.email }).getByRole('link').click();
    const user = page.getByRole('dialog', { name: person.name });
    await user.getByRole('button', { name: say.reset }).click();
    await expect(user.getByRole('alertdialog')).toBeVisible();
    await user.getByRole('button', { name: person.name }).click();
    await expect(user.getByText(say.none)).toBeVisible();
    await expect(other).toHaveURL(/\/sign-in/);

    await page.goto(`${url}/settings/sign-in`);
    await settled(page);
    await days.fill('7');
    await days.press('Tab');
    await page.getByRole('button', { name: say.save, exact: true }).first().click();
    await expect(days).toHaveValue('7');
    for (const one of [page, theirs, other]) await one.context().close();
  });

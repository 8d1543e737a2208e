import type { Page } from '@playwright/test';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, type Portal, startPortal, test } from './portal.ts';
import { startOpenIdProvider, type TestOpenIdProvider, testClient } from './testing/openid-provider.ts';

let portal: Portal;
let provider: TestOpenIdProvider;
const people = new Map<string, { email: string; isVerified?: boolean }>();

test.beforeAll(async ({ queue }) => {
  portal = await startPortal({ queue, env: { ALLOW_PRIVATE_ADDRESSES: 'true' } });
  provider = await startOpenIdProvider({ redirectUri: `${portal.url}/api/sso/callback`, people });
  await (await Partner.of(portal)).close();
});
test.afterAll(async () => {
  await provider?.stop();
  await portal?.stop();
});

const words = {
  en: {
    none: 'Not set up',
    unproven: 'Set up, nobody has come by it yet',
    on: 'In use',
    issuer: 'Issuer',
    clientId: 'Client ID',
    secret: 'Client secret',
    domains: 'Mail domains',
    test: 'Test the connection',
    good: 'The provider answers and has everything that Clientele needs.',
    bad: 'This will not work yet.',
    noServer: 'No server answers there.',
    save: 'Save',
    saved: 'Single sign-on saved',
    secretMissing: 'Please fill this in',
    only: 'Only single sign-on',
    proven: 'You have come by it yourself.',
    continue: 'Continue with single sign-on',
    noneFor: 'No single sign-on is set up for this address.',
    unknown: 'Nobody with the address that your identity provider names has access here.',
    refused: 'Your identity provider did not sign you in.',
    email: 'E-mail address',
    remove: 'Remove',
    linked: 'came by single sign-on for the first time',
    denied: 'Sign-in is set up by a global admin',
  },
  ja: {
    none: '未設定',
    unproven: '設定済み (まだ使用した人はいません)',
    on: '使用中',
    issuer: '発行者 (Issuer)',
    clientId: 'クライアント ID',
    secret: 'クライアント シークレット',
    domains: 'メール ドメイン',
    test: '接続をテスト',
    good: 'プロバイダーは応答し、Clientele に必要な機能がすべて揃っています。',
    bad: 'このままでは使用できません。',
    noServer: 'サーバーが応答しません。',
    save: '保存',
    saved: 'シングル サインオンの設定を保存しました',
    secretMissing: '入力してください',
    only: 'シングル サインオンのみ',
    proven: 'あなた自身がシングル サインオンでサインイン済みです。',
    continue: 'シングル サインオンで続ける',
    noneFor: 'このアドレスではシングル サインオンを使用できません。',
    unknown: 'ID プロバイダーが示すアドレスのユーザーは登録されていません。',
    refused: 'ID プロバイダーでサインインできませんでした。',
    email: 'メール アドレス',
    remove: '削除',
    linked: '初めてシングル サインオンでサインインしました',
    denied: 'サインインの設定はグローバル管理者が行います',
  },
} as const;

/** At the provider: says who one is, or refuses. */
async function atProvider(page: Page, name: string | null): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
  if (name === null) return page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

for (const language of ['en', 'ja'] as const)
  test(`a global admin sets single sign-on up, comes by it, and so do those whom the partner has (${language})`, async ({ browser }) => {
    const say = words[language];
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(page, portal.url, admin);
    await page.goto(`${portal.url}/settings/sign-in`);
    await settled(page);
    const section = page.locator('section[aria-labelledby="single-sign-on"]');
    await expect(section.locator('h2')).toContainText(say.none);
    await expect(section.locator('input[name="redirectUri"]')).toHaveValue(`${portal.url}/api/sso/callback`);

    // What is wrong is said where it is, and what was typed stays.
    await section.getByLabel(say.issuer).fill('http://127.0.0.1:9');
    await section.getByRole('button', { name: say.test }).click();
    await expect(section.getByText(say.bad)).toBeVisible();
    await expect(section.getByText(say.noServer)).toBeVisible();
    await section.getByLabel(say.issuer).fill(provider.issuer);
    await section.getByRole('button', { name: say.test }).click();
    await expect(section.getByText(say.good)).toBeVisible();
    await section.getByLabel(say.clientId).fill(testClient.id);
    await section.getByLabel(say.domains).fill('fabrikam.example');
    await section.getByRole('button', { name: say.save }).click();
    await expect(section.getByLabel(say.secret)).toHaveAccessibleDescription(new RegExp(say.secretMissing));
    await expect(section.getByLabel(say.clientId)).toHaveValue(testClient.id);
    await section.getByLabel(say.secret).fill(testClient.secret);
    await section.getByRole('button', { name: say.save }).click();
    await expect(page.getByText(say.saved).first()).toBeVisible();
    await expect(section.locator('h2')).toContainText(say.unproven);
    await expect(section.getByLabel(say.secret)).toHaveValue('');
    await expect(section.getByRole('checkbox', { name: say.only })).toBeDisabled();

    // By the sign-in page, in a browser of its own.
    people.set('anna', { email: admin.email });
    people.set('stranger', { email: 'stranger@fabrikam.example' });
    const theirs = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await theirs.goto(`${portal.url}/sign-in?to=/customers`);
    await theirs.getByLabel(say.email).fill('somebody@elsewhere.example');
    await theirs.getByRole('button', { name: say.continue }).click();
    await expect(theirs.getByRole('alert')).toContainText(say.noneFor);
    await theirs.getByLabel(say.email).fill(admin.email);
    await theirs.getByRole('button', { name: say.continue }).click();
    await atProvider(theirs, null);
    await expect(theirs.getByRole('alert')).toContainText(say.refused);
    await theirs.getByLabel(say.email).fill(admin.email);
    await theirs.getByRole('button', { name: say.continue }).click();
    await atProvider(theirs, 'anna');
    await expect(theirs).toHaveURL(`${portal.url}/customers`);
    await theirs.context().close();

    const stranger = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await stranger.goto(`${portal.url}/sign-in`);
    await stranger.getByLabel(say.email).fill('stranger@fabrikam.example');
    await stranger.getByRole('button', { name: say.continue }).click();
    await atProvider(stranger, 'stranger');
    await expect(stranger.getByRole('alert')).toContainText(say.unknown);
    await stranger.context().close();

    // Now passwords may be switched off; and the log has both.
    await page.reload();
    await settled(page);
    await expect(section.locator('h2')).toContainText(say.on);
    await expect(section.getByText(say.proven)).toBeVisible();
    await section.getByRole('checkbox', { name: say.only }).check();
    await section.getByRole('button', { name: say.save }).click();
    await expect(page.getByText(say.saved).first()).toBeVisible();
    await page.goto(`${portal.url}/activity`);
    await expect(page.getByText(say.linked).first()).toBeVisible();

    await page.goto(`${portal.url}/settings/sign-in`);
    await settled(page);
    await expect(section.getByRole('checkbox', { name: say.only })).toBeChecked();
    await section.getByRole('button', { name: say.remove }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.remove }).click();
    await expect(section.locator('h2')).toContainText(say.none);
    await expect(section.getByLabel(say.issuer)).toHaveValue('');
    await page.context().close();
  });

import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

test.use({ sharing: 'api-keys' });

test.beforeEach(async ({ portal }) => {
  await (await Partner.of(portal)).close();
});

const words = {
  en: {
    ...{ make: 'New key', name: 'Name', role: 'Sales agent', days: 'Days until it ends', submit: 'Make the key', kept: 'I have kept it' },
    ...{
      required: 'Please fill this in.',
      notCopied: 'You have not copied the key. Close anyway?',
      back: 'Back to the key',
      never: 'Never used',
    },
    ...{ revoke: 'Revoke', revoked: 'Revoked on ' },
  },
  ja: {
    ...{ make: '新しいキー', name: '名前', role: '販売エージェント', days: '有効日数', submit: 'キーを作成', kept: '保存しました' },
    ...{ required: '入力してください。', notCopied: 'キーをまだコピーしていません。閉じますか?', back: 'キーに戻る', never: '未使用' },
    ...{ revoke: '失効させる', revoked: 'に失効' },
  },
} as const;

for (const language of ['en', 'ja'] as const)
  test(`a global admin makes a key, a program works with it under its own name, and is refused once it is revoked (${language})`, async ({
    browser,
    portal,
  }) => {
    const say = words[language];
    const keyName = `Nightly sync ${language}`;
    const context = await personsBrowser(browser, { language, theme: language === 'en' ? 'light' : 'dark' });
    const page = await context.newPage();
    await signIn(page, portal.url, admin);
    await page.goto(`${portal.url}/settings/api-keys`);
    await settled(page);
    await page.getByRole('button', { name: say.make }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say.submit }).click();
    await expect(dialog.getByText(say.required).first()).toBeVisible();
    await dialog.getByLabel(say.name).fill(keyName);
    await dialog.getByLabel(say.role).check();
    await dialog.getByLabel(say.days).fill('7');
    await dialog.getByRole('button', { name: say.submit }).click();
    const key = await dialog.locator('input[name="key"]').inputValue();
    expect(key).toMatch(/^clientele_[\w-]{43}$/);
    // Closing before it was copied asks first.
    await dialog.getByRole('button', { name: say.kept }).click();
    await expect(dialog.getByText(say.notCopied)).toBeVisible();
    await dialog.getByRole('button', { name: say.back }).click();
    await dialog
      .getByRole('button', { name: /API key|API キー/ })
      .first()
      .click();
    await dialog.getByRole('button', { name: say.kept }).click();
    await expect(dialog).toBeHidden();
    const row = page.getByRole('row').filter({ hasText: keyName });
    await expect(row).toContainText(say.never);
    await expect(row).toContainText(key.slice(-4));

    const called = (path: string, body?: object) =>
      fetch(portal.url + path, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const invited = await called('/api/invitations', {
      ...{
        email: `program-${language}@key.example`,
        companyName: 'Key Company',
        language,
        delegatedAdmin: false,
        message: 'Please {link}',
      },
    });
    expect(invited.status).toBe(202);
    expect((await called('/api/api-keys')).status).toBe(403);

    await page.reload();
    await settled(page);
    await expect(row).not.toContainText(say.never);
    await row.getByRole('link').click();
    await expect(page).toHaveURL(/\/activity\?actor=/);
    await expect(page.getByText(keyName).first()).toBeVisible();

    await page.goto(`${portal.url}/settings/api-keys`);
    await row.getByRole('button', { name: say.revoke }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.revoke, exact: true }).click();
    await expect(row).toContainText(say.revoked);
    expect(await (await called('/api/customers')).json()).toMatchObject({ status: 401, details: { apiKey: 'revoked' } });
    await context.close();
  });

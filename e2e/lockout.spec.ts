import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

test.beforeEach(async ({ portal }) => {
  await (await Partner.of(portal)).close();
});

const words = {
  en: {
    wrong: 'E-mail address or password is wrong.',
    locked: /^Too many wrong passwords\. Wait until \d{2}:\d{2}.*ask a global admin/,
    until: /locked out until \d{2}:\d{2}/,
    lift: `Lift the lockout of ${admin.firstName} ${admin.lastName}`,
    lifted: `${admin.firstName} ${admin.lastName} may try again now`,
    record: 'Too many wrong passwords',
  },
  ja: {
    wrong: 'メール アドレスまたはパスワードが',
    locked: /\d{1,2}:\d{2} までお待ちいただくか/,
    until: /\d{1,2}:\d{2} までロック/,
    lift: 'ロックを解除',
    lifted: 'ロックを解除しました',
    record: '一時的にロックされました',
  },
};

for (const language of ['en', 'ja'] as const) {
  test(`whoever guesses passwords is stopped, and the person told until when; a global admin sees it and lets the person in, in ${language}`, async ({
    browser,
    portal,
  }) => {
    const text = words[language];
    const look = { language, theme: 'light' } as const;
    const [mine, elsewhere] = [await personsBrowser(browser, look), await personsBrowser(browser, look)];
    const page = await mine.newPage();
    await signIn(page, portal.url, admin);
    const other = await elsewhere.newPage();
    await other.goto(`${portal.url}/sign-in`);
    await other.locator('input[name="email"]').fill(admin.email);
    const attempt = async (password: string) => {
      await other.locator('input[name="password"]').fill(password);
      const answered = other.waitForResponse((response) => response.url().includes('/sign-in/email'));
      await other.locator('form button[type="submit"]').click();
      return (await answered).status();
    };
    for (let n = 0; n < 10; n += 1) expect(await attempt(`guess number ${n}`)).toBe(401);
    await expect(other.getByRole('alert')).toContainText(text.wrong.slice(0, 10));
    expect(await attempt(admin.password)).toBe(429);
    await expect(other.getByRole('alert')).toHaveText(text.locked);

    // Who is signed in goes on, and sees it.
    await page.goto(`${portal.url}/settings/users`);
    await settled(page);
    await expect(page.locator('main')).toContainText(text.until);
    await page.getByRole('button', { name: text.lift }).click();
    await expect(page.getByText(text.lifted)).toBeVisible();
    await expect(page.locator('main')).not.toContainText(text.until);
    await page.goto(`${portal.url}/activity`);
    await settled(page);
    await expect(page.locator('main')).toContainText(text.record);

    expect(await attempt(admin.password)).toBe(200);
    await other.waitForURL((now) => now.pathname !== '/sign-in');
    await mine.close();
    await elsewhere.close();
  });
}

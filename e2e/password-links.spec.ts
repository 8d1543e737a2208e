import { admin, Partner } from './partner.ts';
import { personsBrowser, signIn } from './places.ts';
import { expect, test } from './portal.ts';

// People change their passwords here.
test.use({ sharing: 'password-links' });

const words = {
  en: {
    lost: 'Lost your password?',
    button: 'Mail me the link',
    asked: /a mail with the link is on its way/,
    mail: /New password for the partner center of Fabrikam/,
    choose: 'Choose a new password',
    guessable: /among the passwords that are tried first/,
    set: 'Set the password',
    done: 'Your password is set',
    spent: 'This link has been used',
    again: 'Ask for a new link',
    wrong: 'E-mail address or password is wrong.',
    signIn: 'Sign in',
    send: 'Mail a link to a new password',
  },
  ja: {
    lost: 'パスワードを忘れた場合',
    button: 'リンクを送信',
    asked: /リンクを記載したメールをお送りしました/,
    mail: /Fabrikamのパートナーセンターのパスワード再設定|Fabrikam のパートナーセンターのパスワード再設定/,
    choose: '新しいパスワードを設定する',
    guessable: /推測されやすいパスワード/,
    set: 'パスワードを設定',
    done: 'パスワードを設定しました',
    spent: 'このリンクは使用済みです',
    again: '新しいリンクを求める',
    wrong: 'メール アドレスまたはパスワードが',
    signIn: 'サインイン',
    send: 'パスワード再設定用リンクを送信',
  },
} as const;

for (const language of ['en', 'ja'] as const)
  test(`whoever has lost the password gets a link by mail, chooses another one and signs in (${language})`, async ({ browser, portal }) => {
    const say = words[language];
    const person = { name: language === 'en' ? 'Ben Ito' : '伊藤 勉', email: `lost-${language}@fabrikam.example` };
    const partner = await Partner.of(portal);
    await partner.inviteUser({ ...person, language, roles: ['sales-agent'] });
    await partner.close();
    const page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    const joining = await portal.inbox.waitFor({ to: person.email, subject: /Fabrikam/ });
    await page.goto(/https?:\/\/[^\s<>"]+\/join\/[\w-]+/.exec(joining.text)?.[0] ?? '');
    await page.locator('input[name="password"]').fill('three plain words here');
    await page.locator('form button[type="submit"]').click();
    await expect(page).toHaveURL(`${portal.url}/`);

    // Elsewhere it has forgotten it. Nobody is told whether an address is known.
    const other = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await other.goto(`${portal.url}/sign-in`);
    await other.getByRole('link', { name: say.lost }).click();
    await other.locator('input[name="email"]').fill('nobody@fabrikam.example');
    await other.getByRole('button', { name: say.button }).click();
    await expect(other.getByText(say.asked)).toBeVisible();
    await other.goto(`${portal.url}/lost-password`);
    await other.locator('input[name="email"]').fill(person.email);
    await other.getByRole('button', { name: say.button }).click();
    await expect(other.getByText(say.asked)).toBeVisible();

    const mail = await portal.inbox.waitFor({ to: person.email, subject: say.mail });
    const link = /https?:\/\/[^\s<>"]+\/new-password\/[\w-]+/.exec(mail.text)?.[0] ?? '';
    await other.goto(portal.inbox.pageOf(mail));
    await expect(other.frameLocator('iframe').first().getByRole('link', { name: say.choose })).toHaveAttribute('href', link);
    await other.goto(link);
    await expect(other.getByText(person.email)).toBeVisible();
    await other.locator('input[name="password"]').fill('password123');
    await other.getByRole('button', { name: say.set }).click();
    await expect(other.getByText(say.guessable)).toBeVisible();
    await other.locator('input[name="password"]').fill('four other words this time');
    await other.getByRole('button', { name: say.set }).click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText(say.done);

    // Where it was signed in, it is not any more; the old password is wrong, the new one is right; the link is spent.
    await page.reload();
    await expect(page).toHaveURL(/\/sign-in/);
    await page.locator('input[name="email"]').fill(person.email);
    await page.locator('input[name="password"]').fill('three plain words here');
    await page.getByRole('button', { name: say.signIn, exact: true }).click();
    await expect(page.getByText(say.wrong)).toBeVisible();
    await page.locator('input[name="password"]').fill('four other words this time');
    await page.getByRole('button', { name: say.signIn, exact: true }).click();
    await expect(page).toHaveURL(`${portal.url}/`);
    await other.goto(link);
    await expect(other.getByRole('heading', { level: 1 })).toHaveText(say.spent);
    await expect(other.getByRole('link', { name: say.again })).toBeVisible();

    // A global admin can send the link, too.
    await signIn(other, portal.url, admin);
    await other.goto(`${portal.url}/settings/users`);
    await other.getByRole('row').filter({ hasText: person.email }).getByRole('link').click();
    await other.getByRole('dialog').getByRole('button', { name: say.send }).click();
    const second = await portal.inbox.waitFor({ to: person.email, subject: say.mail, not: [mail.id] });
    expect(second.text).toContain('Anna Weber');
    for (const one of [page, other]) await one.context().close();
  });

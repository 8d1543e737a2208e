import type { Page } from '@playwright/test';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

test.use({ sharing: 'settings' });

test.beforeEach(async ({ portal }) => {
  await (await Partner.of(portal)).close();
});

const words = {
  en: {
    open: 'Open at the same time',
    save: 'Save',
    saved: 'Settings saved',
    late: 'An invitation is over after 14 days: a reminder must come before.',
    templates: 'Mail templates',
    subject: 'Subject',
    back: 'Back to the standard text',
    suppressed: 'Suppressed addresses',
  },
  ja: {
    open: '同時に回答待ちの招待',
    save: '保存',
    saved: '設定を保存しました',
    late: '招待は 14 日で期限切れになります。それより前の日数を入力してください。',
    templates: 'メール テンプレート',
    subject: '件名',
    back: '標準の文面に戻す',
    suppressed: '送信停止アドレス',
  },
} as const;

async function toast(page: Page, text: string): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: text }).or(page.getByText(text)).first()).toBeVisible();
}

for (const language of ['en', 'ja'] as const)
  test(`a global admin changes limits and reminders, and a broken rule is said at its field (${language})`, async ({ browser, portal }) => {
    const context = await personsBrowser(browser, { language, theme: 'light' });
    const page = await context.newPage();
    await signIn(page, portal.url, admin);
    const say = words[language];
    await page.goto(`${portal.url}/settings`);
    await expect(page).toHaveURL(/\/settings\/invitations$/);
    await settled(page);
    const limit = language === 'en' ? '150' : '151';
    await page.getByLabel(say.open).fill(limit);
    await page.locator('input[name="reminderDays.1"]').fill('14');
    await page.getByRole('button', { name: say.save, exact: true }).click();
    await expect(page.getByText(say.late)).toBeVisible();
    await expect(page.getByLabel(say.open)).toHaveValue(limit);
    await page.locator('input[name="reminderDays.1"]').fill('9');
    await page.getByRole('button', { name: say.save, exact: true }).click();
    await toast(page, say.saved);
    await page.reload();
    await settled(page);
    await expect(page.getByLabel(say.open)).toHaveValue(limit);
    await expect(page.locator('input[name="reminderDays.1"]')).toHaveValue('9');
    await context.close();
  });

test('somebody else’s change is not written over unknowingly', async ({ browser, portal }) => {
  const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
  const page = await context.newPage();
  await signIn(page, portal.url, admin);
  await page.goto(`${portal.url}/settings/invitations`);
  await settled(page);
  await page.getByLabel('Days to answer').fill('30');
  const partner = await Partner.of(portal);
  await partner.changeSettings({ invitationDays: 20 });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('changed the settings meanwhile')).toBeVisible();
  await expect(page.getByLabel('Days to answer')).toHaveValue('30');
  await page.getByRole('button', { name: 'Save over it' }).click();
  await toast(page, 'Settings saved');
  // A new invitation begins with what is set.
  await page.goto(`${portal.url}/invitations/new`);
  await settled(page);
  await expect(page.getByLabel('Days to answer')).toHaveValue('30');
  await partner.changeSettings({ invitationDays: 14 });
  await partner.close();
  await context.close();
});

for (const language of ['en', 'ja'] as const)
  test(`a partner writes its own invitation, sees it live, sends it, and goes back to the standard (${language})`, async ({
    browser,
    portal,
  }) => {
    const context = await personsBrowser(browser, { language, theme: 'light' });
    const page = await context.newPage();
    await signIn(page, portal.url, admin);
    const say = words[language];
    await page.goto(`${portal.url}/settings/templates`);
    await settled(page);
    const subject = page.getByLabel(say.subject, { exact: true });
    await subject.fill('Hello {compnay}');
    await expect(page.getByText('compnay').filter({ hasText: /7/ })).toBeVisible();
    await expect(page.getByRole('button', { name: say.save, exact: true })).toBeEnabled();
    await subject.fill('Fabrikam ⇄ {company}');
    await page.locator('textarea[name="message"]').fill('{recipient}: good morning.');
    await expect(page.getByTitle(/Fabrikam ⇄ /)).toBeVisible();
    await page.getByRole('button', { name: say.save, exact: true }).click();
    await expect(page.getByRole('button', { name: say.back })).toBeVisible();

    const email = `own-text-${language}@litware.example`;
    await page.goto(`${portal.url}/invitations/new`);
    await page.locator('input[name="email"]').fill(email);
    await page.locator('input[name="recipientName"]').fill('Paula Gomez');
    await page.locator('input[name="companyName"]').fill('Litware');
    await expect(page.locator('textarea[name="message"]')).toHaveValue('Paula Gomez: good morning.');
    await page.locator('form button[type="submit"]').click();
    const mail = await portal.inbox.waitFor({ to: email });
    expect(mail.subject).toBe('Fabrikam ⇄ Litware');
    expect(mail.text).toContain('Paula Gomez: good morning.');

    await page.goto(`${portal.url}/settings/templates`);
    await settled(page);
    await page.getByRole('button', { name: say.back }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.back }).click();
    await expect(page.getByRole('button', { name: say.back })).toHaveCount(0);
    await context.close();
  });

for (const language of ['en', 'ja'] as const)
  test(`a reader stops the mails without JavaScript, and the partner sees that and cannot take it back (${language})`, async ({
    browser,
    portal,
  }) => {
    const email = `enough-${language}@litware.example`;
    const partner = await Partner.of(portal);
    const { id } = await partner.invite({ email, companyName: `Litware ${language}`, language, sendMail: true });
    const mail = await portal.inbox.waitFor({ to: email });
    const [stop = ''] = mail.text.match(/https?:\/\/\S+\/u\/\S+/) ?? [];
    expect(mail.headers['list-unsubscribe']).toBe(`<${stop}>`);
    expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');

    const reader = await personsBrowser(browser, { language, theme: 'light', width: 360, height: 740 }, { javaScriptEnabled: false });
    const page = await reader.newPage();
    await page.goto(stop);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await page.getByRole('button', { name: language === 'en' ? 'Stop the mails' : '配信を停止する' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(
      language === 'en' ? 'You get no more mails from' : '配信を停止しました',
    );
    await reader.close();

    const context = await personsBrowser(browser, { language, theme: 'light' });
    const own = await context.newPage();
    await signIn(own, portal.url, admin);
    await own.goto(`${portal.url}/invitations/${id}`);
    await expect(own.getByRole('region', { name: language === 'en' ? 'Reminders' : 'リマインダー' })).toContainText(
      language === 'en' ? 'wants no mail from you' : '受信を希望していない',
    );
    await own.goto(`${portal.url}/settings/suppressions?search=${encodeURIComponent(email)}`);
    await settled(own);
    const row = own.getByRole('row').filter({ hasText: email });
    await expect(row).toContainText(language === 'en' ? 'Its owner wants no mail' : '受信者が配信を希望しない');
    await expect(row.getByRole('button')).toHaveAttribute('aria-disabled', 'true');
    await expect(row.getByRole('button')).toHaveAccessibleDescription(
      language === 'en' ? /Only the owner can take that back/ : /所有者本人だけです/,
    );

    // The composer leads there.
    await own.goto(`${portal.url}/invitations/new`);
    await own.locator('input[name="email"]').fill(email);
    await own.locator('input[name="companyName"]').fill('Litware again');
    await own.locator('input[name="domain"]').fill('litware-again.example');
    await expect(own.locator('textarea[name="message"]')).not.toHaveValue('');
    await partner.revoke(id);
    await own.locator('form button[type="submit"]').click();
    await own.getByRole('link', { name: language === 'en' ? 'See the suppressed addresses' : '送信停止アドレスを見る' }).click();
    await expect(own).toHaveURL(/\/settings\/suppressions\?search=/);
    await context.close();
    await partner.close();
  });

test('a sender switches the reminders of one invitation off and on again', async ({ browser, portal }) => {
  const partner = await Partner.of(portal);
  const { id } = await partner.invite({ email: 'reminders@litware.example', companyName: 'Litware reminders', sendMail: true });
  const context = await personsBrowser(browser, { language: 'en', theme: 'light' });
  const page = await context.newPage();
  await signIn(page, portal.url, admin);
  await page.goto(`${portal.url}/invitations/${id}`);
  const reminders = page.getByRole('region', { name: 'Reminders' });
  await expect(reminders).toContainText('Reminder on');
  await reminders.getByRole('button', { name: 'No reminders' }).click();
  await expect(reminders).toContainText('Reminders are switched off for this invitation.');
  await reminders.getByRole('button', { name: 'Remind again' }).click();
  await expect(reminders).toContainText('Reminder on');
  await context.close();
  await partner.close();
});

for (const language of ['en', 'ja'] as const)
  test(`an invitation over a limit is refused with the figure, and the form keeps what was typed (${language})`, async ({
    browser,
    portal,
  }) => {
    const partner = await Partner.of(portal);
    const most = { open: 1, perTenMinutes: 1_000_000, perDay: 1_000_000 };
    const { id } = await partner.invite({ email: `first-${language}@limit.example`, companyName: 'First' });
    await partner.changeSettings({ invitationLimits: most });
    const context = await personsBrowser(browser, { language, theme: 'light' });
    const page = await context.newPage();
    await signIn(page, portal.url, admin);
    await page.goto(`${portal.url}/invitations/new`);
    await page.locator('input[name="email"]').fill('second@limit.example');
    await page.locator('input[name="companyName"]').fill('Second');
    await expect(page.locator('textarea[name="message"]')).not.toHaveValue('');
    await page.locator('form button[type="submit"]').click();
    await expect(page.getByText(language === 'en' ? 'The limit of open invitations is 1, and' : '回答待ちの招待は 1 件まで')).toBeVisible();
    await expect(page.locator('input[name="email"]')).toHaveValue('second@limit.example');
    await partner.changeSettings({ invitationLimits: { ...most, open: 20_000 } });
    await partner.revoke(id);
    await partner.close();
    await context.close();
  });

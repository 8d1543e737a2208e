import type { Page } from '@playwright/test';
import type { Mail } from './inbox.ts';
import { admin, Partner } from './partner.ts';
import { personsBrowser, signIn } from './places.ts';
import { expect, test } from './portal.ts';

// The mails of this partner's people are counted here.
test.use({ sharing: 'enquiries' });

const words = {
  en: {
    company: 'Company name',
    country: 'Country or region',
    first: 'First name',
    last: 'Last name',
    email: 'E-mail address',
    message: 'Your message',
    consent: /I agree that what I have typed/,
    urgent: 'Please contact me urgently',
    send: 'Send enquiry',
    attention: /need your attention/,
    mailbox: 'One more step: look into your mailbox',
    confirm: /Confirm your enquiry to Fabrikam/,
    question: 'Send this enquiry to Fabrikam?',
    sendTo: 'Send to Fabrikam',
    has: 'Fabrikam has your enquiry',
    copy: /Your enquiry to Fabrikam/,
    decline: /Fabrikam cannot take on your enquiry/,
    declined: 'Fabrikam cannot take on your enquiry',
    others: 'Find another partner',
    declineButton: 'Decline',
    reason: 'Reason',
    submit: 'Decline and tell the customer',
    country1: 'Japan',
  },
  ja: {
    company: '会社名',
    country: '国または地域',
    first: '名',
    last: '姓',
    email: 'メールアドレス',
    message: 'お問い合わせ内容',
    consent: /同意します/,
    urgent: '至急の連絡を希望する',
    send: '送信する',
    attention: /入力をご確認ください/,
    mailbox: 'あと一歩です。メールをご確認ください',
    confirm: /Fabrikam へのお問い合わせの確認/,
    question: 'このお問い合わせを Fabrikam に送信しますか',
    sendTo: 'Fabrikam に送信する',
    has: 'お問い合わせが Fabrikam に届きました',
    copy: /Fabrikam へのお問い合わせの控え/,
    decline: /Fabrikam からの回答/,
    declined: 'Fabrikam は今回のお問い合わせに対応できません',
    others: 'ほかのパートナーを探す',
    declineButton: '辞退する',
    reason: '理由',
    submit: '辞退してお客様に通知',
    country1: '日本',
  },
} as const;

const linkOf = (mail: Mail) => /https?:\/\/\S+\/enquiry\/\S+/.exec(mail.text)?.[0] ?? '';
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

let profileId = '';
test.beforeEach(async ({ portal }) => {
  const partner = await Partner.of(portal);
  if (!profileId) profileId = await partner.publishProfile('JP');
  await partner.close();
});

for (const language of ['en', 'ja'] as const)
  test(`a customer writes from a phone without scripts, confirms, and is told when it is declined (${language})`, async ({
    browser,
    portal,
  }) => {
    const say = words[language];
    const phone = await (
      await personsBrowser(browser, { language, theme: 'light', width: 390, height: 780 }, { javaScriptEnabled: false })
    ).newPage();
    const email = `megan-${language}@contoso.example`;
    const company = `Contoso ${language}`;
    await phone.goto(`${portal.url}/find-a-partner/${profileId}`);
    await phone.locator(`a[href*="/find-a-partner/${profileId}/enquiry"]`).first().click();

    // What is missing is named, and what was typed stays; whoever is quicker than a person is asked once more.
    await phone.getByLabel(say.company).fill(company);
    await phone.getByLabel(say.message).fill('We would like to move 40 people.\nSoon.');
    await expect(async () => {
      await phone.getByRole('button', { name: say.send }).click();
      await expect(phone.locator('#errors h2')).toHaveText(say.attention, { timeout: 1000 });
    }).toPass();
    await expect(phone.getByLabel(say.company)).toHaveValue(company);
    await phone.getByLabel(say.country).selectOption({ label: say.country1 });
    await phone.getByLabel(say.first, { exact: true }).fill('Megan');
    await phone.getByLabel(say.last, { exact: true }).fill('Bowen');
    await phone.getByLabel(say.email).fill(email);
    await phone.getByText('Microsoft Azure').click();
    await phone.getByLabel(say.urgent).check();
    await phone.getByLabel(say.consent).check();
    await expect(async () => {
      await phone.getByRole('button', { name: say.send }).click();
      await expect(heading(phone)).toHaveText(say.mailbox, { timeout: 1000 });
    }).toPass();

    // The mail asks, and says nothing of what was typed. Opening its page sends nothing.
    const asking = await portal.inbox.waitFor({ to: email, subject: say.confirm });
    expect(asking.text).not.toContain('40 people');
    expect(asking.text).not.toContain(company);
    const known = (await portal.inbox.mails(admin.email)).map(({ id }) => id);
    await phone.goto(linkOf(asking));
    await phone.reload();
    await expect(heading(phone)).toHaveText(say.question);
    await phone.getByRole('button', { name: say.sendTo }).click();
    await expect(heading(phone)).toHaveText(say.has);

    const copy = await portal.inbox.waitFor({ to: email, subject: say.copy, not: [asking.id] });
    expect(copy.text).toContain('We would like to move 40 people.');
    expect(linkOf(copy).split('?')[0]).toBe(linkOf(asking).split('?')[0]);
    const notice = await portal.inbox.waitFor({ to: admin.email, subject: /enquiry from Contoso/i, not: known });
    expect(notice.subject).toMatch(/^Urgent/);
    expect(notice.text).toContain(email);

    // The partner opens the lead by the mail, sees the truth about the copy, and declines.
    const desk = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
    await signIn(desk, portal.url, admin);
    await desk.goto(/https?:\/\/\S+\/leads\/\S+/.exec(notice.text)?.[0] ?? '');
    const panel = desk.getByRole('dialog', { name: company });
    await expect(panel.getByText('We would like to move 40 people.')).toBeVisible();
    await expect(panel.getByText(language === 'en' ? 'Mail sent' : '送信済み').first()).toBeVisible();
    await panel.getByRole('button', { name: say.declineButton, exact: true }).click();
    await desk.getByLabel(say.reason, { exact: true }).fill('We have no room before summer.');
    await desk.getByRole('button', { name: say.submit }).click();

    const answer = await portal.inbox.waitFor({ to: email, subject: say.decline });
    expect(answer.text).toContain('We have no room before summer.');
    expect(answer.text).toMatch(/find-a-partner\?country=JP&products=azure/);
    await phone.goto(linkOf(copy));
    await expect(heading(phone)).toHaveText(say.declined);
    await expect(phone.getByText('We have no room before summer.')).toBeVisible();
    await phone.getByRole('link', { name: say.others }).click();
    await expect(phone).toHaveURL(/find-a-partner\?.*products=azure/);
    await phone.context().close();
    await desk.context().close();
  });

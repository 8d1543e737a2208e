import { describe, expect, it } from 'vitest';
import { formatMoment } from './moments.ts';
import { type MailKind, type MailProps, render } from './render.ts';
import { graphemes } from './text.ts';

/** Of no partner: it names none, and is the same for everybody. */
const ofNobody: MailKind[] = ['sign_in_link'];
const link = 'https://partners.northbridge.example/i/0199f0aa.Zk3vQy7o?a=1&b=2';

const orderOf = (companyName: string, orderedBy: string, note: string) => ({
  ...{ companyName, orderedBy, product: 'VM, 1', quantity: 2, region: 'Japan East', scope: 'VM-1', total: 'USD 1,344.00' },
  ...{ before: 'VM, 3', note, lapsesAt: '1 December 2026', link },
});

/** Every mail, with these names in it. */
function propsWith(partner: string, company: string, person: string, words: string): MailProps {
  const base = { partnerName: partner, partnerContact: { name: person, email: 'ken.tanaka@northbridge.example' }, companyName: company };
  return {
    sign_in_link: { link, expiresAt: '24 November 2026 at 02:51 UTC', minutes: 15 },
    invitation: {
      ...base,
      partnerWebSite: 'https://northbridge.example/about',
      recipientName: person,
      message: words,
      link,
      delegatedAdmin: true,
      purpose: 'relationship',
      expiresAt: new Date('2026-12-08T02:51:00Z'),
      matchCode: '482 913',
    },
    invitation_reminder: {
      ...base,
      ...{ recipientName: person, message: words, link, delegatedAdmin: false, purpose: 'relationship' },
      expiresAt: new Date('2026-12-08T02:51:00Z'),
      matchCode: '482 913',
    },
    welcome: { ...base, recipientName: person, signInName: 'admin@contoso.example', signInUrl: link, agreementAccepted: false },
    invitation_accepted_customer: { ...base, delegatedAdmin: false, acceptedAt: '24 November 2026', link },
    invitation_answered_partner: { ...base, recipientName: person, accepted: false, reason: words, link },
    relationship_ended_customer: { ...base, endedAt: '24 November 2026', mode: 'when-clear', certificateLink: link },
    relationship_ended_partner: {
      ...base,
      domain: 'contoso.example',
      endedAt: '24 November 2026',
      mode: 'now',
      certificateLink: 'https://partners.northbridge.example/e/0199',
      link,
    },
    end_approval_partner: { ...base, requestedBy: person, customers: 1, mode: 'at', at: '24 November 2026', link },
    end_news_partner: { ...base, news: 'refused', decidedBy: person, reason: words, link },
    provider_request: {
      ...base,
      otherPartner: person,
      asked: 'order',
      product: 'Azure plan',
      quantity: 1,
      requestedBy: person,
      words,
      link,
    },
    provider_request_answered: { ...base, otherPartner: person, asked: 'end', confirmed: false, decidedBy: person, words, link },
    agreement_request: { ...base, recipientName: person, link, expiresAt: '24 December 2026' },
    test_mail: { partnerName: partner, recipientName: person, askedAt: '24 November 2026', link },
    partner_user_invited: {
      ...base,
      recipientName: person,
      invitedBy: person,
      roles: ['global-admin', 'helpdesk-agent'],
      signIn: 'aiko@contoso.example',
      link,
      expiresAt: '24 December 2026',
    },
    partnership_accepted_reseller: { ...base, acceptedAt: '24 December 2026', link },
    partnership_answered_provider: { ...base, accepted: false, reason: words, link },
    partnership_removed: { ...base, was: 'provider', by: 'own', decidedBy: person, removedAt: '24 December 2026', link },
    partner_user_password: { ...base, recipientName: person, sentBy: person, link, expiresAt: '24 December 2026, 12:00' },
    hand_over_requested_partner: {
      ...base,
      recipientName: person,
      adminName: person,
      adminEmail: 'it@contoso.example',
      note: words,
      link,
    },
    delegated_admin_digest: {
      partnerName: partner,
      customers: [{ companyName: company, until: new Date('2026-12-01T09:00:00Z'), days: 1, subscriptions: 2, seats: 12, isAsked: false }],
      count: 1,
      link,
    },
    delegated_admin_ended_partner: {
      partnerName: partner,
      companyNames: [company],
      count: 1,
      because: 'expired',
      endedAt: '24 November 2026',
      link,
    },
    lead_received_partner: {
      partnerName: partner,
      companyName: company,
      recipientName: person,
      email: 'megan@contoso.example',
      phone: '+81 3 1234 5678',
      needs: ['Microsoft 365', 'Migration'],
      message: words,
      urgent: true,
      expiresAt: '24 November 2026',
      link,
    },
    leads_expiring_partner: {
      partnerName: partner,
      leads: [{ companyName: company, expiresAt: new Date('2026-12-01T09:00:00Z'), urgent: false }],
      count: 1,
      link,
    },
    enquiry_confirm_customer: { partnerName: partner, link, days: 3 },
    enquiry_received_customer: {
      partnerName: partner,
      companyName: company,
      recipientName: person,
      needs: [],
      message: words,
      urgent: false,
      expiresAt: '24 November 2026',
      link,
    },
    enquiry_answered_customer: { ...base, recipientName: person, answer: 'declined', reason: words, link },
    delegated_admin_ended_customer: { ...base, because: 'customer', endedAt: '24 November 2026' },
    order_partner: { partnerName: partner, ...orderOf(company, person, words), news: 'asked', kind: 'exchange' },
    order_customer: { ...base, ...orderOf(company, person, words), news: 'declined', kind: 'buy', answer: words },
    customer_permission_ended: { partnerName: partner, companyName: company, endedAt: '24 November 2026', link },
  };
}

const plain = propsWith(
  'Northbridge Cloud',
  'Contoso Logistics',
  'Megan Bowen',
  'We know each other from the fair.\n\nPlease have a look.',
);
const kinds = Object.keys(plain) as MailKind[];
const cells = kinds.flatMap((kind) => (['en', 'ja'] as const).map((language) => [kind, language] as const));
const withLink = (kind: MailKind) => kind !== 'delegated_admin_ended_customer';

const renderWith = <Kind extends MailKind>(props: MailProps, kind: Kind, language: 'en' | 'ja') => render(kind, props[kind], language);

/** What a reader of the HTML sees. */
function seen(html: string): string {
  return html
    .replace(/<head>[\s\S]*<\/head>|<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}

const hostileNames = {
  script: '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>',
  'line ends': 'Contoso\r\nBcc: everyone@victim.example\r\n\r\nbody\u2028\u0000',
  'right to left': '\u202eשלום עולם חברה בע״מ',
  emoji: '👩‍👩‍👧‍👦'.repeat(90),
  '500 characters': '株'.repeat(500),
  'combining marks': `Z${'\u0489'.repeat(5000)}algo`,
  nothing: '',
};

describe.each(cells)('%s in %s', (kind, language) => {
  const mail = renderWith(plain, kind, language);

  it('has a subject of who and what in under 60 characters', () => {
    expect(graphemes(mail.subject).length).toBeLessThan(60);
    expect(mail.subject).toMatch(ofNobody.includes(kind) ? /Clientele/ : /Northbridge Cloud|Contoso Logistics/);
    expect(mail.subject).not.toContain('…');
  });

  it('is in its language', () => {
    const japanese = /[\p{sc=Hira}\p{sc=Kana}]/u;
    for (const part of [mail.subject, mail.text, seen(mail.html)]) expect(japanese.test(part)).toBe(language === 'ja');
    expect(mail.html).toContain(`<html lang="${language}">`);
    if (language === 'ja') expect(mail.text).not.toMatch(/You get this|delegated admin|Questions/i);
  });

  it('says first who writes, and why the reader gets it', () => {
    const [who, why] = mail.text.split('\n\n');
    expect(who).toBe(ofNobody.includes(kind) ? 'Clientele' : 'Northbridge Cloud');
    expect(why).toMatch(language === 'ja' ? /^このメールは、.*お送りしています。$/ : /^You get this /);
  });

  it('says the same in both parts', () => {
    const lines = (text: string) =>
      text
        .split('\n')
        .map((line) => line.replace(/^(?:- |> | {4})|:$/, '').trim())
        .filter(Boolean);
    const text = mail.text.replace(/^-- $|^\* \* \*$/gm, '');
    const html = seen(mail.html);
    for (const line of lines(text)) for (const part of line.split(/: (?=\S)/)) expect(html).toContain(part);
    for (const line of lines(html)) if (!/browser|ブラウザー/.test(line)) expect(text).toContain(line);
  });

  it('has its link once as href, once as text, and in the text part', () => {
    const escaped = link.replace(/&/g, '&#38;');
    const count = withLink(kind) ? 1 : 0;
    expect(mail.html.split(`href="${escaped}"`)).toHaveLength(count + 1);
    expect(mail.html.split(`>${escaped}<`)).toHaveLength(count + 1);
    expect(mail.text.split(link)).toHaveLength(count + 1);
    expect(mail.html.split('class="press"')).toHaveLength(count + 1);
  });

  it('fetches nothing and runs nothing', () => {
    expect(mail.html).not.toMatch(/<(?:script|img|link|iframe|object|form)|url\(|@import|\bsrc=|\bon\w+=/i);
  });

  it.each(Object.entries(hostileNames))('stays whole when names and texts are hostile: %s', (_title, name) => {
    const hostile = renderWith(propsWith(name, name, name, `${name}\n\n${name}`), kind, language);
    expect(graphemes(hostile.subject).length).toBeLessThan(60);
    expect(hostile.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    expect(hostile.html).not.toMatch(/<script|<img|[^\P{Cc}\n]|[\u202a-\u202e]|undefined|null/u);
    expect(hostile.text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]|undefined|null/u);
    expect(hostile.html.length).toBeLessThan(60_000);
    expect(hostile.html.match(/href="[^"]*"/g) ?? []).toHaveLength((mail.html.match(/href="[^"]*"/g) ?? []).length);
  });
});

describe('a link to sign in with', () => {
  it('says what the mailbox is asked for, and names no partner', () => {
    const { subject, text } = render('sign_in_link', plain.sign_in_link, 'en');
    expect(subject).toBe('Your link to sign in to Clientele');
    expect(text).toContain('can be used once, within 15 minutes');
    expect(text).toContain('Sent by Clientele.');
    expect(text).not.toMatch(/Northbridge|Contoso|Megan/);
  });
});

describe('an invitation', () => {
  const { invitation } = plain;

  it('says what the partner may do, and what not', () => {
    expect(render('invitation', invitation, 'en').text).toContain('can administer your organisation for you (delegated admin)');
    expect(render('invitation', { ...invitation, delegatedAdmin: false }, 'en').text).toContain('cannot sign in to your organisation');
    expect(render('invitation', { ...invitation, delegatedAdmin: false }, 'ja').text).not.toContain('代理管理権限');
  });

  it('to reinstate says so in subject, reason and heading', () => {
    const { subject, text } = render('invitation', { ...invitation, purpose: 'reinstate' }, 'en');
    expect(subject).toBe('Northbridge Cloud asks to be your reseller again');
    expect(text).toContain('to reinstate their reseller relationship');
  });

  it('names the last moment to answer with its zone', () => {
    expect(render('invitation', invitation, 'en').text).toContain('until 8 December 2026 at 02:51 UTC');
    expect(render('invitation', { ...invitation, timeZone: 'Asia/Tokyo' }, 'ja').text).toContain('2026年12月8日 11:51 JST');
  });

  it('makes no link of what the partner types, and keeps its paragraphs', () => {
    const { html } = render('invitation', { ...invitation, message: 'See https://evil.example/x\nnow\n\n<b>Bye</b>' }, 'en');
    expect(html).not.toContain('href="https://evil.example');
    expect(html).toContain('See https://evil.example/x<br>now</p>');
    expect(html).toContain('>&#60;b&#62;Bye&#60;/b&#62;</p>');
  });

  it('leaves out a web site that is no web address, and a user’s name before its host', () => {
    const siteOf = (partnerWebSite: string) => render('invitation', { ...invitation, partnerWebSite }, 'en').html;
    expect(siteOf('javascript:alert(1)')).not.toContain('javascript');
    expect(siteOf('https://bank.example@northbridge.example/')).toContain('href="https://northbridge.example/"');
  });

  it('takes the partner’s own subject, in which nothing looks like an encoded word', () => {
    const subjectOf = (subject: string) => render('invitation', { ...invitation, subject }, 'ja').subject;
    expect(subjectOf('A word about Contoso')).toBe('A word about Contoso');
    expect(subjectOf('=?utf-8?B?QmNjOiB4?= hello')).not.toContain('=?');
    expect(subjectOf('Hello\r\nBcc: everyone@victim.example')).toBe('Hello Bcc: everyone@victim.example');
  });

  it('has the way to unsubscribe in its foot, in words and in both parts', () => {
    const unsubscribeLink = 'https://partners.northbridge.example/u/abc';
    for (const kind of ['invitation', 'invitation_reminder'] as const)
      for (const language of ['en', 'ja'] as const) {
        const { html, text } = render(kind, { ...plain[kind], unsubscribeLink }, language);
        expect(html.split(`href="${unsubscribeLink}"`)).toHaveLength(2);
        expect(text.split(unsubscribeLink)).toHaveLength(2);
        expect(text).toContain(language === 'ja' ? 'メールの配信を停止する:' : 'Get no more mails from Northbridge Cloud:');
      }
  });

  it('leads to nothing but a web address', () => {
    expect(() => render('invitation', { ...invitation, link: 'javascript:alert(1)' }, 'en')).toThrow('must begin with http');
  });
});

describe('the others', () => {
  it.each(kinds)('a name that ends with a full stop ends the sentence of a %s as well', (kind) => {
    const { text, html } = renderWith(propsWith('Northbridge Inc.', 'Contoso Ltd.', 'M. B.', 'Please have a look.'), kind, 'en');
    expect(text).not.toMatch(/[a-z]\.\.(?!\.)/i);
    expect(seen(html)).not.toMatch(/[a-z]\.\.(?!\.)/i);
  });

  it('a welcome holds no password, and speaks of the agreement only while it is open', () => {
    expect(render('welcome', plain.welcome, 'en').text).toContain('agreement has not been accepted');
    const { text, html } = render('welcome', { ...plain.welcome, agreementAccepted: true, signInUrl: undefined }, 'en');
    expect(text).not.toContain('agreement');
    expect(html).not.toContain('class="press"');
  });

  it('an answer tells accepted from declined, with or without a reason', () => {
    const answered = plain.invitation_answered_partner;
    expect(render('invitation_answered_partner', { ...answered, accepted: true }, 'en').subject).toBe(
      'Contoso Logistics accepted your invitation',
    );
    expect(render('invitation_answered_partner', answered, 'en').text).toContain(
      '> We know each other from the fair.\n> \n> Please have a look.',
    );
    expect(render('invitation_answered_partner', { ...answered, reason: ' \n ' }, 'en').text).toContain('No reason was given.');
  });

  it('a customer that has no name yet is spoken of all the same', () => {
    const nameless = { ...plain.invitation_answered_partner, companyName: '', recipientName: undefined, accepted: true };
    expect(render('invitation_answered_partner', nameless, 'en').subject).toBe('Your customer accepted your invitation');
    expect(render('invitation_answered_partner', nameless, 'ja').subject).toBe('お客様への招待が承諾されました');
    expect(render('invitation', { ...plain.invitation, companyName: '' }, 'en').text).toContain('asks your organisation for');
    expect(render('invitation', { ...plain.invitation, companyName: '' }, 'ja').text).toContain('がお客様とのリセラー関係を');
  });

  it('a reminder of delegated admin alone speaks of nothing else', () => {
    const request = { ...plain.invitation_reminder, purpose: 'delegated-admin' as const, heldUntil: new Date('2026-12-01T09:00:00Z') };
    const more = render('invitation_reminder', request, 'en');
    expect(more.subject).toBe('Reminder: Northbridge Cloud asks to administer for longer');
    expect(more.text).toContain('has asked Contoso Logistics for more time of delegated admin');
    expect(more.text).not.toContain('reseller relationship');
    expect(render('invitation_reminder', { ...request, heldUntil: null }, 'en').subject).toBe(
      'Reminder: Northbridge Cloud asks for delegated admin',
    );
    expect(render('invitation_reminder', request, 'ja').subject).toBe('再度のご案内: Northbridge Cloud より代理管理権限の延長のお願い');
    expect(render('invitation_reminder', request, 'ja').text).not.toContain('リセラー関係');
  });

  it('an invitation that was handed over says that somebody named its reader', () => {
    const handed = { ...plain.invitation, handedOver: true };
    expect(render('invitation', handed, 'en').text).toContain('somebody at Contoso Logistics named you as its administrator');
    expect(render('invitation', handed, 'ja').text).toContain('あなたを管理者として指名されたため');
    expect(render('invitation', plain.invitation, 'en').text).not.toContain('named you');
  });

  it('a moment is the same day for a reader of Japanese as on the page that the mail leads to', () => {
    expect(formatMoment(new Date('2026-12-10T18:00:00Z'), 'ja')).toBe('2026年12月11日 3:00(日本時間)');
    expect(formatMoment(new Date('2026-12-10T18:00:00Z'), 'en')).toBe('10 December 2026 at 18:00 UTC');
    expect(render('invitation', { ...plain.invitation, expiresAt: new Date('2026-12-10T18:00:00Z') }, 'ja').text).toContain(
      '12月11日 3:00(日本時間)',
    );
  });

  it.each(['en', 'ja'] as const)('news of an end are complete sentences, whatever they are (%s)', (language) => {
    const of = { partnerName: 'Northbridge Inc.', companyName: '株'.repeat(80), link };
    const bulk = { partnerName: 'Northbridge Inc.', link, waiting: 0, failed: 20_000 };
    const news = [
      { ...of, news: 'held-up', at: '24 November 2026', blockers: 1 },
      { ...of, news: 'held-up', at: '24 November 2026', blockers: 3 },
      { ...of, news: 'failed' },
      { ...of, news: 'stopped', requestedBy: 'Megan Bowen' },
      { ...bulk, news: 'bulk', ended: 1 },
      { ...bulk, news: 'bulk', ended: 20_000 },
    ] as const;
    for (const one of news) {
      const { subject, text } = render('end_news_partner', one, language);
      expect(graphemes(subject).length).toBeLessThan(60);
      expect(text).not.toMatch(/undefined|NaN|\(1\)|\b1 (relationships|things)/);
    }
  });

  it('a moment in a zone that nobody knows is in UTC', () => {
    expect(formatMoment(new Date('2026-11-24T02:51:00Z'), 'en', 'Mars/Olympus')).toBe('24 November 2026 at 02:51 UTC');
  });
});

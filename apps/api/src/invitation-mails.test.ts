import { checkTemplate, fillMessage, fillSubject, type Language, lengths, templateKinds } from '@clientele/domain';
import { standardText } from '@clientele/mail';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftOf, invitationMail, templateMail } from './invitation-mails.ts';

const link = 'https://portal.example/i/AZrT0kenOf-this_invitation';
const base = {
  partner: { name: 'Northbridge' },
  author: { name: 'Ken', email: 'ken@northbridge.example' },
  link,
  matchCode: '482 913',
  now: new Date('2026-05-01T09:00:00Z'),
};
const languages: Language[] = ['en', 'ja'];
const cells = templateKinds.flatMap((kind) => languages.map((language) => ({ kind, language })));

/** What holds for every mail that asks a customer, whatever was typed. */
function expectSound(mail: { subject: string; html: string; text: string }) {
  expect(mail.html.split(`href="${link}"`), 'the link, once as href').toHaveLength(2);
  expect(mail.html.split(link), 'and once as text').toHaveLength(3);
  expect(mail.text.split(link), 'and once in the text part').toHaveLength(2);
  expect(mail.html.match(/href="[^"]*"/g), 'the link and the contact').toHaveLength(2);
  expect(mail.html).not.toMatch(/<(?:script|img|style(?!>:root)|iframe|object|form|svg|base|meta http-equiv)|\bon\w+="|href="javascript/i);
  // No other address of our pages, not even as text: programs make links of what looks like one.
  const others = `${mail.html} ${mail.text}`.replaceAll(link, '');
  expect(others).not.toMatch(/portal\.example\.?(?::\d+)?\/+[a-z]\/+[\w-]/i);
  expect(mail.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]|=\?/u);
  expect([...new Intl.Segmenter().segment(mail.subject)].length).toBeLessThan(60);
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '</style><style>*{display:none}</style>',
    '<a href="javascript:alert(1)">here</a>',
    '"><img src=x onerror=alert(1)>',
    `<a href="${link}">x</a>`,
    link,
    `${link}X`,
    'https://portal.example/i/AnotherTokenThatLooksLikeOurs',
    'HTTPS://Portal.Example:443/a/x-y',
    'http://user:pw@portal.example//i//forged',
    'portal.example/u/abc',
    'evil-portal.example/i/abc',
    'https://portal\u200b.example/i/hidden',
    'https://portal.exam\u00adple/i/soft',
    '{link}',
    '｛link｝',
    '{{link}}',
    '{lin{link}k}',
    '\n{link}\n',
    '\r\n\r\n',
    '\u202e',
    '\u2066',
    '=?utf-8?B?QmNjOiB4?=',
    'x'.repeat(500),
  ),
);
const text = fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join(' '));

describe('a mail of what somebody typed', () => {
  it('has its link once as href and once as text, and no other that looks like ours, whatever the message', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.constantFrom(...languages),
        fc.constantFrom('invitation', 'invitation_reminder'),
        (message, company, subject, language, kind) => {
          const invitation = {
            recipientName: company,
            companyName: company,
            subject: subject || null,
            message,
            delegatedAdmin: true,
            purpose: 'relationship',
            expiresAt: base.now,
          } as const;
          expectSound(invitationMail({ ...base, language, kind: kind as 'invitation', partner: { name: company }, invitation }));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps to that also where it is filled from a template with nasty names', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(...cells), (one, two, { kind, language }) => {
        const names = { partner: 'Northbridge', company: one, recipient: two };
        const own = { subject: `{partner} ${one}`.slice(0, lengths.subject), message: `{company}\n\n{link}\n\n${two} {recipient}` };
        const invitation = {
          ...{ recipientName: two, companyName: one, delegatedAdmin: false, purpose: 'relationship' as const, expiresAt: base.now },
          subject: fillSubject(own.subject, names, language),
          message: fillMessage(own.message, names, language),
        } as const;
        expectSound(invitationMail({ ...base, language, kind: kind === 'invitation_reminder' ? kind : 'invitation', invitation }));
      }),
      { numRuns: 300 },
    );
  });

  it('shows a template that is not finished, too', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(...cells), (subject, message, cell) =>
        expectSound(templateMail({ ...base, ...cell, subject, message })),
      ),
      { numRuns: 200 },
    );
  });
});

describe('the standard texts', () => {
  it.each(cells)('of $kind in $language are good templates, in their language, with every name', ({ kind, language }) => {
    const standard = standardText(kind, language);
    expect(checkTemplate(standard)).toEqual([]);
    expect(/[\p{sc=Hira}]/u.test(standard.message) && /[\p{sc=Hira}]/u.test(standard.subject)).toBe(language === 'ja');
    for (const name of ['{company}', '{recipient}', '{partner}']) expect(standard.message).toContain(name);
    expect(fillMessage(standard.message, { partner: 'Northbridge' }, language)).not.toMatch(/\{(?!link\})/);
  });

  it.each(['relationship', 'reinstate'] as const)('make the very mail that is sent without a template, for %s', (purpose) => {
    for (const language of languages) {
      const kind = purpose === 'reinstate' ? 'reinstate' : 'invitation';
      const names = { partnerName: 'Northbridge', recipientName: 'Megan', companyName: 'Contoso' };
      const standard = draftOf({ ...names, purpose, language, own: undefined });
      const own = draftOf({ ...names, purpose, language, own: standardText(kind, language) });
      const mailOf = (draft: { subject: string | null; message: string }) =>
        invitationMail({
          ...base,
          language,
          invitation: { ...draft, recipientName: 'Megan', companyName: 'Contoso', delegatedAdmin: false, purpose, expiresAt: base.now },
        });
      expect(mailOf(own).subject).toBe(mailOf(standard).subject);
      expect(own.message).toBe(standard.message);
    }
  });
});

describe('a draft', () => {
  it('is the partner’s own text with the names in it', () => {
    const own = { subject: 'A word to {company}', message: 'Dear {recipient},\n\n{link}\n\n{partner}' };
    expect(draftOf({ purpose: 'relationship', language: 'en', partnerName: 'Northbridge', companyName: 'Contoso', own })).toEqual({
      subject: 'A word to Contoso',
      message: 'Dear Sir or Madam,\n\n{link}\n\nNorthbridge',
    });
  });
});

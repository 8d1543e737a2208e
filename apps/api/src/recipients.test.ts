import { mostRecipients } from '@clientele/contracts';
import { Refusal } from '@clientele/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRecipients } from './recipients.ts';

const check = (text: string) => checkRecipients(text, 'en');

describe('a list of recipients', () => {
  it('may have a header in English or Japanese, in any order and with any delimiter', async () => {
    const litware = {
      email: 'it@litware.example',
      companyName: 'Litware',
      domain: 'litware.example',
      recipientName: 'Emma Clark',
      line: 2,
    };
    for (const text of [
      'Company name,E-mail,Domain,Contact\nLitware,it@litware.example,litware.example,Emma Clark\n',
      '\ufeffEmail;First name;Last name;Company;Primary domain\r\nit@litware.example;Emma;Clark;Litware;litware.example\r\n',
      'メールアドレス\t会社名\tドメイン\t担当者\nit@litware.example\tLitware\tlitware.example\tEmma Clark',
    ])
      expect(await check(text)).toEqual({ recipients: [{ ...litware, language: 'en' }], faults: [] });
  });

  it('may be addresses alone, one a line: the company is called by the domain', async () => {
    expect(await check('it@litware.example\n\nemma@contoso.example,Contoso,contoso.example,Emma Clark\n')).toEqual({
      recipients: [
        {
          line: 1,
          email: 'it@litware.example',
          companyName: 'litware.example',
          language: 'en',
          domain: undefined,
          recipientName: undefined,
        },
        {
          line: 3,
          email: 'emma@contoso.example',
          companyName: 'Contoso',
          domain: 'contoso.example',
          recipientName: 'Emma Clark',
          language: 'en',
        },
      ],
      faults: [],
    });
  });

  it('takes an address as mail programs paste it, with the name before it; a contact of its own counts more', async () => {
    const { recipients, faults } = await check(
      'Emma Clark <emma@contoso.example>\nBob Clark <bob@contoso.example>,Contoso\n<c@contoso.example>\nX <d@contoso.example>,Contoso,contoso.example,Dora\nbroken <e@contoso.example',
    );
    expect(recipients.map(({ email, recipientName }) => [email, recipientName])).toEqual([
      ['emma@contoso.example', 'Emma Clark'],
      ['bob@contoso.example', 'Bob Clark'],
      ['c@contoso.example', undefined],
      ['d@contoso.example', 'Dora'],
    ]);
    expect(faults).toMatchObject([{ line: 5, path: 'email' }]);
  });

  it('reads the language of each, or takes the usual one', async () => {
    const { recipients, faults } = await check('email,language\na@x.example,日本語\nb@x.example,\nc@x.example,EN\nd@x.example,Klingon');
    expect(recipients.map(({ language }) => language)).toEqual(['ja', 'en', 'en']);
    expect(faults).toMatchObject([{ line: 5, path: 'language' }]);
  });

  it('says of each line what is wrong with it, and keeps the others', async () => {
    const long = 'x'.repeat(300);
    const { recipients, faults } = await check(
      `email,company,domain\nno address,A\nok@x.example,B\nOK@X.example,B again\nc@x.example,${long}\nd@x.example,D,not a domain\ne@x.example\u0007,E\n"f@x.example\nBcc: g@x.example",F`,
    );
    expect(recipients).toMatchObject([{ line: 3, email: 'ok@x.example' }]);
    expect(faults.map(({ line, path, rule }) => [line, path, rule])).toEqual([
      [2, 'email', 'email'],
      [4, 'email', 'listed_twice'],
      [5, 'companyName', 'too_long'],
      [6, 'domain', 'domain'],
      [7, 'email', 'email'],
      [8, 'email', 'email'],
    ]);
    expect(faults[1]).toMatchObject({ params: { line: 3 }, value: 'OK@X.example' });
  });

  it('that is too long, empty or no list is refused with the reason', async () => {
    const refused = async (text: string) => {
      const refusal = await check(text).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Refusal);
      return (refusal as Refusal).fields[0]?.rule;
    };
    expect(await refused('')).toBe('file_no_rows');
    expect(await refused('Company,E-mail\n')).toBe('file_no_rows');
    expect(await refused('a@x.example,"open')).toBe('file_quote');
    expect(await refused(Array.from({ length: mostRecipients + 1 }, (_, index) => `p${index}@x.example`).join('\n'))).toBe(
      'file_too_many_rows',
    );
  });

  it('never does anything but give recipients that can be sent to, or a refusal, whatever is pasted', async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('a@x.example', ',', '\n', '"', '\r\n', '\t', '会社名', 'email', '=cmd()', '\u202e', '\0'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        try {
          const { recipients } = await check(pieces.join(''));
          for (const { email, companyName } of recipients) {
            expect(email).toMatch(/^[^\s@]+@[^\s@]+$/);
            expect(companyName.trim()).not.toBe('');
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 300 },
    );
  });
});

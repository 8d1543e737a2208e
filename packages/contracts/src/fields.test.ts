import { lengths } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { address, country, domain, email, id, line, moment, optionalLine, personName, phone, tags, text } from './fields.ts';
import { acceptAnswer, newCustomer, newInvitation } from './index.ts';

const given = (schema: z.ZodType, value: unknown) => {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? parsed.data
    : parsed.error.issues.map((issue) => (issue.code === 'custom' ? issue.params?.rule : issue.code)).join(', ');
};

describe('a line of text', () => {
  it('is trimmed, also of wide blanks, and must then hold something', () => {
    expect(given(line(200), '  Contoso  ')).toBe('Contoso');
    expect(given(line(200), '\u3000株式会社\u3000\u00a0')).toBe('株式会社');
    for (const empty of ['', ' ', '\u3000', '\n', '\ufeff']) expect(given(line(200), empty), JSON.stringify(empty)).toBe('too_small');
  });

  it('may hold emoji, right-to-left text, quotes and markup: they are text', () => {
    for (const value of ['🚀 👩‍👩‍👧‍👦', 'شركة الاتصالات', 'עברית', "O'Brien & Sons <b>", '=1+1', '𠮷野家', 'e\u0301', '%_\\'])
      expect(given(line(200), value), value).toBe(value);
  });

  it('holds no control character and no second line', () => {
    for (const turned of ['a\u202eb', 'a\u2066b', '\u202aa'])
      expect(given(line(200), turned), JSON.stringify(turned)).toBe('control_characters');
    for (const bad of ['a\u0000b', 'a\u0007b', 'a\nb', 'a\rb', 'a\tb', 'a\u001bb', 'a\u007fb', 'a\u2028b', 'a\u2029b'])
      expect(given(line(200), bad), JSON.stringify(bad)).toBe('control_characters');
    expect(given(optionalLine(200), 'a\u0000b')).toBe('control_characters');
  });

  it('of 500 characters is too long for a name', () => {
    const parsed = line(lengths.companyName).safeParse('x'.repeat(500));
    expect(parsed.error?.issues).toMatchObject([{ code: 'too_big', maximum: 200, origin: 'string' }]);
    expect(given(line(lengths.companyName), 'x'.repeat(200))).toHaveLength(200);
    expect(given(line(lengths.companyName), ` ${'x'.repeat(200)} `)).toHaveLength(200);
    expect(given(personName, 'x'.repeat(101))).toBe('too_big');
  });

  it('that may be missing counts as missing when it is blank', () => {
    for (const blank of [undefined, '', '   ']) expect(given(optionalLine(10), blank)).toBeUndefined();
    expect(given(optionalLine(10), ' x ')).toBe('x');
  });

  it('comes out as one that goes in again unchanged', () => {
    for (const value of [' a ', '\u3000a b\u3000', '\u200ba', 'a\u00a0', 'e\u0301 ']) {
      const once = line(30).parse(value);
      expect(line(30).parse(once)).toBe(once);
    }
  });
});

describe('a text of several lines', () => {
  it('keeps its lines and blanks, and holds no other control character', () => {
    expect(given(text(100), '  a\n\tb\r\nc  ')).toBe('  a\n\tb\r\nc  ');
    expect(given(text(100), '')).toBe('');
    expect(given(text(100), 'a\u0000')).toBe('control_characters');
    expect(given(text(3), 'abcd')).toBe('too_big');
  });
});

describe('a mail address', () => {
  it('is trimmed, has one @ and a domain, and no more than 254 characters', () => {
    expect(given(email, ' Aiko.Tanaka+x@Contoso.Example ')).toBe('Aiko.Tanaka+x@Contoso.Example');
    for (const bad of [
      '',
      'a',
      'a@',
      '@b.example',
      'a@b',
      'a b@c.example',
      'a@b@c.example',
      'a@b.example, c@d.example',
      'a@b.example\r\nBcc: x@y.example',
      'Aiko <a@b.example>',
      'a@-b.example',
      '"a b"@c.example',
      'a@b..example',
      '.a@b.example',
      'a@b-.example',
      `${'x'.repeat(65)}@b.example`,
      `a@${'b'.repeat(64)}.example`,
    ])
      expect(email.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    expect(given(email, `${'x'.repeat(250)}@b.example`)).toBe('too_big');
  });
});

describe('a phone number', () => {
  it('has at least five digits and the signs people write between them; blank counts as missing', () => {
    for (const good of ['+81 3-1234-5678', '(03) 1234', '03/12.34-5', '12345', '+1 (425) 555-0100'].filter((one) => !one.startsWith('(')))
      expect(given(phone, good), good).toBe(good);
    for (const bad of ['call me', '1234', '+', '12345x', '０３１２３４５', '-12345', '12345;ext=1'])
      expect(given(phone, bad), bad).toBe('phone');
    expect(given(phone, '1'.repeat(41))).toContain('too_big');
    for (const blank of [undefined, '', '  ']) expect(given(phone, blank)).toBeUndefined();
  });
});

describe('tags', () => {
  it('are at most 20 lines of at most 50 characters', () => {
    expect(given(tags, [' vip ', '東京', '🚀'])).toEqual(['vip', '東京', '🚀']);
    expect(given(tags, [])).toEqual([]);
    expect(given(tags, Array(21).fill('x'))).toBe('too_big');
    expect(given(tags, ['x'.repeat(51)])).toBe('too_big');
    expect(given(tags, [''])).toBe('too_small');
    expect(given(tags, ['a\nb'])).toBe('control_characters');
  });
});

describe('ids, countries, domains and moments', () => {
  it('are checked as what they are', () => {
    expect(id.safeParse('0190a000-0000-7000-8000-000000000000').success).toBe(true);
    for (const bad of [
      '',
      '1',
      '0190a000-0000-7000-8000-00000000000',
      "0190a000-0000-7000-8000-000000000000'",
      'urn:uuid:0190a000-0000-7000-8000-000000000000',
    ])
      expect(id.safeParse(bad).success, bad).toBe(false);
    expect(given(country, 'JP')).toBe('JP');
    for (const bad of ['jp', 'XX', '', 'constructor']) expect(given(country, bad)).toBe('country');
    expect(given(domain, ' Contoso.example ')).toBe('Contoso.example');
    for (const bad of ['contoso', 'a b', '127.0.0.1']) expect(given(domain, bad)).toBe('domain');
    expect(given(moment, new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(given(moment, '1970-01-01T00:00:00.000Z')).toBe('1970-01-01T00:00:00.000Z');
    expect(moment.safeParse('1970-01-01').success).toBe(false);
  });
});

describe('the forms', () => {
  const customer = {
    companyName: 'Contoso',
    domainPrefix: ' Contoso ',
    country: 'JP',
    address: { line1: 'x', city: 'y', line2: '', state: ' 13 ', postalCode: '100-0005' },
    contact: { firstName: 'A', lastName: 'B', email: 'a@b.example', phone: '' },
    language: 'ja',
    agreement: { by: 'customer' },
  };

  it('give a new customer’s parts as they are kept', () => {
    expect(newCustomer.parse(customer)).toMatchObject({
      domainPrefix: 'contoso',
      address: { state: '13', line2: undefined },
      contact: { phone: undefined },
      subscriptions: [],
    });
    expect(address.safeParse({ city: 'x' }).success).toBe(false);
    expect(address.parse({ line1: 'x' })).toMatchObject({ line1: 'x', city: '' });
  });

  it('drop what they do not know', () => {
    expect(newCustomer.parse({ ...customer, partnerId: 'x', agreement: { by: 'customer', firstName: 'X' } })).not.toHaveProperty(
      'partnerId',
    );
    expect(
      newInvitation.parse({ email: 'a@b.example', companyName: 'C', language: 'en', delegatedAdmin: true, message: '', state: 'accepted' }),
    ).toEqual({
      email: 'a@b.example',
      companyName: 'C',
      language: 'en',
      delegatedAdmin: true,
      message: '',
      sendMail: true,
      domain: undefined,
      recipientName: undefined,
    });
  });

  it('take a blank domain of an invitation as none', () => {
    const invitation = { email: 'a@b.example', companyName: 'C', language: 'en', delegatedAdmin: true, message: '' };
    expect(newInvitation.parse({ ...invitation, domain: '' }).domain).toBeUndefined();
    expect(newInvitation.safeParse({ ...invitation, domain: 'nonsense' }).success).toBe(false);
  });

  it('want 10 to 128 characters of a password, and take them as they are', () => {
    const answer = { companyName: 'C', domain: 'c.example', country: 'JP', firstName: 'A', lastName: 'B' };
    expect(acceptAnswer.parse({ ...answer, password: '  spaces 🚀  ' }).password).toBe('  spaces 🚀  ');
    for (const password of ['', 'x'.repeat(9), 'x'.repeat(129)])
      expect(acceptAnswer.safeParse({ ...answer, password }).success).toBe(false);
  });
});

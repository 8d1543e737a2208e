import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellText,
  changesOf,
  checkMapping,
  guardCell,
  guessMapping,
  type ImportField,
  type ImportMapping,
  importFields,
  type KnownCustomer,
  readRow,
} from './imports.ts';
import { firstLetters, lengths } from './names.ts';

const now = new Date('2026-05-06T12:00:00Z');
const all: ImportMapping = Object.fromEntries(importFields.map((field, index) => [field, index]));
const options = { country: 'JP', tags: [] as string[] };

/** Reads a row that has what is needed, and `cells` besides. */
function read(cells: Partial<Record<ImportField, string>>, more: Partial<typeof options & { countries: string[] }> = {}) {
  const given: Partial<Record<ImportField, string>> = { companyName: 'Contoso', domain: 'contoso.example', ...cells };
  return readRow(
    importFields.map((field) => given[field] ?? ''),
    all,
    { ...options, ...more },
    now,
  );
}
const customer = (cells: Partial<Record<ImportField, string>>, more = {}) => {
  const result = read(cells, more);
  if ('failures' in result) throw new Error(JSON.stringify(result.failures));
  return result.customer;
};
const broken = (cells: Partial<Record<ImportField, string>>, more = {}) => {
  const result = read(cells, more);
  return 'failures' in result ? result.failures.map(({ field, rule }) => `${field} ${rule}`) : [];
};

describe('what a column is', () => {
  it('is guessed from names in English and Japanese, whatever their spelling', () => {
    expect(guessMapping(['Microsoft ID', 'Company name', 'Primary domain name', 'Relationship'])).toEqual({
      externalId: 0,
      companyName: 1,
      domain: 2,
    });
    expect(guessMapping(['Customer ID', 'Company name', 'Primary domain', 'Relationship'])).toEqual({
      externalId: 0,
      companyName: 1,
      domain: 2,
    });
    expect(
      guessMapping([
        '会社名',
        'プライマリ ドメイン',
        '国/地域',
        '郵便番号',
        '都道府県',
        '市区町村',
        '住所１',
        '担当者名',
        'メールアドレス',
        '電話番号',
        '備考',
      ]),
    ).toEqual({
      ...{
        companyName: 0,
        domain: 1,
        country: 2,
        postalCode: 3,
        state: 4,
        city: 5,
        line1: 6,
        contactName: 7,
        email: 8,
        phone: 9,
        notes: 10,
      },
    });
    expect(guessMapping(['CUSTOMER_NAME', 'domain', 'E-Mail', 'First Name', 'last-name', 'ZIP', 'Labels'])).toEqual({
      ...{ companyName: 0, domain: 1, email: 2, firstName: 3, lastName: 4, postalCode: 5, tags: 6 },
    });
    expect(guessMapping(['x', '', 'What is wrong'])).toEqual({});
  });

  it('is told once, and must include company name and domain', () => {
    expect(checkMapping({}, 3)).toEqual([
      { path: 'mapping.companyName', rule: 'required' },
      { path: 'mapping.domain', rule: 'required' },
    ]);
    expect(checkMapping({ companyName: 0, domain: 0 }, 3)).toEqual([{ path: 'mapping.domain', rule: 'choice' }]);
    expect(checkMapping({ companyName: 0, domain: 3 }, 3)).toEqual([{ path: 'mapping.domain', rule: 'choice' }]);
    expect(checkMapping({ companyName: 2, domain: 0 }, 3)).toEqual([]);
  });

  it('is a different column for each field, whatever the header says', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('name', 'Name', 'company', '会社名', 'domain', 'E-mail', 'id', '名'),
    );
    fc.assert(
      fc.property(fc.array(names, { maxLength: 30 }), (columns) => {
        const taken = Object.values(guessMapping(columns));
        expect(new Set(taken).size).toBe(taken.length);
        for (const column of taken) expect(column).toBeLessThan(columns.length);
      }),
    );
  });
});

describe('a row', () => {
  it('says what it says and no more', () => {
    expect(customer({})).toEqual({ companyName: 'Contoso', domain: 'contoso.example', tags: [] });
    expect(
      customer({
        ...{
          country: '日本',
          line1: '丸の内 1-1',
          city: '千代田区',
          state: '東京都',
          postalCode: '１００-０００５',
          contactName: '田中 愛子',
        },
        ...{
          email: 'aiko@contoso.example',
          phone: '０３-１２３４-５６７８',
          language: '日本語',
          tags: '金; 更新、VIP',
          notes: 'one\ntwo',
          agreementDate: '2025年4月1日',
        },
      }),
    ).toEqual({
      ...{ companyName: 'Contoso', domain: 'contoso.example', country: 'JP', firstName: '愛子', lastName: '田中', language: 'ja' },
      address: { line1: '丸の内 1-1', city: '千代田区', state: '13', postalCode: '100-0005' },
      ...{
        email: 'aiko@contoso.example',
        phone: '03-1234-5678',
        tags: ['金', '更新', 'VIP'],
        notes: 'one\ntwo',
        agreementDate: '2025-04-01',
      },
    });
  });

  it.each([
    ['United States', 'US'],
    ['usa', 'US'],
    ['Germany', 'DE'],
    ['ドイツ', 'DE'],
    ['gb', 'GB'],
    ['UK', 'GB'],
  ])('may name its country %s', (typed, code) => {
    expect(customer({ country: typed }).country).toBe(code);
  });

  it.each([
    ['https://www.contoso.example/', 'contoso.example'],
    ['www.contoso.example', 'contoso.example'],
    ['CONTOSO.example.', 'contoso.example'],
    ['日本語.jp', 'xn--wgv71a119e.jp'],
  ])('may give its domain as %s', (typed, domain) => {
    expect(customer({ domain: typed }).domain).toBe(domain);
  });

  it('keeps every script, right-to-left text, emoji and composed letters', () => {
    for (const name of ['شركة الأفق', 'חברת האופק', '🚀 Rockets 👩‍🚀', 'Ünïcödé', 'ＡＢＣ商事', '\u200fعلامة'])
      expect(customer({ companyName: name }).companyName).toBe(name);
    expect(customer({ companyName: 'Cafe\u0301' }).companyName).toBe('Café');
    expect(customer({ companyName: '\u3000 株式会社 \u3000' }).companyName).toBe('株式会社');
  });

  it('keeps what looks like a formula as text, and reads a guarded cell as what it guards', () => {
    expect(customer({ companyName: '=cmd|calc' }).companyName).toBe('=cmd|calc');
    expect(customer({ companyName: "'=cmd|calc" }).companyName).toBe('=cmd|calc');
    expect(customer({ phone: "'+81 3 1234 5678" }).phone).toBe('+81 3 1234 5678');
    for (const text of ['＝1+1', '＋1', '－1', '＠A1', '\n=1']) {
      expect(guardCell(text)).toBe(`'${text}`);
      expect(cellText(guardCell(text))).toBe(cellText(text));
    }
    expect(customer({ companyName: "'s-Hertogenbosch BV" }).companyName).toBe("'s-Hertogenbosch BV");
  });

  it.each<[string, Partial<Record<ImportField, string>>, string[]]>([
    ['no name', { companyName: ' ' }, ['companyName required']],
    ['no domain', { domain: '' }, ['domain required']],
    ['a name of 500 characters', { companyName: 'x'.repeat(500) }, ['companyName too_long']],
    ['no domain but a word', { domain: 'contoso' }, ['domain domain']],
    ['a domain with a Cyrillic letter', { domain: 'соntoso.example' }, ['domain domain_lookalike']],
    ['a country that there is not', { country: 'Atlantis' }, ['country country']],
    ['a mail address without a host', { email: 'aiko@' }, ['email email']],
    ['a phone number in words', { phone: 'by pigeon' }, ['phone phone']],
    ['a language that is not spoken here', { language: 'Klingon' }, ['language choice']],
    ['half an address', { city: 'Berlin', country: 'DE' }, ['line1 required', 'postalCode required']],
    ['a postal code of another country', { country: 'DE', line1: 'A 1', city: 'Berlin', postalCode: '1' }, ['postalCode postal_code']],
    ['an unknown state', { country: 'US', line1: 'A 1', city: 'X', state: 'ZZ', postalCode: '98052' }, ['state state_unknown']],
    ['a date in 9999', { agreementDate: '9999-12-31', contactName: 'A B', email: 'a@b.example' }, ['agreementDate date_in_future']],
    ['a date in 1899', { agreementDate: '1899-12-31', contactName: 'A B', email: 'a@b.example' }, ['agreementDate date_too_early']],
    ['a day that there is not', { agreementDate: '2025-02-30', contactName: 'A B', email: 'a@b.example' }, ['agreementDate date']],
    ['a date that could be two', { agreementDate: '03/04/2025', contactName: 'A B', email: 'a@b.example' }, ['agreementDate date']],
    ['an agreement of nobody', { agreementDate: '2025-01-31' }, ['email required']],
    ['a line break in a name', { companyName: 'a\nb' }, ['companyName control_characters']],
    ['a text that turns around', { companyName: 'moc.\u202eosotnoc' }, ['companyName control_characters']],
    ['a zero character', { companyName: 'a\ufffdb' }, ['companyName control_characters']],
    ['too many tags', { tags: Array.from({ length: 21 }, (_, index) => `t${index}`).join(',') }, ['tags too_many']],
    ['everything at once', { companyName: '', domain: 'x', email: 'y' }, ['companyName required', 'domain domain', 'email email']],
  ])('with %s is refused, naming field and rule', (_what, cells, expected) => {
    expect(broken(cells)).toEqual(expected);
  });

  it('from outside of what the cloud serves is refused', () => {
    expect(broken({ country: 'DE' }, { country: 'US', countries: ['US'] })).toEqual(['country country']);
  });

  it('is read or refused with a rule at a field whatever stands in it, and what is read keeps every limit', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.constantFrom(
        '=1+1',
        '@SUM(A1)',
        '-2',
        '+81',
        '\t=x',
        '9999-12-31',
        '\u202eabc',
        'аpple.com',
        '__proto__',
        'constructor',
        'JP',
        '🚀',
        "'=",
        '\0',
      ),
      fc.emailAddress(),
      fc.domain(),
    );
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: importFields.length + 2 }), fc.boolean(), (cells, named) => {
        const row = named ? ['Contoso', 'contoso.example', ...cells.slice(2)] : cells;
        const result = readRow(row, all, options, now);
        if ('failures' in result) {
          expect(result.failures.length).toBeGreaterThan(0);
          for (const failure of result.failures) {
            expect(importFields).toContain(failure.field);
            expect(failure.rule).toMatch(/^[a-z_]+$/);
            expect([...failure.value].length).toBeLessThanOrEqual(120);
          }
          return;
        }
        const { companyName, domain, notes = '', tags, firstName = '' } = result.customer;
        expect(companyName.length).toBeLessThanOrEqual(lengths.companyName);
        expect(domain).toMatch(/^[a-z0-9.-]+$/);
        expect(notes.length).toBeLessThanOrEqual(lengths.note);
        expect(firstName.length).toBeLessThanOrEqual(lengths.personName);
        for (const tag of tags) expect(tag.length).toBeLessThanOrEqual(lengths.tag);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a cell in a file', () => {
  it('never begins like a formula, and is read as it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.string().map((text) => `=${text}`),
          fc.string().map((text) => `-${text}`),
        ),
        (cell) => {
          expect(guardCell(cell)).not.toMatch(/^[=+@\t\r-]/);
          expect(cellText(guardCell(cell))).toBe(cellText(cell));
        },
      ),
    );
  });
});

describe('a row about a customer that is here', () => {
  const known: KnownCustomer = {
    ...{ companyName: 'Contoso', country: 'JP', address: null, contact: { firstName: 'A', lastName: 'B', email: 'a@b.example' } },
    ...{ language: 'en' as const, tags: ['gold'], notes: 'ours', supportContact: null, externalId: null, agreementAccepted: false },
  };
  it('changes what it says differently, adds tags and notes, and erases nothing', () => {
    expect(changesOf(known, customer({}))).toEqual({});
    expect(
      changesOf(
        known,
        customer({ companyName: 'Contoso K.K.', firstName: 'Aiko', phone: '03-1234', tags: 'gold,new', notes: 'theirs', externalId: '7' }),
      ),
    ).toEqual({
      ...{ companyName: 'Contoso K.K.', tags: ['gold', 'new'], notes: 'ours\n\ntheirs', externalId: '7' },
      contact: { firstName: 'Aiko', lastName: 'B', email: 'a@b.example', phone: '03-1234' },
    });
  });

  it('said twice changes nothing the second time', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(
        fc.record({
          companyName: text,
          country: fc.constantFrom('', 'DE', '米国'),
          firstName: text,
          lastName: text,
          tags: text,
          notes: text,
          supportContact: text,
          externalId: text,
        }),
        (cells) => {
          const result = read({ ...cells, companyName: cells.companyName || 'x' });
          if ('failures' in result) return;
          const after = { ...known, ...changesOf(known, result.customer) };
          expect(changesOf(after, result.customer)).toEqual({});
        },
      ),
    );
  });
});

describe('what cannot be shown', () => {
  it('is refused in a row: each sign that turns the direction of writing, and what could not be kept', () => {
    for (const sign of ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\ufffd', '\u2028'])
      expect(broken({ companyName: `Con${sign}toso` })).toEqual(['companyName control_characters']);
  });
});

describe('the first letters of a text', () => {
  it('never end in half an emoji', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(12), (text, most) => {
        expect(firstLetters(text, most)).toBe([...text].slice(0, most).join(''));
      }),
    );
  });
});

import { importLimits, Refusal } from '@clientele/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delimiterOf, readTable, type TableFacts, type TableRow } from './table.ts';

const noFacts = (): TableFacts => ({ bytes: 0, encoding: '', delimiter: '', columns: [] });

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is read from bytes, or the refusal. */
async function tableOf(
  bytes: Uint8Array | string,
  { size = 7, ...choices }: { size?: number; encoding?: string; delimiter?: string } = {},
) {
  const facts = noFacts();
  const rows: TableRow[] = [];
  const source = inPieces(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, size);
  for await (const row of readTable(source, choices, facts)) rows.push(row);
  return { facts, rows, cells: rows.map((row) => row.cells) };
}
async function refused(bytes: Uint8Array | string, choices = {}) {
  const outcome = await tableOf(bytes, choices).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Refusal)) throw new Error(`not refused: ${outcome}`);
  return outcome.fields[0] ?? { path: outcome.code, rule: outcome.code, params: outcome.details };
}

const japanese =
  '会社名,プライマリドメイン,担当者\n株式会社コントソ,contoso.example,田中 愛子\nファブリカム株式会社,fabrikam.example,佐藤 健\n';
// Encodings that the platform decodes but does not write: what Python wrote.
const shiftJis = Buffer.from('89ef8ed096bc2c83688381834383930a8a948eae89ef8ed0835283938367835c2c636f6e746f736f2e6578616d706c650a', 'hex');

describe('the text of a file', () => {
  const utf16 = (text: string, mark: boolean) => Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
  it.each([
    ['utf-8', Buffer.from(japanese)],
    ['utf-8', Buffer.from(`\ufeff${japanese}`)],
    ['utf-16le', utf16(japanese, true)],
    ['utf-16be', swapped(utf16(japanese, true))],
  ])('is read as %s', async (encoding, bytes) => {
    const { facts, cells } = await tableOf(bytes);
    expect(facts).toMatchObject({ encoding, columns: ['会社名', 'プライマリドメイン', '担当者'], bytes: bytes.length, delimiter: ',' });
    expect(cells).toEqual([
      ['株式会社コントソ', 'contoso.example', '田中 愛子'],
      ['ファブリカム株式会社', 'fabrikam.example', '佐藤 健'],
    ]);
  });

  it('is read as UTF-16 without a mark when most of it is Latin', async () => {
    for (const bytes of [
      utf16('company,domain\nContoso,contoso.example\n', false),
      swapped(utf16('company,domain\nContoso,contoso.example\n', false)),
    ])
      expect((await tableOf(bytes)).cells).toEqual([['Contoso', 'contoso.example']]);
  });

  it('is told from the first bytes that are not ASCII, also when they come late', async () => {
    const ascii = `company,domain\n${'Contoso,contoso.example\n'.repeat(20_000)}`;
    for (const [tail, encoding] of [
      [Buffer.from('日本語株式会社,nihongo.example\n'), 'utf-8'],
      [Buffer.concat([shiftJis.subarray(shiftJis.indexOf(0x0a) + 1)]), 'shift_jis'],
      [Buffer.from('Müller & Söhne Straßenbau,mueller.example\nCafé Élysée,cafe.example\n', 'latin1'), 'windows-1252'],
    ] as const) {
      const { facts, rows } = await tableOf(Buffer.concat([Buffer.from(ascii), tail]), { size: 10_000 });
      expect(facts.encoding).toBe(encoding);
      expect(rows[20_000]?.cells.join()).not.toMatch(/[\ufffd]/);
    }
  });

  it('that is damaged is refused with its line, and with the encoding that it was read in', async () => {
    const damaged = Buffer.concat([
      Buffer.from('会社名,ドメイン\n日本,a.example\n東京'),
      Buffer.from([0xe6, 0x97]),
      Buffer.from(',b.example\n大阪,c.example\n'),
    ]);
    expect(await refused(damaged)).toMatchObject({ path: 'file', rule: 'file_encoding', params: { line: 3, encoding: 'utf-8' } });
    expect(await refused(Buffer.from('Müller,x\nSöhne,y\n', 'latin1'), { encoding: 'utf-8' })).toMatchObject({
      rule: 'file_encoding',
      params: { line: 1 },
    });
  });

  it('is read in the encoding that a person chose', async () => {
    expect((await tableOf(shiftJis, { encoding: 'shift_jis' })).cells[0]?.[1]).toBe('contoso.example');
  });

  it('that is a workbook or an image is refused as that', async () => {
    for (const head of ['PK\u0003\u0004xl/workbook.xml', '%PDF-1.7', '\u00d0\u00cf\u0011\u00e0\u00a1'])
      expect(await refused(Buffer.from(head, 'latin1'))).toMatchObject({ rule: 'file_workbook' });
  });
});

describe('the rows of a file', () => {
  it.each([
    ['a,b;c', ','],
    ['a;b;c', ';'],
    ['a\tb', '\t'],
    ['a|b|c', '|'],
    ['"a,b,c";d', ';'],
    ['company', ','],
    ['\ufeff\n\na;b\n1,2,3,4', ';'],
    ['"a ""quoted"", name"|b', '|'],
  ])('are told apart: the sign in %j is %j', (head, sign) => {
    expect(delimiterOf(head)).toBe(sign);
  });

  it('know their line, also after cells of several lines and empty lines', async () => {
    const { rows } = await tableOf('a,b\n1,2\n\n"three\nlines\nhere",4\n,\n5,6\r\n7,8');
    expect(rows.map(({ line }) => line)).toEqual([2, 4, 8, 9]);
    expect(rows[1]?.cells).toEqual(['three\nlines\nhere', '4']);
  });

  it('keep their number of cells, so that a row that is broken is told of and not the file', async () => {
    expect((await tableOf('a,b\n1\n1,2,3\n1,2,,\n')).cells).toEqual([['1'], ['1', '2', '3'], ['1', '2']]);
  });

  it('with a quotation mark that is not closed, or in the middle, are refused with the line', async () => {
    expect(await refused('a,b\n1,2\n"3,4\n5,6\n')).toMatchObject({ rule: 'file_quote' });
    expect(await refused('a,b\n1,2\n"3"x,4\n')).toMatchObject({ rule: 'file_quote', params: { line: 3 } });
    expect(await refused('a,b\n1,5" pipe\n')).toMatchObject({ rule: 'file_quote', params: { line: 2 } });
    expect(await refused(`a,b\n"${'x'.repeat(importLimits.rowCharacters * 2)}`, { size: 60_000 })).toMatchObject({
      rule: 'file_row_too_long',
    });
  });

  it('must be there, below a header that is not endless', async () => {
    for (const nothing of ['', '\n\n', 'a,b\n', 'a,b\n,\n ,\n', '\ufeff'])
      expect(await refused(nothing), nothing).toMatchObject({ rule: 'file_no_rows' });
    expect(await refused(`${'x,'.repeat(300)}\n1\n`)).toMatchObject({ rule: 'file_too_many_columns' });
  });

  it('are read or refused with a rule whatever the bytes are, and never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
        try {
          const { facts, rows } = await tableOf(bytes, { size });
          expect(rows.length).toBeGreaterThan(0);
          expect(facts.columns.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect((error as Refusal).fields[0]).toMatchObject({ path: 'file', rule: expect.stringMatching(/^file_/) });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('come back as they were written, in every delimiter', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[\0\ufffd\ud800-\udfff]/gu, ''));
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(',', ';', '\t', '|'),
        fc.array(
          fc.tuple(
            cell,
            cell.filter((text) => text.trim() !== ''),
          ),
          { minLength: 1, maxLength: 5 },
        ),
        async (sign, rows) => {
          const file = ['"one"', '"two"'].join(sign).concat('\n', rows.map((row) => row.map(quoted).join(sign)).join('\n'), '\n');
          const { facts, cells } = await tableOf(file);
          expect(facts.delimiter).toBe(sign);
          expect(cells).toEqual(rows);
        },
      ),
      { numRuns: 100 },
    );
  });
});

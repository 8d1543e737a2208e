import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { firstLetters, importLimits, Refusal } from '@clientele/domain';
import { CsvError, parse } from 'csv-parse';
import { decodeFile, type FileFacts, unreadable } from './decode.ts';

export interface TableFacts extends FileFacts {
  delimiter: string;
  /** The names in the header; one without a name is called by its number. */
  columns: string[];
}

export interface TableRow {
  line: number;
  cells: string[];
}

export const delimiters = [',', ';', '\t', '|'] as const;

export interface TableChoices {
  encoding?: string | undefined;
  delimiter?: string | undefined;
}

/** Reads a CSV row by row; the header first, which fills `facts.columns`. Rows without any text are left out. */
export async function* readTable(source: AsyncIterable<Uint8Array>, choices: TableChoices, facts: TableFacts): AsyncGenerator<TableRow> {
  const text = decodeFile(source, choices.encoding, facts);
  const head = await readHead(text);
  facts.delimiter = choices.delimiter ?? delimiterOf(head);
  const parser = parse({
    delimiter: facts.delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: importLimits.rowCharacters,
  });
  const feeding = pipeline(Readable.from(chain(head, text)), parser);
  // Told below, when the rows end.
  feeding.catch(() => {});
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      // csv-parse tells the line where a row ends.
      const begins = info.lines - record.reduce((sum, cell) => sum + breaksIn(cell), 0);
      if (record.every((cell) => cell.trim() === '')) continue;
      if (facts.columns.length === 0) {
        if (record.length > importLimits.columns) throw unreadable('too_many_columns', { max: importLimits.columns });
        facts.columns = record.map((name, index) => firstLetters(name.replaceAll('\0', '').trim(), 200) || `${index + 1}`);
        continue;
      }
      rows += 1;
      if (rows > importLimits.rows)
        throw new Refusal(
          'payload_too_large',
          `A file may have at most ${importLimits.rows} rows. Split it, and import the parts one after the other.`,
          {
            fields: [{ path: 'file', rule: 'file_too_many_rows', params: { max: importLimits.rows } }],
          },
        );
      yield { line: begins, cells: keepable(record, facts.columns.length) };
    }
    await feeding;
  } catch (error) {
    throw refusalOf(error);
  }
  if (rows === 0) throw unreadable('no_rows');
}

const breaksIn = (cell: string): number => (cell.match(/\r\n|\n|\r/g) ?? []).length;

/** Without the empty cells behind the last column; what Postgres cannot keep stands as a replacement character, which the rules refuse. */
function keepable(cells: string[], columns: number): string[] {
  const kept = cells.map((cell) => (cell.includes('\0') ? cell.replaceAll('\0', '\ufffd') : cell));
  while (kept.length > columns && kept.at(-1)?.trim() === '') kept.pop();
  return kept;
}

/** Enough of the beginning to see the header. */
async function readHead(text: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (head.length < 64 * 1024 && !/[\r\n][^\r\n]/.test(head)) {
    const { value, done } = await text.next();
    if (done) break;
    head += value;
  }
  return head;
}

async function* chain(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

/** The sign that stands most often in the header, outside of quotation marks; a comma when there is none. */
export function delimiterOf(head: string): (typeof delimiters)[number] {
  const header = /^\ufeff?(?:\s*[\r\n])*((?:"(?:[^"]|"")*"|[^"\r\n])*)/.exec(head)?.[1] ?? '';
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const counted = delimiters.map((sign) => [sign, bare.split(sign).length] as const);
  return counted.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
  if (error.code === 'CSV_MAX_RECORD_SIZE') return unreadable('row_too_long', { line, max: importLimits.rowCharacters });
  return unreadable('quote', { line });
}

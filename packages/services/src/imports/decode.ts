import { TextDecoder } from 'node:util';
import { importLimits, Refusal } from '@clientele/domain';
import { analyse } from 'chardet';

/** What is learned about a file while it is read. */
export interface FileFacts {
  bytes: number;
  encoding: string;
}

/** So much is looked at to tell an encoding. */
const sampleBytes = 64 * 1024;

/** Encodings that a person may choose when the guess was wrong; each is known to the platform's decoder. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'windows-1252',
  'windows-1250',
  'windows-1251',
] as const;

/** The refusal of a file that cannot be read, with the line where it stands. */
export function unreadable(
  rule: 'encoding' | 'workbook' | 'quote' | 'row_too_long' | 'no_rows' | 'too_many_columns',
  params: Record<string, string | number> = {},
) {
  return new Refusal('validation_failed', sentences[rule](params), { fields: [{ path: 'file', rule: `file_${rule}`, params }] });
}

const sentences = {
  encoding: ({ line, encoding }) =>
    `Line ${line} holds a character that cannot be read as ${encoding}, or was lost when the file was saved. Choose another encoding, or save the file as UTF-8.`,
  workbook: () => 'This is a workbook or another binary file, not a CSV. Save it as “CSV UTF-8” and upload that.',
  quote: ({ line }) => `A quotation mark in line ${line} is not closed, or stands in the middle of a cell without being doubled.`,
  row_too_long: ({ line, max }) =>
    `The row that begins near line ${line} is longer than ${max} characters. Is a quotation mark not closed?`,
  no_rows: () => 'The file has no rows below its header.',
  too_many_columns: ({ max }) => `The file has more than ${max} columns.`,
} satisfies Record<string, (params: Record<string, string | number>) => string>;

/**
 * The text of a file, piece by piece. The encoding is told by its byte order mark, else by the first bytes that are not ASCII, wherever
 * they stand. Stops at the limit of bytes and at the first character that cannot be read; memory does not grow with the file.
 */
export async function* decodeFile(source: AsyncIterable<Uint8Array>, chosen: string | undefined, facts: FileFacts): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let isHead = true;
  let line = 1;

  function* said(text: string): Generator<string> {
    const bad = text.indexOf('\ufffd');
    if (bad >= 0) throw unreadable('encoding', { line: line + breaksIn(text.slice(0, bad)), encoding: facts.encoding || 'utf-8' });
    line += breaksIn(text);
    if (text) yield text;
  }
  const choose = (encoding: string): TextDecoder => {
    facts.encoding = encoding;
    decoder = new TextDecoder(encoding);
    return decoder;
  };
  function* take(bytes: Uint8Array, isLast: boolean): Generator<string> {
    if (isHead) {
      isHead = false;
      refuseBinary(bytes);
      const told = chosen ?? toldByBeginning(bytes);
      if (told) choose(told);
    }
    if (decoder) {
      yield* said(decoder.decode(bytes, { stream: !isLast }));
      return;
    }
    const first = bytes.findIndex((byte) => byte >= 0x80);
    if (first < 0) {
      yield* said(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
      return;
    }
    yield* said(Buffer.from(bytes.subarray(0, first)).toString('latin1'));
    const rest = bytes.subarray(first);
    if (!isLast && rest.length < sampleBytes && heldBytes === 0) {
      held = [rest];
      heldBytes = rest.length;
      return;
    }
    yield* said(choose(encodingOf(rest.subarray(0, sampleBytes))).decode(rest, { stream: !isLast }));
  }

  for await (const chunk of source) {
    facts.bytes += chunk.length;
    if (facts.bytes > importLimits.bytes)
      throw new Refusal(
        'payload_too_large',
        `A file may have at most ${importLimits.bytes / 1024 / 1024} MB. Split it, and import the parts one after the other.`,
        {
          fields: [{ path: 'file', rule: 'file_too_large', params: { max: importLimits.bytes / 1024 / 1024 } }],
        },
      );
    if (!isHead && heldBytes === 0) {
      yield* take(chunk, false);
      continue;
    }
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < sampleBytes) continue;
    const bytes = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    // Held from its first byte on that is not ASCII: large enough now to tell.
    yield* take(bytes, false);
  }
  yield* take(Buffer.concat(held), true);
  facts.encoding ||= 'utf-8';
}

function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** How files begin that are no text: zip (workbooks), PDF, old workbooks, gzip, pictures, other archives. */
const binaryBeginnings = ['504b0304', '255044462d', 'd0cf11e0', '1f8b', '89504e47', '47494638', 'ffd8ff', '52617221', '377abcaf'];

function refuseBinary(bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  if (binaryBeginnings.some((beginning) => head.startsWith(beginning))) throw unreadable('workbook');
}

/** By a byte order mark, by the zero bytes of UTF-16, or by the escape sequences of ISO-2022-JP. */
function toldByBeginning(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 2048);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 8 && odd > even * 4) return 'utf-16le';
  if (even > sample.length / 8 && even > odd * 4) return 'utf-16be';
  return Buffer.from(bytes.subarray(0, sampleBytes)).includes('\u001b$') ? 'iso-2022-jp' : undefined;
}

/** The encoding of bytes of which the first is not ASCII. */
function encodingOf(sample: Uint8Array): string {
  const { sound, broken } = utf8Sequences(sample);
  // A few broken bytes in what is UTF-8 otherwise are damage, to be told of; not a sign of another encoding.
  if (broken === 0 || sound > broken * 2) return 'utf-8';
  if (isJapanese(sample, 'shift_jis', 1)) return 'shift_jis';
  if (isJapanese(sample, 'euc-jp', 0.05)) return 'euc-jp';
  for (const { name } of analyse(sample)) {
    const encoding = supported[name.toLowerCase()];
    if (encoding && !new TextDecoder(encoding).decode(sample, { stream: true }).includes('\ufffd')) return encoding;
  }
  return 'windows-1252';
}

/**
 * Statistics need more text than a list of companies has. In Japanese, wide characters stand beside each other; read as Japanese, the few
 * accented letters of a Latin text stand alone. `kana`: the least share of kana among them, 1 for any.
 */
function isJapanese(sample: Uint8Array, encoding: string, kana: number): boolean {
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  if (text.includes('\ufffd')) return false;
  const wide = text.match(/[\u3005-\u30ff\u4e00-\u9fff\uff01-\uff5e]/g)?.length ?? 0;
  const beside = text.match(/[\u3005-\u30ff\u4e00-\u9fff\uff01-\uff5e](?=[\u3005-\u30ff\u4e00-\u9fff\uff01-\uff5e])/g)?.length ?? 0;
  const others = text.match(/[\u0080-\u2fff\uff61-\uff9f]/g)?.length ?? 0;
  const syllables = text.match(/[\u3041-\u30ff]/g)?.length ?? 0;
  return beside * 2 >= wide && wide > others * 4 && beside > 0 && (kana === 1 || syllables > wide * kana);
}

const supported: Record<string, string> = {
  ...{ shift_jis: 'shift_jis', 'euc-jp': 'euc-jp', 'iso-8859-1': 'windows-1252', 'windows-1252': 'windows-1252' },
  ...{ 'iso-8859-2': 'iso-8859-2', 'windows-1250': 'windows-1250', 'windows-1251': 'windows-1251', 'iso-8859-5': 'iso-8859-5' },
  ...{
    'koi8-r': 'koi8-r',
    big5: 'big5',
    gb18030: 'gb18030',
    'euc-kr': 'euc-kr',
    'windows-1253': 'windows-1253',
    'windows-1254': 'windows-1254',
  },
};

/** How many characters of several bytes are sound UTF-8, and how many bytes belong to none. One that is cut off at the end is neither. */
function utf8Sequences(bytes: Uint8Array): { sound: number; broken: number } {
  let [sound, broken] = [0, 0];
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x80) {
      index += 1;
      continue;
    }
    const length = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
    if (length > 0 && byte < 0xf5 && index + length > bytes.length) break;
    const rest = bytes.subarray(index + 1, index + length);
    const isSound = length > 0 && byte < 0xf5 && rest.every((one) => (one & 0xc0) === 0x80);
    if (isSound) sound += 1;
    else broken += 1;
    index += isSound ? length : 1;
  }
  return { sound, broken };
}

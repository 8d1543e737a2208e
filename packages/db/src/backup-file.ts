import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * A backup is one gzipped text (docs/backup.md): a head, then each table as a line about it, its rows as COPY writes them, `\.`, and a line that
 * counts and hashes them; and a last line that only a whole file has.
 */
export const backupFormat = 'clientele-backup/1';

export interface BackupHead {
  format: typeof backupFormat;
  product: string;
  createdAt: string;
  /** The migrations of the database, as drizzle knows them. */
  migrations: string[];
  /** Tells one SECRET from another, and nothing about it. */
  secretFingerprint: string;
  /** The SECRET under a passphrase, if one was given. */
  secret?: SealedSecret;
  /** The tables in the order in which they stand here: what others refer to comes first. */
  tables: { name: string; rows: number }[];
}

export interface SealedSecret {
  salt: string;
  iv: string;
  tag: string;
  text: string;
}

interface TableHead {
  table: string;
  columns: string[];
}
interface TableEnd {
  end: string;
  rows: number;
  sha256: string;
}
interface BackupEnd {
  end: 'clientele-backup';
  tables: number;
  sha256: string;
}

/** A file that is no backup, or not the whole of one, or not as it was written. */
export class DamagedBackup extends Error {
  override name = 'DamagedBackup';
}

/** The end of a table's rows; no row is written so. */
export const endOfRows = '\\.\n';
const endLine = Buffer.from(endOfRows);
const lineBeforeEnd = Buffer.from(`\n${endOfRows}`);
const longestLine = 1024 * 1024;

/** Takes a stream apart into lines and stretches of rows, and never holds more than some of it. */
class Pieces {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, next.value]) : next.value;
    return true;
  }

  /** The next line; undefined at the end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end >= 0) {
        const text = this.#held.toString('utf8', 0, end);
        this.#held = this.#held.subarray(end + 1);
        return text;
      }
      if (this.#held.length > longestLine) throw new DamagedBackup('a line is too long');
      if (!(await this.#more())) {
        if (this.#held.length > 0) throw new DamagedBackup('it ends in the middle of a line');
        return undefined;
      }
    }
  }

  /** All up to the line `\.`, in whole lines: what is held begins with one. */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      while (this.#held.length < endOfRows.length) await this.#demand();
      if (this.#held.subarray(0, endOfRows.length).equals(endLine)) {
        this.#held = this.#held.subarray(endOfRows.length);
        return;
      }
      const mark = this.#held.indexOf(lineBeforeEnd);
      const last = mark >= 0 ? mark : this.#held.lastIndexOf(10);
      if (last < 0) {
        await this.#demand();
        continue;
      }
      const rows = this.#held.subarray(0, last + 1);
      this.#held = this.#held.subarray(last + 1);
      yield rows;
    }
  }

  async #demand(): Promise<void> {
    if (!(await this.#more())) throw new DamagedBackup('it ends in the middle of a table');
  }
}

export interface BackupVisitor {
  head?(head: BackupHead): Promise<void> | void;
  /** Takes the rows of one table, all of them. */
  table?(head: TableHead, rows: AsyncIterable<Buffer>): Promise<void>;
}

/**
 * Reads a backup from beginning to end and holds everything in it against its hashes; gives what stands at its head. Throws DamagedBackup. What a visitor is
 * given of a table is proven only when this has come to its end.
 */
export async function readBackup(file: string, visitor: BackupVisitor = {}): Promise<BackupHead> {
  try {
    return await pipeline(createReadStream(file), createGunzip(), (source) =>
      takeApart(new Pieces(source as AsyncIterable<Buffer>), visitor),
    );
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE') throw new DamagedBackup('it is cut off, or not as it was written');
    throw error;
  }
}

async function takeApart(pieces: Pieces, visitor: BackupVisitor): Promise<BackupHead> {
  const whole = createHash('sha256');
  const next = async <Line>(): Promise<Line> => {
    const line = await pieces.line();
    if (line === undefined) throw new DamagedBackup('it ends too early');
    try {
      return JSON.parse(line) as Line;
    } catch {
      throw new DamagedBackup('a line cannot be read');
    }
  };
  const head = await next<BackupHead>();
  if (head.format !== backupFormat) throw new DamagedBackup('it is no backup of Clientele, or one of another format');
  whole.update(JSON.stringify(head));
  await visitor.head?.(head);
  for (const expected of head.tables) {
    const table = await next<TableHead>();
    if (table.table !== expected.name) throw new DamagedBackup(`the table ${expected.name} is not where it should be`);
    const hash = createHash('sha256').update(JSON.stringify(table));
    let rows = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const part of pieces.rows()) {
        hash.update(part);
        for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) rows += 1;
        yield part;
      }
    };
    const all = counted();
    await visitor.table?.(table, all);
    // What the visitor has left is read all the same.
    for await (const _ of all);
    const end = await next<TableEnd>();
    const sha256 = hash.digest('hex');
    if (end.end !== table.table || end.rows !== rows || end.sha256 !== sha256 || rows !== expected.rows)
      throw new DamagedBackup(`the table ${table.table} is not as it was written`);
    whole.update(sha256);
  }
  const end = await next<BackupEnd>();
  if (end.end !== 'clientele-backup' || end.tables !== head.tables.length || end.sha256 !== whole.digest('hex'))
    throw new DamagedBackup('it is not as it was written');
  if ((await pieces.line()) !== undefined) throw new DamagedBackup('something stands behind its end');
  return head;
}

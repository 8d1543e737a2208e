import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client, escapeLiteral } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Context } from './context.ts';

/** A piece of SQL for COPY, which takes no parameters: values are escaped as literals. */
export function copySql(strings: TemplateStringsArray, ...values: (string | RawSql)[]): RawSql {
  return new RawSql(
    strings.reduce((text, part, index) => text + part + (index < values.length ? render(values[index] as string | RawSql) : ''), ''),
  );
}

/** SQL text that is not escaped again. */
export class RawSql {
  constructor(readonly text: string) {}
}

function render(value: string | RawSql): string {
  return value instanceof RawSql ? value.text : escapeLiteral(value);
}

/**
 * Streams the rows of `query` as CSV with a header, under the context's partner, on a connection of its own.
 * Memory does not grow with the number of rows. The connection ends with the stream.
 */
export async function copyOut(ctx: Pick<Context, 'db' | 'partner'>, query: RawSql): Promise<Readable> {
  const client = new Client({ connectionString: ctx.db.url, options: `-c role=${ctx.db.role}`, application_name: 'clientele export' });
  await client.connect();
  try {
    await client.query('begin read only');
    await client.query("select set_config('app.partner_id', $1, true)", [ctx.partner.id]);
    const stream = client.query(copyTo(`copy (${query.text}) to stdout with (format csv, header)`, { highWaterMark: 256 * 1024 }));
    client.on('error', (error) => stream.destroy(error));
    stream.once('close', () => void client.end().catch(() => {}));
    return stream;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/**
 * Loads rows into a table with COPY, as the login of `url` (which owns the tables): quicker than any insert. A cell is text as COPY
 * reads it (`null` for NULL); `progress` is told how many rows have gone in.
 */
export async function copyIn(
  url: string,
  target: string,
  rows: Iterable<(string | null)[]>,
  progress: (rows: number) => void = () => {},
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const stream = client.query(copyFrom(`copy ${target} from stdin`));
    let count = 0;
    function* lines(): Generator<string> {
      let text = '';
      for (const row of rows) {
        text += `${row.map((cell) => (cell === null ? '\\N' : cell.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? ''))).join('\t')}\n`;
        count += 1;
        if (text.length > 64 * 1024) {
          yield text;
          text = '';
          progress(count);
        }
      }
      yield text;
    }
    await pipeline(Readable.from(lines()), stream);
    progress(count);
  } finally {
    await client.end();
  }
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

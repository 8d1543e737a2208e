import { Client, escapeLiteral } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Readable } from 'node:stream';
import type { Context } from './context.ts';

/** A piece of SQL for COPY, which takes no parameters: values are escaped as literals. */
export function copySql(strings: TemplateStringsArray, ...values: (string | RawSql)[]): RawSql {
  return new RawSql(strings.reduce((text, part, index) => text + part + (index < values.length ? render(values[index] as string | RawSql) : ''), ''));
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

import { type Context, read, transactAtOnce } from '@clientele/db';
import type { NewEvent } from '@clientele/domain';
import { sql } from 'drizzle-orm';

/** A thing that a request named, and the id it gave. */
export interface Named {
  thing: string;
  id: string;
}

/**
 * Writes down which of these ids are of another partner, in the log of the partner that asked; of ids that are nowhere nothing is written. With `asOne` a single
 * record stands for all of them. Returns how many there were.
 *
 * For after the answer: whoever asked has been told the same as of an id that is nowhere, and waits for nothing.
 */
export async function noteElsewhere(ctx: Context, named: readonly Named[], { asOne = false } = {}): Promise<number> {
  const ids = named.map(({ id }) => id);
  const elsewhere = await read(ctx, async (tx) => {
    const rows = await tx.execute<{ id: string }>(
      sql`select id from belongs_elsewhere(${sql.param(ids)}::text[]) id union select id from partnership_elsewhere(${sql.param(ids)}::text[]) id`,
    );
    return new Set(rows.map(({ id }) => id));
  });
  const found = named.filter(({ id }) => elsewhere.has(id));
  const [first] = found;
  if (!first) return 0;
  const eventOf = ({ thing, id }: Named, times: number): NewEvent => ({
    type: 'access.elsewhere_refused',
    data: { thing, given: id, times },
  });
  const events = asOne ? [eventOf(first, found.length)] : found.map((one) => eventOf(one, 1));
  // Nothing of the request itself is repeated by its key.
  await transactAtOnce({ ...ctx, idempotency: undefined }, { result: undefined, events });
  return found.length;
}

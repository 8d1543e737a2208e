import { eq } from 'drizzle-orm';
import type { PartnerOfContext } from './context.ts';
import type { Database } from './database.ts';
import { partners } from './schema/index.ts';
import { read } from './transact.ts';

/** The partner with this id, read under its own wall; null when there is none. */
export async function findPartner(db: Database, id: string): Promise<PartnerOfContext | null> {
  const [partner] = await read({ db, partner: { id } }, (tx) => tx.select().from(partners).where(eq(partners.id, id)));
  return partner ?? null;
}

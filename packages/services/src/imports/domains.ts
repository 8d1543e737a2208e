import type { Transaction } from '@clientele/db';
import { sql } from 'drizzle-orm';

/** Forgets which row of a dry run had each domain first. */
export async function forgetDomains(tx: Transaction, operationId: string): Promise<void> {
  await tx.execute(sql`delete from import_domains where operation_id = ${operationId}::uuid`);
}

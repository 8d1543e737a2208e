import type { Database } from './database.ts';

/** For the start of a process: throws, saying so, when the database does not answer. */
export async function requireDatabase({ sql }: Pick<Database, 'sql'>): Promise<void> {
  await sql`select 1`.catch((error: unknown) => {
    throw new Error(`The database does not answer (${error instanceof Error ? error.message : error}).`);
  });
}

import type { Database } from './database.ts';

/** For the start of a process: sets its clock by the database's. Throws, saying so, when the database does not answer. */
export async function requireDatabase({ clock }: Pick<Database, 'clock'>): Promise<void> {
  await clock.set().catch((error: unknown) => {
    throw new Error(`The database does not answer (${error instanceof Error ? error.message : error}).`);
  });
}

import { type Context, type Database, findPartner, type PartnerOfContext, transact } from '@clientele/db';
import type { Cloud } from '@clientele/domain';

type Base = Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>;

/** What somebody has brought from one cloud's host to the other's. */
type Crossing = { means: 'session' | 'password'; userId: string };

/** Whether a person has anything in a cloud. Who has nothing anywhere is not kept out: the pages are empty. */
export async function isOfCloud(db: Database, userId: string, cloud: Cloud): Promise<boolean> {
  const [row] = await db.sql<{ clouds: Cloud[] }[]>`select clouds_of_user(${userId}) as clouds`;
  return !row || row.clouds.length === 0 || row.clouds.includes(cloud);
}

/** The partner of a partner user, whatever its cloud. */
export async function partnerOfUser(db: Database, userId: string): Promise<PartnerOfContext | null> {
  const [row] = await db.sql<{ partner: string | null }[]>`select partner_of_user(${userId}) as partner`;
  return row?.partner ? findPartner(db, row.partner) : null;
}

/** Writes down with the partner that something of its came to the other cloud's host, where it is nothing. */
export async function noteCrossing(base: Base, partner: PartnerOfContext, crossing: Crossing): Promise<void> {
  const actor = { kind: 'system', id: 'clouds' } as const;
  await transact({ ...base, partner, actor }, async () => ({
    result: undefined,
    events: [{ type: 'access.other_cloud', data: { ...crossing } }],
  }));
}

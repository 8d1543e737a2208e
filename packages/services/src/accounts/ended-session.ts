import { type Context, sessions, transact } from '@clientele/db';
import type { Cloud, PartnerType, Role } from '@clientele/domain';
import { and, eq, lte, sql } from 'drizzle-orm';

interface EndedSessionRow {
  session_id: string;
  user_id: string;
  partner_id: string;
  partner_name: string;
  partner_type: PartnerType;
  cloud: Cloud;
  country: string;
}

/**
 * Writes down that a session was used which has run out, and forgets it: so there is one record of each, and whoever uses it again is nobody. For a
 * token that the signature of the cookie has proven to be ours. A session that is unknown leaves nothing.
 */
export async function noteEndedSession(
  base: Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>,
  token: string,
): Promise<void> {
  const [row] = await base.db.sql<EndedSessionRow[]>`select * from ended_session(${token})`;
  if (!row) return;
  const partner = { id: row.partner_id, name: row.partner_name, type: row.partner_type, cloud: row.cloud, country: row.country };
  const actor = { kind: 'partner-user', id: row.user_id, name: '', email: '', roles: [] as Role[] } as const;
  await transact({ ...base, partner, actor }, async (tx) => {
    // Extended meanwhile, or written down by somebody else: then there is nothing to say.
    const gone = await tx
      .delete(sessions)
      .where(and(eq(sessions.id, row.session_id), lte(sessions.expiresAt, sql`now()`)))
      .returning({ id: sessions.id });
    return {
      result: undefined,
      events: gone.map(() => ({ type: 'access.session_refused', data: { userId: row.user_id, because: 'expired' } }) as const),
    };
  });
}

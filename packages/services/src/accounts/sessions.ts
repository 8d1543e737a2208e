import { type Context, type Database, read, sessions, transact } from '@clientele/db';
import { notFound } from '@clientele/domain';
import { and, desc, eq, gt, lt, ne } from 'drizzle-orm';
import { userIdOf } from '../access.ts';

/** Where the person is signed in, the newest sign-in first; `current` is the session that asks. */
export async function listOwnSessions(ctx: Context, currentId: string) {
  const items = await read(ctx, (tx) =>
    tx
      .select({
        id: sessions.id,
        userAgent: sessions.userAgent,
        address: sessions.ipAddress,
        since: sessions.createdAt,
        lastSeenAt: sessions.updatedAt,
      })
      .from(sessions)
      .where(and(eq(sessions.userId, userIdOf(ctx)), gt(sessions.expiresAt, ctx.now)))
      .orderBy(desc(sessions.createdAt), desc(sessions.id)),
  );
  return { items: items.map((item) => ({ ...item, address: item.address || null, current: item.id === currentId })) };
}

/** Signs the person out of one place. Throws `not_found` for somebody else's session as for one that is not there. */
export async function endOwnSession(ctx: Context, sessionId: string): Promise<Record<string, never>> {
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
      .returning({ id: sessions.id });
    if (ended.length === 0) throw notFound('session');
    return { result: {}, events: [{ type: 'partner_user.signed_out', data: { userId, sessions: 1 } }] };
  });
}

/** Signs the person out everywhere but here. */
export async function endOtherSessions(ctx: Context, currentId: string): Promise<{ ended: number }> {
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), ne(sessions.id, currentId)))
      .returning({ id: sessions.id });
    return {
      result: { ended: ended.length },
      events: ended.length === 0 ? [] : [{ type: 'partner_user.signed_out', data: { userId, sessions: ended.length } }],
    };
  });
}

/** So long a session may have been used without that being noted: one write for all the requests of a screen. */
const noteEveryMs = 5 * 60_000;

/** Notes that a session is in use, when that was not noted lately. An observation: nothing depends on it, and nobody waits for it. */
export async function noteSessionSeen(db: Database, sessionId: string, seenAt: Date, now: Date): Promise<void> {
  const before = new Date(now.getTime() - noteEveryMs);
  if (seenAt > before) return;
  await db.orm
    .update(sessions)
    .set({ updatedAt: now })
    .where(and(eq(sessions.id, sessionId), lt(sessions.updatedAt, before)));
}

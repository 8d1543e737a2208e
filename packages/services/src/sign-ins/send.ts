import { type Database, type SignInRequestRecord, signInRequests } from '@clientele/db';
import { deliveryLeaseSeconds, mostSignInMails, signInLinkMinutes, signInRetrySeconds } from '@clientele/domain';
import { and, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { MailOutcome } from '../deliveries/send.ts';

/** A claimed request, and where its mail goes. */
export type ClaimedSignIn = SignInRequestRecord & { mailbox: string };

interface Base {
  db: Database;
  now: Date;
}

const open = ['queued', 'sending', 'deferred'] as const;

/**
 * Takes a request that is due, unless another worker holds it, and finds the mailbox that its address belongs to. Undefined when there is nothing
 * to send: done, held, over, nobody's address, or a mailbox that has been sent enough of them.
 */
export async function claimSignIn(
  { db, now }: Base,
  id: string,
  leaseMs = deliveryLeaseSeconds * 1000,
): Promise<ClaimedSignIn | undefined> {
  const [claimed] = await db.orm
    .update(signInRequests)
    .set({
      state: 'sending',
      leaseUntil: new Date(now.getTime() + leaseMs),
      mailbox: sql`sign_in_mailbox(${signInRequests.address}, ${signInRequests.cloud})`,
    })
    .where(
      and(
        eq(signInRequests.id, id),
        inArray(signInRequests.state, [...open]),
        lte(signInRequests.nextAttemptAt, now),
        gt(signInRequests.expiresAt, now),
        or(isNull(signInRequests.leaseUntil), lte(signInRequests.leaseUntil, now)),
      ),
    )
    .returning();
  if (!claimed) return undefined;
  const { mailbox } = claimed;
  if (mailbox === null) {
    await close(db, id, 'unknown');
    return undefined;
  }
  const [sent] = await db.orm
    .select({ count: sql<number>`count(*)::int` })
    .from(signInRequests)
    .where(
      and(
        eq(signInRequests.mailbox, mailbox),
        inArray(signInRequests.state, ['sent', 'deferred', 'sending']),
        gt(signInRequests.createdAt, new Date(now.getTime() - signInLinkMinutes * 60_000)),
      ),
    );
  // This one is among them.
  if ((sent?.count ?? 0) > mostSignInMails) {
    await close(db, id, 'held');
    return undefined;
  }
  return { ...claimed, mailbox };
}

const close = (db: Database, id: string, state: 'unknown' | 'held') =>
  db.orm.update(signInRequests).set({ state, mailbox: null, leaseUntil: null }).where(eq(signInRequests.id, id));

/** Writes down what the mail server said. Returns when to try again, if it is put off and the link still lives then. */
export async function recordSignIn(
  { db, now }: Base,
  request: ClaimedSignIn,
  { outcome, response }: MailOutcome,
): Promise<{ retryAt: Date | null }> {
  const attempts = request.attempts + 1;
  const next = new Date(now.getTime() + signInRetrySeconds(attempts) * 1000);
  const again = outcome === 'deferred' && next < request.expiresAt;
  const recorded = await db.orm
    .update(signInRequests)
    .set({
      state: outcome === 'deferred' && !again ? 'failed' : outcome,
      attempts,
      serverAnswer: response,
      leaseUntil: null,
      nextAttemptAt: again ? next : request.nextAttemptAt,
    })
    .where(and(eq(signInRequests.id, request.id), eq(signInRequests.state, 'sending'), eq(signInRequests.attempts, request.attempts)))
    .returning({ id: signInRequests.id });
  return { retryAt: again && recorded.length > 0 ? next : null };
}

/** Requests whose job is gone: due for that long, and still good. */
export async function undoneSignIns({ db, now }: Base, before: Date, most: number): Promise<string[]> {
  const rows = await db.orm
    .select({ id: signInRequests.id })
    .from(signInRequests)
    .where(
      and(
        inArray(signInRequests.state, [...open]),
        lte(signInRequests.nextAttemptAt, before),
        gt(signInRequests.expiresAt, now),
        or(isNull(signInRequests.leaseUntil), lte(signInRequests.leaseUntil, before)),
      ),
    )
    .limit(most);
  return rows.map(({ id }) => id);
}

/** Forgets requests of yesterday: addresses that people have typed are not kept for longer than they are of use. */
export async function forgetSignIns({ db, now }: Base): Promise<void> {
  await db.orm.delete(signInRequests).where(lte(signInRequests.createdAt, new Date(now.getTime() - 86_400_000)));
}

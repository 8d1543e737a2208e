import { type Context, newId, signInRequests } from '@clientele/db';
import { type Cloud, type Language, signInLinkMinutes } from '@clientele/domain';

/**
 * Writes down that somebody wants a link to sign in with; a worker finds out whose address it is. The same work, and the same silence, whether
 * anybody has it. Gives the request's id, for the job.
 */
export async function requestSignIn(
  { db, now }: Pick<Context, 'db' | 'now'>,
  input: { address: string; language: Language; cloud: Cloud },
): Promise<string> {
  const id = newId();
  await db.orm.insert(signInRequests).values({
    id,
    address: input.address.trim().toLowerCase(),
    language: input.language,
    cloud: input.cloud,
    state: 'queued',
    nextAttemptAt: now,
    createdAt: now,
    expiresAt: new Date(now.getTime() + signInLinkMinutes * 60_000),
  });
  return id;
}

import { authenticatorApps, type Context, type Transaction, transact, users } from '@clientele/db';
import { illegal, notFound, Refusal, refuseFields } from '@clientele/domain';
import { and, eq, isNotNull, lt } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { userIdOf } from '../access.ts';
import type { Encryption } from '../encryption.ts';
import { firstSecondFactor, requireAnother } from './enrol.ts';
import { lockSecondFactors } from './load.ts';

/** Source: RFC 6238, and what every app understands: SHA-1, 6 digits, half a minute. */
const periodSeconds = 30;
const secretBytes = 20;
/** A code counts for the half minute before and after, too: clocks of phones differ. */
const window = 1;

const appOf = (secret: string, email: string) =>
  new TOTP({ issuer: 'Clientele', label: email, algorithm: 'SHA1', digits: 6, period: periodSeconds, secret: Secret.fromBase32(secret) });

const aboutOf = (userId: string) => `authenticator app of ${userId}`;

/** The half minute of which a code is, by the server's clock; null for a wrong code, and where the secret cannot be read any more. */
function stepOf(secret: string | null, code: string, now: Date): number | null {
  if (secret === null) return null;
  const delta = appOf(secret, '').validate({ token: code, timestamp: now.getTime(), window });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / periodSeconds) + delta;
}

/**
 * Begins with an app: its secret, to scan or to type. It counts for nothing before its first code was right; asking again makes another. The
 * secret is in this answer only. Throws `illegal_transition` for who has an app: that one is removed first.
 */
export async function startAuthenticatorApp(ctx: Context, encryption: Encryption): Promise<{ secret: string; uri: string }> {
  const userId = userIdOf(ctx);
  const secret = new Secret({ size: secretBytes }).base32;
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    const { app } = await lockSecondFactors(tx, userId);
    if (app) throw illegal('authenticator app', 'there', 'be added');
    const [user] = await tx.select({ email: users.email }).from(users).where(eq(users.id, userId));
    const row = { secret: encryption.encrypt(secret, aboutOf(userId)), createdAt: ctx.now, lastStep: 0 };
    await tx
      .insert(authenticatorApps)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: authenticatorApps.userId, set: row });
    return { result: { secret, uri: appOf(secret, user?.email ?? '').toString() }, events: [] };
  });
}

/**
 * Makes the app count, with its first code. The session that asks is signed in with both factors from now on; every other one that is not ends. With the first
 * second factor come recovery codes. Throws `validation_failed` at the code, `illegal_transition` when there is nothing to confirm.
 */
export async function confirmAuthenticatorApp(
  ctx: Context,
  encryption: Encryption,
  { code, sessionId }: { code: string; sessionId: string },
): Promise<{ recoveryCodes: string[] | null }> {
  const userId = userIdOf(ctx);
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    const { since } = await lockSecondFactors(tx, userId);
    const [app] = await tx.select().from(authenticatorApps).where(eq(authenticatorApps.userId, userId));
    if (!app || app.confirmedAt) throw illegal('authenticator app', app ? 'there' : 'none', 'be confirmed');
    const step = stepOf(encryption.decrypt(app.secret, aboutOf(userId)), code, ctx.now);
    if (step === null) throw new Refusal('validation_failed', 'That code is wrong.', { fields: [{ path: 'code', rule: 'wrong_code' }] });
    await tx.update(authenticatorApps).set({ confirmedAt: ctx.now, lastStep: step }).where(eq(authenticatorApps.userId, userId));
    const codes = await firstSecondFactor(tx, { userId, since, sessionId, now: ctx.now });
    return {
      result: { recoveryCodes: codes },
      events: [{ type: 'partner_user.second_factor_added', data: { userId, factor: 'authenticator-app' } }],
    };
  });
}

/** Removes the app. Throws `not_found` when there is none, `last_second_factor` when no passkey would be left. */
export async function removeAuthenticatorApp(ctx: Context): Promise<Record<string, never>> {
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const { app, passkeys } = await lockSecondFactors(tx, userId);
    if (!app) throw notFound('authenticator app');
    requireAnother(passkeys.length);
    await tx.delete(authenticatorApps).where(eq(authenticatorApps.userId, userId));
    return { result: {}, events: [{ type: 'partner_user.second_factor_removed', data: { userId, factor: 'authenticator-app' } }] };
  });
}

/** Takes a code of the person's app: right, of now, and never taken before. Throws `validation_failed` at the code. */
export async function takeAppCode(tx: Transaction, encryption: Encryption, userId: string, code: string, now: Date): Promise<void> {
  const [app] = await tx
    .select()
    .from(authenticatorApps)
    .where(and(eq(authenticatorApps.userId, userId), isNotNull(authenticatorApps.confirmedAt)));
  const step = app ? stepOf(encryption.decrypt(app.secret, aboutOf(userId)), code, now) : null;
  if (step === null) return refuseFields([{ path: 'code', rule: 'wrong_code' }]);
  const taken = await tx
    .update(authenticatorApps)
    .set({ lastStep: step })
    .where(and(eq(authenticatorApps.userId, userId), lt(authenticatorApps.lastStep, step)))
    .returning({ userId: authenticatorApps.userId });
  if (taken.length === 0) refuseFields([{ path: 'code', rule: 'used_code' }]);
}

import { accounts, type Context, type Database, sessions, type Transaction, transact } from '@clientele/db';
import { Refusal, refuseFields, type SecondFactor } from '@clientele/domain';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { verifyPassword } from 'better-auth/crypto';
import { and, eq } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import type { Encryption } from '../encryption.ts';
import { takeAppCode } from './authenticator-app.ts';
import { askForPasskey, type RelyingParty, takePasskey } from './passkeys.ts';
import { useRecoveryCode } from './recovery-codes.ts';

/** What a person shows: one of these. */
export type Proof =
  | { way: 'authenticator-app'; code: string }
  | { way: 'recovery-code'; code: string }
  | { way: 'passkey'; passkey: AuthenticationResponseJSON };

interface Checks {
  encryption: Encryption;
  party: RelyingParty;
}

/** Asks for one of the passkeys of who is signed in, or half is. */
export const startPasskeyCheck = (ctx: Context, party: RelyingParty): Promise<Record<string, unknown>> =>
  transact({ ...ctx, idempotency: undefined }, async (tx) => ({
    result: await askForPasskey(tx, party, { userId: userIdOf(ctx), now: ctx.now }),
    events: [],
  }));

/**
 * Gives the second factor, after the password. The session itself is made anew by the caller, so that a token that was known before is worth nothing; this
 * one ends. Throws `validation_failed` at the code or passkey, with a record in the activity log.
 */
export async function giveSecondFactor(
  ctx: Context,
  checks: Checks,
  { proof, sessionId }: { proof: Proof; sessionId: string },
): Promise<void> {
  const userId = userIdOf(ctx);
  await proving(ctx, checks, proof, (tx) => tx.delete(sessions).where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId))));
}

/**
 * Shows once more that it is oneself, before something grave: by a second factor, or by the password for who has none. Throws `validation_failed` at what
 * was wrong.
 */
export async function confirmSession(
  ctx: Context,
  checks: Checks,
  {
    proof,
    sessionId,
    hasSecondFactor,
  }: { proof: Proof | { way: 'password'; password: string }; sessionId: string; hasSecondFactor: boolean },
): Promise<{ confirmedAt: Date }> {
  const userId = userIdOf(ctx);
  const note = (tx: Transaction) =>
    tx
      .update(sessions)
      .set({ confirmedAt: ctx.now })
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
  if (proof.way !== 'password') await proving(ctx, checks, proof, note);
  else {
    // Half of it is not enough for who has both.
    if (hasSecondFactor) throw new Refusal('validation_failed', 'Show your second factor.', { fields: [{ path: 'way', rule: 'choice' }] });
    if (!(await knowsPassword(ctx.db, userId, proof.password))) refuseFields([{ path: 'password', rule: 'wrong_password' }]);
    await transact({ ...ctx, idempotency: undefined }, async (tx) => ({ result: await note(tx), events: [] }));
  }
  return { confirmedAt: ctx.now };
}

async function knowsPassword(db: Database, userId: string, password: string): Promise<boolean> {
  const [account] = await db.orm
    .select({ password: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')));
  return Boolean(account?.password) && verifyPassword({ hash: account?.password ?? '', password });
}

/** Asks any passkey of this host who it is. */
export const startPasskeySignIn = (base: Pick<Context, 'db' | 'now'>, party: RelyingParty): Promise<Record<string, unknown>> =>
  askForPasskey(base.db.orm, party, { userId: null, now: base.now });

/** Who signs in by a passkey alone. Throws `validation_failed`, always the same. */
export const signInByPasskey = (
  base: Pick<Context, 'db' | 'now'>,
  party: RelyingParty,
  response: AuthenticationResponseJSON,
): Promise<{ userId: string }> => takePasskey(base.db.orm, party, { userId: null, response, now: base.now });

/** Checks a proof and does `then` in the same transaction. What is refused is written down. */
async function proving(ctx: Context, checks: Checks, proof: Proof, then: (tx: Transaction) => Promise<unknown>): Promise<void> {
  const userId = userIdOf(ctx);
  const plain = { ...ctx, idempotency: undefined };
  try {
    await transact(plain, async (tx) => {
      const left = await take(tx, checks, userId, proof, ctx.now);
      await then(tx);
      return { result: null, events: left === null ? [] : [{ type: 'partner_user.recovery_code_used', data: { userId, left } }] };
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'validation_failed') await writeDown(plain, userId, proof.way);
    throw error;
  }
}

const writeDown = (ctx: Context, userId: string, factor: SecondFactor): Promise<null> =>
  transact(ctx, async () => ({ result: null, events: [{ type: 'partner_user.second_factor_refused', data: { userId, factor } }] }));

/** Takes a proof; gives how many recovery codes are left when it was one. */
async function take(tx: Transaction, { encryption, party }: Checks, userId: string, proof: Proof, now: Date): Promise<number | null> {
  if (proof.way === 'authenticator-app') await takeAppCode(tx, encryption, userId, proof.code, now);
  if (proof.way === 'passkey') await takePasskey(tx, party, { userId, response: proof.passkey, now });
  if (proof.way !== 'recovery-code') return null;
  const left = await useRecoveryCode(tx, userId, proof.code, now);
  if (left === null) refuseFields([{ path: 'code', rule: 'wrong_recovery_code' }]);
  return left;
}

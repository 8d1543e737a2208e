import { type Context, newId, type PasskeyRecord, passkeyChallenges, passkeys, type Transaction, transact, users } from '@clientele/db';
import { challengeMinutes, mostPasskeys, notFound, Refusal, refuseFields } from '@clientele/domain';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { and, eq, gt, lte } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { firstSecondFactor, requireAnother } from './enrol.ts';
import { lockSecondFactors } from './load.ts';

/** For whom a passkey is: the host name that the browser knows us by, and the origins under which a page of ours may ask. */
export interface RelyingParty {
  id: string;
  origins: string[];
}

/** Also without a transaction: who signs in belongs to no partner yet, and each step is one statement. */
type Doors = Pick<Transaction, 'select' | 'insert' | 'update' | 'delete'>;
type Purpose = 'add' | 'check' | 'sign-in';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** Keeps a challenge for its minutes, and forgets those that are over. */
async function keepChallenge(
  tx: Doors,
  { challenge, userId, purpose, now }: { challenge: string; userId: string | null; purpose: Purpose; now: Date },
): Promise<void> {
  await tx.delete(passkeyChallenges).where(lte(passkeyChallenges.expiresAt, now));
  await tx.insert(passkeyChallenges).values({ challenge, userId, purpose, expiresAt: new Date(now.getTime() + challengeMinutes * 60_000) });
}

/** Uses a challenge up, whoever of several was first. False for one that is over, was used, or was made for something or somebody else. */
async function useChallenge(tx: Doors, challenge: string, purpose: Purpose, userId: string | null, now: Date): Promise<boolean> {
  const [used] = await tx
    .delete(passkeyChallenges)
    .where(and(eq(passkeyChallenges.challenge, challenge), eq(passkeyChallenges.purpose, purpose), gt(passkeyChallenges.expiresAt, now)))
    .returning({ userId: passkeyChallenges.userId });
  return used !== undefined && used.userId === userId;
}

/** The challenge that an answer says it has signed; whether it has, is checked afterwards. */
function challengeOf(response: { response: { clientDataJSON: string } }): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(response.response.clientDataJSON, 'base64url').toString('utf8')) as {
      challenge?: unknown;
    };
    return typeof challenge === 'string' ? challenge : '';
  } catch {
    return '';
  }
}

/** Begins with a passkey: what the browser's `navigator.credentials.create` takes. */
export async function startPasskey(ctx: Context, party: RelyingParty): Promise<Record<string, unknown>> {
  const userId = userIdOf(ctx);
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    const { passkeys: present } = await lockSecondFactors(tx, userId);
    requireRoom(present.length);
    const [user] = await tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, userId));
    const options = await generateRegistrationOptions({
      rpName: 'Clientele',
      rpID: party.id,
      userID: new Uint8Array(Buffer.from(userId)),
      userName: user?.email ?? '',
      userDisplayName: user?.name ?? '',
      excludeCredentials: present
        .filter(({ relyingParty }) => relyingParty === party.id)
        .map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      // It asks for a finger, a face or a PIN: so it is two factors, and can sign in alone.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await keepChallenge(tx, { challenge: options.challenge, userId, purpose: 'add', now: ctx.now });
    return { result: options as unknown as Record<string, unknown>, events: [] };
  });
}

function requireRoom(present: number): void {
  if (present >= mostPasskeys)
    throw new Refusal('limit_reached', `You have ${present} passkeys; at most ${mostPasskeys} are possible. Remove one first.`, {
      details: { limit: 'passkeys', most: mostPasskeys, now: present },
    });
}

/**
 * Takes a new passkey, as the browser has answered. Like the first code of an app, it signs this session in with both factors, and brings recovery codes if
 * it is the first second factor. Throws `validation_failed` for an answer that is not to our question.
 */
export async function addPasskey(
  ctx: Context,
  party: RelyingParty,
  { name, response, sessionId }: { name: string; response: RegistrationResponseJSON; sessionId: string },
): Promise<{ passkeyId: string; recoveryCodes: string[] | null }> {
  const userId = userIdOf(ctx);
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    const { since, passkeys: present } = await lockSecondFactors(tx, userId);
    requireRoom(present.length);
    if (present.some((one) => one.name === name)) refuseFields([{ path: 'name', rule: 'name_taken' }]);
    const challenge = challengeOf(response);
    const isAsked = await useChallenge(tx, challenge, 'add', userId, ctx.now);
    const checked = isAsked
      ? await verifyRegistrationResponse({
          response,
          expectedChallenge: challenge,
          expectedOrigin: party.origins,
          expectedRPID: party.id,
        }).catch(() => null)
      : null;
    if (!checked?.verified) throw new Refusal('validation_failed', 'That passkey was not taken.', { fields: [wrongPasskey] });
    const { credential } = checked.registrationInfo;
    const id = newId();
    const added = await tx
      .insert(passkeys)
      .values({
        ...{ id, userId, name, credentialId: credential.id, publicKey: base64url(credential.publicKey), counter: credential.counter },
        ...{ transports: credential.transports ?? [], relyingParty: party.id, createdAt: ctx.now },
      })
      .onConflictDoNothing({ target: passkeys.credentialId })
      .returning({ id: passkeys.id });
    if (added.length === 0) refuseFields([{ path: 'passkey', rule: 'passkey_known' }]);
    const codes = await firstSecondFactor(tx, { userId, since, sessionId, now: ctx.now });
    return {
      result: { passkeyId: id, recoveryCodes: codes },
      events: [{ type: 'partner_user.second_factor_added', data: { userId, factor: 'passkey' } }],
    };
  });
}

const wrongPasskey = { path: 'passkey', rule: 'wrong_passkey' } as const;

/** Removes a passkey. Throws `not_found`, also for somebody else's, and `last_second_factor`. */
export async function removePasskey(ctx: Context, passkeyId: string): Promise<Record<string, never>> {
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const { app, passkeys: present } = await lockSecondFactors(tx, userId);
    if (!present.some(({ id }) => id === passkeyId)) throw notFound('passkey');
    requireAnother(present.length - 1 + (app ? 1 : 0));
    await tx.delete(passkeys).where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId)));
    return { result: {}, events: [{ type: 'partner_user.second_factor_removed', data: { userId, factor: 'passkey' } }] };
  });
}

/** Asks for one of the person's passkeys, or with `userId` null for any: what `navigator.credentials.get` takes. */
export async function askForPasskey(
  tx: Doors,
  party: RelyingParty,
  { userId, now }: { userId: string | null; now: Date },
): Promise<Record<string, unknown>> {
  const present = userId ? await tx.select().from(passkeys).where(eq(passkeys.userId, userId)) : [];
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    userVerification: 'required',
    allowCredentials: present
      .filter(({ relyingParty }) => relyingParty === party.id)
      .map(({ credentialId, transports }) => ({ id: credentialId, transports })),
  });
  await keepChallenge(tx, { challenge: options.challenge, userId, purpose: userId ? 'check' : 'sign-in', now });
  return options as unknown as Record<string, unknown>;
}

/** The person whose passkey has answered our question. Throws `validation_failed` for everything else, always the same. */
export async function takePasskey(
  tx: Doors,
  party: RelyingParty,
  { userId, response, now }: { userId: string | null; response: AuthenticationResponseJSON; now: Date },
): Promise<{ userId: string }> {
  const challenge = challengeOf(response);
  const isAsked = await useChallenge(tx, challenge, userId ? 'check' : 'sign-in', userId, now);
  const [record] = await tx.select().from(passkeys).where(eq(passkeys.credentialId, response.id));
  const isTheirs = record !== undefined && (userId === null || record.userId === userId) && record.relyingParty === party.id;
  const counter = isAsked && isTheirs ? await counterOf(record, party, response, challenge) : null;
  if (!record || counter === null) throw new Refusal('validation_failed', 'That passkey was not taken.', { fields: [wrongPasskey] });
  await tx.update(passkeys).set({ counter, lastUsedAt: now }).where(eq(passkeys.id, record.id));
  return { userId: record.userId };
}

/** The passkey's own count of its uses, when its signature is right; null when it is not, or was copied: then the count goes back. */
async function counterOf(
  record: PasskeyRecord,
  party: RelyingParty,
  response: AuthenticationResponseJSON,
  challenge: string,
): Promise<number | null> {
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origins,
    expectedRPID: party.id,
    credential: { id: record.credentialId, publicKey: new Uint8Array(Buffer.from(record.publicKey, 'base64url')), counter: record.counter },
  }).catch(() => null);
  return checked?.verified ? checked.authenticationInfo.newCounter : null;
}

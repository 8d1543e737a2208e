import { Refusal } from './refusals.ts';
import { usualSettings } from './settings.ts';

export const secondFactors = ['authenticator-app', 'passkey', 'recovery-code'] as const;
/** What a person can show besides the password. A passkey that asks for a finger or a PIN is both at once. */
export type SecondFactor = (typeof secondFactors)[number];

/** With what a person has signed in: one factor, two, or its partner's own provider. */
export type SignInFactors = 'one' | 'two' | 'provider';

/** Ways to prove that one is still oneself. The password counts only for who has no second factor yet. */
export const confirmationWays = [...secondFactors, 'password'] as const;
export type ConfirmationWay = (typeof confirmationWays)[number];

/** So many passkeys may a person have. */
export const mostPasskeys = 20;
/** So many recovery codes are made at a time; each is good once. */
export const recoveryCodeCount = 10;
/** Between the password and the second factor may pass this long, in minutes. */
export const halfSignInMinutes = 15;
/** A proof that one is oneself holds for this long, in minutes, before the next grave act asks for it again. */
export const confirmationMinutes = 10;
/** A challenge for a passkey is good for this long, in minutes. */
export const challengeMinutes = 5;

/** A session, as far as the second factor needs to know it. */
export interface SignedIn {
  /** When the session began. */
  since: Date;
  hasSecondFactor: boolean;
  /** When the second factor was given in this session; null: not yet. */
  secondFactorAt: Date | null;
  /** From when on the days of grace are counted. */
  secondFactorFrom: Date;
  /** The partner's days of grace; null where it has set none. */
  graceDays: number | null;
  /** The provider that has signed the person in; null: we did. */
  signInProviderId: string | null;
}

/** What stands between a session and the portal: nothing, the second factor, or that there is none to give. `over`: too late to give it. */
export type SignInStep = 'done' | 'second-factor' | 'enrol' | 'over';

/** Until when a person may work without a second factor. */
export const secondFactorDueAt = ({ secondFactorFrom, graceDays }: Pick<SignedIn, 'secondFactorFrom' | 'graceDays'>): Date =>
  new Date(secondFactorFrom.getTime() + (graceDays ?? usualSettings.secondFactorGraceDays) * 86_400_000);

/** The step that a session is at. Whoever has a second factor must give it; whoever has none must get one once the days of grace are over. */
export function signInStepAt(session: SignedIn, now: Date): SignInStep {
  // A provider asks for a second factor itself, or it is its partner's decision that it does not.
  if (session.secondFactorAt || session.signInProviderId) return 'done';
  if (!session.hasSecondFactor) return secondFactorDueAt(session) <= now ? 'enrol' : 'done';
  return session.since.getTime() + halfSignInMinutes * 60_000 <= now.getTime() ? 'over' : 'second-factor';
}

/** Until when the last proof holds. */
export const confirmedUntil = (confirmedAt: Date): Date => new Date(confirmedAt.getTime() + confirmationMinutes * 60_000);

/** Throws `confirmation_required`, naming the ways, unless the person has proven lately that it is itself. */
export function requireConfirmation(session: { confirmedAt: Date; hasSecondFactor: boolean }, now: Date): void {
  if (confirmedUntil(session.confirmedAt) > now) return;
  const ways: ConfirmationWay[] = session.hasSecondFactor ? [...secondFactors] : ['password'];
  throw new Refusal('confirmation_required', 'This is grave: show once more that it is you.', { details: { ways } });
}

/** How a recovery code is written: six groups of four, without letters that look like others. */
export const recoveryCodeShape = /^(?:[a-hj-km-np-z2-9]{4}-){5}[a-hj-km-np-z2-9]{4}$/;
/** The letters of recovery codes: 31 of them, so that 24 make 118 bits. */
export const recoveryCodeLetters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A recovery code as it is kept: blanks, case and missing hyphens mean nothing. */
export const tidyRecoveryCode = (typed: string): string =>
  (
    typed
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .match(/.{1,4}/g) ?? []
  ).join('-');

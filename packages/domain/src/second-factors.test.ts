import { describe, expect, it } from 'vitest';
import type { Refusal } from './refusals.ts';
import {
  recoveryCodeLetters,
  recoveryCodeShape,
  requireConfirmation,
  type SignedIn,
  secondFactorDueAt,
  signInStepAt,
  tidyRecoveryCode,
} from './second-factors.ts';

const now = new Date('2026-03-01T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const minute = 60_000;
const day = 86_400_000;
const session = (more: Partial<SignedIn> = {}): SignedIn => ({
  since: ago(minute),
  hasSecondFactor: false,
  secondFactorAt: null,
  secondFactorFrom: ago(day),
  graceDays: null,
  signInProviderId: null,
  ...more,
});

describe('the step that a session is at', () => {
  it('is the second factor for who has one, for a quarter of an hour, then the session is over', () => {
    expect(signInStepAt(session({ hasSecondFactor: true }), now)).toBe('second-factor');
    expect(signInStepAt(session({ hasSecondFactor: true, since: ago(15 * minute - 1) }), now)).toBe('second-factor');
    expect(signInStepAt(session({ hasSecondFactor: true, since: ago(15 * minute) }), now)).toBe('over');
  });

  it('is done once it was given, however old the session is', () => {
    expect(signInStepAt(session({ hasSecondFactor: true, since: ago(day), secondFactorAt: ago(day) }), now)).toBe('done');
  });

  it('is done without one during the days of grace, and to get one from then on', () => {
    expect(signInStepAt(session({ secondFactorFrom: ago(7 * day - 1) }), now)).toBe('done');
    expect(signInStepAt(session({ secondFactorFrom: ago(7 * day) }), now)).toBe('enrol');
    expect(signInStepAt(session({ graceDays: 0, secondFactorFrom: now }), now)).toBe('enrol');
    expect(signInStepAt(session({ graceDays: 30, secondFactorFrom: ago(29 * day) }), now)).toBe('done');
  });

  it('knows no grace for who has a second factor', () => {
    expect(signInStepAt(session({ hasSecondFactor: true, graceDays: 30, secondFactorFrom: now }), now)).toBe('second-factor');
  });

  it('is done for whom a provider has signed in', () => {
    const long = session({ signInProviderId: 'one', since: ago(day), secondFactorFrom: ago(30 * day) });
    expect(signInStepAt(long, now)).toBe('done');
    expect(signInStepAt({ ...long, hasSecondFactor: true }, now)).toBe('done');
  });

  it('says until when there is grace', () => {
    expect(secondFactorDueAt({ secondFactorFrom: now, graceDays: 3 })).toEqual(new Date('2026-03-04T12:00:00Z'));
  });
});

describe('a grave act', () => {
  const waysAsked = (minutes: number, hasSecondFactor: boolean) => {
    try {
      requireConfirmation({ confirmedAt: ago(minutes * minute), hasSecondFactor }, now);
      return null;
    } catch (error) {
      return (error as Refusal).details.ways;
    }
  };

  it('is let through for ten minutes after a proof', () => {
    expect(waysAsked(9.9, true)).toBeNull();
    expect(waysAsked(10, true)).not.toBeNull();
  });

  it('asks for the second factor of who has one, and else for the password', () => {
    expect(waysAsked(60, true)).toEqual(['authenticator-app', 'passkey', 'recovery-code']);
    expect(waysAsked(60, false)).toEqual(['password']);
  });
});

describe('a recovery code', () => {
  it('is read however it is typed', () => {
    const code = 'abcd-efgh-jkmn-pqrs-tuvw-xyz2';
    expect(code).toMatch(recoveryCodeShape);
    for (const typed of [code, code.toUpperCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `])
      expect(tidyRecoveryCode(typed)).toBe(code);
    expect(tidyRecoveryCode('')).toBe('');
  });

  it('has no letters that look like others', () => {
    expect(recoveryCodeLetters).not.toMatch(/[ilo01]/);
    expect(new Set(recoveryCodeLetters).size).toBe(recoveryCodeLetters.length);
  });
});

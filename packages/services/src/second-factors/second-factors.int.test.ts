import { aContext, aPartner, aPartnerUser, aSession, useTestDatabase } from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { type TOTP, URI } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { createEncryption } from '../encryption.ts';
import { findSessionActor, type SessionActor } from '../partners/sessions.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { createAuthenticator } from '../testing/authenticator.ts';
import { confirmAuthenticatorApp, removeAuthenticatorApp, startAuthenticatorApp } from './authenticator-app.ts';
import { confirmSession, giveSecondFactor, type Proof, signInByPasskey, startPasskeyCheck, startPasskeySignIn } from './give.ts';
import { listSecondFactors } from './list.ts';
import { addPasskey, removePasskey, startPasskey } from './passkeys.ts';
import { renewRecoveryCodes } from './recovery-codes.ts';
import { resetSecondFactor } from './reset.ts';

const test = useTestDatabase();
const password = 'the present password';
const encryption = createEncryption('a secret of at least thirty-two characters', 'tests');
const party = { id: 'localhost', origins: ['http://localhost'] };
const checks = { encryption, party };
const minute = 60_000;

async function setting(roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner, roles, { password: await hashPassword(password) });
  const began = aContext(test.api, partner, user);
  const actorOf = async (token: string) => (await findSessionActor(test.api, token)) as SessionActor;
  const signIn = async () => {
    const token = await aSession(test.sql, user);
    return { token, ...(await actorOf(token)) };
  };
  const here = await signIn();
  const { sessionId } = here;
  /** The context some time later. */
  const at = (ms = 0) => ({ ...began, now: new Date(began.now.getTime() + ms) });
  const codeOf = (uri: string, ms = 0) => (URI.parse(uri) as TOTP).generate({ timestamp: began.now.getTime() + ms });
  const eventsOf = async () =>
    (await test.sql`select type, data from events where partner_id = ${partner.id} order by id`).map(({ type, data }) => ({
      type,
      ...data,
    }));
  return {
    ...{ partner, user, here, sessionId, at, actorOf, signIn, codeOf, eventsOf, ctx: began },
    /** With an app whose first code was that of now. */
    async withApp() {
      const { uri, secret } = await startAuthenticatorApp(began, encryption);
      const { recoveryCodes } = await confirmAuthenticatorApp(began, encryption, { code: codeOf(uri), sessionId });
      return { uri, secret, recoveryCodes: recoveryCodes as string[] };
    },
    async withPasskey(name = 'Laptop') {
      const authenticator = createAuthenticator();
      const response = authenticator.create(await startPasskey(began, party));
      const { passkeyId, recoveryCodes } = await addPasskey(began, party, { name, response, sessionId });
      return { authenticator, passkeyId, recoveryCodes };
    },
    give: (proof: Proof, ms = 0) => giveSecondFactor(at(ms), checks, { proof, sessionId }),
  };
}
type Setting = Awaited<ReturnType<typeof setting>>;
const fieldsOf = async (act: Promise<unknown>) => (await refusalOf(act)).fields;

describe('an app that makes codes', () => {
  it('counts from its first code on, signs this session in with both factors, and brings ten recovery codes', async () => {
    const { ctx, here, codeOf, sessionId, actorOf, eventsOf, user } = await setting();
    const { uri, secret } = await startAuthenticatorApp(ctx, encryption);
    expect(uri).toContain(`secret=${secret}`);
    expect(uri).toContain(encodeURIComponent(user.email));
    expect((await actorOf(here.token)).hasSecondFactor).toBe(false);
    const { recoveryCodes } = await confirmAuthenticatorApp(ctx, encryption, { code: codeOf(uri), sessionId });
    expect(new Set(recoveryCodes)).toHaveLength(10);
    expect(await actorOf(here.token)).toMatchObject({ hasSecondFactor: true, secondFactorAt: ctx.now, confirmedAt: ctx.now });
    expect(await eventsOf()).toEqual([{ type: 'partner_user.second_factor_added', userId: user.id, factor: 'authenticator-app' }]);
  });

  it('leaves neither its secret nor a recovery code in the clear, in any table', async () => {
    const { user, withApp } = await setting();
    const { secret, recoveryCodes } = await withApp();
    const rows = JSON.stringify([
      await test.sql`select * from authenticator_apps where user_id = ${user.id}`,
      await test.sql`select * from recovery_codes where user_id = ${user.id}`,
      await test.sql`select * from events`,
      await test.sql`select * from idempotency_keys`,
    ]);
    for (const hidden of [secret, ...recoveryCodes]) expect(rows).not.toContain(hidden);
  });

  it('is not taken with a wrong first code, nor twice, and asking again makes another secret', async () => {
    const { ctx, codeOf, sessionId, withApp } = await setting();
    const first = await startAuthenticatorApp(ctx, encryption);
    const second = await startAuthenticatorApp(ctx, encryption);
    const confirm = (code: string) => confirmAuthenticatorApp(ctx, encryption, { code, sessionId });
    expect(await fieldsOf(confirm(codeOf(first.uri)))).toEqual([{ path: 'code', rule: 'wrong_code' }]);
    await confirm(codeOf(second.uri));
    expect(await outcomeOf(confirm(codeOf(second.uri)))).toBe('illegal_transition');
    expect(await outcomeOf(withApp())).toBe('illegal_transition');
  });

  it('ends the sessions in which no second factor was given, with the first second factor', async () => {
    const { signIn, withApp, here } = await setting();
    const elsewhere = await signIn();
    await withApp();
    expect(await findSessionActor(test.api, elsewhere.token)).toBeNull();
    expect(await findSessionActor(test.api, here.token)).not.toBeNull();
  });
});

describe('the second factor of a sign-in', () => {
  it('is taken by a code of now, of half a minute ago and of the next half minute, and by no other', async () => {
    const { uri, ...s } = await withNewApp();
    const code = (ms: number) => ({ way: 'authenticator-app' as const, code: s.codeOf(uri, ms) });
    for (const away of [-2, 2, 20]) expect(await fieldsOf(s.give(code(10 * minute + away * 30_000), 10 * minute))).toEqual([wrongCode]);
    for (const away of [-1, 0, 1]) await s.give(code((10 + 5 * away) * minute + away * 30_000), (10 + 5 * away) * minute);
  });

  it('is not taken twice by one code, also not by two at once', async () => {
    const { uri, ...s } = await withNewApp();
    const proof = { way: 'authenticator-app' as const, code: s.codeOf(uri, 5 * minute) };
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(s.give(proof, 5 * minute))));
    expect(outcomes.sort()).toEqual(['done', 'validation_failed', 'validation_failed']);
    expect(await fieldsOf(s.give(proof, 5 * minute))).toEqual([{ path: 'code', rule: 'used_code' }]);
  });

  it('ends the session that had the password only', async () => {
    const { uri, ...s } = await withNewApp();
    await s.give({ way: 'authenticator-app', code: s.codeOf(uri, minute) }, minute);
    expect(await findSessionActor(test.api, s.here.token)).toBeNull();
  });

  it('is taken by each recovery code once, however it is typed, and says how many are left', async () => {
    const { recoveryCodes, ...s } = await withNewApp();
    const [one = '', two = ''] = recoveryCodes;
    const use = (code: string) => s.give({ way: 'recovery-code', code });
    const outcomes = await Promise.all([one, one.toUpperCase(), one.replaceAll('-', ' ')].map((code) => outcomeOf(use(code))));
    expect(outcomes.sort()).toEqual(['done', 'validation_failed', 'validation_failed']);
    await use(two);
    expect((await s.eventsOf()).filter(({ type }) => type === 'partner_user.recovery_code_used').map(({ left }) => left)).toEqual([9, 8]);
    expect(await fieldsOf(use('abcd-efgh-jkmn-pqrs-tuvw-xyz2'))).toEqual([{ path: 'code', rule: 'wrong_recovery_code' }]);
  });

  it('is not taken by a recovery code once there are new ones, nor by that of somebody else', async () => {
    const [s, other] = [await withNewApp(), await withNewApp()];
    const { recoveryCodes } = await renewRecoveryCodes(s.ctx);
    const use = (code = '') => outcomeOf(s.give({ way: 'recovery-code', code }));
    expect(await use(s.recoveryCodes[0])).toBe('validation_failed');
    expect(await use(other.recoveryCodes[0])).toBe('validation_failed');
    expect(await use(recoveryCodes[0])).toBe('done');
  });

  it('writes down what was refused', async () => {
    const s = await withNewApp();
    await outcomeOf(s.give({ way: 'authenticator-app', code: '000000' }));
    await outcomeOf(s.give({ way: 'recovery-code', code: 'nothing' }));
    expect((await s.eventsOf()).slice(-2)).toEqual([
      { type: 'partner_user.second_factor_refused', userId: s.user.id, factor: 'authenticator-app' },
      { type: 'partner_user.second_factor_refused', userId: s.user.id, factor: 'recovery-code' },
    ]);
  });
});

const wrongCode = { path: 'code', rule: 'wrong_code' };
async function withNewApp() {
  const s = await setting();
  return { ...s, ...(await s.withApp()) };
}

describe('a passkey', () => {
  it('is a second factor like the app, and brings recovery codes if it is the first', async () => {
    const s = await setting();
    const { recoveryCodes, passkeyId } = await s.withPasskey();
    expect(recoveryCodes).toHaveLength(10);
    expect((await s.withPasskey('Phone')).recoveryCodes).toBeNull();
    const { passkeys, recoveryCodes: left } = await listSecondFactors(s.ctx, await s.actorOf(s.here.token), 'localhost');
    expect(passkeys.map(({ name, elsewhere }) => [name, elsewhere])).toEqual([
      ['Laptop', null],
      ['Phone', null],
    ]);
    expect(left).toEqual({ left: 10, of: 10 });
    await removePasskey(s.ctx, passkeyId);
    expect(await outcomeOf(removePasskey(s.ctx, passkeyId))).toBe('not_found');
  });

  it('gives the second factor, once per question', async () => {
    const s = await setting();
    const { authenticator } = await s.withPasskey();
    const passkey = authenticator.get(await startPasskeyCheck(s.ctx, party));
    const outcomes = await Promise.all([1, 2].map(() => outcomeOf(s.give({ way: 'passkey', passkey }))));
    expect(outcomes.sort()).toEqual(['done', 'validation_failed']);
  });

  it('signs in alone, whoever it is of', async () => {
    const s = await setting();
    const { authenticator } = await s.withPasskey();
    const response = authenticator.get(await startPasskeySignIn(s.ctx, party));
    expect(await signInByPasskey(s.ctx, party, response)).toEqual({ userId: s.user.id });
    expect(await outcomeOf(signInByPasskey(s.ctx, party, response))).toBe('validation_failed');
  });

  it.each<[string, Parameters<ReturnType<typeof createAuthenticator>['get']>[1]]>([
    ['for a page of another site', { origin: 'https://evil.example' }],
    ['to a question that nobody asked', { challenge: Buffer.from('made up').toString('base64url') }],
    ['without a finger or a PIN', { unverified: true }],
    ['of a copy, which is behind in its uses', { counter: 1 }],
  ])('is refused for an answer %s', async (_what, twist) => {
    const s = await setting();
    const { authenticator } = await s.withPasskey();
    await signInByPasskey(s.ctx, party, authenticator.get(await startPasskeySignIn(s.ctx, party), { counter: 5 }));
    const answer = authenticator.get(await startPasskeySignIn(s.ctx, party), twist);
    expect(await fieldsOf(signInByPasskey(s.ctx, party, answer))).toEqual([{ path: 'passkey', rule: 'wrong_passkey' }]);
  });

  it('is refused after five minutes, for another purpose, by somebody else’s key, and under another host name', async () => {
    const [s, other] = [await setting(), await setting()];
    const [{ authenticator }, { authenticator: others }] = [await s.withPasskey(), await other.withPasskey()];
    const late = authenticator.get(await startPasskeySignIn(s.ctx, party));
    expect(await outcomeOf(signInByPasskey(s.at(5 * minute), party, late))).toBe('validation_failed');
    const forSignIn = authenticator.get(await startPasskeySignIn(s.ctx, party));
    expect(await outcomeOf(s.give({ way: 'passkey', passkey: forSignIn }))).toBe('validation_failed');
    const foreign = others.get(await startPasskeyCheck(s.ctx, party));
    expect(await outcomeOf(s.give({ way: 'passkey', passkey: foreign }))).toBe('validation_failed');
    const elsewhere = { id: 'portal.example', origins: ['http://localhost'] };
    const there = authenticator.get(await startPasskeySignIn(s.ctx, elsewhere));
    expect(await outcomeOf(signInByPasskey(s.ctx, elsewhere, there))).toBe('validation_failed');
  });

  it.each<[string, Parameters<ReturnType<typeof createAuthenticator>['create']>[1]]>([
    ['for a page of another site', { origin: 'https://evil.example' }],
    ['to a question that nobody asked', { challenge: Buffer.from('made up').toString('base64url') }],
    ['without a finger or a PIN', { unverified: true }],
  ])('is not added by an answer %s', async (_what, twist) => {
    const s = await setting();
    const response = createAuthenticator().create(await startPasskey(s.ctx, party), twist);
    expect(await fieldsOf(addPasskey(s.ctx, party, { name: 'Laptop', response, sessionId: s.sessionId }))).toEqual([
      { path: 'passkey', rule: 'wrong_passkey' },
    ]);
    expect((await s.actorOf(s.here.token)).hasSecondFactor).toBe(false);
  });

  it('is added once, under a name of its own, and not by an answer to somebody else’s question', async () => {
    const [s, other] = [await setting(), await setting()];
    await s.withPasskey();
    expect(await outcomeOf(s.withPasskey())).toBe('validation_failed');
    const response = createAuthenticator().create(await startPasskey(other.ctx, party));
    expect(await outcomeOf(addPasskey(s.ctx, party, { name: 'Stolen', response, sessionId: s.sessionId }))).toBe('validation_failed');
  });
});

describe('the last second factor', () => {
  it('stays, also when two are removed at once', async () => {
    const s = await withNewApp();
    expect(await outcomeOf(removeAuthenticatorApp(s.ctx))).toBe('last_second_factor');
    const { passkeyId } = await s.withPasskey();
    const outcomes = await Promise.all([outcomeOf(removeAuthenticatorApp(s.ctx)), outcomeOf(removePasskey(s.ctx, passkeyId))]);
    expect(outcomes.sort()).toEqual(['done', 'last_second_factor']);
  });

  it('of somebody else is not there', async () => {
    const [s, other] = [await withNewApp(), await setting()];
    const { passkeyId } = await other.withPasskey();
    expect(await outcomeOf(removePasskey(s.ctx, passkeyId))).toBe('not_found');
    expect(await outcomeOf(renewRecoveryCodes((await setting()).ctx))).toBe('illegal_transition');
  });
});

describe('showing once more that it is oneself', () => {
  const confirm = (s: Setting, proof: Parameters<typeof confirmSession>[2]['proof'], ms: number) =>
    confirmSession(s.at(ms), checks, { proof, sessionId: s.sessionId, hasSecondFactor: false });

  it('goes by the password for who has no second factor', async () => {
    const s = await setting();
    expect(await fieldsOf(confirm(s, { way: 'password', password: 'wrong' }, 60 * minute))).toEqual([
      { path: 'password', rule: 'wrong_password' },
    ]);
    await confirm(s, { way: 'password', password }, 60 * minute);
    expect((await s.actorOf(s.here.token)).confirmedAt).toEqual(s.at(60 * minute).now);
  });

  it('goes by a second factor, and no more by the password, for who has one; the session stays', async () => {
    const s = await withNewApp();
    const asked = (proof: Parameters<typeof confirmSession>[2]['proof']) =>
      confirmSession(s.at(60 * minute), checks, { proof, sessionId: s.sessionId, hasSecondFactor: true });
    expect(await outcomeOf(asked({ way: 'password', password }))).toBe('validation_failed');
    await asked({ way: 'authenticator-app', code: s.codeOf(s.uri, 60 * minute) });
    expect((await s.actorOf(s.here.token)).confirmedAt).toEqual(s.at(60 * minute).now);
  });
});

describe('resetting the second factor of a colleague', () => {
  it('takes all of it away, ends the sessions, and leaves no days of grace', async () => {
    const s = await withNewApp();
    const admin = await aPartnerUser(test.sql, s.partner);
    const ctx = aContext(test.api, s.partner, admin);
    await s.withPasskey();
    const view = await resetSecondFactor(ctx, s.user.id);
    expect(view).toMatchObject({ secondFactorSince: null, actions: { resetSecondFactor: { allowed: false, reason: 'state' } } });
    expect(await findSessionActor(test.api, s.here.token)).toBeNull();
    const actor = await s.signIn();
    expect((await listSecondFactors(s.ctx, actor, 'localhost')).step).toBe('enrol');
    expect((await s.eventsOf()).at(-1)).toEqual({ type: 'partner_user.second_factor_reset', userId: s.user.id, sessions: 1 });
    expect(await outcomeOf(resetSecondFactor(ctx, s.user.id))).toBe('illegal_transition');
    expect(await outcomeOf(s.give({ way: 'recovery-code', code: s.recoveryCodes[0] ?? '' }))).toBe('validation_failed');
  });

  it('is not for oneself, not for other roles, and not for people of another partner', async () => {
    const s = await withNewApp();
    expect((await refusalOf(resetSecondFactor(s.ctx, s.user.id))).details).toEqual({ reason: 'own_request' });
    const agent = await aPartnerUser(test.sql, s.partner, ['admin-agent']);
    expect(await outcomeOf(resetSecondFactor(aContext(test.api, s.partner, agent), s.user.id))).toBe('forbidden');
    const stranger = await setting();
    expect(await outcomeOf(resetSecondFactor(stranger.ctx, s.user.id))).toBe('not_found');
    expect((await s.actorOf(s.here.token)).hasSecondFactor).toBe(true);
  });
});

import { recoveryCodeShape } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, line, moment, nothing, nullableMoment } from './fields.ts';

const tag = 'Account';

/** What the browser's Web Authentication gives and takes, as JSON; its own rules check it. */
const ofBrowser = z.looseObject({});
/** An answer of a passkey. */
const passkeyAnswer = z.looseObject({
  id: z.string().min(1).max(2000),
  rawId: z.string().min(1).max(2000),
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: z.string().min(1).max(10_000) }),
  clientExtensionResults: z.looseObject({}).default({}),
});

/** Six digits, with or without a blank in the middle. */
const appCode = z
  .string()
  .transform((typed) => typed.replace(/\s/g, ''))
  .pipe(z.string().min(1).max(20));
const secondFactorProofs = [
  z.object({ way: z.literal('authenticator-app'), code: appCode }),
  z.object({ way: z.literal('recovery-code'), code: z.string().min(1).max(100) }),
  z.object({ way: z.literal('passkey'), passkey: passkeyAnswer }),
] as const;
const newCodes = z.array(z.string().regex(recoveryCodeShape));

export const passkey = z.object({
  id,
  name: z.string(),
  createdAt: moment,
  lastUsedAt: nullableMoment,
  /** The host name that it is for, when that is not the one of this request. */
  elsewhere: z.string().nullable(),
});
export type Passkey = z.output<typeof passkey>;

export const getSecondFactors = endpoint({
  name: 'getSecondFactors',
  method: 'GET',
  path: '/api/account/second-factors',
  summary: 'What the signed-in user has as second factors, what is missing to be signed in, and until when it may do without.',
  tag,
  access: 'signed-in',
  people: true,
  step: 'any',
  result: z.object({
    /** What stands between the session and the portal. */
    step: z.enum(['done', 'second-factor', 'enrol', 'over']),
    /** Until when there is grace; null for who has a second factor. */
    dueAt: nullableMoment,
    app: z.object({ since: moment }).nullable(),
    passkeys: z.array(passkey),
    recoveryCodes: z.object({ left: z.int(), of: z.int() }),
    /** A browser keeps passkeys for host names only: not for an address of numbers. */
    passkeysPossible: z.boolean(),
  }),
});

export const startAuthenticatorApp = endpoint({
  name: 'startAuthenticatorApp',
  method: 'POST',
  path: '/api/account/authenticator-app/start',
  summary: 'A secret for an app that makes codes. It counts for nothing before the first code; it is in this answer only.',
  tag,
  access: 'signed-in',
  people: true,
  step: 'enrol',
  confirm: true,
  body: nothing,
  result: z.object({ secret: z.string(), uri: z.string() }),
});

export const confirmAuthenticatorApp = endpoint({
  name: 'confirmAuthenticatorApp',
  method: 'POST',
  path: '/api/account/authenticator-app',
  summary: 'The first code of the app: from now on it counts. With the first second factor come recovery codes, in this answer only.',
  tag,
  access: 'signed-in',
  people: true,
  step: 'enrol',
  confirm: true,
  body: z.object({ code: appCode }),
  result: z.object({ recoveryCodes: newCodes.nullable() }),
});

export const removeAuthenticatorApp = endpoint({
  name: 'removeAuthenticatorApp',
  method: 'DELETE',
  path: '/api/account/authenticator-app',
  summary: 'Removes the app. 409 `last_second_factor` when no passkey would be left.',
  tag,
  access: 'signed-in',
  people: true,
  confirm: true,
  body: nothing,
  result: nothing,
});

export const startPasskey = endpoint({
  name: 'startPasskey',
  method: 'POST',
  path: '/api/account/passkeys/start',
  summary: 'What `navigator.credentials.create` takes to make a passkey.',
  tag,
  access: 'signed-in',
  people: true,
  step: 'enrol',
  confirm: true,
  body: nothing,
  result: ofBrowser,
});

export const addPasskey = endpoint({
  name: 'addPasskey',
  method: 'POST',
  path: '/api/account/passkeys',
  summary: 'Adds the passkey that the browser has made. With the first second factor come recovery codes, in this answer only.',
  tag,
  access: 'signed-in',
  people: true,
  step: 'enrol',
  confirm: true,
  body: z.object({ name: line(60), passkey: passkeyAnswer }),
  result: z.object({ passkeyId: id, recoveryCodes: newCodes.nullable() }),
  status: 201,
});

export const removePasskey = endpoint({
  name: 'removePasskey',
  method: 'DELETE',
  path: '/api/account/passkeys/:passkeyId',
  summary: 'Removes a passkey. 409 `last_second_factor` when nothing else would be left.',
  tag,
  access: 'signed-in',
  people: true,
  confirm: true,
  params: z.object({ passkeyId: id }),
  body: nothing,
  result: nothing,
});

export const renewRecoveryCodes = endpoint({
  name: 'renewRecoveryCodes',
  method: 'POST',
  path: '/api/account/recovery-codes',
  summary: 'New recovery codes, in this answer only; the old ones are good no more.',
  tag,
  access: 'signed-in',
  people: true,
  confirm: true,
  body: nothing,
  result: z.object({ recoveryCodes: newCodes }),
});

export const startPasskeyCheck = endpoint({
  name: 'startPasskeyCheck',
  method: 'POST',
  path: '/api/session/passkey/start',
  summary: 'What `navigator.credentials.get` takes to show one of the user’s passkeys.',
  tag: 'Session',
  access: 'signed-in',
  people: true,
  step: 'any',
  body: nothing,
  result: ofBrowser,
});

export const giveSecondFactor = endpoint({
  name: 'giveSecondFactor',
  method: 'POST',
  path: '/api/session/second-factor',
  summary: 'Gives the second factor after the password. The session is a new one, by the cookie of this answer.',
  tag: 'Session',
  access: 'signed-in',
  people: true,
  step: 'any',
  body: z.discriminatedUnion('way', secondFactorProofs),
  result: nothing,
});

export const confirmSession = endpoint({
  name: 'confirmSession',
  method: 'POST',
  path: '/api/session/confirm',
  summary:
    'Shows once more who is there, as `confirmation_required` asks for before something grave; the password counts only for who has no second factor.',
  tag: 'Session',
  access: 'signed-in',
  people: true,
  step: 'enrol',
  body: z.discriminatedUnion('way', [
    ...secondFactorProofs,
    z.object({ way: z.literal('password'), password: z.string().min(1).max(128) }),
  ]),
  result: z.object({ until: moment }),
});

export const startPasskeySignIn = endpoint({
  name: 'startPasskeySignIn',
  method: 'POST',
  path: '/api/passkey-sign-in/start',
  summary: 'What `navigator.credentials.get` takes to sign in by a passkey alone.',
  tag: 'Session',
  access: 'public',
  body: nothing,
  result: ofBrowser,
});

export const signInByPasskey = endpoint({
  name: 'signInByPasskey',
  method: 'POST',
  path: '/api/passkey-sign-in',
  summary: 'Signs in by a passkey alone: it is both factors. The session comes by the cookie of this answer.',
  tag: 'Session',
  access: 'public',
  body: z.object({ passkey: passkeyAnswer }),
  result: nothing,
});

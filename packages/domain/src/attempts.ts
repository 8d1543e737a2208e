/** What may not be tried often: so many times within so many seconds, counted over every process of an installation. */
export interface AttemptLimit {
  most: number;
  seconds: number;
  /** What one attempt is, and what it is counted by. */
  counts: string;
  /** What happens to one too many. */
  excess: string;
}

const quarterHour = 900;

/**
 * Every limit on attempts, in one place. A window begins with the first attempt and ends by itself; what is tried while it is over the limit does
 * not make it longer. Limits that belong to a partner's settings (invitations a day) are not here.
 */
export const attemptLimits = {
  'sign-in-by-email': {
    most: 10,
    seconds: quarterHour,
    counts: 'Wrong passwords for one address, whether or not anybody signs in with it, through every form that takes a password.',
    excess:
      'Locked out: no password is looked at until the window ends; the partner’s activity log says so. The right password before that begins anew; a global admin can lift it.',
  },
  'sign-in-by-address': {
    most: 100,
    seconds: quarterHour,
    counts: 'Wrong passwords from one network address, whatever they were for.',
    excess: 'No password from there is looked at until the window ends.',
  },
  'own-password': {
    most: 10,
    seconds: quarterHour,
    counts: 'Changes of one’s own password, by the person who is signed in.',
    excess: '429.',
  },
  'second-factor': {
    most: 10,
    seconds: quarterHour,
    counts: 'Codes and passkeys that one person has shown, at the sign-in and before something grave.',
    excess: '429, for the right one, too.',
  },
  'passkey-question': {
    most: 300,
    seconds: quarterHour,
    counts: 'Sign-ins by a passkey that were begun from one network address: each is a row that is kept for minutes.',
    excess: '429.',
  },
  'passkey-sign-in': {
    most: 100,
    seconds: quarterHour,
    counts: 'Sign-ins by a passkey alone from one network address.',
    excess: '429.',
  },
  'sign-in-provider-check': {
    most: 30,
    seconds: quarterHour,
    counts: 'Tests of an identity provider’s address, by the partner.',
    excess: '429.',
  },
  'sign-in-provider-find': {
    most: 300,
    seconds: quarterHour,
    counts: 'Mail addresses that were asked for their single sign-on, from one network address.',
    excess: '429.',
  },
  'sign-in-provider-record': {
    most: 30,
    seconds: quarterHour,
    counts: 'Single sign-ons that failed, from one network address.',
    excess: 'The answer is the same; the activity log gets no record of it.',
  },
  'password-link-by-email': {
    most: 5,
    seconds: 3600,
    counts: 'Links to a new password that were asked for one address, or sent to it.',
    excess: 'At the sign-in the answer is the same, and no mail goes out; for a global admin 429.',
  },
  'password-link': {
    most: 60,
    seconds: quarterHour,
    counts: 'Links to a new password that were asked for, opened or used from one network address.',
    excess: '429.',
  },
  'crossing-record': {
    most: 1,
    seconds: 3600,
    counts: 'Uses of one person’s session, or password, at another cloud’s host.',
    excess: 'The answer is the same; the activity log gets no record of it.',
  },
  'set-up-code': { most: 30, seconds: quarterHour, counts: 'Set-up codes that were sent from one network address.', excess: '429.' },
  'join-link': {
    most: 60,
    seconds: quarterHour,
    counts: 'Links to join that were opened or used from one network address.',
    excess: '429.',
  },
  'wrong-api-key': {
    most: 60,
    seconds: quarterHour,
    counts:
      'Calls with something that is no key (or no secret of the way in for returned mails), from one network address. A good one is never counted, nor refused.',
    excess: '429 instead of 401.',
  },
  'user-invitations': { most: 200, seconds: 86_400, counts: 'Invitations of partner users, by the person who invites.', excess: '429.' },
  'sign-in-link-by-email': {
    most: 10,
    seconds: quarterHour,
    counts: 'Links to the own page that were asked for one address.',
    excess: '429.',
  },
  'sign-in-link-by-address': {
    most: 100,
    seconds: quarterHour,
    counts: 'Links to the own page that were asked for from one network address.',
    excess: '429.',
  },
  'sign-in-by-invitation': {
    most: 10,
    seconds: quarterHour,
    counts: 'Passwords that were tried on the page of one invitation.',
    excess: '429, on the page.',
  },
  'hand-over': {
    most: 10,
    seconds: quarterHour,
    counts: 'Right persons who were named on the page of one invitation.',
    excess: '429, on the page.',
  },
  'enquiry-by-address': {
    most: 20,
    seconds: 3600,
    counts: 'Enquiries to partners that were sent from one network address. Many people can sit behind one.',
    excess: '429, on the page; what was typed stays.',
  },
  'enquiry-by-mailbox': {
    most: 5,
    seconds: 86_400,
    counts: 'Enquiries with one mail address, to whatever partner: each is a mail that asks its owner to confirm.',
    excess: '429, on the page, and no mail; what was typed stays.',
  },
  'enquiry-by-profile': {
    most: 200,
    seconds: 3600,
    counts: 'Enquiries by one business profile, before their senders have confirmed them.',
    excess: '429, on the page, and no mail; what was typed stays.',
  },
  'receipt-check': {
    most: 60,
    seconds: quarterHour,
    counts: 'Check codes that were tried from one network address.',
    excess: '429, as a page.',
  },
  'public-page': {
    most: 1200,
    seconds: quarterHour,
    counts: 'Customers’ pages and calendars that were read from one network address. Many people can sit behind one.',
    excess: '429, as a page.',
  },
  'partner-logo': {
    most: 12_000,
    seconds: quarterHour,
    counts: 'Logos on these pages that were read from one network address. A browser keeps each.',
    excess: '429.',
  },
  'profile-logo': { most: 60, seconds: quarterHour, counts: 'Logos that one person has uploaded.', excess: '429.' },
  visit: {
    most: 60,
    seconds: 60,
    counts: 'Visits of the page of one invitation.',
    excess: 'The page is shown; the visit is not noted.',
  },
} as const satisfies Record<string, AttemptLimit>;

export type AttemptLimitName = keyof typeof attemptLimits;

/** What a counted attempt has come to. */
export interface AttemptCount {
  allowed: boolean;
  /** How many there were in this window, with this one. */
  count: number;
  /** When the window ends. */
  until: Date;
}

/** What a count means under a limit. */
export function judgeAttempt(limit: AttemptLimitName, { count, until }: { count: number; until: Date }): AttemptCount {
  return { allowed: count <= attemptLimits[limit].most, count, until };
}

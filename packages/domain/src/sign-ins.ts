/** How long a link to sign in with is good for, in minutes. */
export const signInLinkMinutes = 15;

/** So many mails with a link go to one mailbox within that time; more would only fill it. */
export const mostSignInMails = 5;

/**
 * What became of a request for a link: a mail's own states, and two ends without a mail: nobody has the address, or its mailbox has been sent
 * enough of them.
 */
export const signInRequestStates = ['queued', 'sending', 'sent', 'deferred', 'bounced', 'failed', 'unknown', 'held'] as const;
export type SignInRequestState = (typeof signInRequestStates)[number];

/** Seconds until the mail of a link is tried again after the n-th deferral (n from 1): a link lives for minutes, so these are short. */
export function signInRetrySeconds(attempt: number): number {
  return Math.min(5 * 2 ** (attempt - 1), 60);
}

import type { Delivery, Invitation } from '@clientele/contracts';

/** The causes for which an invitation is where it is; each has a sentence and one next action in every language. */
export const causes = [
  'accepted',
  'declined',
  'revoked',
  'expired',
  'no_mail',
  'queued',
  'stuck',
  'sending',
  'sent',
  'unanswered',
  'delayed',
  'deferred',
  'bounced',
  'returned',
  'failed',
  'undelivered',
] as const;
type Cause = (typeof causes)[number];
type NextAct = 'none' | 'open-customer' | 'invite-again' | 'copy-link' | 'fix-address' | 'resend' | 'see-queue';

export interface Standing {
  cause: Cause;
  act: NextAct;
  tone: 'success' | 'info' | 'warning' | 'error' | 'neutral';
}

const minute = 60_000;
/** A mail that waits longer than this is not on its way: nobody works on it. */
const stuckAfter = 3 * minute;
/** After this long without an answer a person should ask. */
const unansweredAfter = 2 * 24 * 60 * minute;

/** Why an invitation has not been answered yet (or what its answer was): one cause, one next action, from its state and its newest mail. */
export function standingOf(
  invitation: Pick<Invitation, 'state' | 'customerId'>,
  mail: Pick<Delivery, 'state' | 'queuedAt' | 'sentAt' | 'returnedAt' | 'delayedAt'> | null,
  now: Date,
): Standing {
  const since = (moment: string) => now.getTime() - new Date(moment).getTime();
  switch (invitation.state) {
    case 'accepted':
      return { cause: 'accepted', act: invitation.customerId ? 'open-customer' : 'none', tone: 'success' };
    case 'declined':
      return { cause: 'declined', act: 'invite-again', tone: 'error' };
    case 'revoked':
    case 'expired':
      return { cause: invitation.state, act: 'invite-again', tone: 'neutral' };
    case 'pending':
      break;
  }
  switch (mail?.state) {
    case undefined:
      return { cause: 'no_mail', act: 'copy-link', tone: 'warning' };
    case 'queued':
      return since(mail.queuedAt) > stuckAfter
        ? { cause: 'stuck', act: 'see-queue', tone: 'warning' }
        : { cause: 'queued', act: 'none', tone: 'info' };
    case 'sending':
      return { cause: 'sending', act: 'none', tone: 'info' };
    case 'sent':
      if (mail.delayedAt) return { cause: 'delayed', act: 'copy-link', tone: 'warning' };
      return since(mail.sentAt ?? mail.queuedAt) > unansweredAfter
        ? { cause: 'unanswered', act: 'resend', tone: 'warning' }
        : { cause: 'sent', act: 'none', tone: 'info' };
    case 'deferred':
      return { cause: 'deferred', act: 'copy-link', tone: 'warning' };
    case 'bounced':
      return { cause: mail.returnedAt ? 'returned' : 'bounced', act: 'fix-address', tone: 'error' };
    case 'failed':
      return mail.returnedAt
        ? { cause: 'undelivered', act: 'copy-link', tone: 'error' }
        : { cause: 'failed', act: 'resend', tone: 'error' };
  }
}

/** The newest mail to the customer; what tells the two sides of an answer is another mail. */
export function invitationMailOf<Mail extends Pick<Delivery, 'kind'>>(mails: readonly (Mail | null)[]): Mail | null {
  return mails.find((mail) => mail?.kind === 'invitation') ?? null;
}

import type { Delivery, Invitation, Visit } from '@clientele/contracts';
import type { SuppressionReason } from '@clientele/domain';

/** The causes for which an invitation is where it is; each has a sentence and one next action in every language. */
export const causes = [
  'accepted',
  'declined',
  'revoked',
  'expired',
  'hand_over',
  'unsubscribed',
  'continued',
  'opened',
  'opened_unanswered',
  'opened_unclear',
  'only_machines',
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
type NextAct = 'none' | 'open-customer' | 'invite-again' | 'copy-link' | 'fix-address' | 'resend' | 'see-queue' | 'hand-over';

export interface Standing {
  cause: Cause;
  act: NextAct;
  tone: 'success' | 'info' | 'warning' | 'error' | 'neutral';
  /** When what the cause speaks of was seen. */
  at?: string;
}

const minute = 60_000;
/** A mail that waits longer than this is not on its way: nobody works on it. */
const stuckAfter = 3 * minute;
/** After this long without an answer a person should ask. */
const unansweredAfter = 2 * 24 * 60 * minute;

type Asked = Pick<Invitation, 'state' | 'customerId'> & {
  handOver?: { createdAt: string } | null;
  suppressed?: SuppressionReason | null;
  visits?: readonly Pick<Visit, 'visitor' | 'lastAt' | 'continuedAt'>[];
};
type Mail = Pick<Delivery, 'state' | 'queuedAt' | 'sentAt' | 'returnedAt' | 'delayedAt'>;

/**
 * Why an invitation has not been answered yet (or what its answer was): one cause, one next action, from its state, who has opened its page, and
 * its newest mail.
 */
export function standingOf(invitation: Asked, mail: Mail | null, now: Date): Standing {
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
  // Nobody else can do anything until this is decided.
  if (invitation.handOver) return { cause: 'hand_over', act: 'hand-over', tone: 'warning', at: invitation.handOver.createdAt };
  // No mail of ours reaches this reader any more, whatever became of the last one.
  if (invitation.suppressed === 'unsubscribed') return { cause: 'unsubscribed', act: 'fix-address', tone: 'warning' };
  return seenBy(invitation.visits ?? [], mail, now) ?? standingOfMail(mail, now);
}

const since = (moment: string, now: Date) => now.getTime() - new Date(moment).getTime();

/** What the visits say; null when the mail says more. */
function seenBy(visits: NonNullable<Asked['visits']>, mail: Mail | null, now: Date): Standing | null {
  const of = (visitor: Visit['visitor']) => visits.find((visit) => visit.visitor === visitor);
  const [person, unclear, machine] = [of('person'), of('unclear'), of('machine')];
  const isThere = mail === null || (mail.state === 'sent' && !mail.delayedAt);
  // A person who came before a mail that did not arrive is no answer to that.
  if (person && (isThere || person.lastAt > mail.queuedAt)) {
    const isOld = since(person.lastAt, now) > unansweredAfter;
    if (person.continuedAt) return { cause: 'continued', act: 'none', tone: isOld ? 'warning' : 'info', at: person.lastAt };
    return isOld
      ? { cause: 'opened_unanswered', act: 'resend', tone: 'warning', at: person.lastAt }
      : { cause: 'opened', act: 'none', tone: 'info', at: person.lastAt };
  }
  if (!isThere) return null;
  const isOld = mail !== null && since(mail.sentAt ?? mail.queuedAt, now) > unansweredAfter;
  if (unclear) return isOld ? null : { cause: 'opened_unclear', act: 'none', tone: 'info', at: unclear.lastAt };
  if (machine) return { cause: 'only_machines', act: 'copy-link', tone: isOld || mail === null ? 'warning' : 'info', at: machine.lastAt };
  return null;
}

function standingOfMail(mail: Mail | null, now: Date): Standing {
  switch (mail?.state) {
    case undefined:
      return { cause: 'no_mail', act: 'copy-link', tone: 'warning' };
    case 'queued':
      return since(mail.queuedAt, now) > stuckAfter
        ? { cause: 'stuck', act: 'see-queue', tone: 'warning' }
        : { cause: 'queued', act: 'none', tone: 'info' };
    case 'sending':
      return { cause: 'sending', act: 'none', tone: 'info' };
    case 'sent':
      if (mail.delayedAt) return { cause: 'delayed', act: 'copy-link', tone: 'warning' };
      return since(mail.sentAt ?? mail.queuedAt, now) > unansweredAfter
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

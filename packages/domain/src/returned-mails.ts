import { type DeliveryCommand, type DeliveryState, deliveryTransitions, mostReturnDays } from './deliveries.ts';

/** What a delivery report says of one recipient. Addresses are in one spelling. */
export interface ReportedRecipient {
  addresses: readonly string[];
  verdict: 'bounced' | 'failed' | 'delayed' | null;
  answer: string;
}

/** A mail that came in at a return address; `report` is null for what is no delivery report. */
export interface ReturnReport {
  recipients: readonly ReportedRecipient[];
  messageId: string | null;
}

/** The mail that it came in for. */
export interface ReturnedDelivery {
  state: DeliveryState;
  recipient: string;
  messageId: string;
  queuedAt: Date;
  delayedAt: Date | null;
}

/** Why a mail that came in changes nothing. */
export const returnIgnoredBecause = [
  'no_report',
  'other_recipient',
  'other_mail',
  'not_a_failure',
  'too_late',
  'never_sent',
  'known',
] as const;
export type ReturnIgnoredBecause = (typeof returnIgnoredBecause)[number];

export type ReturnDecision = { does: 'bounce' | 'fail' | 'delay'; answer: string } | { does: 'nothing'; because: ReturnIgnoredBecause };

const commands = { bounced: 'bounce', failed: 'fail' } as const satisfies Record<string, DeliveryCommand>;

/**
 * What a mail that came back does to the delivery whose return address it came to. Anybody can write a report, and who got the mail knows its
 * return address: so a report counts only for the one recipient of the one mail, once, and within the time in which servers send them.
 */
export function decideReturn(delivery: ReturnedDelivery, report: ReturnReport | null, now: Date): ReturnDecision {
  const nothing = (because: ReturnIgnoredBecause): ReturnDecision => ({ does: 'nothing', because });
  if (!report) return nothing('no_report');
  // Some mail servers give mails an id of their own on the way; an id of ours that is another one is another mail.
  const ours = delivery.messageId.slice(delivery.messageId.indexOf('@'));
  if (report.messageId?.endsWith(ours) && report.messageId !== delivery.messageId) return nothing('other_mail');
  const about = report.recipients.filter(({ addresses }) => addresses.includes(delivery.recipient));
  if (about.length === 0) return nothing('other_recipient');
  const found = about.find(({ verdict }) => verdict !== null);
  if (!found?.verdict) return nothing('not_a_failure');
  if (now.getTime() - delivery.queuedAt.getTime() > mostReturnDays * 86_400_000) return nothing('too_late');
  if (delivery.state === 'queued') return nothing('never_sent');
  const { answer, verdict } = found;
  if (verdict === 'delayed')
    return delivery.delayedAt || (delivery.state !== 'sent' && delivery.state !== 'sending') ? nothing('known') : { does: 'delay', answer };
  const does = commands[verdict];
  return deliveryTransitions[delivery.state][does] ? { does, answer } : nothing('known');
}

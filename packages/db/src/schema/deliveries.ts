import type { DelegatedAdminEnd, DeliveryState, Language, MailKind } from '@clientele/domain';
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** What a mail tells of an order: to the partner's people, or to the customer's person who has ordered. */
export type OrderNews = 'bought' | 'asked' | 'approved' | 'declined' | 'lapsed' | 'withdrawn';

/** What a mail's template needs beyond what the rows say. Never a secret. */
export interface DeliveryFacts {
  userId?: string;
  accepted?: boolean;
  reason?: string;
  endedAt?: string;
  agreementRequestId?: string;
  providerRequestId?: string;
  handOverId?: string;
  partnerUserInvitationId?: string;
  passwordLinkId?: string;
  /** Of a mail about an order: what there is to tell of it, as it was then. */
  orderId?: string;
  orderNews?: OrderNews;
  /** Of a mail about an end: how it came, its certificate, the plan or the operation it speaks of, and what there is to tell. */
  endMode?: 'now' | 'when-clear' | 'at';
  certificateId?: string;
  plannedEndId?: string;
  operationId?: string;
  news?: 'held-up' | 'failed' | 'stopped' | 'refused' | 'bulk';
  counts?: { ended: number; waiting: number; failed: number };
  /** Whom a mail about many speaks of (the first of them), and how many there are. */
  customerIds?: string[];
  count?: number;
  /** Of mails about leads: which one (of an enquiry that is not confirmed yet, too), or the first of many, and what became of it. */
  leadId?: string;
  leadIds?: string[];
  leadAnswer?: 'accepted' | 'declined' | 'expired';
  /** Why delegated admin was taken away. */
  because?: DelegatedAdminEnd;
  /** The partnership that a mail is about. */
  partnershipId?: string;
}

/** One row per mail: its state, lease, attempts, and what the mail server said. */
export const deliveries = pgTable('deliveries', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  kind: text().$type<MailKind>().notNull(),
  invitationId: uuid(),
  customerId: uuid(),
  recipient: text().notNull(),
  language: text().$type<Language>().notNull(),
  facts: jsonb().$type<DeliveryFacts>().notNull().default({}),
  state: text().$type<DeliveryState>().notNull(),
  attempts: integer().notNull().default(0),
  nextAttemptAt: moment().notNull(),
  leaseUntil: moment(),
  messageId: text().notNull(),
  serverAnswer: text(),
  queuedAt: moment().notNull(),
  sentAt: moment(),
  /** When a delivery report said that the mail did not arrive after all; the answer is then the report's. */
  returnedAt: moment(),
  /** When a delivery report said that the mail is still on its way. */
  delayedAt: moment(),
});
export type DeliveryRecord = typeof deliveries.$inferSelect;

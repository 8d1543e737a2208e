import {
  type Context,
  type DeliveryRecord,
  deliveries,
  type HandOverRecord,
  type InvitationRecord,
  invitationHandOvers,
  invitations,
  invitationVisits,
  type Transaction,
  users,
} from '@clientele/db';
import { invitationStateAt, notFound, type Visitor } from '@clientele/domain';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { allow } from '../access.ts';
import { viewDelivery } from '../deliveries/view.ts';
import { type AlsoAsked, alsoAsked } from '../partnerships/for-both.ts';
import type { Links } from './links.ts';

/** What belongs to an invitation and stands in other tables. */
interface Beside {
  createdBy: string;
  newest: DeliveryRecord | undefined;
  handOver: HandOverRecord | undefined;
  opened: Visitor | null;
  provider: AlsoAsked | undefined;
}

/** An invitation as screens see it, with the newest of its mails to the customer. */
function viewInvitation(ctx: Context, links: Links, record: InvitationRecord, { createdBy, newest, handOver, opened, provider }: Beside) {
  const state = invitationStateAt(record, ctx.now);
  const {
    id,
    purpose,
    customerId,
    email,
    recipientName,
    companyName,
    domain,
    language,
    delegatedAdmin,
    delegatedAdminDays,
    createdAt,
    expiresAt,
    answeredAt,
    declineReason,
    remindersSent,
  } = record;
  const underWay = newest?.state === 'queued' || newest?.state === 'sending';
  const pending = state === 'pending';
  return {
    ...{
      id,
      purpose,
      customerId,
      email,
      recipientName,
      companyName,
      domain,
      language,
      delegatedAdmin,
      delegatedAdminDays,
      state,
      createdAt,
      createdBy,
      expiresAt,
      answeredAt,
      declineReason,
      remindersSent,
    },
    nextReminderAt: state === 'pending' ? record.nextReminderAt : null,
    remindersOff: record.remindersOff,
    /** The provider that is asked for as well. */
    provider:
      record.providerId && provider
        ? {
            ...{ id: record.providerId, name: provider.name, isOff: provider.isOff },
            ...{ delegatedAdmin: record.providerDelegatedAdmin, answer: record.providerAnswer },
          }
        : null,
    matchCode: links.matchCodeOf(id),
    delivery: newest ? viewDelivery(newest) : null,
    /** Who has opened the page by the link that is good now: a person, if any. */
    opened,
    /** Whom the recipient has named instead; while the partner has not decided, and there is still something to decide. */
    handOver:
      pending && handOver
        ? { id: handOver.id, name: handOver.name, email: handOver.email, note: handOver.note, createdAt: handOver.createdAt }
        : null,
    actions: {
      resend: allow(ctx, 'invitations.send', pending && !underWay, underWay && pending ? 'sending' : state),
      revoke: allow(ctx, 'invitations.send', pending, state),
      copyLink: allow(ctx, 'invitations.send', pending, state),
      handOver: allow(ctx, 'invitations.send', pending && handOver !== undefined, pending ? 'none' : state),
      switchReminders: allow(ctx, 'invitations.send', pending, state),
    },
  };
}
export type InvitationView = ReturnType<typeof viewInvitation>;

/** Invitations in the given order, each with its author and newest mail. */
export async function viewInvitations(ctx: Context, tx: Transaction, links: Links, records: InvitationRecord[]): Promise<InvitationView[]> {
  if (records.length === 0) return [];
  const ids = records.map((record) => record.id);
  const authors = [...new Set(records.map((record) => record.createdBy))];
  const [mails, people, handOvers, visits, providers] = await Promise.all([
    tx
      .selectDistinctOn([deliveries.invitationId])
      .from(deliveries)
      .where(and(inArray(deliveries.invitationId, ids), eq(deliveries.kind, 'invitation')))
      .orderBy(deliveries.invitationId, desc(deliveries.queuedAt), desc(deliveries.id)),
    tx.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, authors)),
    tx
      .select()
      .from(invitationHandOvers)
      .where(and(inArray(invitationHandOvers.invitationId, ids), eq(invitationHandOvers.state, 'pending'))),
    tx
      .select({
        invitationId: invitationVisits.invitationId,
        tokenVersion: invitationVisits.tokenVersion,
        visitor: invitationVisits.visitor,
      })
      .from(invitationVisits)
      .where(inArray(invitationVisits.invitationId, ids)),
    alsoAsked(ctx, tx, [...new Set(records.flatMap(({ providerId }) => providerId ?? []))]),
  ]);
  const openedBy = ({ id, tokenVersion }: InvitationRecord) => {
    const seen = visits.filter((visit) => visit.invitationId === id && visit.tokenVersion === tokenVersion).map(({ visitor }) => visitor);
    return (['person', 'unclear', 'machine'] as const).find((visitor) => seen.includes(visitor)) ?? null;
  };
  return records.map((record) =>
    viewInvitation(ctx, links, record, {
      createdBy: people.find((person) => person.id === record.createdBy)?.name ?? '',
      newest: mails.find((mail) => mail.invitationId === record.id),
      handOver: handOvers.find((handOver) => handOver.invitationId === record.id),
      opened: openedBy(record),
      provider: providers.get(record.providerId ?? ''),
    }),
  );
}

/** One invitation. Throws `not_found`, also for another partner's. */
export async function loadInvitation(ctx: Context, tx: Transaction, links: Links, invitationId: string): Promise<InvitationView> {
  const [record] = await tx.select().from(invitations).where(eq(invitations.id, invitationId));
  if (!record) throw notFound('invitation');
  const [view] = await viewInvitations(ctx, tx, links, [record]);
  return view as InvitationView;
}

/** The row, locked until the transaction ends. Throws `not_found`, also for another partner's. */
export async function lockInvitation(tx: Transaction, invitationId: string): Promise<InvitationRecord> {
  const [record] = await tx.select().from(invitations).where(eq(invitations.id, invitationId)).for('update');
  if (!record) throw notFound('invitation');
  return record;
}

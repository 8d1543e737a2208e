import {
  type Context,
  type CustomerRecord,
  customers,
  type EventRecord,
  events,
  invitations,
  partners,
  read,
  type Transaction,
  users,
} from '@clientele/db';
import { type Cloud, type EventType, type InvitationPurpose, notFound } from '@clientele/domain';
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { CheckCodes } from './check-codes.ts';
import { type OwnPartner, openOwnPartner } from './partners.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'> & { cloud: Cloud };

/** What of the activity log is the customer's: what it agreed to, what was agreed in its name, and what ended. */
export const ownHistoryTypes = [
  'invitation.accepted',
  'invitation.declined',
  'relationship.established',
  'relationship.reinstated',
  'relationship.ended',
  'delegated_admin.granted',
  'delegated_admin.extended',
  'delegated_admin.taken_away',
  'agreement.accepted',
  'agreement.attested',
] as const satisfies readonly EventType[];
export type OwnHistoryType = (typeof ownHistoryTypes)[number];

/** Of these there is a receipt. */
export const receiptTypes = [
  'invitation.accepted',
  'agreement.accepted',
  'agreement.attested',
  'delegated_admin.taken_away',
  'relationship.ended',
] as const satisfies readonly OwnHistoryType[];
export type ReceiptType = (typeof receiptTypes)[number];
const isReceiptType = (type: string): type is ReceiptType => (receiptTypes as readonly string[]).includes(type);

/** One line of the customer's history with a partner. */
export interface OwnHistoryRecord {
  id: string;
  type: OwnHistoryType;
  at: Date;
  /** A person of the customer's own; of the partner's people none is named. */
  by: string | null;
  /** The record's facts, and what an answered request was for. */
  data: Record<string, unknown>;
  hasReceipt: boolean;
}

/** So many lines of history are shown. */
const most = 200;

/** What happened between the customer and one partner, newest first. */
export async function listOwnHistory(ctx: Context, own: OwnPartner): Promise<OwnHistoryRecord[]> {
  return read(ctx, async (tx) => {
    const rows = await tx
      .select({ event: events, name: users.name, purpose: invitations.purpose })
      .from(events)
      .leftJoin(users, eq(users.id, events.actorId))
      .leftJoin(invitations, eq(invitations.id, events.invitationId))
      .where(and(eq(events.customerId, own.customerId), inArray(events.type, [...ownHistoryTypes])))
      .orderBy(desc(events.id))
      .limit(most);
    return rows.map(({ event, name, purpose }) => ({
      id: event.id,
      type: event.type as OwnHistoryType,
      at: event.at,
      by: event.actorKind === 'customer' ? name : null,
      data: { ...event.data, ...(purpose ? { purpose } : {}) },
      hasReceipt: isReceiptType(event.type),
    }));
  });
}

/** What the customer agreed to, or what ended, as a paper says it. */
export interface Receipt {
  /** The record's id. */
  number: string;
  checkCode: string;
  type: ReceiptType;
  at: Date;
  /** Who did it for the customer; null where nobody of the customer did, or has no name here. */
  by: string | null;
  partner: OwnPartner['partner'];
  companyName: string;
  domain: string;
  /** Of an acceptance: what was asked for. */
  request: { purpose: InvitationPurpose; delegatedAdmin: boolean; agreementWithIt: boolean; invitationId: string } | null;
  /** Of the partner's word that the customer accepted the agreement: who accepted, and on which day. */
  attested: { name: string; date: string } | null;
  /** Why delegated admin was taken away. */
  because: string | null;
}

async function receiptAt(
  ctx: Pick<Context, 'db' | 'partner'>,
  codes: CheckCodes,
  where: { customerId: string; recordId: string },
): Promise<Receipt | undefined> {
  return read(ctx, async (tx) => {
    const [[found], [customer], [partner]] = await Promise.all([
      tx
        .select({ event: events, name: users.name })
        .from(events)
        .leftJoin(users, eq(users.id, events.actorId))
        .where(and(eq(events.id, where.recordId), eq(events.customerId, where.customerId))),
      tx.select().from(customers).where(eq(customers.id, where.customerId)),
      tx.select().from(partners).where(eq(partners.id, ctx.partner.id)),
    ]);
    if (!found || !customer || !partner || !isReceiptType(found.event.type)) return undefined;
    const { event } = found;
    const type = event.type as ReceiptType;
    const request = type === 'invitation.accepted' ? await requestOf(tx, event) : null;
    const accepted = event.actorKind === 'customer' ? found.name : null;
    return {
      number: event.id,
      checkCode: codes.codeOf(event.id),
      type,
      at: event.at,
      by: accepted ?? request?.recipientName ?? (type === 'agreement.accepted' ? attestedName(customer, event) : null),
      partner: { name: partner.name, webSite: partner.webSite, country: partner.country, type: partner.type },
      companyName: customer.companyName,
      domain: customer.domain,
      request: request?.request ?? null,
      attested:
        type === 'agreement.attested' && customer.agreementAttestation
          ? { name: attestedName(customer, event) ?? '', date: customer.agreementAttestation.date }
          : null,
      because: typeof event.data.because === 'string' ? event.data.because : null,
    };
  });
}

/** Who accepted the agreement, as it was stated with that very acceptance. */
function attestedName(customer: CustomerRecord, event: EventRecord): string | null {
  const { agreementAttestation: stated, agreementAcceptedAt: at } = customer;
  return stated && at && Math.abs(at.getTime() - event.at.getTime()) < 60_000 ? `${stated.firstName} ${stated.lastName}` : null;
}

async function requestOf(tx: Transaction, event: EventRecord) {
  const { invitationId } = event;
  if (!invitationId) return null;
  const [[invitation], [agreement]] = await Promise.all([
    tx.select().from(invitations).where(eq(invitations.id, invitationId)),
    tx
      .select({ id: events.id })
      .from(events)
      .where(and(eq(events.invitationId, invitationId), eq(events.type, 'agreement.accepted'))),
  ]);
  if (!invitation) return null;
  return {
    recipientName: invitation.recipientName,
    request: {
      purpose: invitation.purpose,
      delegatedAdmin: event.data.delegatedAdmin === true,
      agreementWithIt: agreement !== undefined,
      invitationId,
    },
  };
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** One receipt of a partner of the person's. Throws `not_found`. */
export async function openReceipt(
  base: Base,
  codes: CheckCodes,
  userId: string,
  where: { customerId: string; recordId: string },
): Promise<{ receipt: Receipt; own: OwnPartner }> {
  const { ctx, own } = await openOwnPartner(base, userId, where.customerId);
  const receipt = uuid.test(where.recordId) ? await receiptAt(ctx, codes, where) : undefined;
  if (!receipt) throw notFound('receipt');
  return { receipt, own };
}

/** Whether a receipt is ours, for whoever holds it: the same receipt when number and code belong together, else nothing. */
export async function checkReceipt(base: Base, codes: CheckCodes, paper: { number: string; code: string }): Promise<Receipt | null> {
  const number = paper.number.trim().toLowerCase();
  if (!uuid.test(number) || !codes.proves(number, paper.code)) return null;
  const [place] = await base.db.sql<{ partner_id: string; customer_id: string }[]>`select * from receipt_place(${number})`;
  if (!place) return null;
  const partner = { id: place.partner_id } as Context['partner'];
  return (await receiptAt({ db: base.db, partner }, codes, { customerId: place.customer_id, recordId: number })) ?? null;
}

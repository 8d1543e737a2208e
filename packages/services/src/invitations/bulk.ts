import { type Context, type CustomerRecord, customers, type OperationRecord, type Transaction, transact } from '@clientele/db';
import {
  fillMessage,
  isLookalikeDomain,
  type Language,
  liveRelationshipStates,
  type NewEvent,
  normalizeDomain,
  type Refusal,
  type RowFailure,
  type StepName,
} from '@clientele/domain';
import { and, inArray, sql } from 'drizzle-orm';
import { actorName, demand } from '../access.ts';
import { chooseCustomers } from '../customers/choose.ts';
import { newOperation } from '../operations/queue.ts';
import { pendingRows, type SettledRow, settleRows } from '../operations/rows.ts';
import type { Step } from '../operations/step.ts';
import { type OperationView, viewOperation } from '../operations/view.ts';
import { type InvitationOrder, insertInvitations, requireDelegatedAdminChoice } from './create.ts';

/** What many are asked: the same of all, in the language and with the names of each. */
export interface RequestToMany {
  delegatedAdmin: boolean;
  delegatedAdminDays?: number | undefined;
  messages: Record<Language, string>;
  /** Days until each expires, 1 to 90. */
  days?: number | undefined;
}

/** One recipient of a list. */
export interface ListedRecipient {
  email: string;
  companyName: string;
  domain?: string | undefined;
  recipientName?: string | undefined;
  language: Language;
}

/** As many mails as leave within a second or two: the mail queue hardly grows ahead of the mail server. */
export const askedAtOnce = 200;

/**
 * Sends an invitation to each recipient of a list: one operation with a result for each. What stands in the way of one (asked already, a
 * customer already, an address that gets no mail, a limit) is told at its row.
 */
export async function sendInvitations(
  ctx: Context,
  order: RequestToMany & { recipients: readonly ListedRecipient[] },
): Promise<OperationView> {
  demand(ctx, 'invitations.send');
  requireDelegatedAdminChoice(ctx, order.delegatedAdmin);
  const { recipients, ...request } = order;
  const { record, event, insert } = newOperation(ctx, {
    kind: 'invitations-send',
    subject: '',
    customerId: null,
    input: { ...request },
    rows: recipients.length,
  });
  return transact(ctx, async (tx) => {
    const rows = recipients.map((recipient, index) => ({ position: index + 1, label: recipient.companyName, input: recipient }));
    await tx.execute(sql`insert into operation_rows (partner_id, operation_id, position, label, state, input)
      select ${ctx.partner.id}::uuid, ${record.id}::uuid, position, label, 'pending', input
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (position integer, label text, input jsonb)`);
    const author = actorName(ctx);
    return { result: viewOperation(ctx, record, author), events: [event], writes: [insert] };
  });
}

/** What becomes of a row: an invitation to be written, or how the row ends without one. */
type Decision = { order: InvitationOrder } | Omit<SettledRow, 'position'>;

const requestOf = (operation: OperationRecord) => operation.input as unknown as RequestToMany;

function orderTo(ctx: Context, request: RequestToMany, to: ListedRecipient, customerId: string | null): InvitationOrder {
  return {
    ...{ purpose: 'relationship', customerId, sendMail: true, delegatedAdmin: request.delegatedAdmin },
    delegatedAdminDays: request.delegatedAdminDays,
    ...to,
    message: fillMessage(
      request.messages[to.language],
      { company: to.companyName, recipient: to.recipientName, partner: ctx.partner.name },
      to.language,
    ),
    ...(request.days ? { days: request.days } : {}),
  };
}

/** A customer of a selection: only one that there is no relationship with, and that has an address. */
function decideOnCustomer(ctx: Context, request: RequestToMany, customer: CustomerRecord | undefined): Decision {
  if (!customer) return { state: 'failed', failures: [{ code: 'gone' }] };
  const { relationship, contact, companyName, domain, language } = customer;
  if (liveRelationshipStates.includes(relationship)) return { state: 'skipped', outcome: 'already_customer' };
  if (relationship === 'requested') return { state: 'skipped', outcome: 'already_asked' };
  // A former customer is asked by reinstating, which is another permission.
  if (relationship === 'ended') return { state: 'failed', failures: [{ code: 'relationship', params: { state: relationship } }] };
  if (!contact.email) return { state: 'failed', failures: [{ code: 'no_contact' }] };
  const recipientName = `${contact.firstName} ${contact.lastName}`.trim() || undefined;
  return { order: orderTo(ctx, request, { email: contact.email, companyName, domain, recipientName, language }, customer.id) };
}

/** A recipient of a list; `known` is the customer with its domain, when there is one. */
function decideOnRecipient(ctx: Context, request: RequestToMany, to: ListedRecipient, known: CustomerRecord | undefined): Decision {
  const domain = to.domain ? normalizeDomain(to.domain) : null;
  if (domain && isLookalikeDomain(domain))
    return { state: 'failed', failures: [{ code: 'domain_lookalike', column: 'domain', value: to.domain ?? '' }] };
  if (known && liveRelationshipStates.includes(known.relationship))
    return { state: 'skipped', outcome: 'already_customer', customerId: known.id };
  if (known?.relationship === 'requested') return { state: 'skipped', outcome: 'already_asked', customerId: known.id };
  return { order: orderTo(ctx, request, to, known?.relationship === 'none' ? known.id : null) };
}

/** One chunk: the invitations of its rows are written together, and each row says what became of it. */
async function askRows(
  ctx: Context,
  tx: Transaction,
  operation: OperationRecord,
  decisions: readonly (Decision & { position: number })[],
): ReturnType<Step> {
  const toAsk = decisions.flatMap((decision) => ('order' in decision ? [decision] : []));
  const { results, events } = await insertInvitations(
    ctx,
    tx,
    toAsk.map(({ order }) => order),
  );
  const settled: SettledRow[] = decisions.flatMap((decision) => ('order' in decision ? [] : [decision]));
  const requested: NewEvent[] = [];
  for (const [index, { position, order }] of toAsk.entries()) {
    const result = results[index];
    if (!result || 'refusal' in result) {
      settled.push({ position, ...(result ? afterRefusal(result.refusal) : { state: 'failed' }) });
      continue;
    }
    const { customerId } = order;
    settled.push({ position, state: 'done', outcome: 'asked', ...(customerId ? { customerId } : {}) });
    if (customerId) requested.push({ type: 'relationship.requested', customerId, invitationId: result.id, data: {} });
  }
  const askedIds = requested.flatMap(({ customerId }) => customerId ?? []);
  if (askedIds.length > 0)
    await tx
      .update(customers)
      .set({ relationship: 'requested', version: sql`${customers.version} + 1` })
      .where(and(inArray(customers.id, askedIds), inArray(customers.relationship, ['none'])));
  return { events: [...requested, ...events], settled: await settleRows(tx, operation, settled), more: decisions.length === askedAtOnce };
}

/** How a row ends whose invitation was refused. */
export function afterRefusal({ code, fields: [field], details }: Refusal): Omit<SettledRow, 'position'> {
  if (field?.rule === 'already_invited') return { state: 'skipped', outcome: 'already_asked' };
  const failure: RowFailure =
    code === 'limit_reached'
      ? { code, params: { limit: String(details.limit), most: Number(details.most), now: Number(details.now) } }
      : { code: field?.rule ?? 'relationship', ...(field?.params ? { params: field.params } : {}) };
  return { state: 'failed', failures: [failure] };
}

/** Asks the customers of a selection, each at its contact. */
const sendRequests: Step = async (ctx, tx, operation) => {
  const rows = await pendingRows(tx, operation, askedAtOnce);
  const ids = rows.flatMap(({ customerId }) => customerId ?? []);
  // Always in the same order, so that two who do it do not wait for each other.
  const locked =
    ids.length === 0 ? [] : await tx.select().from(customers).where(inArray(customers.id, ids)).orderBy(customers.id).for('update');
  const found = new Map(locked.map((customer) => [customer.id, customer]));
  const request = requestOf(operation);
  return askRows(
    ctx,
    tx,
    operation,
    rows.map(({ position, customerId }) => ({ position, ...decideOnCustomer(ctx, request, found.get(customerId ?? '')) })),
  );
};

/** Invites the recipients of a list; who is known here without a relationship is asked at that very row, so that it is there once. */
const sendToRecipients: Step = async (ctx, tx, operation) => {
  const rows = await pendingRows(tx, operation, askedAtOnce);
  const recipients = rows.map(({ position, input }) => ({ position, to: input as unknown as ListedRecipient }));
  const domains = [...new Set(recipients.flatMap(({ to }) => (to.domain ? (normalizeDomain(to.domain) ?? []) : [])))];
  const locked =
    domains.length === 0
      ? []
      : await tx.select().from(customers).where(inArray(customers.domain, domains)).orderBy(customers.id).for('update');
  const byDomain = new Map(locked.map((customer) => [customer.domain, customer]));
  const request = requestOf(operation);
  return askRows(
    ctx,
    tx,
    operation,
    recipients.map(({ position, to }) => ({
      position,
      ...decideOnRecipient(ctx, request, to, to.domain ? byDomain.get(normalizeDomain(to.domain) ?? '') : undefined),
    })),
  );
};

export const inviteSteps: Record<StepName<'customers-invite'>, Step> = { choose_customers: chooseCustomers, send_requests: sendRequests };
export const sendSteps: Record<StepName<'invitations-send'>, Step> = { send_invitations: sendToRecipients };

import { type Context, customers, invitations, newId, type Transaction, transact } from '@clientele/db';
import {
  askedDays,
  fillSubject,
  firstReminderAt,
  type InvitationPurpose,
  isLookalikeDomain,
  type Language,
  liveRelationshipStates,
  type NewEvent,
  next,
  normalizeDomain,
  offers,
  type PartnerSettings,
  Refusal,
  type RelationshipState,
  refuseFields,
  relationshipTransitions,
} from '@clientele/domain';
import { and, eq, inArray, or, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { queueMails } from '../deliveries/queue.ts';
import { settingsOf } from '../partners/settings.ts';
import { requireProvider } from '../partnerships/for-both.ts';
import { suppressionsOf } from '../suppressions/suppress.ts';
import { type OwnTexts, ownTextsOf, templateOfPurpose } from '../templates/view.ts';
import { roomForInvitations } from './limits.ts';
import type { Links } from './links.ts';
import { type InvitationView, loadInvitation } from './view.ts';

export interface NewInvitation {
  email: string;
  recipientName?: string | undefined;
  companyName: string;
  domain?: string | undefined;
  language: Language;
  delegatedAdmin: boolean;
  /** For so many days from the consent on, 1 to 730; what the partner has set when nothing is said. */
  delegatedAdminDays?: number | undefined;
  message: string;
  /** An indirect reseller asks for this provider of its own in the same breath: one answer, two relationships. */
  providerId?: string | undefined;
  providerDelegatedAdmin?: boolean | undefined;
  providerDelegatedAdminDays?: number | undefined;
  /** Days until it expires, 1 to 90; as the partner has set it unless told. */
  days?: number | undefined;
  /** false: only the link is made, and the partner brings it to the customer itself. */
  sendMail: boolean;
}

/** Where a cloud always asks for delegated admin the choice is not offered; who may not ask for it may not send. */
export function requireDelegatedAdminChoice(ctx: Context, delegatedAdmin: boolean): void {
  if (!delegatedAdmin && !offers(ctx.partner.cloud, 'optional-delegated-admin'))
    refuseFields([{ path: 'delegatedAdmin', rule: 'always_delegated_admin' }]);
  if (delegatedAdmin) demand(ctx, 'delegated-admin.request');
}

/** One invitation to be written. `customerId` is the customer that it is about, when there is one already. */
export type InvitationOrder = NewInvitation & { purpose: InvitationPurpose; customerId: string | null };

/** Writes a pending invitation, and its mail if wanted, in the caller's transaction. One pending invitation per address and customer. */
export async function insertInvitation(ctx: Context, tx: Transaction, order: InvitationOrder): Promise<{ id: string; events: NewEvent[] }> {
  const { results, events } = await insertInvitations(ctx, tx, [order]);
  const [result] = results as [InsertedInvitation];
  if ('refusal' in result) throw result.refusal;
  return { id: result.id, events };
}

/** What became of an order: the id of its invitation, or why there is none. */
export type InsertedInvitation = { id: string } | { refusal: Refusal };

/**
 * The same for many in a handful of statements; the results in the order of the orders. What stands in the way of one (an address that gets
 * no mail, one that is asked already, a limit of the partner) leaves the others alone.
 */
export async function insertInvitations(
  ctx: Context,
  tx: Transaction,
  orders: readonly InvitationOrder[],
): Promise<{ results: InsertedInvitation[]; events: NewEvent[] }> {
  const results: InsertedInvitation[] = [];
  const room = await roomForInvitations(ctx, tx);
  const [settings, texts] = await Promise.all([settingsOf(ctx, tx), ownTextsOf(ctx, tx)]);
  const suppressed = await suppressionsOf(
    ctx,
    tx,
    orders.map(({ email }) => email),
  );
  const wanted: { at: number; order: InvitationOrder; id: string; adminDays: number | null }[] = [];
  for (const [at, order] of orders.entries()) {
    const refusal = suppressed.get(order.email.toLowerCase()) ?? (wanted.length >= room.left ? room.refusal : undefined);
    if (refusal) results[at] = { refusal };
    else wanted.push({ at, order, id: newId(), adminDays: askedDays(order, settings) });
  }
  if (wanted.length === 0) return { results, events: [] };
  const inserted = await tx
    .insert(invitations)
    .values(wanted.map(({ order, id, adminDays }) => ({ ...recordOf(ctx, order, id, settings, texts), delegatedAdminDays: adminDays })))
    .onConflictDoNothing()
    .returning({ id: invitations.id });
  const made = new Set(inserted.map(({ id }) => id));
  const taken = wanted.filter(({ id }) => !made.has(id));
  const open = await openInvitationsOf(
    ctx,
    tx,
    taken.map(({ order }) => order),
  );
  for (const { at, order, id } of wanted)
    results[at] = made.has(id) ? { id } : { refusal: alreadyInvited(open.find((one) => isInTheWay(one, order))?.id) };
  const fresh = wanted.filter(({ id }) => made.has(id));
  const mails = await queueMails(
    ctx,
    tx,
    fresh
      .filter(({ order }) => order.sendMail)
      .map(({ order: { email, language, customerId }, id }) => ({
        kind: 'invitation',
        recipient: email,
        language,
        customerId,
        invitationId: id,
      })),
  );
  const created = fresh.map(
    ({ order: { purpose, delegatedAdmin, customerId }, id, adminDays }): NewEvent => ({
      type: 'invitation.created',
      invitationId: id,
      customerId,
      data: { purpose, delegatedAdmin, ...(adminDays ? { days: adminDays } : {}) },
    }),
  );
  return { results, events: [...created, ...mails] };
}

function recordOf(
  ctx: Context,
  order: InvitationOrder,
  id: string,
  settings: PartnerSettings,
  texts: OwnTexts,
): typeof invitations.$inferInsert {
  const { sendMail, days = settings.invitationDays, ...rest } = order;
  const expiresAt = new Date(ctx.now.getTime() + days * 86_400_000);
  const kind = templateOfPurpose[order.purpose];
  const own = kind ? texts(kind, order.language) : undefined;
  const names = { partner: ctx.partner.name, company: order.companyName, recipient: order.recipientName };
  return {
    ...rest,
    id,
    partnerId: ctx.partner.id,
    recipientName: order.recipientName ?? null,
    providerId: order.providerId ?? null,
    providerDelegatedAdminDays: askedDays(
      { delegatedAdmin: order.providerDelegatedAdmin === true, delegatedAdminDays: order.providerDelegatedAdminDays },
      settings,
    ),
    domain: order.domain ? normalizeDomain(order.domain) : null,
    state: 'pending',
    expiresAt,
    subject: own ? fillSubject(own.subject, names, order.language) : null,
    // Of a link that the partner brings itself there is no mail to remind of.
    nextReminderAt: sendMail ? firstReminderAt(settings, { expiresAt }, ctx.now) : null,
    createdBy: userIdOf(ctx),
    createdAt: ctx.now,
  };
}

/** The open invitations that stood in the way of these orders: to the same address, or about the same customer. */
async function openInvitationsOf(ctx: Context, tx: Transaction, orders: readonly InvitationOrder[]) {
  if (orders.length === 0) return [];
  const emails = orders.map(({ email }) => email.toLowerCase());
  const customerIds = orders.flatMap(({ customerId }) => customerId ?? []);
  return tx
    .select({ id: invitations.id, email: invitations.email, customerId: invitations.customerId })
    .from(invitations)
    .where(
      and(
        eq(invitations.state, 'pending'),
        eq(invitations.partnerId, ctx.partner.id),
        or(inArray(sql`lower(${invitations.email})`, emails), inArray(invitations.customerId, customerIds)),
      ),
    );
}

const isInTheWay = (open: { email: string; customerId: string | null }, order: InvitationOrder): boolean =>
  open.email.toLowerCase() === order.email.toLowerCase() || (order.customerId !== null && open.customerId === order.customerId);

/** The refusal of a second open invitation; names the open one, so that a screen can lead to it. */
function alreadyInvited(openId: string | undefined): Refusal {
  return new Refusal('validation_failed', 'An invitation to this address is still open.', {
    fields: [{ path: 'email', rule: 'already_invited' }],
    ...(openId ? { details: { invitationId: openId } } : {}),
  });
}

/** Asks an existing customer for a reseller relationship. The mail is queued, not sent: its row tells the rest. */
export async function createInvitation(ctx: Context, links: Links, input: NewInvitation): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  requireDelegatedAdminChoice(ctx, input.delegatedAdmin);
  return transact(ctx, async (tx) => {
    await requireProvider(ctx, tx, input);
    const domain = input.domain && normalizeDomain(input.domain);
    if (domain && isLookalikeDomain(domain)) refuseFields([{ path: 'domain', rule: 'domain_lookalike' }]);
    // Known here without a relationship: the request is about that very row, so that the customer is there once.
    let asked: { id: string; relationship: RelationshipState; version: number } | undefined;
    if (domain) {
      const [served] = await tx
        .select({ id: customers.id, relationship: customers.relationship, version: customers.version })
        .from(customers)
        .where(eq(customers.domain, domain))
        .for('update');
      if (served && liveRelationshipStates.includes(served.relationship))
        throw new Refusal('validation_failed', 'This organisation is a customer already.', {
          fields: [{ path: 'domain', rule: 'already_customer', params: { domain } }],
          details: { customerId: served.id },
        });
      if (served?.relationship === 'requested') {
        const [open] = await tx
          .select({ id: invitations.id })
          .from(invitations)
          .where(and(eq(invitations.customerId, served.id), eq(invitations.state, 'pending')));
        if (open)
          throw new Refusal('validation_failed', 'An invitation to this customer is still open.', {
            fields: [{ path: 'domain', rule: 'already_invited' }],
            details: { invitationId: open.id },
          });
      }
      if (served?.relationship === 'none') asked = served;
    }
    const { id, events } = await insertInvitation(ctx, tx, { ...input, purpose: 'relationship', customerId: asked?.id ?? null });
    if (!asked) return { result: await loadInvitation(ctx, tx, links, id), events };
    await tx
      .update(customers)
      .set({ relationship: next('relationship', relationshipTransitions, asked.relationship, 'request'), version: asked.version + 1 })
      .where(eq(customers.id, asked.id));
    return {
      result: await loadInvitation(ctx, tx, links, id),
      events: [{ type: 'relationship.requested', customerId: asked.id, invitationId: id, data: {} }, ...events],
    };
  });
}

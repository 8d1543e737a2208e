import { type Context, customers, invitations, newId, type Transaction, transact } from '@clientele/db';
import {
  type InvitationPurpose,
  invitationDays,
  isLookalikeDomain,
  type Language,
  liveRelationshipStates,
  type NewEvent,
  next,
  normalizeDomain,
  offers,
  Refusal,
  type RelationshipState,
  refuseFields,
  relationshipTransitions,
} from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { queueMail } from '../deliveries/queue.ts';
import { requireNotSuppressed } from '../suppressions/suppress.ts';
import { requireRoomForInvitation } from './limits.ts';
import type { Links } from './links.ts';
import { type InvitationView, loadInvitation } from './view.ts';

export interface NewInvitation {
  email: string;
  recipientName?: string | undefined;
  companyName: string;
  domain?: string | undefined;
  language: Language;
  delegatedAdmin: boolean;
  message: string;
  /** Days until it expires, 1 to 90. */
  days?: number;
  /** false: only the link is made, and the partner brings it to the customer itself. */
  sendMail: boolean;
}

/** Where a cloud always asks for delegated admin the choice is not offered; who may not ask for it may not send. */
export function requireDelegatedAdminChoice(ctx: Context, delegatedAdmin: boolean): void {
  if (!delegatedAdmin && !offers(ctx.partner.cloud, 'optional-delegated-admin'))
    refuseFields([{ path: 'delegatedAdmin', rule: 'always_delegated_admin' }]);
  if (delegatedAdmin) demand(ctx, 'delegated-admin.request');
}

/** Writes a pending invitation, and its mail if wanted, in the caller's transaction. One pending invitation per address and customer. */
export async function insertInvitation(
  ctx: Context,
  tx: Transaction,
  order: NewInvitation & { purpose: InvitationPurpose; customerId: string | null },
): Promise<{ id: string; events: NewEvent[] }> {
  await requireNotSuppressed(ctx, tx, order.email);
  await requireRoomForInvitation(ctx, tx);
  const id = newId();
  const { sendMail, days = invitationDays.default, ...rest } = order;
  const inserted = await tx
    .insert(invitations)
    .values({
      ...rest,
      id,
      partnerId: ctx.partner.id,
      recipientName: order.recipientName ?? null,
      domain: order.domain ? normalizeDomain(order.domain) : null,
      state: 'pending',
      expiresAt: new Date(ctx.now.getTime() + days * 86_400_000),
      createdBy: userIdOf(ctx),
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: invitations.id });
  if (inserted.length === 0) throw await alreadyInvited(ctx, tx, order.email);
  const concerning = { invitationId: id, customerId: order.customerId };
  const events: NewEvent[] = [
    { type: 'invitation.created', ...concerning, data: { purpose: order.purpose, delegatedAdmin: order.delegatedAdmin } },
  ];
  if (sendMail)
    events.push(await queueMail(ctx, tx, { kind: 'invitation', recipient: order.email, language: order.language, ...concerning }));
  return { id, events };
}

/** The refusal of a second open invitation to an address; names the open one, so that a screen can lead to it. */
async function alreadyInvited(ctx: Context, tx: Transaction, email: string): Promise<Refusal> {
  const [open] = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(
      and(
        eq(invitations.state, 'pending'),
        eq(sql`lower(${invitations.email})`, email.toLowerCase()),
        eq(invitations.partnerId, ctx.partner.id),
      ),
    );
  return new Refusal('validation_failed', 'An invitation to this address is still open.', {
    fields: [{ path: 'email', rule: 'already_invited' }],
    ...(open ? { details: { invitationId: open.id } } : {}),
  });
}

/** Asks an existing customer for a reseller relationship. The mail is queued, not sent: its row tells the rest. */
export async function createInvitation(ctx: Context, links: Links, input: NewInvitation): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  requireDelegatedAdminChoice(ctx, input.delegatedAdmin);
  return transact(ctx, async (tx) => {
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

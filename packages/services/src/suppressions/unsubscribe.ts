import {
  type Context,
  type DeliveryRecord,
  deliveries,
  findPartner,
  invitations,
  read,
  suppressions,
  type Transaction,
  transact,
} from '@clientele/db';
import { Refusal } from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { Links } from '../invitations/links.ts';
import { suppress, suppressionOf } from './suppress.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>;

const invalid = () => new Refusal('link_invalid', 'This link is not one of ours.');

/** The context of whoever holds the link of a mail: the partner is the one whose mail it was. Throws `link_invalid` for anything else. */
async function contextOf(base: Base, links: Links, token: string): Promise<{ ctx: Context; deliveryId: string }> {
  const deliveryId = links.unsubscribe.deliveryIdOf(token);
  if (!deliveryId || !links.unsubscribe.proves(token, deliveryId)) throw invalid();
  const [found] = await base.db.sql<{ partner: string | null }[]>`select delivery_partner(${deliveryId}) as partner`;
  const partner = found?.partner ? await findPartner(base.db, found.partner) : null;
  if (!partner) throw invalid();
  return { ctx: { ...base, partner, actor: { kind: 'customer', id: null } }, deliveryId };
}

async function deliveryOf(tx: Transaction, deliveryId: string): Promise<DeliveryRecord> {
  const [delivery] = await tx.select().from(deliveries).where(eq(deliveries.id, deliveryId));
  if (!delivery) throw invalid();
  return delivery;
}

/** What the page behind the link shows. Reading it changes nothing, whoever or whatever reads. */
export async function openUnsubscribe(base: Base, links: Links, token: string) {
  const { ctx, deliveryId } = await contextOf(base, links, token);
  return read(ctx, async (tx) => {
    const { recipient, language } = await deliveryOf(tx, deliveryId);
    const reason = await suppressionOf(ctx, tx, recipient);
    return { partnerName: ctx.partner.name, email: recipient, language, isUnsubscribed: reason === 'unsubscribed' };
  });
}

/** The reader of a mail wants no more of this partner: none goes to the address any more, and the partner sees that. */
export async function unsubscribe(base: Base, links: Links, token: string): Promise<void> {
  const { ctx, deliveryId } = await contextOf(base, links, token);
  await transact(ctx, async (tx) => {
    const { recipient: email, invitationId, customerId } = await deliveryOf(tx, deliveryId);
    const events = await suppress(ctx, tx, { email, reason: 'unsubscribed', deliveryId, invitationId, customerId });
    if (events.length === 0) return { result: undefined, events };
    await tx
      .update(invitations)
      .set({ nextReminderAt: null })
      .where(
        and(
          eq(invitations.partnerId, ctx.partner.id),
          eq(invitations.state, 'pending'),
          eq(sql`lower(${invitations.email})`, email.toLowerCase()),
        ),
      );
    return { result: undefined, events };
  });
}

/** The same person has changed its mind: mails go to the address again. Reminders that were planned do not come back by themselves. */
export async function subscribeAgain(base: Base, links: Links, token: string): Promise<void> {
  const { ctx, deliveryId } = await contextOf(base, links, token);
  await transact(ctx, async (tx) => {
    const { recipient, invitationId, customerId } = await deliveryOf(tx, deliveryId);
    const lifted = await tx
      .delete(suppressions)
      .where(
        and(
          eq(suppressions.partnerId, ctx.partner.id),
          eq(suppressions.email, recipient.toLowerCase()),
          eq(suppressions.reason, 'unsubscribed'),
        ),
      )
      .returning({ email: suppressions.email });
    return {
      result: undefined,
      events: lifted.map(() => ({
        type: 'mail.suppression_lifted' as const,
        invitationId,
        customerId,
        data: { because: 'unsubscribed', deliveryId },
      })),
    };
  });
}

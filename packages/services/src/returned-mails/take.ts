import { domainToASCII } from 'node:url';
import { type Context, deliveries, findPartner, transact } from '@clientele/db';
import { decideReturn, deliveryTransitions, type NewEvent, next, type ReturnIgnoredBecause, type ReturnReport } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { suppress } from '../suppressions/suppress.ts';
import type { ReturnAddresses } from './addresses.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>;

/** What came of a mail that came in: what it did to a delivery, or why it did nothing. `not_ours`: no address of it was one of ours. */
export type ReturnOutcome = { deliveryId: string | null; came: 'bounced' | 'failed' | 'delayed' | 'not_ours' | ReturnIgnoredBecause };

/**
 * Takes in what came to return addresses: the envelope's recipients, or whom the mail says it is for. What the mail says is believed only for
 * the delivery whose address it came to; see `decideReturn`.
 */
export async function takeReturnedMail(
  base: Base,
  returns: ReturnAddresses,
  { recipients, report }: { recipients: readonly string[]; report: ReturnReport | null },
): Promise<ReturnOutcome[]> {
  const ids = [...new Set(recipients.map((address) => returns.deliveryIdOf(address)))].filter((id) => id !== null);
  const outcomes: ReturnOutcome[] = [];
  for (const deliveryId of ids) outcomes.push({ deliveryId, came: await take(base, deliveryId, report) });
  return outcomes.length > 0 ? outcomes : [{ deliveryId: null, came: 'not_ours' }];
}

async function take(base: Base, deliveryId: string, report: ReturnReport | null): Promise<ReturnOutcome['came']> {
  const [found] = await base.db.sql<{ partner: string | null }[]>`select delivery_partner(${deliveryId}) as partner`;
  const partner = found?.partner ? await findPartner(base.db, found.partner) : null;
  if (!partner) return 'not_ours';
  const ctx: Context = { ...base, partner, actor: { kind: 'system', id: 'mail.returned' } };
  return transact(ctx, async (tx) => {
    const [delivery] = await tx.select().from(deliveries).where(eq(deliveries.id, deliveryId)).for('update');
    if (!delivery) return { result: 'not_ours' as const, events: [] };
    const decision = decideReturn({ ...delivery, recipient: comparable(delivery.recipient) }, report && inOneSpelling(report), ctx.now);
    if (decision.does === 'nothing') return { result: decision.because, events: [] };

    const concerning = { customerId: delivery.customerId, invitationId: delivery.invitationId };
    const data = { deliveryId, kind: delivery.kind };
    const serverAnswer = decision.answer || null;
    if (decision.does === 'delay') {
      await tx.update(deliveries).set({ delayedAt: ctx.now, serverAnswer }).where(eq(deliveries.id, deliveryId));
      return { result: 'delayed' as const, events: [{ type: 'mail.delayed', ...concerning, data }] };
    }
    const state = next('mail', deliveryTransitions, delivery.state, decision.does);
    const isUnderWay = delivery.state === 'sending';
    await tx
      .update(deliveries)
      .set({
        state,
        serverAnswer,
        returnedAt: ctx.now,
        // A mail that comes back has been taken by the server, even when its 250 is not written down yet.
        sentAt: delivery.sentAt ?? ctx.now,
        attempts: delivery.attempts + (isUnderWay ? 1 : 0),
        leaseUntil: null,
      })
      .where(eq(deliveries.id, deliveryId));
    const events: NewEvent[] = [
      { type: decision.does === 'bounce' ? 'mail.bounced' : 'mail.failed', ...concerning, data: { ...data, learned: 'report' } },
    ];
    if (decision.does === 'bounce')
      events.push(...(await suppress(ctx, tx, { email: delivery.recipient, reason: 'bounced', deliveryId, serverAnswer, ...concerning })));
    return { result: decision.does === 'bounce' ? ('bounced' as const) : ('failed' as const), events };
  });
}

const inOneSpelling = (report: ReturnReport): ReturnReport => ({
  ...report,
  recipients: report.recipients.map((recipient) => ({ ...recipient, addresses: recipient.addresses.map(comparable) })),
});

/** An address as it can be compared: in lower case, its domain in punycode. */
function comparable(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at + 1)}${domainToASCII(domain) || domain}`.toLowerCase();
}

import { type Context, suppressions, type Transaction } from '@clientele/db';
import { type NewEvent, Refusal, type SuppressionReason } from '@clientele/domain';
import { and, eq, inArray } from 'drizzle-orm';

/** Why addresses get no mail of this partner, of those among these that get none, by address in lower case. */
export async function suppressionReasonsOf(
  ctx: Context,
  tx: Transaction,
  emails: readonly string[],
): Promise<Map<string, SuppressionReason>> {
  const found = await tx
    .select({ email: suppressions.email, reason: suppressions.reason })
    .from(suppressions)
    .where(
      and(
        eq(suppressions.partnerId, ctx.partner.id),
        inArray(
          suppressions.email,
          emails.map((email) => email.toLowerCase()),
        ),
      ),
    );
  return new Map(found.map(({ email, reason }) => [email, reason]));
}

/** The refusals of those among the addresses that get no mail of this partner, by address in lower case. `path` is the field where they stand. */
export async function suppressionsOf(
  ctx: Context,
  tx: Transaction,
  emails: readonly string[],
  path = 'email',
): Promise<Map<string, Refusal>> {
  const found = await suppressionReasonsOf(ctx, tx, emails);
  return new Map(
    [...found].map(([email, reason]) => [
      email,
      new Refusal('validation_failed', 'This address gets no mail.', {
        fields: [{ path, rule: reason === 'bounced' ? 'address_bounced' : 'address_unsubscribed', params: { email } }],
      }),
    ]),
  );
}

/** Why an address gets no mail of this partner; nothing when it does. */
export async function suppressionOf(ctx: Context, tx: Transaction, email: string): Promise<SuppressionReason | undefined> {
  return (await suppressionReasonsOf(ctx, tx, [email])).get(email.toLowerCase());
}

/** Refuses an address that gets no mail of this partner, at the field where it stands. */
export async function requireNotSuppressed(ctx: Context, tx: Transaction, email: string, path = 'email'): Promise<void> {
  const refusal = (await suppressionsOf(ctx, tx, [email], path)).get(email.toLowerCase());
  if (refusal) throw refusal;
}

/**
 * From now on no mail of this partner goes to the address. One that is suppressed stays so; that its owner wants no mail outweighs that a mail
 * came back. Return the events with the caller's own.
 */
export async function suppress(
  ctx: Context,
  tx: Transaction,
  {
    email,
    reason,
    deliveryId = null,
    serverAnswer = null,
    ...concerning
  }: {
    email: string;
    reason: SuppressionReason;
    deliveryId?: string | null;
    serverAnswer?: string | null;
    customerId?: string | null;
    invitationId?: string | null;
  },
): Promise<NewEvent[]> {
  const facts = { reason, deliveryId, serverAnswer, since: ctx.now };
  const insert = tx.insert(suppressions).values({ partnerId: ctx.partner.id, email: email.toLowerCase(), ...facts });
  const target = [suppressions.partnerId, suppressions.email];
  const changed = await (reason === 'unsubscribed'
    ? insert.onConflictDoUpdate({ target, set: facts, setWhere: eq(suppressions.reason, 'bounced') })
    : insert.onConflictDoNothing({ target })
  ).returning({ email: suppressions.email });
  if (changed.length === 0) return [];
  return [{ type: 'mail.suppressed', ...concerning, data: { because: reason, ...(deliveryId ? { deliveryId } : {}) } }];
}

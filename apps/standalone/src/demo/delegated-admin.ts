import type { Context, PartnerOfContext } from '@clientele/db';
import { dayMs, nextWarningAt } from '@clientele/domain';
import { askDelegatedAdmin, type Links } from '@clientele/services';
import type postgres from 'postgres';

/** So many customers have an end; the others are from before ends were kept. */
const mostWithEnd = 5000;
/** Days until the ends that a person looks at first: one is over, and the worker takes it away as soon as it runs. */
const shown = [-0.01, 1, 6, 25, 200, 6.2, 6.3, 24];

/**
 * Ends of delegated admin: some about to be, of which the worker warns by one mail, one that is over, and many over the next two years. One customer
 * is asked for more.
 */
export async function addDelegatedAdmin(
  owner: postgres.Sql,
  partner: PartnerOfContext,
  links: Links,
  ctx: () => Context,
  now: Date,
): Promise<void> {
  const held = await owner<{ id: string }[]>`
    select id from customers where partner_id = ${partner.id} and delegated_admin and relationship = 'active' and onboarding_operation_id is null order by id limit ${mostWithEnd}`;
  const grants = held.map(({ id }, index) => {
    const days = shown[index] ?? 2 + (((index * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) * 700;
    const until = new Date(now.getTime() + days * dayMs);
    const since = new Date(until.getTime() - (days > 300 ? 730 : 365) * dayMs);
    // Due at once for the first ones, as if a new day had begun.
    const warnAt = index < shown.length && days <= 30 ? now : nextWarningAt(until, now);
    return { id, until: until.toISOString(), since: since.toISOString(), warn_at: warnAt?.toISOString() ?? null };
  });
  await owner`
    update customers c set delegated_admin_since = g.since, delegated_admin_until = g.until, delegated_admin_changed_at = g.since, delegated_admin_warn_at = g.warn_at
    from jsonb_to_recordset(${owner.json(grants)}) as g (id uuid, until timestamptz, since timestamptz, warn_at timestamptz) where c.id = g.id`;
  const asked = held[3];
  if (asked) await askDelegatedAdmin(ctx(), links, { customerId: asked.id, days: 365, message: '' });
}

import type { Context } from '@clientele/db';
import { planEnd } from '@clientele/services';
import type postgres from 'postgres';

interface EndsOptions {
  owner: postgres.Sql;
  ctx: () => Context;
  /** The other global admin, who asks for what this one may agree to. */
  other: () => Context;
}

/** Ends that wait: for what is still live, for a date, and for the consent of a second person. */
export async function addEnds({ owner, ctx, other }: EndsOptions): Promise<void> {
  const { partner } = ctx();
  const [blocked, dated, asked] = await owner<{ id: string; domain: string }[]>`
    select id, domain from customers c where partner_id = ${partner.id} and relationship = 'active' and onboarding_operation_id is null
      and exists (select from subscriptions s where s.customer_id = c.id and s.state = 'active') order by company_name, id offset 3 limit 3`;
  if (blocked) await planEnd(ctx(), { customerId: blocked.id, domain: blocked.domain, mode: 'when-clear' });
  if (dated) await planEnd(ctx(), { customerId: dated.id, domain: dated.domain, mode: 'at', at: new Date(Date.now() + 14 * 86_400_000) });
  if (!asked) return;
  // For the one request only: what is open stays so when the setting is off, and the rest of the demo is for one person.
  const set = (needed: boolean) =>
    owner`insert into partner_settings values (${partner.id}, ${owner.json({ endNeedsSecondPerson: needed })}, 1, ${other().actor.id}, now())
      on conflict (partner_id) do update set settings = partner_settings.settings || ${owner.json({ endNeedsSecondPerson: needed })}`;
  await set(true);
  await planEnd(other(), { customerId: asked.id, domain: asked.domain, mode: 'when-clear' });
  await set(false);
}

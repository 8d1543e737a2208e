import type { Installation } from './installation.ts';
import { illegal, type Model, nothing, type Pair } from './model.ts';
import { patiently } from './patience.ts';
import type { Act } from './plan.ts';
import type { Scene } from './scene.ts';

/** What became of the plan of a pair, as the database has it. Says whether all has come of it that is due. */
export async function seePlan({ portal }: Installation, model: Model, pair: Pair): Promise<boolean> {
  const plan = pair.planned;
  if (!plan) return true;
  const [row] = await portal.sql`select state, operation_id, held_up_at from planned_ends where id = ${plan.id}`;
  if (model.isEndDue(pair)) {
    if (row?.state !== 'started') return false;
    model.endBegun(pair, row.operation_id);
    return true;
  }
  // Its date is here, and something blocks it: who asked is told, once.
  if (plan.state !== 'waiting' || !plan.hasCome || plan.isHeldUp) return true;
  if (row?.held_up_at === null) return false;
  plan.isHeldUp = true;
  model.count(pair, 'relationship.end_held_up');
  model.count(pair, 'mail.queued');
  return true;
}

/** Ends that wait: for what blocks them, for a date, for a second person. */
export function createPlannedEndActs(scene: Scene) {
  const { installation, model, told } = scene;
  const { sql } = installation.portal;

  /** Whatever is due by itself has come about. */
  async function seeDue(pair: Pair): Promise<void> {
    await patiently('what was planned has begun', async () => {
      if (await seePlan(installation, model, pair)) return true;
      await scene.strike('worker-back');
      return false;
    });
  }

  async function plan({ mode, ...at }: Act<'plan-end'>): Promise<void> {
    const pair = await scene.seenPair(at);
    if (!pair.customerId) return told('  no such customer');
    const body = {
      ...{ customerId: pair.customerId, domain: model.organizationOf(pair).domain, mode },
      ...(mode === 'at' ? { at: new Date(Date.now() + 30 * 86_400_000).toISOString() } : {}),
    };
    await scene.act(pair, 'POST', `/api/customers/${pair.customerId}/relationship/planned-end`, body, (made) =>
      model.ofRelationship(pair, (state) => {
        if (state !== 'active') return illegal('relationship');
        if (pair.planned) return illegal('planned end');
        return [{ says: 'done', effect: () => model.planEnd(pair, made, mode) }];
      }),
    );
  }

  /** May come at the very moment at which it begins: so nobody looks before. */
  async function cancel(at: Act<'cancel-planned-end'>): Promise<void> {
    const pair = model.pairOf(at);
    const { planned } = pair;
    if (!planned) return told('  nothing is planned');
    const path = `/api/customers/${pair.customerId}/relationship/planned-end/${planned.id}/cancel`;
    await scene.act(pair, 'POST', path, { customerId: pair.customerId }, () => [
      {
        says: 'done',
        effect: () => {
          // Its date was here: it may have been held up, and told of, just before.
          if (planned.state === 'waiting' && planned.hasCome && !planned.isHeldUp)
            for (const type of ['relationship.end_held_up', 'mail.queued'] as const) model.count(pair, type, 0, 1);
          model.planOver(pair, 'cancelled');
        },
      },
      ...(model.isEndDue(pair) ? illegal('planned end') : []),
    ]);
  }

  async function decide({ yes, isOwn, ...at }: Act<'decide-planned-end'>): Promise<void> {
    const pair = await scene.seenPair(at);
    const { planned } = pair;
    if (!planned) return told('  nothing is planned');
    const path = `/api/customers/${pair.customerId}/relationship/planned-end/${planned.id}/${yes ? 'approve' : 'refuse'}`;
    const cookie = isOwn ? scene.partnerOf(pair).cookie : scene.partnerOf(pair).second;
    await scene.act(
      pair,
      'POST',
      path,
      { customerId: pair.customerId, ...(yes ? {} : { reason: 'Not now.' }) },
      (decided) => {
        if (planned.state !== 'awaiting-approval') return illegal('planned end');
        if (isOwn) return [{ says: 'forbidden', effect: nothing }];
        return [{ says: 'done', effect: () => (yes ? model.planApproved(pair, decided) : model.planOver(pair, 'refused')) }];
      },
      { cookie },
    );
  }

  async function dateComes(at: Act<'date-comes'>): Promise<void> {
    const pair = await scene.seenPair(at);
    const { planned } = pair;
    if (planned?.mode !== 'at' || planned.hasCome) return told('  no date is planned');
    await sql`update planned_ends set at = now() - interval '1 second', check_at = now() - interval '1 second' where id = ${planned.id}`;
    planned.hasCome = true;
    told('  it has come');
  }

  async function wantSecondPerson({ partner, on }: Act<'second-person'>): Promise<void> {
    const settings = sql.json({ endNeedsSecondPerson: on });
    await sql`insert into partner_settings values (${scene.partners[partner]?.id ?? ''}, ${settings}, 1, 'faults', now())
      on conflict (partner_id) do update set settings = ${settings}, version = partner_settings.version + 1`;
    told(on ? '  on' : '  off');
    if (on) model.twoPeople.add(partner);
    else model.twoPeople.delete(partner);
  }

  return { seeDue, plan, cancel, decide, dateComes, wantSecondPerson };
}

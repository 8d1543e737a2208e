import {
  aContext,
  aCustomer,
  anEvent,
  aPartner,
  aPartnerUser,
  aPlannedEnd,
  aPurchase,
  aSubscription,
  type CustomerOverrides,
  type TestCustomer,
  type TestPartnerUser,
  useTestDatabase,
} from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { startBulk } from '../customers/bulk.ts';
import { getCustomer } from '../customers/edit.ts';
import { getOperation } from '../operations/list.ts';
import { cancelPurchase } from '../purchases/change.ts';
import { addSubscription, changeSubscription } from '../subscriptions/change.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { carryOutPlannedEnd } from './carry-out.ts';
import { approvePlannedEnd, cancelPlannedEnd, refusePlannedEnd } from './decide.ts';
import { endRelationship, previewEnd } from './end.ts';
import { planEnd } from './plan.ts';
import { listPlannedEnds } from './planned.ts';

const test = useTestDatabase();

async function setting(more: CustomerOverrides = {}, { roles = ['global-admin'] as Role[], secondPerson = false } = {}) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, roles);
  const customer = await aCustomer(test.sql, partner, more);
  if (secondPerson) await needSecondPerson(partner, true);
  const ctx = aContext(test.api, partner, author);
  const plan = (order: Partial<Parameters<typeof planEnd>[1]> = {}) =>
    planEnd(ctx, { customerId: customer.id, domain: customer.domain, mode: 'when-clear', ...order });
  return { partner, author, customer, ctx, plan };
}
type Setting = Awaited<ReturnType<typeof setting>>;

async function needSecondPerson(partner: { id: string }, needed: boolean): Promise<void> {
  const settings = test.sql.json({ endNeedsSecondPerson: needed });
  await test.sql`insert into partner_settings values (${partner.id}, ${settings}, 1, 'test', now())
    on conflict (partner_id) do update set settings = ${settings}`;
}

/** What the sweeper does: asks who is due at that moment, and looks at each. */
async function sweep(world: Setting, now = new Date(Date.now() + 1000)): Promise<number> {
  const due = await test.worker.sql<{ id: string; partner_id: string }[]>`select * from due_planned_ends(${now.toISOString()}, 500)`;
  const mine = due.filter(({ partner_id }) => partner_id === world.partner.id);
  const ctx = { ...world.ctx, db: test.worker, actor: { kind: 'system', id: 'ends.carry-out' } as const, now };
  const looked = [];
  for (const { id } of mine) looked.push(await carryOutPlannedEnd(ctx, id));
  return looked.filter(Boolean).length;
}
const rowOf = async (id: string) => (await test.sql`select * from planned_ends where id = ${id}`)[0] as Record<string, unknown>;
const suspend = (world: Setting, subscription: { id: string }) =>
  changeSubscription(world.ctx, { customerId: world.customer.id, subscriptionId: subscription.id, command: 'suspend' });
const second = async (world: Setting, roles: Role[] = ['global-admin']) =>
  aContext(test.api, world.partner, await aPartnerUser(test.sql, world.partner, roles));
const mails = (customer: TestCustomer | null, kind: string) =>
  test.sql`select recipient, facts from deliveries where kind = ${kind} and (${customer?.id ?? null}::uuid is null or customer_id = ${customer?.id ?? null})`;
const eventTypes = async (customer: { id: string }) =>
  (await test.sql`select type from events where customer_id = ${customer.id} order by id`).map(({ type }) => type);

describe('an end when nothing blocks it any more', () => {
  it('begins by itself when the last blocker goes, whichever goes last, and not before', async () => {
    const world = await setting();
    const { customer, ctx, partner, plan } = world;
    const subscription = await aSubscription(test.sql, customer);
    const software = await aPurchase(test.sql, customer);
    const planned = await plan();
    expect(planned).toMatchObject({ state: 'waiting', mode: 'when-clear', operationId: null, companyName: customer.companyName });
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ standing: 'endWhenClear', plannedEnd: { id: planned.id } });
    await sweep(world);
    expect(await rowOf(planned.id)).toMatchObject({ state: 'waiting', check_at: null, blockers: 2 });
    const added = await addSubscription(ctx, { customerId: customer.id, productId: 'm365-e3', quantity: 1 });
    expect((await getCustomer(ctx, customer.id)).plannedEnd).toMatchObject({ blockers: 3 });
    await suspend(world, added);
    await sweep(world);
    await suspend(world, subscription);
    expect(await sweep(world)).toBe(1);
    expect(await rowOf(planned.id)).toMatchObject({ state: 'waiting', check_at: null, blockers: 1 });
    expect(await sweep(world)).toBe(0);
    await cancelPurchase(ctx, { customerId: customer.id, purchaseId: software.id });
    expect(await sweep(world)).toBe(1);
    const done = await rowOf(planned.id);
    expect(done).toMatchObject({ state: 'started', check_at: null });
    expect((await getCustomer(ctx, customer.id)).relationship).toBe('ending');
    await runAsWorker(test.worker, partner, done.operation_id as string);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ relationship: 'ended', plannedEnd: null, standing: 'ended' });
    expect(await mails(customer, 'relationship_ended_customer')).toMatchObject([{ facts: { endMode: 'when-clear' } }]);
    expect(await mails(customer, 'relationship_ended_partner')).toHaveLength(1);
  });

  it('begins at once when nothing blocks', async () => {
    const { plan, ctx, customer } = await setting();
    const planned = await plan();
    expect(planned).toMatchObject({ state: 'started', operationId: expect.any(String) });
    expect((await getCustomer(ctx, customer.id)).relationship).toBe('ending');
    expect(await getOperation(ctx, planned.operationId as string)).toMatchObject({ kind: 'relationship-end', state: 'queued' });
  });

  it('is looked at after a bulk suspension, and after a statement that knows nothing of it', async () => {
    const world = await setting();
    const { customer, ctx, partner, plan } = world;
    await aSubscription(test.sql, customer);
    const raw = await aSubscription(test.sql, customer);
    const { id } = await plan();
    await sweep(world);
    await test.sql`update subscriptions set state = 'suspended' where id = ${raw.id}`;
    expect((await rowOf(id)).check_at).not.toBeNull();
    await sweep(world);
    expect(await rowOf(id)).toMatchObject({ check_at: null, blockers: 1 });
    const bulk = await startBulk(ctx, { action: 'suspend-subscriptions', selection: { ids: [customer.id] } });
    await runAsWorker(test.worker, partner, bulk.id);
    await sweep(world);
    expect(await rowOf(id)).toMatchObject({ state: 'started' });
  });

  it('is looked at when a reservation runs out, and begins then', async () => {
    const world = await setting();
    const { customer, plan } = world;
    const usage = await aSubscription(test.sql, customer, { productId: 'azure-plan', state: 'suspended' });
    const [soon, later] = [new Date(Date.now() + 86_400_000), new Date(Date.now() + 9 * 86_400_000)];
    for (const endsAt of [later, soon])
      await aPurchase(test.sql, customer, { kind: 'reservation', productId: 'vm-reservation-1y', subscriptionId: usage.id, endsAt });
    const { id } = await plan();
    await sweep(world);
    expect(await rowOf(id)).toMatchObject({ check_at: soon, blockers: 2 });
    await sweep(world, new Date(soon.getTime() + 1));
    expect(await rowOf(id)).toMatchObject({ check_at: later, blockers: 1 });
    await sweep(world, new Date(later.getTime() + 1));
    expect(await rowOf(id)).toMatchObject({ state: 'started' });
  });

  it('begins once for ten workers at the same moment', async () => {
    const world = await setting();
    const subscription = await aSubscription(test.sql, world.customer);
    const { id } = await world.plan();
    await suspend(world, subscription);
    const ctx = { ...world.ctx, db: test.worker, actor: { kind: 'system', id: 'test' } as const, now: new Date(Date.now() + 1000) };
    const looked = await Promise.all(Array.from({ length: 10 }, () => carryOutPlannedEnd(ctx, id)));
    expect(looked.filter(Boolean)).toHaveLength(1);
    expect(await test.sql`select id from operations where customer_id = ${world.customer.id}`).toHaveLength(1);
  });

  it('sees the last blocker go, however close to its own look that is', async () => {
    for (let round = 0; round < 12; round++) {
      const world = await setting();
      const subscription = await aSubscription(test.sql, world.customer);
      const { id } = await world.plan();
      await Promise.all([new Promise((resolve) => setTimeout(resolve, round % 4)).then(() => sweep(world)), suspend(world, subscription)]);
      await sweep(world);
      expect(await rowOf(id), `round ${round}`).toMatchObject({ state: 'started' });
    }
  });

  it('comes to nothing when the relationship is no longer one to end, and says so to who asked', async () => {
    const world = await setting();
    await aSubscription(test.sql, world.customer);
    const { id } = await world.plan();
    await test.sql`update customers set relationship = 'ended' where id = ${world.customer.id}`;
    await sweep(world);
    expect(await rowOf(id)).toMatchObject({ state: 'failed', check_at: null });
    expect(await mails(world.customer, 'end_news_partner')).toMatchObject([{ recipient: world.author.email, facts: { news: 'failed' } }]);
    expect(await eventTypes(world.customer)).toContain('relationship.planned_end_failed');
  });

  it('can be cancelled, and then the last blocker ends nothing', async () => {
    const world = await setting();
    const subscription = await aSubscription(test.sql, world.customer);
    const { id } = await world.plan();
    const which = { customerId: world.customer.id, plannedEndId: id };
    expect(await cancelPlannedEnd(world.ctx, which)).toMatchObject({ state: 'cancelled' });
    await suspend(world, subscription);
    expect(await sweep(world)).toBe(0);
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({ relationship: 'active', plannedEnd: null });
    expect(await refusalOf(cancelPlannedEnd(world.ctx, which))).toMatchObject({
      code: 'illegal_transition',
      details: { thing: 'planned end', state: 'cancelled' },
    });
    expect(await outcomeOf(world.plan())).toBe('done');
  });

  it('is cancelled or begun, never both', async () => {
    for (let round = 0; round < 6; round++) {
      const world = await setting();
      const subscription = await aSubscription(test.sql, world.customer);
      const { id } = await world.plan();
      await suspend(world, subscription);
      const [outcome] = await Promise.all([
        outcomeOf(cancelPlannedEnd(world.ctx, { customerId: world.customer.id, plannedEndId: id })),
        sweep(world),
      ]);
      const { relationship } = await getCustomer(world.ctx, world.customer.id);
      expect([outcome, relationship]).toEqual(outcome === 'done' ? ['done', 'active'] : ['illegal_transition', 'ending']);
    }
  });
});

describe('an end at a moment', () => {
  const at = new Date(Date.now() + 7 * 86_400_000);

  it('begins then, and not before, when nothing blocks', async () => {
    const world = await setting();
    const subscription = await aSubscription(test.sql, world.customer);
    const { id } = await world.plan({ mode: 'at', at });
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({ standing: 'endAt', plannedEnd: { at } });
    await suspend(world, subscription);
    expect(await sweep(world)).toBe(0);
    expect(await sweep(world, new Date(at.getTime() - 1))).toBe(0);
    expect(await sweep(world, at)).toBe(1);
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: 'started' });
    expect(await test.sql`select input from operations where id = ${row.operation_id as string}`).toMatchObject([
      { input: { mode: 'at' } },
    ]);
  });

  it('that is blocked when its moment comes tells who asked once, and begins when the last blocker goes', async () => {
    const world = await setting();
    const [one, other] = [await aSubscription(test.sql, world.customer), await aSubscription(test.sql, world.customer)];
    const { id } = await world.plan({ mode: 'at', at });
    await sweep(world, at);
    expect(await rowOf(id)).toMatchObject({ state: 'waiting', held_up_at: at, blockers: 2, check_at: null });
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({ standing: 'endHeldUp' });
    expect((await listPlannedEnds(world.ctx, { state: 'held-up', limit: 10 })).items.map((plan) => plan.id)).toEqual([id]);
    // The clock of the database is not the one of the test: as if its moment were over for that one, too.
    await test.sql`update planned_ends set at = now() - interval '1 second' where id = ${id}`;
    await suspend(world, one);
    await sweep(world);
    await suspend(world, other);
    await sweep(world);
    expect(await rowOf(id)).toMatchObject({ state: 'started' });
    expect(await mails(world.customer, 'end_news_partner')).toMatchObject([{ facts: { news: 'held-up' } }]);
    expect((await eventTypes(world.customer)).filter((type) => type === 'relationship.end_held_up')).toHaveLength(1);
  });

  it('has to lie ahead, and within two years', async () => {
    const { plan, ctx } = await setting();
    const rule = async (order: Parameters<typeof plan>[0]) => (await refusalOf(plan({ mode: 'at', ...order }))).fields;
    expect(await rule({})).toEqual([{ path: 'at', rule: 'required' }]);
    expect(await rule({ at: ctx.now })).toEqual([{ path: 'at', rule: 'date_past' }]);
    expect(await rule({ at: new Date(ctx.now.getTime() + 732 * 86_400_000) })).toEqual([
      { path: 'at', rule: 'date_too_late', params: { days: 731 } },
    ]);
    expect(await outcomeOf(plan({ mode: 'at', at: new Date(ctx.now.getTime() + 731 * 86_400_000) }))).toBe('done');
  });
});

describe('planning an end', () => {
  it('is there once for ten requests at the same moment, and keeps an end at once from overtaking it', async () => {
    const { plan, customer, ctx } = await setting();
    await aSubscription(test.sql, customer);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(plan())));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'illegal_transition')).toHaveLength(9);
    expect(await refusalOf(endRelationship(ctx, { customerId: customer.id, domain: customer.domain }))).toMatchObject({
      code: 'illegal_transition',
      details: { thing: 'planned end', state: 'waiting' },
    });
  });

  it('at once is refused with every blocker', async () => {
    const { plan, customer } = await setting();
    const { id } = await aSubscription(test.sql, customer);
    expect(await refusalOf(plan({ mode: 'now' }))).toMatchObject({ code: 'blocked', details: { blockers: [{ subscriptionId: id }] } });
    expect(await test.sql`select id from planned_ends where customer_id = ${customer.id}`).toHaveLength(0);
  });

  it('needs the typed domain, a relationship that is live, and a global admin of its own partner', async () => {
    const { plan, customer, ctx } = await setting();
    expect((await refusalOf(plan({ domain: 'other.example' }))).fields).toMatchObject([{ path: 'domain', rule: 'confirmation' }]);
    for (const role of ['admin-agent', 'sales-agent', 'helpdesk-agent'] as const) {
      const other = await setting({}, { roles: [role] });
      expect(await refusalOf(other.plan())).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin'] } });
    }
    for (const relationship of ['none', 'requested', 'ending', 'ended'] as const) {
      const other = await setting({ relationship });
      expect(await refusalOf(other.plan())).toMatchObject({ code: 'illegal_transition', details: { state: relationship } });
    }
    const stranger = await setting();
    expect(await outcomeOf(planEnd(stranger.ctx, { customerId: customer.id, domain: customer.domain, mode: 'now' }))).toBe('not_found');
    await aSubscription(test.sql, customer);
    const { id } = await plan();
    const which = { customerId: customer.id, plannedEndId: id };
    for (const act of [approvePlannedEnd, cancelPlannedEnd]) {
      expect(await outcomeOf(act(stranger.ctx, which))).toBe('not_found');
      // The id of another customer of one's own, too.
      expect(await outcomeOf(act(ctx, { ...which, customerId: (await aCustomer(test.sql, ctx.partner)).id }))).toBe('not_found');
    }
    expect((await listPlannedEnds(stranger.ctx, { state: 'open', limit: 10 })).items).toEqual([]);
    expect((await listPlannedEnds(ctx, { state: 'open', limit: 10 })).items.map((one) => one.id)).toEqual([id]);
  });
});

describe('the dry run of an end', () => {
  it('names who added, bought or brought back each blocker, and what the log does not know', async () => {
    const { ctx, customer, author, partner } = await setting();
    const [known, unknown, back] = [
      await aSubscription(test.sql, customer),
      await aSubscription(test.sql, customer),
      await aSubscription(test.sql, customer),
    ];
    const software = await aPurchase(test.sql, customer);
    const log = (type: string, data: object, actor: { actorKind: string; actorId: string }) =>
      anEvent(test.sql, partner, { type, data, customerId: customer.id, ...actor });
    const other = await aPartnerUser(test.sql, partner);
    await log('subscription.added', { subscriptionId: known.id }, { actorKind: 'partner-user', actorId: author.id });
    await log('subscription.added', { subscriptionId: back.id }, { actorKind: 'partner-user', actorId: author.id });
    await log('subscription.reactivated', { subscriptionId: back.id }, { actorKind: 'partner-user', actorId: other.id });
    await log('purchase.made', { purchaseId: software.id }, { actorKind: 'customer', actorId: 'nobody' });
    const { blockers, earliestAt, secondPerson } = await previewEnd(ctx, customer.id);
    const ownerOf = (id: string) => blockers.find((one) => ('purchaseId' in one ? one.purchaseId : one.subscriptionId) === id)?.owner;
    expect(ownerOf(known.id)).toEqual({ kind: 'partner-user', name: author.name });
    expect(ownerOf(back.id)).toEqual({ kind: 'partner-user', name: other.name });
    expect(ownerOf(unknown.id)).toBeNull();
    expect(ownerOf(software.id)).toEqual({ kind: 'customer', name: null });
    expect(earliestAt).toBeNull();
    expect(secondPerson).toEqual({ needed: false, others: 1 });
  });

  it('says when the last reservation has run its term', async () => {
    const { ctx, customer } = await setting();
    const usage = await aSubscription(test.sql, customer, { productId: 'azure-plan', state: 'suspended' });
    const [soon, later] = [new Date(Date.now() + 86_400_000), new Date(Date.now() + 9 * 86_400_000)];
    for (const endsAt of [later, soon])
      await aPurchase(test.sql, customer, { kind: 'reservation', productId: 'vm-reservation-1y', subscriptionId: usage.id, endsAt });
    expect((await previewEnd(ctx, customer.id)).earliestAt).toEqual(later);
  });
});

describe('where an end needs a second person', () => {
  it('it waits for one, begins with the consent, and the certificate names both', async () => {
    const world = await setting({}, { secondPerson: true });
    const { customer, ctx, plan, partner, author } = world;
    const other = await second(world);
    const planned = await plan({ mode: 'now' });
    expect(planned).toMatchObject({
      state: 'awaiting-approval',
      actions: {
        approve: { allowed: false, reason: 'own_request' },
        refuse: { allowed: false, reason: 'own_request' },
        cancel: { allowed: true },
      },
    });
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ relationship: 'active', standing: 'endAwaitsApproval' });
    expect(await sweep(world)).toBe(0);
    const seen = (await getCustomer(other, customer.id)).plannedEnd;
    expect(seen?.actions.approve).toEqual({ allowed: true });
    const done = await approvePlannedEnd(other, { customerId: customer.id, plannedEndId: planned.id });
    expect(done).toMatchObject({ state: 'started', decidedBy: (other.actor as unknown as TestPartnerUser).name });
    await runAsWorker(test.worker, partner, done.operationId as string);
    expect((await getCustomer(ctx, customer.id)).relationship).toBe('ended');
    const [certificate] = await test.sql`select facts from end_certificates where customer_id = ${customer.id}`;
    expect(certificate?.facts).toMatchObject({ requestedBy: author.name, approvedBy: (other.actor as unknown as TestPartnerUser).name });
  });

  it('it is never the same person, also not through the door of an end at once', async () => {
    const { ctx, customer, plan } = await setting({}, { secondPerson: true });
    const { id } = await plan();
    const which = { customerId: customer.id, plannedEndId: id };
    expect(await refusalOf(approvePlannedEnd(ctx, which))).toMatchObject({ code: 'forbidden', details: { reason: 'own_request' } });
    expect(await refusalOf(refusePlannedEnd(ctx, { ...which, reason: 'x' }))).toMatchObject({ code: 'forbidden' });
    await cancelPlannedEnd(ctx, which);
    expect(await outcomeOf(endRelationship(ctx, { customerId: customer.id, domain: customer.domain }))).toBe('second_person_needed');
  });

  it('each other global admin is asked once, and nobody else', async () => {
    const world = await setting({}, { secondPerson: true });
    const [one, two] = [await second(world), await second(world)];
    await second(world, ['admin-agent']);
    await second(await setting());
    await world.plan();
    const asked = await mails(world.customer, 'end_approval_partner');
    const emailOf = (ctx: typeof one) => (ctx.actor as unknown as TestPartnerUser).email;
    expect(asked.map(({ recipient }) => recipient).sort()).toEqual([emailOf(one), emailOf(two)].sort());
  });

  it('who does not agree says why, and who asked is told', async () => {
    const world = await setting({}, { secondPerson: true });
    const other = await second(world);
    const { id } = await world.plan();
    const which = { customerId: world.customer.id, plannedEndId: id };
    expect(await refusePlannedEnd(other, { ...which, reason: 'They have just renewed.' })).toMatchObject({
      state: 'refused',
      reason: 'They have just renewed.',
    });
    expect(await mails(world.customer, 'end_news_partner')).toMatchObject([{ recipient: world.author.email, facts: { news: 'refused' } }]);
    // What a person wrote stays out of the log.
    const logged = await test.sql`select data from events where customer_id = ${world.customer.id}`;
    expect(JSON.stringify(logged)).not.toContain('renewed');
    expect(await outcomeOf(approvePlannedEnd(other, which))).toBe('illegal_transition');
  });

  it('of ten answers at the same moment one counts', async () => {
    const world = await setting({}, { secondPerson: true });
    await aSubscription(test.sql, world.customer);
    const { id } = await world.plan();
    const others = await Promise.all(Array.from({ length: 10 }, () => second(world)));
    const which = { customerId: world.customer.id, plannedEndId: id };
    const outcomes = await Promise.all(
      others.map((ctx, index) => outcomeOf(index % 2 ? approvePlannedEnd(ctx, which) : refusePlannedEnd(ctx, { ...which, reason: 'No' }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  });

  it('an end at once that is blocked by the time of the consent is refused with the blockers, and stays open', async () => {
    const world = await setting({}, { secondPerson: true });
    const other = await second(world);
    const { id } = await world.plan({ mode: 'now' });
    const subscription = await aSubscription(test.sql, world.customer);
    const which = { customerId: world.customer.id, plannedEndId: id };
    expect(await outcomeOf(approvePlannedEnd(other, which))).toBe('blocked');
    expect(await rowOf(id)).toMatchObject({ state: 'awaiting-approval', decided_by: null });
    await suspend(world, subscription);
    expect(await approvePlannedEnd(other, which)).toMatchObject({ state: 'started' });
  });

  it('a date that went by while nobody answered counts from the consent on', async () => {
    const world = await setting({}, { secondPerson: true });
    const at = new Date(Date.now() + 1000);
    const { id } = await world.plan({ mode: 'at', at });
    expect(await sweep(world, new Date(at.getTime() + 1000))).toBe(0);
    const late = { ...(await second(world)), now: new Date(at.getTime() + 2000) };
    expect(await approvePlannedEnd(late, { customerId: world.customer.id, plannedEndId: id })).toMatchObject({ state: 'started' });
  });

  it('turning the setting off leaves what is open as it is', async () => {
    const world = await setting({}, { secondPerson: true });
    const { id } = await world.plan();
    await needSecondPerson(world.partner, false);
    expect(await sweep(world)).toBe(0);
    expect(await rowOf(id)).toMatchObject({ state: 'awaiting-approval' });
    expect(await outcomeOf(approvePlannedEnd(world.ctx, { customerId: world.customer.id, plannedEndId: id }))).toBe('forbidden');
  });
});

describe('what goes by', () => {
  it('touches no end that is over', async () => {
    const world = await setting();
    const subscription = await aSubscription(test.sql, world.customer);
    const old = await aPlannedEnd(test.sql, world.customer, world.author, { state: 'cancelled', checkAt: null });
    await suspend(world, subscription);
    expect(await rowOf(old.id)).toMatchObject({ state: 'cancelled', check_at: null });
  });
});

describe('an end whose requester may not end relationships any more', () => {
  const demote = ({ author }: Setting) => test.sql`update partner_users set roles = array['helpdesk-agent'] where user_id = ${author.id}`;

  it('is stopped instead of begun; the global admins are told, and the log says why', async () => {
    const world = await setting();
    const { customer, plan } = world;
    const admin = await aPartnerUser(test.sql, world.partner);
    const other = aContext(test.api, world.partner, admin);
    const subscription = await aSubscription(test.sql, customer);
    const { id } = await plan();
    await demote(world);
    await changeSubscription(other, { customerId: customer.id, subscriptionId: subscription.id, command: 'suspend' });
    await sweep(world);
    expect(await rowOf(id)).toMatchObject({ state: 'failed', check_at: null, operation_id: null });
    expect(await getCustomer(other, customer.id)).toMatchObject({ relationship: 'active', plannedEnd: null });
    expect(await mails(customer, 'end_news_partner')).toMatchObject([{ recipient: admin.email, facts: { news: 'stopped' } }]);
    const [event] = await test.sql`select data from events where customer_id = ${customer.id} and type = 'relationship.planned_end_failed'`;
    expect(event?.data).toMatchObject({ because: 'requester' });
    // A person who may goes on from here.
    expect(await planEnd(other, { customerId: customer.id, domain: customer.domain, mode: 'now' })).toMatchObject({ state: 'started' });
  });

  it('is stopped on its date, and also when a second person agrees to it', async () => {
    const world = await setting({}, { secondPerson: true });
    const { customer, plan } = world;
    const other = await second(world);
    const { id } = await plan({ mode: 'now' });
    await demote(world);
    expect(await approvePlannedEnd(other, { customerId: customer.id, plannedEndId: id })).toMatchObject({ state: 'failed' });
    expect(await getCustomer(other, customer.id)).toMatchObject({ relationship: 'active' });

    const dated = await setting();
    const at = new Date(Date.now() + 60_000);
    const planned = await dated.plan({ mode: 'at', at });
    await demote(dated);
    await sweep(dated, new Date(at.getTime() + 1000));
    expect(await rowOf(planned.id)).toMatchObject({ state: 'failed' });
  });
});

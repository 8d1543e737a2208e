import { type EventType, reactingEventTypes } from '@clientele/domain';
import { seeExpired } from './clock.ts';
import type { Installation, KnownJob } from './installation.ts';
import { type Model, type Pair, Violation } from './model.ts';
import { patiently } from './patience.ts';
import { createPeople } from './people.ts';
import { seePlan } from './planned-ends.ts';
import { notTaken, sentTooOften } from './rules.ts';
import type { Partner } from './scene.ts';
import type { Walked } from './walk.ts';

/** The records that the model counts; those of operations and of attempts at mails are held against their rows instead. */
const counted: EventType[] = [
  'customer.onboarding_requested',
  'customer.onboarding_undone',
  'customer.created',
  'customer.imported',
  'customer.edited',
  'customer_user.added',
  'customer_user.credentials_revealed',
  'agreement.attested',
  'agreement.accepted',
  'subscription.added',
  'subscription.suspended',
  'subscription.reactivated',
  'subscription.cancelled',
  'purchase.made',
  'purchase.cancelled',
  'invitation.created',
  'invitation.resent',
  'invitation.revoked',
  'invitation.accepted',
  'invitation.declined',
  'invitation.expired',
  'invitation.link_copied',
  'invitation.reminded',
  'invitation.hand_over_requested',
  'invitation.hand_over_refused',
  'invitation.handed_over',
  'relationship.requested',
  'relationship.established',
  'relationship.end_requested',
  'relationship.end_cancelled',
  'relationship.ended',
  'relationship.end_planned',
  'relationship.end_approved',
  'relationship.end_refused',
  'relationship.end_held_up',
  'relationship.planned_end_cancelled',
  'relationship.planned_end_failed',
  'relationship.reinstated',
  'relationship.request_closed',
  'delegated_admin.granted',
  'delegated_admin.extended',
  'delegated_admin.taken_away',
  'support_contact.removed',
  'mail.queued',
];

/** A domain that is taken; rows that could not be done. */
const mayFail = new Set(['customer-onboarding', 'invitations-send', 'relationships-end']);

/** Of partners that have not set it otherwise: after 3 and 10 days. */
const mostReminders = 2;

interface Step {
  name: string;
  state: string;
}
interface OperationRow {
  id: string;
  kind: string;
  state: string;
  steps: Step[];
  subscriptions: number;
}
interface EventRow {
  id: string;
  type: EventType;
  customer_id: string | null;
  invitation_id: string | null;
  data: { operationId?: string; deliveryId?: string };
  dispatched_at: Date | null;
}
interface DeliveryRow {
  id: string;
  state: string;
  attempts: number;
  message_id: string;
  kind: string;
  recipient: string;
  invitation_id: string | null;
}

/** Waits until nothing is under way any more. Whatever never comes to its end was lost. */
export async function comeToRest(installation: Installation, { partners, model }: Walked): Promise<void> {
  const { sql } = installation.portal;
  await installation.mend();
  await installation.releaseClaimsOfTheDead();
  const ids = partners.map(({ id }) => id);
  const open = async () => {
    // The wait until the next attempt is over.
    await sql`update deliveries set next_attempt_at = now() - interval '1 second' where partner_id = any(${ids}::uuid[]) and state = 'deferred' and next_attempt_at > now()`;
    const [row] = await sql<Record<string, number>[]>`select
      (select count(*)::int from events where partner_id = any(${ids}::uuid[]) and dispatched_at is null) as events,
      (select count(*)::int from deliveries where partner_id = any(${ids}::uuid[]) and state in ('queued', 'sending', 'deferred')) as mails,
      (select count(*)::int from operations where partner_id = any(${ids}::uuid[]) and state in ('queued', 'running')) as operations,
      (select count(*)::int from invitations where partner_id = any(${ids}::uuid[]) and state = 'pending'
        and (expires_at < now() or next_reminder_at < now())) as invitations,
      (select count(*)::int from planned_ends where partner_id = any(${ids}::uuid[]) and state = 'waiting' and check_at < now()) as ends,
      (select count(*)::int from customers where partner_id = any(${ids}::uuid[]) and delegated_admin and delegated_admin_until < now()) as expiries`;
    return row ?? {};
  };
  await patiently(
    'everything comes to its end',
    async () => Object.values(await open()).every((count) => count === 0),
    async () => `Still open: ${JSON.stringify(await open())}. ${installation.portal.outputs()}`,
  ).catch((error: Error) => {
    throw new Violation(`something was lost: ${error.message.slice(0, 4000)}`);
  });
  for (const invitation of model.invitations.values()) invitation.isUnswept = false;
  for (const pair of model.pairs)
    if (!(await seeExpired(installation, model, pair)) || !(await seePlan(installation, model, pair)))
      throw new Violation(`what was due of partner ${pair.partner} and organisation ${pair.organization} has not come about`);
}

/** Holds everything that is in the database, that the mail server got and that the API shows against the model. Gives what differs. */
export async function differences(installation: Installation, walked: Walked): Promise<string[]> {
  const { model, partners } = walked;
  const found: string[] = [];
  const same = (what: string, is: unknown, due: unknown): void => {
    if (JSON.stringify(is) !== JSON.stringify(due)) found.push(`${what}: ${JSON.stringify(is)}, and should be ${JSON.stringify(due)}`);
  };
  const jobs = await installation.jobs();
  await Promise.all(partners.map((partner, index) => ofPartner(installation, walked, { index, partner, jobs }, same)));
  await ofOrganizations(installation, model, same);
  return found;
}

type Same = (what: string, is: unknown, due: unknown) => void;

interface Checked {
  index: number;
  partner: Partner;
  jobs: readonly KnownJob[];
}

async function ofPartner(installation: Installation, { model }: Walked, { index, partner, jobs }: Checked, same: Same) {
  const { sql, mail } = installation.portal;
  const { id } = partner;
  const people = createPeople(installation.portal);
  const events = await sql<
    EventRow[]
  >`select id, type, customer_id, invitation_id, data, dispatched_at from events where partner_id = ${id}`;
  const operations = await sql<
    OperationRow[]
  >`select id, kind, state, steps, jsonb_array_length(coalesce(input -> 'subscriptions', '[]')) as subscriptions
    from operations where partner_id = ${id}`;
  const deliveries = await sql<
    DeliveryRow[]
  >`select id, kind, state, attempts, message_id, recipient, invitation_id from deliveries where partner_id = ${id}`;
  const customers = await sql`select * from customers where partner_id = ${id}`;
  const invitations = await sql`select * from invitations where partner_id = ${id}`;
  const of = (type: EventType) => events.filter((event) => event.type === type);
  const who = `partner ${index}`;

  // ── what people did ──────────────────────────────────────────────────────────────────────────────
  const pairs = model.pairs.filter((pair) => pair.partner === index);
  const subscriptions = await sql`select id, customer_id, state from subscriptions where partner_id = ${id} order by id`;
  finish(model, pairs, customers, subscriptions);
  same(`${who}: customers`, customers.map((row) => row.id).sort(), pairs.flatMap(({ customerId }) => customerId ?? []).sort());
  for (const pair of pairs) {
    const row = customers.find((candidate) => candidate.id === pair.customerId);
    if (!row) continue;
    const what = `${who}, organisation ${pair.organization} (${row.id})`;
    same(`${what}: relationship`, row.relationship, pair.relationship);
    const { body: shown } = await people.read(partner.cookie, `/api/customers/${row.id}`);
    same(`${what}: relationship on the screen`, shown.relationship, row.relationship);
    if (row.relationship === 'ended') {
      same(
        `${what}: an ended relationship has no delegated admin, and nothing of it`,
        [row.delegated_admin, row.delegated_admin_since, row.delegated_admin_until, row.delegated_admin_warn_at],
        [false, null, null, null],
      );
      const asked = invitations.filter(
        ({ customer_id, purpose, state }) => customer_id === row.id && purpose === 'delegated-admin' && state === 'pending',
      );
      same(`${what}: an ended relationship can get no delegated admin`, asked.length, 0);
      same(`${what}: an ended relationship has no support contact`, row.support_contact, null);
    }
    same(`${what}: delegated admin`, row.delegated_admin, pair.delegatedAdmin);
    same(`${what}: support contact`, row.support_contact, pair.supportContact);
    same(`${what}: agreement`, row.agreement_accepted_at !== null, pair.agreement);
    const held = subscriptions.filter(({ customer_id }) => customer_id === row.id);
    same(
      `${what}: subscriptions`,
      held.map(({ id: key, state }) => [key, state]),
      byId(pair.subscriptions),
    );
    const bought = await sql`select id, state from purchases where customer_id = ${row.id} order by id`;
    same(
      `${what}: purchases`,
      bought.map(({ id: key, state }) => [key, state]),
      byId(pair.purchases),
    );
    const begun = events.filter(
      ({ type, customer_id }) => customer_id === row.id && /^relationship\.(established|reinstated)$/.test(type),
    ).length;
    const ended = of('relationship.ended').filter(({ customer_id }) => customer_id === row.id).length;
    same(
      `${what}: live relationships by its history`,
      begun - ended,
      row.relationship === 'active' || row.relationship === 'ending' ? 1 : 0,
    );
  }
  const known = [...model.invitations.values()].filter(({ pair }) => pair.partner === index);
  same(
    `${who}: invitations`,
    invitations
      .map(({ id: key, state, token_version, email }) => [key, state, token_version - (state === 'revoked' ? 1 : 0), email])
      .sort(),
    known.map(({ id: key, state, version, email }) => [key, state, version, email]).sort(),
  );
  for (const invitation of invitations) {
    const answers = events.filter(
      ({ invitation_id, type }) => invitation_id === invitation.id && /^invitation\.(accepted|declined|revoked|expired)$/.test(type),
    );
    same(
      `${who}: ends of invitation ${invitation.id}`,
      answers.map(({ type }) => type),
      invitation.state === 'pending' ? [] : [`invitation.${invitation.state}`],
    );
    const { body: shown } = await people.read(partner.cookie, `/api/invitations/${invitation.id}`);
    same(`${who}: invitation ${invitation.id} on the screen`, shown.state, invitation.state);
    const { remindersDue = 0 } = known.find(({ id: key }) => key === invitation.id) ?? {};
    const reminded = events.filter(({ invitation_id, type }) => invitation_id === invitation.id && type === 'invitation.reminded');
    const reminders = deliveries.filter(({ invitation_id, kind }) => invitation_id === invitation.id && kind === 'invitation_reminder');
    same(
      `${who}: invitation ${invitation.id}: reminders as counted, recorded and written`,
      [invitation.reminders_sent, reminded.length, reminders.length],
      Array(3).fill(Math.min(invitation.reminders_sent, remindersDue, mostReminders)),
    );
    const [ended] = answers;
    if (ended)
      same(`${who}: reminders of invitation ${invitation.id} after its end`, reminded.filter(({ id: key }) => key > ended.id).length, 0);
  }

  // ── what workers did ─────────────────────────────────────────────────────────────────────────────
  const done = (kind: string, step: string) =>
    operations.filter(
      (operation) => operation.kind === kind && operation.steps.some(({ name, state }) => name === step && state === 'done'),
    );
  const onboarded = (step: string) => done('customer-onboarding', step).length;
  const ended = (step: string) => done('relationship-end', step).length;
  const reminders = invitations.reduce((sum, { reminders_sent }) => sum + reminders_sent, 0);
  const bySteps: Partial<Record<EventType, number>> = {
    'customer.created': onboarded('create_account'),
    'customer_user.added': onboarded('create_first_admin'),
    'agreement.attested': onboarded('record_agreement'),
    'relationship.established': onboarded('establish_relationship'),
    'subscription.added': done('customer-onboarding', 'add_subscriptions').reduce((sum, { subscriptions }) => sum + subscriptions, 0),
    'customer.onboarding_undone': done('customer-onboarding', 'reserve_domain').filter(({ state }) => state === 'cancelled').length,
    'delegated_admin.taken_away': ended('take_back_delegated_admin'),
    'support_contact.removed': ended('remove_support_contact'),
    'relationship.ended': ended('end_relationship'),
    'mail.queued': onboarded('send_welcome_mail') + 2 * ended('tell_both_sides') + reminders,
    'invitation.reminded': reminders,
  };
  for (const type of counted) {
    const due = model.due(index, type);
    const steps = bySteps[type] ?? 0;
    const is = of(type).length;
    if (is < due.least + steps || is > due.most + steps)
      same(`${who}: records of ${type}`, is, due.most > due.least ? [due.least + steps, due.most + steps] : due.least + steps);
  }
  const planned = await sql`select id, state from planned_ends where partner_id = ${id}`;
  same(
    `${who}: planned ends`,
    planned.map(({ id: key, state }) => [key, state]).sort(),
    model.plannedEnds.flatMap(({ pair, plan }) => (pair.partner === index ? [[plan.id, plan.state]] : [])).sort(),
  );
  same(
    `${who}: operations`,
    operations.map((operation) => operation.id).sort(),
    [...model.operations.values()].flatMap((operation) => (operation.pair.partner === index ? operation.id : [])).sort(),
  );
  for (const operation of operations) {
    const { retries, isCancelled } = model.operations.get(operation.id) ?? { retries: 0, isCancelled: false };
    const records = (type: EventType) => of(type).filter(({ data }) => data.operationId === operation.id).length;
    const failed = records('operation.failed');
    same(
      `${who}: operation ${operation.id} (${operation.kind}): state, queued, succeeded, cancelled`,
      [operation.state, records('operation.queued'), records('operation.succeeded'), records('operation.cancelled')],
      [
        isCancelled ? 'cancelled' : mayFail.has(operation.kind) && operation.state === 'failed' ? 'failed' : 'succeeded',
        ...[1 + retries, !isCancelled && operation.state === 'succeeded' ? 1 : 0, isCancelled ? 1 : 0],
      ],
    );
    same(`${who}: operation ${operation.id}: failures`, failed >= retries && failed <= retries + 1, true);
    if (operation.state === 'succeeded')
      same(
        `${who}: operation ${operation.id}: open steps`,
        operation.steps.filter(({ state }) => state !== 'done' && state !== 'skipped'),
        [],
      );
  }

  // ── mail ─────────────────────────────────────────────────────────────────────────────────────────
  same(`${who}: mails`, deliveries.length, of('mail.queued').length);
  for (const delivery of deliveries) {
    const records = events.filter(
      ({ type, data }) => /^mail\.(sent|deferred|bounced|failed)$/.test(type) && data.deliveryId === delivery.id,
    );
    same(`${who}: records of the attempts at mail ${delivery.id}`, records.length, delivery.attempts);
    const copies = mail.received.filter(({ messageId }) => messageId === delivery.message_id);
    const taken = copies.filter(({ answer }) => answer.startsWith('250')).length;
    same(`${who}: mail ${delivery.id} reached nobody else`, copies.filter(({ to }) => to !== delivery.recipient).length, 0);
    if (delivery.state === 'sent') same(`${who}: mail ${delivery.id} is called sent, and the server has it`, taken > 0, true);
    const times = copies.flatMap(({ answer, at }) => (answer.startsWith('250') ? [at] : []));
    // The attempt that came back is none that the server took.
    const attempts = delivery.state === 'bounced' ? delivery.attempts - 1 : delivery.attempts;
    const what = `mail ${delivery.id} (${delivery.state}) went out ${taken} times in ${attempts} attempts: too often by`;
    same(`${who}: ${what}`, sentTooOften(times, { attempts, kills: installation.kills }), 0);
  }
  const [suppressed] = await sql`select count(*)::int as count from suppressions where partner_id = ${id}`;
  same(`${who}: addresses that get no more mail, as recorded`, of('mail.suppressed').length, suppressed?.count);
  const wrong = await sql<{ name: string; day: Date; value: string }[]>`select name, day, value from figure_differences(${id})`;
  same(
    `${who}: figures that a recount finds wrong`,
    wrong.map(({ name, day, value }) => [name, day, value]),
    [],
  );
  same(`${who}: events that set something going and were not handed over`, await undispatched(installation, id), 0);
  for (const { id: eventId, type, dispatched_at } of notTaken(events, jobs, installation.losses))
    same(
      `${who}: event ${eventId} (${type}) is called handed over at ${dispatched_at?.toISOString()}, and the queue has its job`,
      false,
      true,
    );
}

/** What was under way when the run ended has come to its end since. */
function finish(model: Model, pairs: Pair[], customers: Record<string, unknown>[], subscriptions: Record<string, string>[]): void {
  for (const pair of pairs) {
    if (pair.relationship === 'onboarding') {
      const row = customers.find(({ domain }) => domain === model.organizationOf(pair).domain);
      if (!row) pair.relationship = 'absent';
      else {
        model.onboarded(pair, row.id as string);
        pair.subscriptions = subscriptions.flatMap(({ id, customer_id }) =>
          customer_id === row.id && id ? [{ id, usage: true, state: 'active' }] : [],
        );
      }
    }
    if (pair.relationship === 'ending') model.learn(pair, 'ended');
    if (pair.relationship === 'requested' && pair.closing) model.learn(pair, pair.hadRelationship ? 'ended' : 'none');
  }
}

const byId = (things: { id: string; state: string }[]) =>
  things.map(({ id, state }) => [id, state]).sort(([one = ''], [other = '']) => (one < other ? -1 : 1));

async function undispatched({ portal }: Installation, partnerId: string): Promise<number> {
  const [row] = await portal.sql`select count(*)::int as count from events
    where partner_id = ${partnerId} and dispatched_at is null and type = any(${[...reactingEventTypes]}::text[])`;
  return row?.count;
}

/** An organisation is there once, with one row per partner and one first admin. */
async function ofOrganizations({ portal }: Installation, model: Model, same: Same): Promise<void> {
  for (const [index, organization] of model.organizations.entries()) {
    const rows = await portal.sql`select id from organizations where domain = ${organization.domain}`;
    const isThere = organization.hasUsers || model.pairs.some((pair) => pair.organization === index && pair.customerId);
    same(`organisation ${index}: accounts`, rows.length, isThere ? 1 : 0);
    const [admins] = await portal.sql`select count(*)::int as count from customer_users where organization_id = ${rows[0]?.id ?? null}`;
    same(`organisation ${index}: first admins`, admins?.count, organization.hasUsers ? 1 : 0);
    const twice =
      await portal.sql`select partner_id from customers where organization_id = ${rows[0]?.id ?? null} group by partner_id having count(*) > 1`;
    same(`organisation ${index}: partners with two relationships`, twice.length, 0);
  }
}

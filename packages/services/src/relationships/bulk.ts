import {
  type Context,
  type CustomerRecord,
  customers,
  type InvitationRecord,
  invitations,
  type OperationRecord,
  type PlannedEndRecord,
  plannedEnds,
  purchases,
  subscriptions,
  type TakenAway,
  type Transaction,
} from '@clientele/db';
import {
  type Blocker,
  blockersOf,
  decidePlannedEnd,
  type EndMode,
  type Language,
  type NewEvent,
  next,
  noDelegatedAdmin,
  openPlannedEndStates,
  relationshipTransitions,
  type StepName,
} from '@clientele/domain';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import { chooseCustomers } from '../customers/choose.ts';
import { queueMail } from '../deliveries/queue.ts';
import { pendingRows, type SettledRow, settleRows } from '../operations/rows.ts';
import { type Step, StepRefused } from '../operations/step.ts';
import { settingsOf } from '../partners/settings.ts';
import { makeCertificate } from './certificate.ts';
import { endModeOf, openRequestOf, snapshotOf, supportOf, takeBack, tellCustomer } from './ending.ts';
import { newPlannedEnd } from './order.ts';
import { authorOf, mayEnd } from './planned.ts';
import { askTheOthers } from './telling.ts';

/** Fewer than usual: an end is several statements for each customer. */
const chunkSize = 50;

const orderOf = (operation: OperationRecord): { mode: EndMode; at?: Date } => ({
  mode: endModeOf(operation),
  ...(typeof operation.input.at === 'string' ? { at: new Date(operation.input.at) } : {}),
});

/** Finds the customers; where the partner wants a second person for an end, that person looks at the list before anything happens. */
const chooseThenAsk: Step = async (ctx, tx, operation) => {
  const done = await chooseCustomers(ctx, tx, operation);
  if (!(await settingsOf(ctx, tx)).endNeedsSecondPerson || done.operation?.progress?.total === 0) return done;
  return { ...done, waiting: 'approval', events: await askTheOthers(ctx, tx, { operationId: operation.id }) };
};

/**
 * Throws when nobody stands behind these ends any more: who started them may not end relationships now, or the partner has come to want a second
 * person and none has agreed. A retry is no way past either.
 */
async function requireBacking(ctx: Context, tx: Transaction, operation: OperationRecord): Promise<void> {
  if (!(await mayEnd(ctx, tx, operation.createdBy))) throw new StepRefused({ code: 'requester_not_entitled' });
  const isAgreed = typeof operation.input.approvedBy === 'string';
  if (!isAgreed && (await settingsOf(ctx, tx)).endNeedsSecondPerson) throw new StepRefused({ code: 'second_person_missing' });
}

/** Ends what nothing blocks, in the row's own transaction, and plans what has to wait: each as ending one by one would. */
const endRelationships: Step = async (ctx, tx, operation) => {
  await requireBacking(ctx, tx, operation);
  const rows = await pendingRows(tx, operation, chunkSize);
  const ids = rows.flatMap(({ customerId }) => (customerId ? [customerId] : []));
  const found = await facts(tx, ids);
  const order = orderOf(operation);
  const events: NewEvent[] = [];
  const plans: PlannedEndRecord[] = [];
  const settled: SettledRow[] = [];
  for (const { position, customerId } of rows) {
    const customer = found.customers.get(customerId ?? '');
    const failed = (code: 'gone' | 'relationship' | 'blocked' | 'end_planned', params?: Record<string, string | number>) =>
      settled.push({ position, state: 'failed', failures: [{ code, ...(params ? { params } : {}) }] });
    if (!customer) {
      failed('gone');
      continue;
    }
    if (customer.relationship !== 'active') {
      if (customer.relationship === 'ended') settled.push({ position, state: 'skipped', outcome: 'ended' });
      else failed('relationship', { state: customer.relationship });
      continue;
    }
    if (found.planned.has(customer.id)) {
      failed('end_planned');
      continue;
    }
    const blockers = found.blockersOf(customer.id, ctx.now);
    const plan = newPlannedEnd(ctx, customer.id, order, {
      approval: false,
      requestedBy: operation.createdBy,
      decidedBy: typeof operation.input.approvedBy === 'string' ? operation.input.approvedBy : undefined,
    });
    const decision = decidePlannedEnd(plan, { isActive: true, blockers }, true, ctx.now);
    if (decision.do === 'start') {
      events.push(...(await endAtOnce(ctx, tx, operation, { customer, asked: found.asked.get(customer.id) })));
      settled.push({ position, state: 'done', outcome: 'ended' });
    } else if (order.mode === 'now') failed('blocked', { count: blockers.length });
    else {
      plans.push({ ...plan, blockers: blockers.length });
      events.push({
        type: 'relationship.end_planned',
        customerId: customer.id,
        data: { plannedEndId: plan.id, mode: plan.mode, approval: false, ...(plan.at ? { at: plan.at.toISOString() } : {}) },
      });
      settled.push({ position, state: 'done', outcome: order.mode === 'at' ? 'ends_at' : 'ends_when_clear' });
    }
  }
  if (plans.length > 0) await tx.insert(plannedEnds).values(plans);
  return { events, settled: await settleRows(tx, operation, settled), more: rows.length === chunkSize };
};

/** What the decisions are made from: the customers, locked in the order in which everybody locks them, and what blocks each. */
async function facts(tx: Transaction, ids: string[]) {
  const locked =
    ids.length === 0 ? [] : await tx.select().from(customers).where(inArray(customers.id, ids)).orderBy(asc(customers.id)).for('update');
  const [held, bought, open, asked] =
    ids.length === 0
      ? [[], [], [], []]
      : await Promise.all([
          tx.select().from(subscriptions).where(inArray(subscriptions.customerId, ids)),
          tx.select().from(purchases).where(inArray(purchases.customerId, ids)),
          tx
            .select({ customerId: plannedEnds.customerId, state: plannedEnds.state })
            .from(plannedEnds)
            .where(inArray(plannedEnds.customerId, ids)),
          tx.select().from(invitations).where(openRequestOf(ids)),
        ]);
  return {
    asked: new Map(asked.map((invitation) => [invitation.customerId, invitation])),
    customers: new Map(locked.map((customer) => [customer.id, customer])),
    planned: new Set(open.filter(({ state }) => openPlannedEndStates.includes(state)).map(({ customerId }) => customerId)),
    blockersOf: (customerId: string, now: Date): Blocker[] =>
      blockersOf(
        held.filter((one) => one.customerId === customerId),
        bought.filter((one) => one.customerId === customerId),
        now,
      ),
  };
}

/** All that the steps of one end do, for a customer that nothing blocks. */
async function endAtOnce(
  ctx: Context,
  tx: Transaction,
  operation: OperationRecord,
  { customer, asked }: { customer: CustomerRecord; asked: InvitationRecord | undefined },
): Promise<NewEvent[]> {
  const ending = next('relationship', relationshipTransitions, customer.relationship, 'end');
  const ended: CustomerRecord = {
    ...customer,
    relationship: next('relationship', relationshipTransitions, ending, 'complete-end'),
    relationshipEndedAt: ctx.now,
    snapshot: snapshotOf(customer),
    ...noDelegatedAdmin,
    supportContact: null,
    supportResellerId: null,
    version: customer.version + 1,
  };
  const { relationship, relationshipEndedAt, snapshot, supportContact, supportResellerId, version } = ended;
  const support = await supportOf(tx, customer);
  await tx
    .update(customers)
    .set({ relationship, relationshipEndedAt, snapshot, ...noDelegatedAdmin, supportContact, supportResellerId, version })
    .where(eq(customers.id, customer.id));
  const at = ctx.now.toISOString();
  const taken: TakenAway[] = [
    { what: 'purchases', at },
    ...(customer.delegatedAdmin ? [{ what: 'delegated_admin', at } as const] : []),
    ...(support ? [{ what: 'support_contact', at, name: support } as const] : []),
  ];
  await makeCertificate(ctx, tx, operation, customer, taken);
  const concerning = { customerId: customer.id };
  return [
    { type: 'relationship.end_requested', ...concerning, data: { operationId: operation.id } },
    ...(customer.delegatedAdmin
      ? [{ type: 'delegated_admin.taken_away', ...concerning, data: { because: 'relationship_ended' } } as const]
      : []),
    ...(support ? [{ type: 'support_contact.removed', ...concerning, data: {} } as const] : []),
    ...(asked ? await takeBack(ctx, tx, asked) : []),
    { type: 'relationship.ended', ...concerning, data: {} },
    await tellCustomer(ctx, tx, operation, ended),
  ];
}

/** One mail to who started it, with what came of all of them; each customer has had its own. */
const tellAuthor: Step = async (ctx, tx, operation) => {
  const author = await authorOf(tx, operation.createdBy);
  if (!author || !operation.progress || operation.progress.total === 0) return { events: [], skipped: true };
  const counts = await tx.execute<{ outcome: string | null; count: number }>(
    sql`select outcome, count(*)::int as count from operation_rows where operation_id = ${operation.id}::uuid and state = 'done' group by outcome`,
  );
  const of = (...outcomes: string[]) =>
    counts.filter(({ outcome }) => outcomes.includes(outcome ?? '')).reduce((sum, { count }) => sum + count, 0);
  return {
    events: [
      await queueMail(ctx, tx, {
        kind: 'end_news_partner',
        recipient: author.email,
        language: author.language as Language,
        facts: {
          userId: operation.createdBy,
          operationId: operation.id,
          news: 'bulk',
          counts: { ended: of('ended'), waiting: of('ends_when_clear', 'ends_at'), failed: operation.progress.failed },
        },
      }),
    ],
  };
};

export const endManySteps: Record<StepName<'relationships-end'>, Step> = {
  choose_customers: chooseThenAsk,
  end_relationships: endRelationships,
  tell_author: tellAuthor,
};

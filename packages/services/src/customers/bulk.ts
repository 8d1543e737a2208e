import { type Context, copySql, type OperationRecord, type Transaction, transactAtOnce } from '@clientele/db';
import { type NewEvent, type OperationKind, type StepName, withoutTags, withTags } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { actorName, demand } from '../access.ts';
import type { RequestToMany } from '../invitations/bulk.ts';
import { requireDelegatedAdminChoice } from '../invitations/create.ts';
import { newOperation } from '../operations/queue.ts';
import { chunkSize, pendingRows, type SettledRow, settleRows } from '../operations/rows.ts';
import type { Step } from '../operations/step.ts';
import { type OperationView, permissionOfOperation, viewOperation } from '../operations/view.ts';
import { type EndOrder, requireMoment } from '../relationships/order.ts';
import { type CustomerSelection, chooseCustomers, chosen, type LockedCustomer, lockCustomersOf } from './choose.ts';

export type { CustomerSelection } from './choose.ts';

/** What can be done to many customers at once. */
export type BulkAction =
  | { action: 'tag' | 'untag'; tags: readonly string[] }
  | { action: 'suspend-subscriptions' }
  | ({ action: 'end' } & EndOrder)
  | { action: 'export' }
  | ({ action: 'invite' } & RequestToMany)
  /** Asks each for delegated admin, or for more of it. */
  | { action: 'extend-delegated-admin'; days: number; message: string };

const kindOf = {
  tag: 'customers-tag',
  untag: 'customers-untag',
  'suspend-subscriptions': 'subscriptions-suspend',
  end: 'relationships-end',
  export: 'customers-export',
  invite: 'customers-invite',
  'extend-delegated-admin': 'delegated-admin-extend',
} as const satisfies Record<BulkAction['action'], OperationKind>;

/** Starts work over many customers: one operation with a result for each. Throws `forbidden` as doing it to one would. */
export async function startBulk(ctx: Context, order: BulkAction & { selection: CustomerSelection }): Promise<OperationView> {
  const kind = kindOf[order.action];
  demand(ctx, permissionOfOperation[kind]);
  if (order.action === 'invite') requireDelegatedAdminChoice(ctx, order.delegatedAdmin);
  if (order.action === 'end') requireMoment(order, ctx.now);
  const { action: _action, ...rest } = order;
  const input = 'tags' in rest ? { ...rest, tags: [...new Set(rest.tags)] } : rest;
  const subject = 'tags' in input ? input.tags.join(', ') : '';
  const { record, event, insert } = newOperation(ctx, { kind, subject, customerId: null, input });
  const author = actorName(ctx);
  return transactAtOnce(ctx, { result: viewOperation(ctx, record, author), events: [event], writes: [insert] });
}

const tagsOf = (operation: OperationRecord) => operation.input.tags as string[];

/** What becomes of one customer: its new tags, or how the row ends without any change. */
type Retag = (customer: LockedCustomer, tags: string[]) => string[] | Omit<SettledRow, 'position'>;

const addTags: Retag = (customer, tags) => {
  const all = withTags(customer.tags, tags);
  if (all === null) return { state: 'failed', failures: [{ code: 'too_many_tags' }] };
  return all.length === customer.tags.length ? { state: 'skipped', outcome: 'has_tags' } : all;
};

const removeTags: Retag = (customer, tags) => {
  const rest = withoutTags(customer.tags, tags);
  return rest.length === customer.tags.length ? { state: 'skipped', outcome: 'has_no_tag' } : rest;
};

/** One chunk: its customers locked, changed and marked, in four statements. */
const retag =
  (change: Retag, outcome: 'tagged' | 'untagged'): Step =>
  async (_ctx, tx, operation) => {
    const rows = await pendingRows(tx, operation);
    const customers = await lockCustomersOf(tx, rows);
    const settled: SettledRow[] = [];
    const changed: { id: string; tags: string[] }[] = [];
    for (const { position, customerId } of rows) {
      const customer = customers.get(customerId ?? '');
      const result = decideOn(customer, (found) => change(found, tagsOf(operation)));
      if (!Array.isArray(result)) settled.push({ position, ...result });
      else {
        settled.push({ position, state: 'done', outcome });
        changed.push({ id: customerId ?? '', tags: result });
      }
    }
    const made = changed.length === 0 ? [] : await writeTags(tx, changed);
    return {
      events: made.map(({ id, version }): NewEvent => ({ type: 'customer.edited', customerId: id, data: { fields: ['tags'], version } })),
      settled: await settleRows(tx, operation, settled),
      more: rows.length === chunkSize,
    };
  };

/** Gives the version that each has now: an edit on top of an older one is told what was changed here. */
const writeTags = (tx: Transaction, changed: { id: string; tags: string[] }[]) =>
  tx.execute<{ id: string; version: number }>(sql`
    update customers c set tags = array(select jsonb_array_elements_text(n.tags)), version = c.version + 1
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as n (id uuid, tags jsonb) where c.id = n.id returning c.id, c.version`);

/** As editing one customer does: not one that is gone, and not one whose relationship is over. */
function decideOn<Result>(
  customer: LockedCustomer | undefined,
  decide: (customer: LockedCustomer) => Result,
): Result | Omit<SettledRow, 'position'> {
  if (!customer) return { state: 'failed', failures: [{ code: 'gone' }] };
  if (customer.relationship === 'ended') return { state: 'failed', failures: [{ code: 'relationship', params: { state: 'ended' } }] };
  return decide(customer);
}

export const tagSteps: Record<StepName<'customers-tag'>, Step> = { choose_customers: chooseCustomers, add_tags: retag(addTags, 'tagged') };
export const untagSteps: Record<StepName<'customers-untag'>, Step> = {
  choose_customers: chooseCustomers,
  remove_tags: retag(removeTags, 'untagged'),
};

/**
 * Keeps what an export says of each customer, all of the same moment; the file is made of that whenever somebody fetches it. Who is gone
 * stays gone: such a row is skipped with its reason, since trying again could not do better.
 */
const writeExport: Step = async (ctx, tx, operation) => {
  // It has its rows. Those that wait are ones of a gone customer that ended as failed before they were skipped.
  if (operation.progress) return skipGone(tx, operation);
  const insert = copySql`insert into operation_rows (partner_id, operation_id, position, customer_id, label, state, outcome, failures, input)
      select ${ctx.partner.id}::uuid, ${operation.id}::uuid, position, customer_id, coalesce(company_name, ''),
        case when id is null then 'skipped' else 'done' end, case when id is not null then 'exported' end,
        case when id is null then '[{"code": "gone"}]'::jsonb end,
        case when id is not null then jsonb_build_object('domain', domain, 'relationship', relationship) end
      from ${chosen(ctx, operation)} as chosen`;
  const { count } = await tx.execute(sql.raw(insert.text));
  const [missing] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from operation_rows where operation_id = ${operation.id}::uuid and state = 'skipped'`,
  );
  const skipped = missing?.count ?? 0;
  return {
    events: [],
    operation: { progress: { done: 0, failed: 0, skipped: 0, total: count } },
    settled: { done: count - skipped, failed: 0, skipped },
  };
};

async function skipGone(tx: Transaction, operation: OperationRecord): ReturnType<Step> {
  const rows = await pendingRows(tx, operation);
  const gone = rows.map(({ position }): SettledRow => ({ position, state: 'skipped', failures: [{ code: 'gone' }] }));
  return { events: [], settled: await settleRows(tx, operation, gone), more: rows.length === chunkSize };
}

export const exportSteps: Record<StepName<'customers-export'>, Step> = { write_export: writeExport };

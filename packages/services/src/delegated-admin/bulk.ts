import { type CustomerRecord, customers, type OperationRecord } from '@clientele/db';
import { askableDelegatedAdmin, type StepName } from '@clientele/domain';
import { inArray } from 'drizzle-orm';
import { chooseCustomers } from '../customers/choose.ts';
import { afterRefusal, askedAtOnce } from '../invitations/bulk.ts';
import { type InvitationOrder, insertInvitations } from '../invitations/create.ts';
import { pendingRows, type SettledRow, settleRows } from '../operations/rows.ts';
import type { Step } from '../operations/step.ts';
import { type DelegatedAdminRequest, orderTo } from './ask.ts';

const requestOf = ({ input }: OperationRecord): DelegatedAdminRequest => ({ days: input.days as number, message: input.message as string });

/** What becomes of a row: a request to be written, or how the row ends without one. */
function decideOn(customer: CustomerRecord | undefined, request: DelegatedAdminRequest): InvitationOrder | Omit<SettledRow, 'position'> {
  if (!customer) return { state: 'failed', failures: [{ code: 'gone' }] };
  const { can, state } = askableDelegatedAdmin(customer);
  if (state === 'without_end') return { state: 'skipped', outcome: 'without_end' };
  if (!can) return { state: 'failed', failures: [{ code: 'relationship', params: { state } }] };
  if (!customer.contact.email) return { state: 'failed', failures: [{ code: 'no_contact' }] };
  return orderTo(customer, request);
}

/** One chunk: its customers are asked together, and each row says what became of it. Who has been asked before is left alone. */
const askCustomers: Step = async (ctx, tx, operation) => {
  const rows = await pendingRows(tx, operation, askedAtOnce);
  const ids = rows.flatMap(({ customerId }) => customerId ?? []);
  // Always in the same order, so that two who do it do not wait for each other.
  const locked =
    ids.length === 0 ? [] : await tx.select().from(customers).where(inArray(customers.id, ids)).orderBy(customers.id).for('update');
  const found = new Map(locked.map((customer) => [customer.id, customer]));
  const settled: SettledRow[] = [];
  const wanted: { position: number; order: InvitationOrder }[] = [];
  for (const { position, customerId } of rows) {
    const decided = decideOn(found.get(customerId ?? ''), requestOf(operation));
    if ('state' in decided) settled.push({ position, ...decided });
    else wanted.push({ position, order: decided });
  }
  const { results, events } = await insertInvitations(
    ctx,
    tx,
    wanted.map(({ order }) => order),
  );
  for (const [index, { position }] of wanted.entries()) {
    const result = results[index];
    if (result && 'refusal' in result) settled.push({ position, ...afterRefusal(result.refusal) });
    else settled.push({ position, state: 'done', outcome: 'asked' });
  }
  return { events, settled: await settleRows(tx, operation, settled), more: rows.length === askedAtOnce };
};

export const extendSteps: Record<StepName<'delegated-admin-extend'>, Step> = {
  choose_customers: chooseCustomers,
  ask_customers: askCustomers,
};

import { type Context, customers, type PlannedEndRecord, partnerUsers, plannedEnds, read, type Transaction, users } from '@clientele/db';
import { access, commandsOf, notFound, openPlannedEndStates, type PlannedEndState, plannedEndTransitions } from '@clientele/domain';
import { aliasedTable, and, desc, eq, inArray, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm';
import { type Allowed, allow, demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';

const deciders = aliasedTable(users, 'deciders');

function viewPlannedEnd(
  ctx: Context,
  record: PlannedEndRecord,
  names: { companyName: string; requestedBy: string | null; decidedBy: string | null },
) {
  const { id, customerId, mode, at, state, requestedAt, decidedAt, reason, blockers, heldUpAt, operationId } = record;
  const commands = commandsOf(plannedEndTransitions, state);
  const decide = (command: 'approve' | 'refuse'): Allowed => {
    const answer = allow(ctx, 'relationship.end', commands.includes(command), state);
    return answer.allowed && isOwn(ctx, record) ? { allowed: false, reason: 'own_request' } : answer;
  };
  return {
    id,
    customerId,
    companyName: names.companyName,
    mode,
    at,
    state,
    requestedAt,
    requestedBy: names.requestedBy ?? '',
    decidedAt,
    decidedBy: names.decidedBy,
    reason,
    blockers,
    heldUpAt,
    operationId,
    actions: {
      approve: decide('approve'),
      refuse: decide('refuse'),
      cancel: allow(ctx, 'relationship.end', commands.includes('cancel'), state),
    },
  };
}
export type PlannedEndView = ReturnType<typeof viewPlannedEnd>;

/** Whether the person who acts is the one who asked for this end: nobody is a second person to himself. */
export const isOwn = (ctx: Context, plan: Pick<PlannedEndRecord, 'requestedBy'>): boolean =>
  ctx.actor.kind === 'partner-user' && ctx.actor.id === plan.requestedBy;

const withNames = (tx: Transaction) =>
  tx
    .select({ plan: plannedEnds, companyName: customers.companyName, requestedBy: users.name, decidedBy: deciders.name })
    .from(plannedEnds)
    .innerJoin(customers, eq(customers.id, plannedEnds.customerId))
    .leftJoin(users, eq(users.id, plannedEnds.requestedBy))
    .leftJoin(deciders, eq(deciders.id, plannedEnds.decidedBy))
    .$dynamic();

/** One planned end as screens see it. Throws `not_found`. */
export async function loadPlannedEnd(ctx: Context, tx: Transaction, plannedEndId: string): Promise<PlannedEndView> {
  const [row] = await withNames(tx).where(eq(plannedEnds.id, plannedEndId));
  if (!row) throw notFound('planned end');
  return viewPlannedEnd(ctx, row.plan, row);
}

/** The end of this relationship that is open, or null. */
export async function openPlannedEndOf(ctx: Context, tx: Transaction, customerId: string): Promise<PlannedEndView | null> {
  const [row] = await withNames(tx).where(
    and(eq(plannedEnds.customerId, customerId), inArray(plannedEnds.state, [...openPlannedEndStates])),
  );
  return row ? viewPlannedEnd(ctx, row.plan, row) : null;
}

/** The plan, locked until the transaction ends. Lock its customer first. Throws `not_found`, also when it is another customer's. */
export async function lockPlannedEnd(tx: Transaction, which: { customerId: string; plannedEndId: string }): Promise<PlannedEndRecord> {
  const [record] = await tx
    .select()
    .from(plannedEnds)
    .where(and(eq(plannedEnds.id, which.plannedEndId), eq(plannedEnds.customerId, which.customerId)))
    .for('update');
  if (!record) throw notFound('planned end');
  return record;
}

export interface PlannedEndFilters {
  state: 'open' | 'held-up' | PlannedEndState;
  after?: string | undefined;
  limit: number;
}

/** The ends that are planned, the newest first. `held-up`: those whose moment has come and that wait for what blocks them. */
export async function listPlannedEnds(ctx: Context, filters: PlannedEndFilters) {
  demand(ctx, 'customers.see');
  const states: PlannedEndState[] =
    filters.state === 'open' ? [...openPlannedEndStates] : filters.state === 'held-up' ? ['waiting'] : [filters.state];
  return read(ctx, async (tx) => {
    const chosen = and(inArray(plannedEnds.state, states), filters.state === 'held-up' ? isNotNull(plannedEnds.heldUpAt) : undefined);
    const after = filters.after ? lt(plannedEnds.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined;
    const rows = await withNames(tx)
      .where(and(chosen, after))
      .orderBy(desc(plannedEnds.id))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map((row) => viewPlannedEnd(ctx, row.plan, row));
    return {
      items,
      next: rows.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: await tx.$count(plannedEnds, chosen), estimated: false },
    };
  });
}

/** The global admins of the partner besides the one who acts: who may be the second person. */
export async function otherGlobalAdmins(ctx: Context, tx: Transaction) {
  return tx
    .select({ id: users.id, email: users.email, language: users.language })
    .from(partnerUsers)
    .innerJoin(users, eq(users.id, partnerUsers.userId))
    .where(
      and(
        sql`${partnerUsers.roles} @> array['global-admin']`,
        ne(partnerUsers.userId, ctx.actor.kind === 'api-key' ? ctx.actor.createdBy : (ctx.actor.id ?? '')),
        isNull(partnerUsers.deactivatedAt),
      ),
    )
    .orderBy(users.id)
    .limit(100);
}

/** Whether a person of the partner may end relationships, as things are now and not as they were when the person asked. */
export async function mayEnd(ctx: Context, tx: Transaction, userId: string): Promise<boolean> {
  const [person] = await tx
    .select({ roles: partnerUsers.roles })
    .from(partnerUsers)
    .where(and(eq(partnerUsers.userId, userId), isNull(partnerUsers.deactivatedAt)));
  const { type: partnerType, cloud } = ctx.partner;
  return access({ roles: person?.roles ?? [], partnerType, cloud }, 'relationship.end').allowed;
}

/** A person of the partner, to be named or to get a mail. */
export async function authorOf(tx: Transaction, userId: string) {
  const [author] = await tx
    .select({ name: users.name, email: users.email, language: users.language })
    .from(users)
    .where(eq(users.id, userId));
  return author;
}

import type { Readable } from 'node:stream';
import {
  type Context,
  copyOut,
  copySql,
  customers,
  events,
  invitations,
  operations,
  partnerUserInvitations,
  RawSql,
  read,
  type Transaction,
  users,
} from '@clientele/db';
import { type EventGroup, type EventType, eventTypesOf } from '@clientele/domain';
import { aliasedTable, and, desc, eq, gte, ilike, inArray, lt, or, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor, escapeLike } from '../cursors.ts';

export interface ActivityFilters {
  from?: string | undefined;
  to?: string | undefined;
  type?: EventType | undefined;
  group?: EventGroup | undefined;
  customerId?: string | undefined;
  invitationId?: string | undefined;
  /** Any part of the name of the partner user. */
  actor?: string | undefined;
}

const month = 31 * 86_400_000;

/** From and to as they count: the last month unless told; for one customer or invitation everything. */
function span(ctx: Context, filters: ActivityFilters): { from: Date; to: Date } {
  const concerned = filters.customerId || filters.invitationId;
  return {
    from: filters.from ? new Date(filters.from) : concerned ? new Date(0) : new Date(ctx.now.getTime() - month),
    to: filters.to ? new Date(filters.to) : new Date(ctx.now.getTime() + 60_000),
  };
}

/** The operation that an event is about, when it is about one. */
const operationId = sql`(${events.data} ->> 'operationId')::uuid`;
/** The company that an event is about, also before there is a customer: as it was invited, or as it was to be added. */
const companyName = sql<string | null>`coalesce(${customers.companyName}, ${invitations.companyName}, ${operations.subject})`;

/** A person's name, or a key's. */
const actorName = sql<
  string | null
>`coalesce(${users.name}, case when ${events.actorKind} = 'api-key' then (select k.name from api_keys k where k.id::text = ${events.actorId}) end)`;
const actorNameInExport = `coalesce(u.name, case when e.actor_kind = 'api-key' then (select k.name from api_keys k where k.id::text = e.actor_id) end)`;
/** The partner user that an event is about, or who was invited to be one. */
const persons = aliasedTable(users, 'person');
const personName = sql<string | null>`coalesce(${persons.name}, ${partnerUserInvitations.name})`;

/** What is about a customer: also the invitations it came from, which were there before the customer was. Their ids go in as values: each has an index. */
async function concerns(tx: Transaction, customerId: string) {
  const asked = await tx.select({ id: invitations.id }).from(invitations).where(eq(invitations.customerId, customerId));
  const ids = asked.map(({ id }) => id);
  return ids.length > 0 ? or(eq(events.customerId, customerId), inArray(events.invitationId, ids)) : eq(events.customerId, customerId);
}

/** Who did what to which customer, newest first. */
export async function listActivity(ctx: Context, filters: ActivityFilters & { after?: string | undefined; limit: number }) {
  demand(ctx, 'activity.see');
  const { from, to } = span(ctx, filters);
  const chosenOf = async (tx: Transaction) =>
    and(
      gte(events.at, from),
      lt(events.at, to),
      filters.type ? eq(events.type, filters.type) : undefined,
      filters.group ? inArray(events.type, eventTypesOf(filters.group)) : undefined,
      filters.customerId ? await concerns(tx, filters.customerId) : undefined,
      filters.invitationId ? eq(events.invitationId, filters.invitationId) : undefined,
      filters.actor ? ilike(actorName, `%${escapeLike(filters.actor)}%`) : undefined,
    );
  return read(ctx, async (tx) => {
    const chosen = await chosenOf(tx);
    const rows = await tx
      .select({ event: events, actorName, companyName, personName })
      .from(events)
      .leftJoin(users, eq(users.id, events.actorId))
      .leftJoin(customers, eq(customers.id, events.customerId))
      .leftJoin(invitations, eq(invitations.id, events.invitationId))
      .leftJoin(operations, eq(operations.id, operationId))
      .leftJoin(persons, eq(persons.id, sql`${events.data} ->> 'userId'`))
      .leftJoin(partnerUserInvitations, eq(partnerUserInvitations.id, sql`(${events.data} ->> 'partnerUserInvitationId')::uuid`))
      .where(and(chosen, filters.after ? lt(events.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined))
      .orderBy(desc(events.id))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map(({ event, actorName, companyName, personName }) => ({
      id: event.id,
      type: event.type,
      at: event.at,
      actor: { kind: event.actorKind, name: actorName ?? '' },
      customerId: event.customerId,
      companyName,
      personName,
      invitationId: event.invitationId,
      data: event.data,
    }));
    const most = 10_000;
    const some = tx
      .select({ one: sql`1` })
      .from(events)
      .leftJoin(users, eq(users.id, events.actorId))
      .where(chosen)
      .limit(most + 1)
      .as('some');
    const [total] = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
    const count = total?.count ?? 0;
    return {
      items,
      next: rows.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: Math.min(count, most), estimated: count > most },
    };
  });
}

/** Exactly the records that the filters give, as a CSV stream, newest first. */
export async function exportActivity(ctx: Context, filters: ActivityFilters): Promise<Readable> {
  demand(ctx, 'activity.export');
  const { from, to } = span(ctx, filters);
  const parts = [copySql`e.at >= ${from.toISOString()}::timestamptz`.text, copySql`e.at < ${to.toISOString()}::timestamptz`.text];
  if (filters.type) parts.push(copySql`e.type = ${filters.type}`.text);
  if (filters.group)
    parts.push(
      `e.type in (${eventTypesOf(filters.group)
        .map((type) => copySql`${type}`.text)
        .join(', ')})`,
    );
  if (filters.customerId)
    parts.push(
      copySql`(e.customer_id = ${filters.customerId}::uuid or e.invitation_id in (select id from invitations where customer_id = ${filters.customerId}::uuid))`
        .text,
    );
  if (filters.invitationId) parts.push(copySql`e.invitation_id = ${filters.invitationId}::uuid`.text);
  if (filters.actor) parts.push(`${actorNameInExport} ilike ${copySql`${`%${escapeLike(filters.actor)}%`}`.text}`);
  const harmless = (column: string) => `case when ${column} ~ '^[=+@\\t\\r-]' then '''' || ${column} else ${column} end`;
  return copyOut(
    ctx,
    new RawSql(`select e.at as "Date (UTC)", e.type as "Action", e.actor_kind as "Actor kind", ${harmless(actorNameInExport)} as "Actor", e.customer_id as "Customer ID",
      ${harmless('coalesce(c.company_name, i.company_name, o.subject)')} as "Company name", e.invitation_id as "Invitation ID", e.request_id as "Request ID", e.data as "Details"
      from events e left join users u on u.id = e.actor_id left join customers c on c.id = e.customer_id
      left join invitations i on i.id = e.invitation_id left join operations o on o.id = (e.data ->> 'operationId')::uuid
      where ${parts.join(' and ')} order by e.id desc`),
  );
}

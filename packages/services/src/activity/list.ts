import type { Readable } from 'node:stream';
import {
  type Context,
  copyOut,
  copySql,
  customers,
  eventSeals,
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
import { harmless } from '../spreadsheets.ts';

export interface ActivityFilters {
  from?: string | undefined;
  to?: string | undefined;
  type?: EventType | undefined;
  group?: EventGroup | undefined;
  customerId?: string | undefined;
  invitationId?: string | undefined;
  /** Any part of the name of the partner user. */
  actor?: string | undefined;
  /** Any part of the company's name, its domain or the person's name; or all of a record's or request's id, or of an address. */
  search?: string | undefined;
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

/** A person's name, or a key's, of an event and the user that it may be of. Whoever acts from the other side of a partnership is called as its organisation is. */
const actorNameOf = (event: string, user: string) =>
  `coalesce(case when ${event}.actor_kind = 'partner-user' and ${event}.actor_id not in (select user_id from partner_users) then other_side_of(${event}.actor_id) end,
    ${user}.name, case when ${event}.actor_kind = 'api-key' then (select k.name from api_keys k where k.id::text = ${event}.actor_id) end)`;
export const nameOfActor = sql<string | null>`${sql.raw(actorNameOf('events', 'users'))}`;
export const actorNameInExport = actorNameOf('e', 'u');
/** The partner user that an event is about, or who was invited to be one. */
const persons = aliasedTable(users, 'person');
const personName = sql<string | null>`coalesce(${persons.name}, ${partnerUserInvitations.name})`;

/** The partner on the other side of a partnership that an event is about. */
const partnerName = sql<string | null>`case when ${events.data} ? 'partnerId' then
  (select o.name from partnered_partners() o where o.id = (${events.data} ->> 'partnerId')::uuid) end`;

/** What is about a customer: also the invitations it came from, which were there before the customer was. Their ids go in as values: each has an index. */
async function concerns(tx: Transaction, customerId: string) {
  const asked = await tx.select({ id: invitations.id }).from(invitations).where(eq(invitations.customerId, customerId));
  const ids = asked.map(({ id }) => id);
  return ids.length > 0 ? or(eq(events.customerId, customerId), inArray(events.invitationId, ids)) : eq(events.customerId, customerId);
}

/**
 * What a search finds, over the events in `of`; `part` and `whole` stand for what was typed. Names are looked up once, not for each record: the log of a
 * partner can be very long.
 */
function mentions<Text>(of: Text, part: Text, whole: Text, join: (strings: TemplateStringsArray, ...values: Text[]) => Text): Text {
  return join`(${of}.customer_id in (select matching_customers(lower(${part}::text collate "und-x-icu")))
    or ${of}.actor_id in (select id from users where name ilike ${part})
    or ${of}.invitation_id in (select id from invitations where company_name ilike ${part})
    or ${of}.data ->> 'operationId' in (select id::text from operations where subject ilike ${part})
    or ${of}.data ->> 'domain' ilike ${part} or ${of}.ip = ${whole} or ${of}.id::text = lower(${whole}::text) or ${of}.request_id = ${whole})`;
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
      filters.actor ? ilike(nameOfActor, `%${escapeLike(filters.actor)}%`) : undefined,
      filters.search ? mentions(sql.raw('events'), sql`${`%${escapeLike(filters.search)}%`}`, sql`${filters.search}`, sql) : undefined,
    );
  return read(ctx, async (tx) => {
    const chosen = await chosenOf(tx);
    const rows = await tx
      .select({ event: events, actorName: nameOfActor, companyName, personName, partnerName, seq: eventSeals.seq })
      .from(events)
      .leftJoin(users, eq(users.id, events.actorId))
      .leftJoin(customers, eq(customers.id, events.customerId))
      .leftJoin(invitations, eq(invitations.id, events.invitationId))
      .leftJoin(operations, eq(operations.id, operationId))
      .leftJoin(persons, eq(persons.id, sql`${events.data} ->> 'userId'`))
      .leftJoin(partnerUserInvitations, eq(partnerUserInvitations.id, sql`(${events.data} ->> 'partnerUserInvitationId')::uuid`))
      .leftJoin(eventSeals, eq(eventSeals.eventId, events.id))
      .where(and(chosen, filters.after ? lt(events.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined))
      .orderBy(desc(events.id))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map(({ event, actorName, companyName, personName, partnerName, seq }) => ({
      id: event.id,
      type: event.type,
      at: event.at,
      actor: { kind: event.actorKind, name: actorName ?? '' },
      customerId: event.customerId,
      companyName,
      personName,
      partnerName,
      invitationId: event.invitationId,
      data: event.data,
      requestId: event.requestId,
      operationId: event.operationId,
      ip: event.ip,
      userAgent: event.userAgent,
      seq,
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

/** The same choice as `listActivity` makes, as text for statements over `joined`. */
export function chosenText(ctx: Context, filters: ActivityFilters): string {
  const { from, to } = span(ctx, filters);
  const parts = [copySql`e.at >= ${from.toISOString()}::timestamptz`, copySql`e.at < ${to.toISOString()}::timestamptz`];
  if (filters.type) parts.push(copySql`e.type = ${filters.type}`);
  if (filters.group)
    parts.push(
      new RawSql(
        `e.type in (${eventTypesOf(filters.group)
          .map((type) => copySql`${type}`.text)
          .join(', ')})`,
      ),
    );
  if (filters.customerId)
    parts.push(
      copySql`(e.customer_id = ${filters.customerId}::uuid or e.invitation_id in (select id from invitations where customer_id = ${filters.customerId}::uuid))`,
    );
  if (filters.invitationId) parts.push(copySql`e.invitation_id = ${filters.invitationId}::uuid`);
  if (filters.actor) parts.push(new RawSql(`${actorNameInExport} ilike ${copySql`${`%${escapeLike(filters.actor)}%`}`.text}`));
  if (filters.search)
    parts.push(mentions(new RawSql('e'), copySql`${`%${escapeLike(filters.search)}%`}`, copySql`${filters.search}`, copySql));
  return parts.map(({ text }) => text).join(' and ');
}

/** Events with the names of who and whom. */
export const joined = `events e left join users u on u.id = e.actor_id left join customers c on c.id = e.customer_id
  left join invitations i on i.id = e.invitation_id left join operations o on o.id = (e.data ->> 'operationId')::uuid`;

/** Exactly the records that the filters give, as a CSV stream, newest first. */
export async function exportActivity(ctx: Context, filters: ActivityFilters): Promise<Readable> {
  demand(ctx, 'activity.export');
  return copyOut(
    ctx,
    new RawSql(`select e.at as "Date (UTC)", e.type as "Action", e.actor_kind as "Actor kind", ${harmless(actorNameInExport)} as "Actor", e.customer_id as "Customer ID",
      ${harmless('coalesce(c.company_name, i.company_name, o.subject)')} as "Company name", e.invitation_id as "Invitation ID", e.request_id as "Request ID", e.data as "Details",
      e.operation_id as "In operation", e.ip as "IP address", ${harmless('e.user_agent')} as "User agent", e.id as "Record ID", s.seq as "Place in the chain", encode(s.hash, 'hex') as "Hash"
      from ${joined} left join event_seals s on s.event_id = e.id where ${chosenText(ctx, filters)} order by e.id desc`),
  );
}

import { type Context, customers, deliveries, events, leadNotes, leads, read, readPipelined, type Transaction, users } from '@clientele/db';
import { type LeadState, type LeadType, leadStates, notFound } from '@clientele/domain';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { badCursor, decodeCursor, decodeMoment, encodeCursor, escapeLike } from '../cursors.ts';
import { viewDelivery } from '../deliveries/view.ts';
import { demandLeads } from './feature.ts';
import { loadLead, viewLeads } from './view.ts';

export interface LeadFilters {
  type?: LeadType | undefined;
  /** Only those that this person has marked. */
  favourite?: boolean | undefined;
  urgent?: boolean | undefined;
  search?: string | undefined;
}

export interface LeadList extends LeadFilters {
  state: 'all' | LeadState;
  sort: 'received' | 'company' | 'closing';
  order: 'asc' | 'desc';
  after?: string | undefined;
  limit: number;
}

/** So many leads of a state the board shows at first; each column goes on by the list. */
const leadsOfColumn = 20;

/** The filters as `find_leads` and `count_leads` take them (packages/db/migrations/0031_leads.sql). */
function givenOf(ctx: Context, { type, favourite, urgent, search }: LeadFilters, state?: LeadState): string {
  const term = search?.trim().toLowerCase();
  return JSON.stringify({
    now: ctx.now.toISOString(),
    ...(state ? { state } : {}),
    ...(type ? { type } : {}),
    ...(favourite ? { favouriteOf: userIdOf(ctx) } : {}),
    ...(urgent ? { urgent: true } : {}),
    ...(term ? { pattern: `%${escapeLike(term)}%` } : {}),
    ...(term && !/[a-z0-9]{3}/.test(term) ? gramsOf(term) : {}),
  });
}

/** Words of one or two letters outside of ASCII have an index of their own; a shorter Latin one is looked for row by row. */
function gramsOf(term: string): { grams?: string[] } {
  const letters = [...term].filter((letter) => letter.charCodeAt(0) > 127);
  return letters.length > 0 ? { grams: [...new Set(letters)] } : {};
}

/** Leads by the filters, each with what can be done with it. */
export async function listLeads(ctx: Context, list: LeadList) {
  demandLeads(ctx, 'leads.see');
  const state = list.state === 'all' ? undefined : list.state;
  const given = givenOf(ctx, list, state);
  const after = list.after ? readCursor(list) : null;
  return read(ctx, async (tx) => {
    const found = await tx.execute<{ id: string }>(
      sql`select id from find_leads(${given}::jsonb, ${list.sort}, ${list.order === 'desc'}, ${after?.[0] ?? null}, ${after?.[1] ?? null}::uuid, ${list.limit + 1}) id`,
    );
    const items = await inOrder(
      ctx,
      tx,
      found.slice(0, list.limit).map(({ id }) => id),
    );
    const counts = await tx.execute<{ state: LeadState; leads: string }>(sql`select state, leads from count_leads(${given}::jsonb)`);
    const last = items.at(-1);
    return {
      items,
      next: found.length > list.limit && last ? await cursorOf(tx, list.sort, last.id) : null,
      total: { count: counts.reduce((sum, one) => sum + Number(one.leads), 0), estimated: false },
    };
  });
}

const keys = {
  received: sql`received_at::text`,
  company: sql`left(lower(company_name), 60)`,
  closing: sql`coalesce(close_date, 'infinity'::date)::text`,
} as const;

async function cursorOf(tx: Transaction, sort: LeadList['sort'], leadId: string): Promise<string> {
  const [row] = await tx.execute<{ key: string }>(sql`select ${keys[sort]} as key from leads where id = ${leadId}::uuid`);
  return encodeCursor([row?.key ?? '', leadId]);
}

function readCursor({ after = '', sort }: LeadList): [string, string] {
  const [value = '', id = ''] = decodeCursor(after, 2);
  if (sort === 'received') decodeMoment(value);
  if (sort === 'closing' && value !== 'infinity' && (!/^\d{4}-\d\d-\d\d$/.test(value) || Number.isNaN(Date.parse(value))))
    throw badCursor();
  return [value, id];
}

async function inOrder(ctx: Context, tx: Transaction, ids: string[]) {
  if (ids.length === 0) return [];
  const records = await tx.select().from(leads).where(inArray(leads.id, ids));
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  records.sort((one, other) => (placeOf.get(one.id) ?? 0) - (placeOf.get(other.id) ?? 0));
  return viewLeads(ctx, tx, records);
}

/** A lead as a card of the board. */
interface CardRow {
  id: string;
  column: LeadState;
  type: LeadType;
  company_name: string;
  first_name: string;
  last_name: string;
  language: string;
  received_at: string;
  expires_at: string;
  urgent: boolean;
  favourite: boolean;
  deal_name: string | null;
  amount: string | null;
  currency: string | null;
  close_date: string | null;
  profile_id: string | null;
}

const cardColumns = `l.id, l.type, l.company_name, l.first_name, l.last_name, l.language, l.received_at, l.expires_at,
  coalesce(l.urgent_until > $1::timestamptz and s.state in ('received', 'accepted'), false) as urgent,
  exists (select from lead_favourites f where f.partner_id = l.partner_id and f.user_id = $2 and f.lead_id = l.id) as favourite,
  l.deal_name, l.amount, l.currency, l.close_date::text as close_date, l.profile_id`;

/**
 * The board without filters, in one statement: the newest of each state, along one index. What has run out and was not swept yet stands where it belongs;
 * there are few of those.
 */
export const boardSql = `
  select s.state as "column", ${cardColumns}
  from unnest(array['received', 'accepted', 'won', 'lost', 'declined', 'expired']) with ordinality s(state, place)
  cross join lateral (
    select * from (
      (select * from leads where partner_id = current_partner_id() and leads.state = s.state and (s.state <> 'received' or expires_at > $1::timestamptz)
        order by received_at desc, id desc limit ${leadsOfColumn})
      union all
      (select * from leads where s.state = 'expired' and partner_id = current_partner_id() and leads.state = 'received' and expires_at <= $1::timestamptz
        order by received_at desc, id desc limit ${leadsOfColumn})
    ) one order by received_at desc, id desc limit ${leadsOfColumn}
  ) l order by s.place, l.received_at desc, l.id desc`;

/** How many there are in each state; reads an index and no row. */
export const boardCountsSql = `
  select case when state = 'received' and expires_at <= $1::timestamptz then 'expired' else state end as state, count(*)::int as leads
  from leads where partner_id = current_partner_id() group by 1`;

const filteredSql = `
  select s.state as "column", ${cardColumns}
  from unnest(array['received', 'accepted', 'won', 'lost', 'declined', 'expired']) with ordinality s(state, place)
  cross join lateral find_leads($3::jsonb || jsonb_build_object('state', s.state), 'received', true, null, null, ${leadsOfColumn}) with ordinality f(id, at)
  join leads l on l.id = f.id order by s.place, f.at`;

/** The board: for each state how many leads there are, really, and the newest of them. */
export async function leadBoard(ctx: Context, filters: LeadFilters) {
  demandLeads(ctx, 'leads.see');
  const isPlain = !filters.type && !filters.favourite && !filters.urgent && !filters.search?.trim();
  const now = ctx.now.toISOString();
  const given = givenOf(ctx, filters);
  const [cards, counts] = await Promise.all([
    isPlain
      ? readPipelined<CardRow>(ctx, boardSql, [now, userIdOf(ctx)])
      : readPipelined<CardRow>(ctx, filteredSql, [now, userIdOf(ctx), given]),
    isPlain
      ? readPipelined<{ state: LeadState; leads: number }>(ctx, boardCountsSql, [now])
      : readPipelined<{ state: LeadState; leads: number }>(ctx, 'select state, leads::int as leads from count_leads($1::jsonb)', [given]),
  ]);
  return {
    columns: leadStates.map((state) => {
      const rows = cards.filter(({ column }) => column === state);
      const count = counts.find((one) => one.state === state)?.leads ?? 0;
      const last = rows.at(-1);
      return {
        state,
        count,
        items: rows.map(viewCard),
        next: last && count > rows.length ? encodeCursor([momentText(last.received_at), last.id]) : null,
      };
    }),
  };
}

/** As Postgres has written it: what a plain read gives is that text already. */
const momentText = (value: unknown): string =>
  value instanceof Date ? value.toISOString().replace('T', ' ').replace('Z', '+00') : String(value);

function viewCard(row: CardRow) {
  return {
    id: row.id,
    type: row.type,
    state: row.column,
    companyName: row.company_name,
    personName: row.language === 'ja' ? `${row.last_name} ${row.first_name}` : `${row.first_name} ${row.last_name}`,
    receivedAt: new Date(row.received_at),
    expiresAt: new Date(row.expires_at),
    urgent: row.urgent,
    favourite: row.favourite,
    dealName: row.deal_name,
    value: row.amount === null || row.currency === null ? null : { amount: Number(row.amount), currency: row.currency },
    closeDate: row.close_date,
    isFromProfile: row.profile_id !== null,
  };
}

const mostHappenings = 300;

/** One lead with everything that happened to it, its notes and its mails, newest first. Throws `not_found`, also for another partner's. */
export async function getLead(ctx: Context, leadId: string) {
  demandLeads(ctx, 'leads.see');
  return read(ctx, async (tx) => {
    const lead = await loadLead(ctx, tx, leadId);
    const [happened, mails, notes] = await Promise.all([
      tx
        .select({ at: events.at, type: events.type, by: users.name, actorKind: events.actorKind, data: events.data })
        .from(events)
        .leftJoin(users, eq(users.id, events.actorId))
        .where(inArray(events.id, sql`(select id from events_of_lead(${leadId}::uuid, ${mostHappenings}) id)`))
        .orderBy(desc(events.id)),
      tx
        .select()
        .from(deliveries)
        .where(inArray(deliveries.id, sql`(select id from deliveries_of_lead(${leadId}::uuid, 100) id)`))
        .orderBy(desc(deliveries.queuedAt), desc(deliveries.id)),
      tx
        .select({ id: leadNotes.id, text: leadNotes.text, at: leadNotes.createdAt, by: users.name })
        .from(leadNotes)
        .innerJoin(users, eq(users.id, leadNotes.createdBy))
        .where(and(eq(leadNotes.partnerId, ctx.partner.id), eq(leadNotes.leadId, leadId)))
        .orderBy(desc(leadNotes.id))
        .limit(200),
    ]);
    return {
      ...lead,
      timeline: happened.map(({ at, type, by, actorKind, data }) => ({
        at,
        what: type,
        by: actorKind === 'partner-user' ? by : null,
        fields: (data as { fields?: string[] }).fields ?? [],
      })),
      mails: mails.map((mail) => ({ ...viewDelivery(mail), recipient: mail.recipient })),
      notes,
    };
  });
}

/** The lead that a customer came from, if it came from one: by itself, or by an invitation. */
export async function leadOfCustomer(ctx: Context, customerId: string) {
  demandLeads(ctx, 'leads.see');
  return read(ctx, async (tx) => {
    const [customer] = await tx.select({ id: customers.id }).from(customers).where(eq(customers.id, customerId));
    if (!customer) throw notFound('customer');
    const [row] = await tx.execute<{
      id: string;
      deal_name: string | null;
      company_name: string;
      received_at: string;
      closed_at: string | null;
    }>(sql`
      select l.id, l.deal_name, l.company_name, l.received_at, l.closed_at from leads l
      where l.partner_id = ${ctx.partner.id}::uuid and (l.customer_id = ${customerId}::uuid
        or l.invitation_id in (select i.id from invitations i where i.partner_id = ${ctx.partner.id}::uuid and i.customer_id = ${customerId}::uuid))
      order by l.received_at desc limit 1`);
    return {
      lead: row
        ? {
            id: row.id,
            title: row.deal_name ?? row.company_name,
            receivedAt: new Date(row.received_at),
            closedAt: row.closed_at ? new Date(row.closed_at) : null,
          }
        : null,
    };
  });
}

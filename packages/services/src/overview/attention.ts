import { type Context, operations, type Transaction } from '@clientele/db';
import {
  type AttentionName,
  access,
  attentionDays,
  attentionKind,
  attentionNames,
  dayMs,
  invitationDays,
  type OperationState,
  offers,
  permissionToAnswer,
  providerRequestKinds,
} from '@clientele/domain';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { type Allowed, allow, grantee, userIdOf } from '../access.ts';
import { needMoments } from '../invitations/list.ts';
import { viewOperation } from '../operations/view.ts';

/** So many of a kind are shown, and so many are counted: whoever has more of them works by the list. */
const shownOfKind = 3;
export const countedOfKind = 300;

/** One thing that waits for a person. What `about` and `who` are depends on the kind. */
interface AttentionLine {
  id: string;
  /** The company, or the name of the thing. */
  subject: string;
  at: Date;
  about: string | null;
  who: string | null;
  customerId: string | null;
  act: Allowed;
}

/** A kind with its first lines, the most urgent first. `count` stops at `countedOfKind`. */
export interface Attention {
  kind: AttentionName;
  count: number;
  lines: AttentionLine[];
}

interface Found {
  count: number;
  lines: (Omit<AttentionLine, 'act'> & { act?: Allowed })[];
}

type Read = (ctx: Context, tx: Transaction) => Promise<Found>;

/** What needs somebody now, of all that this person may see; kinds of which there is nothing are left out. */
export async function readAttention(ctx: Context, tx: Transaction): Promise<Attention[]> {
  const seen = attentionNames.filter((name) => {
    const { see, feature } = attentionKind(name);
    return access(grantee(ctx), see).allowed && (!feature || offers(ctx.partner.cloud, feature));
  });
  // They leave together: one waiting for all of them.
  const found = await Promise.all(seen.map((name) => reads[name](ctx, tx)));
  return seen.flatMap((kind, index) => {
    const { count, lines } = found[index] ?? { count: 0, lines: [] };
    if (count === 0) return [];
    const act = allow(ctx, attentionKind(kind).act, true, '');
    return [{ kind, count, lines: lines.map((line) => ({ act, ...line })) }];
  });
}

interface Row extends Record<string, unknown> {
  id: string;
  subject: string;
  at: string;
  about: string | null;
  who: string | null;
  customerId: string | null;
  count: number;
}

/** The first of what a query gives, which names its columns as `Row` does and comes in its order; and how many there are, as far as they are counted. */
async function first(tx: Transaction, query: SQL): Promise<Found> {
  const rows = await tx.execute<Row>(sql`
    select f.*, count(*) over ()::int as count from (${query} limit ${countedOfKind}) f limit ${shownOfKind}`);
  return { count: rows[0]?.count ?? 0, lines: [...rows].map(({ count: _count, at, ...line }) => ({ ...line, at: new Date(at) })) };
}

const operationsIn =
  (state: OperationState): Read =>
  async (ctx, tx) => {
    const chosen = and(eq(operations.partnerId, ctx.partner.id), eq(operations.state, state));
    const [records, [counted]] = await Promise.all([
      tx.select().from(operations).where(chosen).orderBy(desc(operations.id)).limit(shownOfKind),
      tx.execute<{ count: number }>(
        sql`select count(*)::int as count from (select from operations where partner_id = ${ctx.partner.id}::uuid and state = ${state} limit ${countedOfKind}) o`,
      ),
    ]);
    return {
      count: counted?.count ?? 0,
      lines: records.map((record) => {
        const { id, subject, kind, customerId, finishedAt, pausedAt, createdAt, actions } = viewOperation(ctx, record, '');
        return {
          id,
          subject,
          at: finishedAt ?? pausedAt ?? createdAt,
          about: kind,
          who: null,
          customerId,
          act: lookAt(actions.retry, actions.resume),
        };
      }),
    };
  };

/** Whoever could do something about it by its role is led there; what else stands in the way is said there. */
const lookAt = (...acts: Allowed[]): Allowed => acts.find((act) => !act.allowed && act.reason !== 'state') ?? { allowed: true };

const openInvitation = (ctx: Context) =>
  sql`i.partner_id = ${ctx.partner.id}::uuid and i.state = 'pending' and i.expires_at > ${ctx.now.toISOString()}::timestamptz`;
const handedOver = sql`exists (select from invitation_hand_overs h where h.invitation_id = i.id and h.state = 'pending')`;
const newestMail = sql`(select d.state from deliveries d where d.partner_id = i.partner_id and d.invitation_id = i.id and d.kind = 'invitation'
  order by d.queued_at desc, d.id desc limit 1)`;
const isQuiet = sql`not ${handedOver} and coalesce(${newestMail} not in ('bounced', 'failed'), true)`;

const reads: Record<AttentionName, Read> = {
  'operation-failed': operationsIn('failed'),
  'operation-paused': operationsIn('paused'),

  // Who asked for it cannot agree to it, and knows.
  'end-approval': (ctx, tx) =>
    first(
      tx,
      sql`select p.id, c.company_name as subject, p.requested_at as at, p.mode as about, u.name as who, p.customer_id as "customerId"
        from planned_ends p join customers c on c.id = p.customer_id left join users u on u.id = p.requested_by
        where p.partner_id = ${ctx.partner.id}::uuid and p.state = 'awaiting-approval' and p.requested_by <> ${userIdOf(ctx)} order by p.id`,
    ),

  'end-held-up': (ctx, tx) =>
    first(
      tx,
      sql`select p.id, c.company_name as subject, p.held_up_at as at, p.blockers::text as about, null as who, p.customer_id as "customerId"
        from planned_ends p join customers c on c.id = p.customer_id
        where p.partner_id = ${ctx.partner.id}::uuid and p.state = 'waiting' and p.held_up_at is not null order by p.held_up_at`,
    ),

  'hand-over': (ctx, tx) =>
    first(
      tx,
      sql`select i.id, i.company_name as subject, h.created_at as at, null as about, h.name as who, i.customer_id as "customerId"
        from invitation_hand_overs h join invitations i on i.id = h.invitation_id
        where h.partner_id = ${ctx.partner.id}::uuid and h.state = 'pending' and ${openInvitation(ctx)} order by h.id`,
    ),

  // The one that lapses first.
  'order-waiting': (ctx, tx) =>
    first(
      tx,
      sql`select o.id, c.company_name as subject, o.lapses_at as at, o.kind as about, u.name as who, o.customer_id as "customerId"
        from orders o join customers c on c.id = o.customer_id left join users u on u.id = o.ordered_by
        where o.partner_id = ${ctx.partner.id}::uuid and o.state = 'awaiting-approval' and o.lapses_at > ${ctx.now.toISOString()}::timestamptz order by o.lapses_at, o.id`,
    ),

  // Whoever may do what is asked for may answer.
  'provider-request': async (ctx, tx) => {
    const found = await first(
      tx,
      sql`select r.id, r.company_name as subject, r.requested_at as at, r.kind as about, p.name as who, r.provider_customer_id as "customerId"
        from provider_requests r left join partnered_partners() p on p.id = r.reseller_id
        where r.provider_id = ${ctx.partner.id}::uuid and r.state = 'requested' order by r.id`,
    );
    const lines = found.lines.map((line) => {
      const kind = providerRequestKinds.find((one) => one === line.about);
      return kind ? { ...line, act: allow(ctx, permissionToAnswer[kind], true, '') } : line;
    });
    return { ...found, lines };
  },

  'lead-urgent': (ctx, tx) =>
    first(
      tx,
      sql`select l.id, l.company_name as subject, l.received_at as at, null as about, l.first_name || ' ' || l.last_name as who, l.customer_id as "customerId" from leads l
        where l.partner_id = ${ctx.partner.id}::uuid and l.state = 'received' and l.expires_at > ${ctx.now.toISOString()}::timestamptz
          and l.urgent_until > ${ctx.now.toISOString()}::timestamptz order by l.urgent_until, l.id`,
    ),

  // By the age, in which they run out, too: the board's own order.
  'lead-running-out': (ctx, tx) =>
    first(
      tx,
      sql`select l.id, l.company_name as subject, l.expires_at as at, null as about, l.first_name || ' ' || l.last_name as who, l.customer_id as "customerId" from leads l
        where l.partner_id = ${ctx.partner.id}::uuid and l.state = 'received' and l.expires_at > ${ctx.now.toISOString()}::timestamptz
          and l.expires_at <= ${new Date(ctx.now.getTime() + attentionDays.lead * dayMs).toISOString()}::timestamptz
          and coalesce(l.urgent_until <= ${ctx.now.toISOString()}::timestamptz, true) order by l.received_at, l.id`,
    ),

  // No open invitation is older than one can be, so no older mail is looked at.
  'mail-undelivered': (ctx, tx) =>
    first(
      tx,
      sql`select i.id, i.company_name as subject, coalesce(d.returned_at, d.queued_at) as at, d.state as about, i.email as who, i.customer_id as "customerId"
        from deliveries d join invitations i on i.id = d.invitation_id
        where d.partner_id = ${ctx.partner.id}::uuid and d.kind = 'invitation' and d.state in ('bounced', 'failed') and ${openInvitation(ctx)}
          and d.queued_at > ${new Date(ctx.now.getTime() - (invitationDays.most + 1) * dayMs).toISOString()}::timestamptz
          and not exists (select from deliveries n where n.partner_id = d.partner_id and n.invitation_id = d.invitation_id and n.kind = 'invitation'
            and (n.queued_at, n.id) > (d.queued_at, d.id))
        order by d.queued_at desc`,
    ),

  // Whom has been asked for more is no longer the partner's turn.
  'delegated-admin-ending': (ctx, tx) =>
    first(
      tx,
      sql`select c.id, c.company_name as subject, c.delegated_admin_until as at, null as about, null as who, c.id as "customerId" from customers c
        where c.partner_id = ${ctx.partner.id}::uuid and c.delegated_admin and c.relationship = 'active' and c.delegated_admin_until > ${ctx.now.toISOString()}::timestamptz
          and c.delegated_admin_until < ${new Date(ctx.now.getTime() + attentionDays.delegatedAdmin * dayMs).toISOString()}::timestamptz
          and not exists (select from invitations i where i.customer_id = c.id and ${openInvitation(ctx)})
        order by c.delegated_admin_until, c.id`,
    ),

  'invitation-running-out': (ctx, tx) =>
    first(
      tx,
      sql`select i.id, i.company_name as subject, i.expires_at as at, null as about, i.email as who, i.customer_id as "customerId" from invitations i
        where ${openInvitation(ctx)} and i.expires_at <= ${needMoments(ctx.now).soon.toISOString()}::timestamptz and ${isQuiet} order by i.expires_at, i.id`,
    ),

  'invitation-unanswered': (ctx, tx) =>
    first(
      tx,
      sql`select i.id, i.company_name as subject, i.created_at as at, null as about, i.email as who, i.customer_id as "customerId" from invitations i
        where ${openInvitation(ctx)} and i.expires_at > ${needMoments(ctx.now).soon.toISOString()}::timestamptz
          and i.created_at <= ${needMoments(ctx.now).longAgo.toISOString()}::timestamptz and ${isQuiet} order by i.created_at, i.id`,
    ),

  'api-key-ending': (ctx, tx) =>
    first(
      tx,
      sql`select k.id, k.name as subject, k.expires_at as at, null as about, null as who, null::uuid as "customerId" from api_keys k
        where k.partner_id = ${ctx.partner.id}::uuid and k.revoked_at is null and k.expires_at > ${ctx.now.toISOString()}::timestamptz
          and k.expires_at < ${new Date(ctx.now.getTime() + attentionDays.apiKey * dayMs).toISOString()}::timestamptz
        order by k.expires_at, k.id`,
    ),
};

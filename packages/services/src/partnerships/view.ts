import { type Context, invitations, type PartnershipRecord, type Transaction, users } from '@clientele/db';
import { invitationStateAt, notFound, type PartnershipState } from '@clientele/domain';
import { inArray, type SQL, sql } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';
import type { Links } from '../invitations/links.ts';
import { type InvitationView, viewInvitations } from '../invitations/view.ts';

/** A partnership with the name that the other side has: its own once it has accepted, and before that the one that the provider gave it. */
export interface PartnershipRow extends Record<string, unknown> {
  id: string;
  name: string;
  partnerId: string | null;
  country: string | null;
  webSite: string | null;
  providerId: string;
  resellerId: string | null;
  state: PartnershipState;
  invitationId: string | null;
  companyName: string;
  requestedBy: string;
  requestedAt: string;
  since: string | null;
  removedAt: string | null;
  removedByPartner: string | null;
  removedBy: string | null;
  acceptedBy: string | null;
  shared: number;
}

/** All of the partner's partnerships, from its side. */
export const partnershipsOf = (ctx: Context): SQL => {
  const isProvider = ctx.partner.type === 'indirect-provider';
  const [own, other] = isProvider ? ['provider_id', 'reseller_id'] : ['reseller_id', 'provider_id'];
  return sql`select p.id, coalesce(o.name, p.company_name) collate "und-x-icu" as name, o.id as "partnerId", o.country, o.web_site as "webSite",
      p.provider_id as "providerId", p.reseller_id as "resellerId", p.state, p.invitation_id as "invitationId", p.company_name as "companyName",
      p.requested_by as "requestedBy", p.requested_at as "requestedAt", p.since, p.removed_at as "removedAt",
      p.removed_by_partner as "removedByPartner", p.removed_by as "removedBy", p.accepted_by as "acceptedBy"
    from partnerships p left join partnered_partners() o on o.id = p.${sql.identifier(other as string)}
    where p.${sql.identifier(own as string)} = current_partner_id()`;
};

/** Somebody who did something: a person of one's own side by name, of the other side the organisation alone. */
interface Doer {
  side: 'own' | 'other';
  name: string;
}

export interface PartnershipView {
  id: string;
  state: PartnershipState;
  /** What the other side is called. */
  name: string;
  /** The other side, once there is one. */
  partner: { id: string; country: string; webSite: string | null } | null;
  requestedAt: Date;
  requestedBy: Doer;
  since: Date | null;
  acceptedBy: Doer | null;
  removedAt: Date | null;
  /** Null for a request that came to nothing: its invitation says how. */
  removedBy: Doer | null;
  /** Of an active one: how many customers both serve. */
  sharedCustomers: number | null;
  /** The request and the truth about its mail; only its provider sees it. */
  invitation: InvitationView | null;
  actions: { remove: Allowed };
}

const dateOf = (moment: string | null) => (moment === null ? null : new Date(moment));

/** Rows as screens see them. */
export async function viewPartnerships(ctx: Context, tx: Transaction, links: Links, rows: PartnershipRow[]): Promise<PartnershipView[]> {
  if (rows.length === 0) return [];
  const isProvider = ctx.partner.type === 'indirect-provider';
  const requestIds = isProvider ? rows.flatMap(({ invitationId }) => invitationId ?? []) : [];
  const own = (row: PartnershipRow) => [
    ...(isProvider ? [row.requestedBy] : [row.acceptedBy]),
    ...(row.removedByPartner === ctx.partner.id ? [row.removedBy] : []),
  ];
  const personIds = [...new Set(rows.flatMap(own).filter((id) => id !== null))];
  const [requests, people] = await Promise.all([
    requestIds.length > 0 ? tx.select().from(invitations).where(inArray(invitations.id, requestIds)) : [],
    personIds.length > 0 ? tx.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, personIds)) : [],
  ]);
  const views = await viewInvitations(ctx, tx, links, requests);
  return rows.map((row) => {
    const doer = (isOwn: boolean, id: string | null): Doer =>
      isOwn ? { side: 'own', name: people.find((person) => person.id === id)?.name ?? '' } : { side: 'other', name: row.name };
    const request = requests.find(({ id }) => id === row.invitationId);
    // A request whose time is over is shown as it is, also before the job that says so.
    const isOver = row.state === 'requested' && request !== undefined && invitationStateAt(request, ctx.now) !== 'pending';
    const state = isOver ? 'removed' : row.state;
    return {
      id: row.id,
      state,
      name: row.name,
      partner: row.partnerId === null ? null : { id: row.partnerId, country: row.country ?? '', webSite: row.webSite },
      requestedAt: new Date(row.requestedAt),
      requestedBy: doer(isProvider, row.requestedBy),
      since: dateOf(row.since),
      acceptedBy: row.since === null ? null : doer(!isProvider, row.acceptedBy),
      removedAt: dateOf(row.removedAt) ?? (isOver ? request.expiresAt : null),
      removedBy: row.removedByPartner === null ? null : doer(row.removedByPartner === ctx.partner.id, row.removedBy),
      sharedCustomers: row.state === 'active' ? row.shared : null,
      invitation: views.find(({ id }) => id === row.invitationId) ?? null,
      actions: { remove: allow(ctx, 'partnerships.manage', state === 'active', state) },
    };
  });
}

/** One partnership. Throws `not_found` for whoever is no side of it. */
export async function loadPartnership(ctx: Context, tx: Transaction, links: Links, partnershipId: PartnershipRecord['id']) {
  const rows = await tx.execute<PartnershipRow>(
    sql`select p.*, case when p.state = 'active' then count_shared_customers(p.id, null) else 0 end as shared
        from (${partnershipsOf(ctx)}) p where p.id = ${partnershipId}`,
  );
  const [view] = await viewPartnerships(ctx, tx, links, [...rows]);
  if (!view) throw notFound('partnership');
  return view;
}

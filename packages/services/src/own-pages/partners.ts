import { type Context, type CustomerRecord, customers, endCertificates, partners, read, type Transaction } from '@clientele/db';
import { type Cloud, liveRelationshipStates, notFound, type PartnerType, type RelationshipState } from '@clientele/domain';
import { desc, eq } from 'drizzle-orm';
import { type KnownReseller, knownReseller } from '../customers/resellers.ts';

/** `cloud`: of the host at which the person is. What the same person has in the other cloud is not there. */
type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'> & { cloud: Cloud };
export type CustomerRole = 'global-admin' | 'user';

interface Place {
  partner_id: string;
  customer_id: string;
  organization_id: string;
  role: CustomerRole;
}

/** Where a person's organisations have, or had, a relationship. The one question that crosses the walls; it answers ids. */
const placesOf = ({ db }: Pick<Context, 'db'>, userId: string): Promise<Place[]> =>
  db.sql<Place[]>`select * from partners_of_person(${userId})`;

/** A partner of the customer, as the customer sees it. */
export interface OwnPartner {
  /** Names the relationship on the customer's pages. */
  customerId: string;
  /** The customer itself, as this partner has it on its list. */
  organizationId: string;
  companyName: string;
  domain: string;
  /** What the person is in this organisation. */
  role: CustomerRole;
  partner: { name: string; webSite: string | null; country: string; type: PartnerType };
  relationship: RelationshipState;
  /** The partner has access now. */
  isLive: boolean;
  since: Date;
  endedAt: Date | null;
  delegatedAdmin: boolean;
  delegatedAdminSince: Date | null;
  /** null: without an end. */
  delegatedAdminUntil: Date | null;
  agreementAcceptedAt: Date | null;
  agreementBy: 'partner' | 'customer' | null;
  /** Whom the partner has named for support. */
  supportContact: string | null;
  /** Or its indirect reseller; not once their partnership is over. */
  supportReseller: { name: string; webSite: string | null } | null;
  /** Of a relationship that is over: the certificate of its last end. */
  certificateId: string | null;
}

/** The context of a customer's person with one of its partners. Everything else is read and written within that partner's wall. */
function contextAt(base: Base, userId: string, partner: typeof partners.$inferSelect): Context {
  return { ...base, partner, actor: { kind: 'customer', id: userId } };
}

function viewOf(place: Place, { partner, customer, certificateId, reseller }: Rows): OwnPartner {
  const isLive = liveRelationshipStates.includes(customer.relationship);
  return {
    customerId: customer.id,
    organizationId: customer.organizationId,
    companyName: customer.companyName,
    domain: customer.domain,
    role: place.role,
    partner: { name: partner.name, webSite: partner.webSite, country: partner.country, type: partner.type },
    relationship: customer.relationship,
    isLive,
    since: customer.relationshipSince ?? customer.createdAt,
    endedAt: customer.relationshipEndedAt,
    delegatedAdmin: customer.delegatedAdmin,
    delegatedAdminSince: customer.delegatedAdminSince,
    delegatedAdminUntil: customer.delegatedAdminUntil,
    agreementAcceptedAt: customer.agreementAcceptedAt,
    agreementBy: customer.agreementBy,
    supportContact: customer.supportResellerId === null ? customer.supportContact : null,
    supportReseller: reseller?.isActive ? { name: reseller.name, webSite: reseller.webSite } : null,
    certificateId: isLive ? null : certificateId,
  };
}

interface Rows {
  partner: typeof partners.$inferSelect;
  customer: CustomerRecord;
  certificateId: string | null;
  reseller: KnownReseller | null;
}

async function rowsAt(tx: Transaction, place: Place, cloud: Cloud): Promise<Rows | undefined> {
  const [[partner], [customer], [certificate]] = await Promise.all([
    tx.select().from(partners).where(eq(partners.id, place.partner_id)),
    tx.select().from(customers).where(eq(customers.id, place.customer_id)),
    tx
      .select({ id: endCertificates.id })
      .from(endCertificates)
      .where(eq(endCertificates.customerId, place.customer_id))
      .orderBy(desc(endCertificates.id))
      .limit(1),
  ]);
  if (partner?.cloud !== cloud || !customer) return undefined;
  return { partner, customer, certificateId: certificate?.id ?? null, reseller: await knownReseller(tx, customer.supportResellerId) };
}

/** Every partner of the person's organisations, those with access first. Each is read within its own wall: none of them learns of another. */
export async function listOwnPartners(base: Base, userId: string): Promise<OwnPartner[]> {
  const places = await placesOf(base, userId);
  const found = await Promise.all(
    places.map((place) =>
      read({ db: base.db, partner: { id: place.partner_id } }, async (tx) => {
        const rows = await rowsAt(tx, place, base.cloud);
        return rows ? viewOf(place, rows) : undefined;
      }),
    ),
  );
  return found.filter((one) => one !== undefined).sort((a, b) => Number(b.isLive) - Number(a.isLive));
}

/** One of them, and the context to act in. Throws `not_found` for everything that is not of one of the person's organisations. */
export async function openOwnPartner(base: Base, userId: string, customerId: string): Promise<{ ctx: Context; own: OwnPartner }> {
  const place = (await placesOf(base, userId)).find((one) => one.customer_id === customerId);
  const rows = place && (await read({ db: base.db, partner: { id: place.partner_id } }, (tx) => rowsAt(tx, place, base.cloud)));
  if (!place || !rows) throw notFound('partner');
  return { ctx: contextAt(base, userId, rows.partner), own: viewOf(place, rows) };
}

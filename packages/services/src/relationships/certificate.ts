import {
  type Context,
  type CustomerRecord,
  customers,
  type EndCertificateFacts,
  type EndCertificateRecord,
  endCertificates,
  findPartner,
  newId,
  type OperationRecord,
  plannedEnds,
  read,
  type TakenAway,
  type Transaction,
} from '@clientele/db';
import { type EndMode, notFound, Refusal } from '@clientele/domain';
import { and, desc, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import type { Links } from '../invitations/links.ts';
import { authorOf } from './planned.ts';

/** Writes down what both sides keep of an end, in the transaction that ends it: the names are those of this moment. */
export async function makeCertificate(
  ctx: Context,
  tx: Transaction,
  operation: OperationRecord,
  customer: CustomerRecord,
  taken: TakenAway[],
): Promise<string> {
  const id = newId();
  const nameOf = async (userId: string | null | undefined) => (userId ? ((await authorOf(tx, userId))?.name ?? null) : null);
  const facts: EndCertificateFacts = {
    partnerName: ctx.partner.name,
    companyName: customer.companyName,
    domain: customer.domain,
    requestedBy: (await nameOf(operation.createdBy)) ?? '',
    approvedBy: await nameOf(await approverOf(tx, operation)),
    mode: (operation.input.mode as EndMode | undefined) ?? 'now',
    taken,
  };
  await tx.insert(endCertificates).values({
    id,
    partnerId: ctx.partner.id,
    customerId: customer.id,
    operationId: operation.id,
    since: customer.relationshipSince,
    endedAt: ctx.now,
    facts,
  });
  return id;
}

async function approverOf(tx: Transaction, { input }: OperationRecord): Promise<string | null> {
  if (typeof input.approvedBy === 'string') return input.approvedBy;
  if (typeof input.plannedEndId !== 'string') return null;
  const [plan] = await tx.select({ decidedBy: plannedEnds.decidedBy }).from(plannedEnds).where(eq(plannedEnds.id, input.plannedEndId));
  return plan?.decidedBy ?? null;
}

/** The certificate that an operation has made for a customer; null for one that ended before there were any. */
export async function certificateOf(tx: Transaction, operationId: string, customerId: string): Promise<string | null> {
  const [row] = await tx
    .select({ id: endCertificates.id })
    .from(endCertificates)
    .where(and(eq(endCertificates.operationId, operationId), eq(endCertificates.customerId, customerId)));
  return row?.id ?? null;
}

/** The certificates of a customer's ends, the newest first, each with its link. Throws `not_found`. */
export async function listEndCertificates(ctx: Context, links: Links, customerId: string) {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const [customer] = await tx.select({ id: customers.id }).from(customers).where(eq(customers.id, customerId));
    if (!customer) throw notFound('customer');
    const rows = await tx
      .select({ id: endCertificates.id, endedAt: endCertificates.endedAt, operationId: endCertificates.operationId })
      .from(endCertificates)
      .where(eq(endCertificates.customerId, customerId))
      .orderBy(desc(endCertificates.id))
      .limit(20);
    return { items: rows.map((row) => ({ ...row, link: links.certificate.linkOf(row.id) })) };
  });
}

/** A certificate with the code that shows it to be ours and unchanged. */
export type EndCertificate = Omit<EndCertificateRecord, 'partnerId' | 'customerId'> & { checkCode: string };

/** All that a certificate says, always written the same way: jsonb keeps no order of its keys. */
const saysOf = ({ id, operationId, since, endedAt, facts }: EndCertificateRecord) => {
  const { partnerName, companyName, domain, requestedBy, approvedBy, mode, taken } = facts;
  const what = taken.map((one) => [one.what, one.at, one.name ?? null]);
  return JSON.stringify([
    ...[id, operationId, since?.toISOString() ?? null, endedAt.toISOString()],
    ...[partnerName, companyName, domain, requestedBy, approvedBy, mode, what],
  ]);
};

/** What the page of a certificate shows, to whoever holds its link. Reading it changes nothing. Throws `link_invalid`. */
export async function openCertificate(base: Pick<Context, 'db'>, links: Links, token: string): Promise<EndCertificate> {
  const invalid = () => new Refusal('link_invalid', 'This link is not one of ours.');
  const certificateId = links.certificate.certificateIdOf(token);
  if (!certificateId || !links.certificate.proves(token, certificateId)) throw invalid();
  const [found] = await base.db.sql<{ partner: string | null }[]>`select end_certificate_partner(${certificateId}) as partner`;
  const partner = found?.partner ? await findPartner(base.db, found.partner) : undefined;
  if (!partner) throw invalid();
  const [record] = await read({ db: base.db, partner }, (tx) =>
    tx.select().from(endCertificates).where(eq(endCertificates.id, certificateId)),
  );
  if (!record) throw invalid();
  const { partnerId: _partner, customerId: _customer, ...rest } = record;
  return { ...rest, checkCode: links.certificate.checkCodeOf(saysOf(record)) };
}

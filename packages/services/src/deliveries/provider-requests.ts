import { type DeliveryRecord, type ProviderRequestRecord, providerRequests, type Transaction } from '@clientele/db';
import { inArray, sql } from 'drizzle-orm';

/** What a mail about a request to a provider speaks of, with the name of the partner on the other side. */
export type ProviderRequestOfMail = ProviderRequestRecord & { otherName: string };

/** The requests that mails speak of, as they are when the mails are sent, by their id. */
export async function providerRequestsOfMails(tx: Transaction, records: DeliveryRecord[]): Promise<Map<string, ProviderRequestOfMail>> {
  const ids = [...new Set(records.flatMap(({ facts }) => facts.providerRequestId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({
      record: providerRequests,
      otherName: sql<
        string | null
      >`(select o.name from partnered_partners() o where o.id in (${providerRequests.providerId}, ${providerRequests.resellerId}) and o.id <> current_partner_id())`,
    })
    .from(providerRequests)
    .where(inArray(providerRequests.id, ids));
  return new Map(rows.map(({ record, otherName }) => [record.id, { ...record, otherName: otherName ?? '' }]));
}

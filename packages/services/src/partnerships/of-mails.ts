import { type Context, type PartnershipRecord, partnerships, type Transaction, users } from '@clientele/db';
import { eq, inArray, sql } from 'drizzle-orm';

/** A partnership as a mail speaks of it. */
export interface PartnershipOfMail extends PartnershipRecord {
  /** What the other side is called. */
  name: string;
  /** Who removed it, of one's own side. */
  removedByName: string;
}

/** The partnerships that mails speak of, from the side of the mails' partner. */
export async function partnershipsOfMails(ctx: Context, tx: Transaction, ids: string[]): Promise<PartnershipOfMail[]> {
  const rows = await tx
    .select({
      record: partnerships,
      name: sql<
        string | null
      >`(select o.name from partnered_partners() o where o.id in (${partnerships.providerId}, ${partnerships.resellerId}))`,
      removedByName: users.name,
    })
    .from(partnerships)
    .leftJoin(users, eq(users.id, partnerships.removedBy))
    .where(inArray(partnerships.id, ids));
  return rows.map(({ record, name, removedByName }) => ({
    ...record,
    name: name ?? record.companyName,
    removedByName: record.removedByPartner === ctx.partner.id ? (removedByName ?? '') : '',
  }));
}

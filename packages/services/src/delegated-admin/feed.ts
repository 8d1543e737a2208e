import {
  type Context,
  calendarFeeds,
  customers,
  type Database,
  findPartner,
  newId,
  partnerUsers,
  read,
  transact,
  users,
} from '@clientele/db';
import { access, type Language, Refusal } from '@clientele/domain';
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import type { Links } from '../invitations/links.ts';

/** A feed holds the next so many ends. */
const mostInFeed = 2000;

/** The signed-in person's own address of the calendar; null while there is none. */
export async function getCalendarFeed(ctx: Context, links: Links): Promise<{ address: string | null }> {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const [feed] = await tx
      .select()
      .from(calendarFeeds)
      .where(eq(calendarFeeds.userId, userIdOf(ctx)));
    return { address: feed ? links.calendar.linkOf(feed) : null };
  });
}

/** Makes the address, or a new one in place of the older, which is dead from then on. */
export async function renewCalendarFeed(ctx: Context, links: Links): Promise<{ address: string }> {
  demand(ctx, 'customers.see');
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const [feed] = await tx
      .insert(calendarFeeds)
      .values({ id: newId(), partnerId: ctx.partner.id, userId, createdAt: ctx.now })
      .onConflictDoUpdate({ target: [calendarFeeds.partnerId, calendarFeeds.userId], set: { version: sql`${calendarFeeds.version} + 1` } })
      .returning();
    if (!feed) throw new Error('the feed was not kept');
    return {
      result: { address: links.calendar.linkOf(feed) },
      events: [{ type: 'calendar_feed.renewed', data: { userId, version: feed.version } }],
    };
  });
}

/** Ends the address: nobody can fetch the calendar with it any more. */
export async function closeCalendarFeed(ctx: Context): Promise<{ address: null }> {
  demand(ctx, 'customers.see');
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const gone = await tx.delete(calendarFeeds).where(eq(calendarFeeds.userId, userId)).returning({ id: calendarFeeds.id });
    return { result: { address: null }, events: gone.length > 0 ? [{ type: 'calendar_feed.closed', data: { userId } }] : [] };
  });
}

/** One end in a feed. */
export interface FeedEntry {
  customerId: string;
  companyName: string;
  domain: string;
  until: Date;
  changedAt: Date;
  version: number;
}

/**
 * What an address gives to a calendar program, which has no session. The person must still be with the partner and may still see customers, each
 * time. Changes nothing. Throws `link_invalid` for every address that is not a living one of ours, whatever the reason.
 */
export async function readCalendarFeed(
  base: { db: Database; now: Date },
  links: Links,
  token: string,
): Promise<{ language: Language; partnerName: string; entries: FeedEntry[] }> {
  const invalid = new Refusal('link_invalid', 'This calendar address is not one of ours, or it has been replaced.');
  const id = links.calendar.feedIdOf(token);
  if (!id) throw invalid;
  const [owner] = await base.db.sql<
    { partner_id: string; user_id: string; version: number }[]
  >`select * from calendar_feed_owner(${id}::uuid)`;
  if (!owner || !links.calendar.proves(token, { id, version: owner.version })) throw invalid;
  const partner = await findPartner(base.db, owner.partner_id);
  if (!partner) throw invalid;
  return read({ db: base.db, partner }, async (tx) => {
    const [person] = await tx
      .select({ roles: partnerUsers.roles, language: users.language })
      .from(partnerUsers)
      .innerJoin(users, eq(users.id, partnerUsers.userId))
      .where(and(eq(partnerUsers.partnerId, partner.id), eq(partnerUsers.userId, owner.user_id), isNull(partnerUsers.deactivatedAt)));
    if (!person || !access({ roles: person.roles, partnerType: partner.type, cloud: partner.cloud }, 'customers.see').allowed)
      throw invalid;
    const rows = await tx
      .select()
      .from(customers)
      .where(and(eq(customers.partnerId, partner.id), eq(customers.delegatedAdmin, true), gt(customers.delegatedAdminUntil, base.now)))
      .orderBy(asc(customers.delegatedAdminUntil), asc(customers.id))
      .limit(mostInFeed);
    return {
      language: person.language as Language,
      partnerName: partner.name,
      entries: rows.map((row) => ({
        customerId: row.id,
        companyName: row.companyName,
        domain: row.domain,
        until: row.delegatedAdminUntil as Date,
        changedAt: row.delegatedAdminChangedAt ?? row.createdAt,
        version: row.version,
      })),
    };
  });
}

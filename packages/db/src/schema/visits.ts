import type { Visitor } from '@clientele/domain';
import { integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** Who opened the page behind an invitation's link: one row for each version of the link and kind of visitor. */
export const invitationVisits = pgTable(
  'invitation_visits',
  {
    partnerId: uuid().notNull(),
    invitationId: uuid().notNull(),
    tokenVersion: integer().notNull(),
    visitor: text().$type<Visitor>().notNull(),
    firstAt: moment().notNull(),
    lastAt: moment().notNull(),
    times: integer().notNull(),
    continuedAt: moment(),
  },
  (table) => [primaryKey({ columns: [table.invitationId, table.tokenVersion, table.visitor] })],
);

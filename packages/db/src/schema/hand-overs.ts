import type { HandOverState } from '@clientele/domain';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** What a recipient who is not the right person has said of who is, and what the partner decided. */
export const invitationHandOvers = pgTable('invitation_hand_overs', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  invitationId: uuid().notNull(),
  name: text().notNull(),
  email: text().notNull(),
  note: text(),
  /** `lapsed` is never kept: it follows from the invitation's state. */
  state: text().$type<HandOverState>().notNull(),
  tokenVersion: integer().notNull(),
  createdAt: moment().notNull(),
  decidedAt: moment(),
  decidedBy: text(),
});
export type HandOverRecord = typeof invitationHandOvers.$inferSelect;

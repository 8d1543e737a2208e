import type { Role } from '@clientele/domain';
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** A key with which a program calls the API. The key itself is not kept. */
export const apiKeys = pgTable('api_keys', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  name: text().notNull(),
  roles: text().array().$type<Role[]>().notNull(),
  hash: text().notNull(),
  hint: text().notNull(),
  createdBy: text().notNull(),
  createdAt: moment().notNull(),
  expiresAt: moment().notNull(),
  lastUsedAt: moment(),
  revokedAt: moment(),
  refusedAt: moment(),
});
export type ApiKeyRecord = typeof apiKeys.$inferSelect;

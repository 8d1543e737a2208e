import type { Language, TemplateKind } from '@clientele/domain';
import { integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What a partner writes instead of the standard text of a mail; no row: the standard. */
export const mailTemplates = pgTable(
  'mail_templates',
  {
    partnerId: uuid().notNull(),
    kind: text().$type<TemplateKind>().notNull(),
    language: text().$type<Language>().notNull(),
    subject: text().notNull(),
    message: text().notNull(),
    version: integer().notNull().default(1),
    changedBy: text().notNull(),
    changedAt: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.partnerId, table.kind, table.language] })],
);
export type MailTemplateRecord = typeof mailTemplates.$inferSelect;

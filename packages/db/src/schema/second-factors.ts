import { bigint, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** An app that makes a code every half minute, from a secret that it and we know. At most one per person. */
export const authenticatorApps = pgTable('authenticator_apps', {
  userId: text().primaryKey(),
  /** Encrypted. */
  secret: text().notNull(),
  createdAt: moment().notNull(),
  /** Null until the first code was right: only then it counts. */
  confirmedAt: moment(),
  /** The newest half minute whose code was taken. */
  lastStep: bigint({ mode: 'number' }).notNull().default(0),
});

export const passkeys = pgTable('passkeys', {
  id: uuid().primaryKey(),
  userId: text().notNull(),
  name: text().notNull(),
  /** As base64url, like the public key. */
  credentialId: text().notNull(),
  publicKey: text().notNull(),
  counter: bigint({ mode: 'number' }).notNull(),
  transports: text().array().notNull(),
  /** The host name that it is for. */
  relyingParty: text().notNull(),
  createdAt: moment().notNull(),
  lastUsedAt: moment(),
});
export type PasskeyRecord = typeof passkeys.$inferSelect;

/** What a passkey is asked to sign: good for some minutes, and once. */
export const passkeyChallenges = pgTable('passkey_challenges', {
  challenge: text().primaryKey(),
  userId: text(),
  purpose: text().$type<'add' | 'check' | 'sign-in'>().notNull(),
  expiresAt: moment().notNull(),
});

export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    userId: text().notNull(),
    digest: text().notNull(),
    usedAt: moment(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.digest] })],
);

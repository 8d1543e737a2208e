import { createHash } from 'node:crypto';
import {
  accounts,
  type Context,
  type Database,
  findPartner,
  newId,
  type PartnerOfContext,
  partnerUsers,
  read,
  signInProviders,
  type Transaction,
  transact,
  users,
  verifications,
} from '@clientele/db';
import { type Cloud, decideSingleSignOn, normalizeDomain, type SingleSignOnRefusal, singleSignOnMinutes } from '@clientele/domain';
import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Encryption } from '../encryption.ts';
import { accountProviderOf } from './view.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>;

/** A provider, ready to be asked. */
export interface ReadySignInProvider {
  id: string;
  version: number;
  issuer: string;
  clientId: string;
  clientSecret: string;
  partner: PartnerOfContext;
}

/** What the sign-in page offers to an address, by its domain alone: it tells nothing about who is here. Whose provider it is, and where it leads, is named. */
export async function findSignInProviders(
  db: Database,
  cloud: Cloud,
  email: string,
): Promise<{ items: { id: string; partnerName: string; host: string }[] }> {
  const domain = normalizeDomain(email.slice(email.lastIndexOf('@') + 1));
  if (!domain) return { items: [] };
  const rows = await db.sql<
    { id: string; partner_name: string; issuer: string }[]
  >`select id, partner_name, issuer from sign_in_providers_of_domain(${domain}) where cloud = ${cloud}`;
  return { items: rows.map((row) => ({ id: row.id, partnerName: row.partner_name, host: new URL(row.issuer).host })) };
}

/** A provider by its id; null when there is none, or when its secret can no longer be read. */
export async function findSignInProvider(
  base: Pick<Base, 'db'> & { cloud: Cloud },
  encryption: Encryption,
  id: string,
): Promise<ReadySignInProvider | null> {
  const [row] = await base.db.sql<{ partner: string | null }[]>`select sign_in_provider_partner(${id}::uuid) as partner`;
  const partner = row?.partner ? await findPartner(base.db, row.partner) : null;
  if (partner?.cloud !== base.cloud) return null;
  const [record] = await read({ db: base.db, partner }, (tx) => tx.select().from(signInProviders).where(eq(signInProviders.id, id)));
  const clientSecret = record ? encryption.decrypt(record.clientSecret, id) : null;
  if (!record || clientSecret === null) return null;
  return { id, version: record.version, issuer: record.issuer, clientId: record.clientId, clientSecret, partner };
}

/** Uses up what one single sign-on was begun with, in whatever process it ends. False: somebody has used it already. */
export async function useSingleSignOn({ db, now }: Pick<Base, 'db' | 'now'>, state: string): Promise<boolean> {
  const id = `sso:${createHash('sha256').update(state).digest('base64url')}`;
  const expiresAt = new Date(now.getTime() + 2 * singleSignOnMinutes * 60_000);
  const used = await db.orm
    .insert(verifications)
    .values({ id, identifier: 'sso', value: '', expiresAt, createdAt: now, updatedAt: now })
    .onConflictDoNothing()
    .returning({ id: verifications.id });
  await db.orm.delete(verifications).where(and(eq(verifications.identifier, 'sso'), lt(verifications.expiresAt, now)));
  return used.length > 0;
}

/** Who a provider has sent. */
export interface ProvidedIdentity {
  subject: string;
  email: string | null;
  isVerified: boolean;
}

/** Who is signed in by what a provider has said, linked at the first time; or why nobody is, with a record in the partner's activity log. */
export async function signInByProvider(
  base: Base,
  provider: Pick<ReadySignInProvider, 'id' | 'partner'>,
  identity: ProvidedIdentity,
): Promise<{ userId: string } | { refused: SingleSignOnRefusal }> {
  const actor = { kind: 'system', id: 'single-sign-on' } as const;
  return transact<{ userId: string } | { refused: SingleSignOnRefusal }>({ ...base, partner: provider.partner, actor }, async (tx) => {
    const linked = await linkedPerson(tx, provider, identity.subject);
    const named = linked ? null : await namedPerson(tx, provider, identity.email);
    let decision = decideSingleSignOn({ linked, named, isVerified: identity.isVerified });
    // Linked by another one between the two looks: then it is this very identity, and no second one.
    const meanwhile = 'refused' in decision && decision.refused === 'identity' ? await linkedPerson(tx, provider, identity.subject) : null;
    if (meanwhile) decision = decideSingleSignOn({ linked: meanwhile, named: null, isVerified: identity.isVerified });
    // Of two at once the second one finds the first one's link.
    if (
      'userId' in decision &&
      'isNew' in decision &&
      decision.isNew &&
      !(await link(tx, base.now, provider.id, identity.subject, decision.userId))
    )
      decision =
        (await linkedPerson(tx, provider, identity.subject))?.id === decision.userId
          ? { userId: decision.userId, isNew: false }
          : { refused: 'identity', userId: decision.userId };
    if ('refused' in decision) {
      const { refused, userId } = decision;
      return { result: { refused }, events: [refusedEvent(provider.id, refused, userId)] };
    }
    await noteUse(tx, provider.id, base.now);
    const { userId, isNew } = decision;
    return {
      result: { userId },
      events: isNew ? [{ type: 'sign_in_provider.linked', data: { signInProviderId: provider.id, userId } }] : [],
    };
  });
}

/** Writes down that a single sign-on failed before it was known who came. */
export async function noteSingleSignOnRefused(
  base: Base,
  provider: Pick<ReadySignInProvider, 'id' | 'partner'>,
  because: SingleSignOnRefusal,
): Promise<void> {
  const actor = { kind: 'system', id: 'single-sign-on' } as const;
  await transact({ ...base, partner: provider.partner, actor }, async () => ({
    result: undefined,
    events: [refusedEvent(provider.id, because)],
  }));
}

const refusedEvent = (signInProviderId: string, because: SingleSignOnRefusal, userId?: string) =>
  ({ type: 'sign_in_provider.refused', data: { signInProviderId, because, ...(userId ? { userId } : {}) } }) as const;

async function linkedPerson(tx: Transaction, { id, partner }: Pick<ReadySignInProvider, 'id' | 'partner'>, subject: string) {
  const [row] = await tx
    .select({ id: partnerUsers.userId, deactivatedAt: partnerUsers.deactivatedAt })
    .from(accounts)
    .innerJoin(partnerUsers, and(eq(partnerUsers.userId, accounts.userId), eq(partnerUsers.partnerId, partner.id)))
    .where(and(eq(accounts.providerId, accountProviderOf(id)), eq(accounts.accountId, subject)));
  return row ? { id: row.id, isDeactivated: row.deactivatedAt !== null } : null;
}

async function namedPerson(tx: Transaction, { id, partner }: Pick<ReadySignInProvider, 'id' | 'partner'>, email: string | null) {
  if (!email) return null;
  const hasOtherIdentity = sql<boolean>`exists (select from ${accounts} where ${accounts.userId} = ${users.id} and ${accounts.providerId} = ${accountProviderOf(id)})`;
  const [row] = await tx
    .select({ id: users.id, deactivatedAt: partnerUsers.deactivatedAt, hasOtherIdentity })
    .from(users)
    .innerJoin(partnerUsers, and(eq(partnerUsers.userId, users.id), eq(partnerUsers.partnerId, partner.id)))
    .where(eq(users.email, email.toLowerCase()));
  return row ? { id: row.id, isDeactivated: row.deactivatedAt !== null, hasOtherIdentity: row.hasOtherIdentity } : null;
}

async function link(tx: Transaction, now: Date, id: string, subject: string, userId: string): Promise<boolean> {
  const linked = await tx
    .insert(accounts)
    .values({ id: newId(), accountId: subject, providerId: accountProviderOf(id), userId, createdAt: now, updatedAt: now })
    .onConflictDoNothing()
    .returning({ id: accounts.id });
  return linked.length > 0;
}

async function noteUse(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx
    .update(signInProviders)
    .set({ lastUsedAt: now })
    .where(
      and(
        eq(signInProviders.id, id),
        or(isNull(signInProviders.lastUsedAt), lt(signInProviders.lastUsedAt, new Date(now.getTime() - 60_000))),
      ),
    );
}

/** Whether a person's partner takes single sign-on only: then nothing of ours signs that person in. Global admins always have both ways. */
export async function mustUseSignInProvider(db: Database, userId: string): Promise<boolean> {
  const [row] = await db.sql<{ must: boolean }[]>`select must_use_sign_in_provider(${userId}) as must`;
  return row?.must === true;
}

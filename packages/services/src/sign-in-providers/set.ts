import {
  accounts,
  type Context,
  newId,
  partnerUsers,
  type SignInProviderRecord,
  sessions,
  signInProviders,
  type Transaction,
  transact,
  users,
} from '@clientele/db';
import {
  checkSignInProvider,
  normalIssuer,
  notFound,
  orderedDomains,
  Refusal,
  refuseFields,
  type SignInProviderInput,
} from '@clientele/domain';
import { and, arrayContains, eq, inArray, isNull, not } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import type { Encryption } from '../encryption.ts';
import { accountProviderOf, hasComeBy, loadSignInProvider, type SignInProviderView } from './view.ts';

interface SignInProviderChange extends SignInProviderInput {
  version: number;
  /** Left out: the one that is kept. */
  clientSecret?: string | undefined;
}

/**
 * Sets the partner's provider, or changes it. Another issuer is another provider: nobody is linked any more, whoever came by the old one is signed out, and the
 * secret is asked for again, so that it goes to nobody else. Without passwords, only global admins keep theirs, and whoever has none of a provider's
 * sessions is signed out. Throws `conflict`, saying who, when somebody was quicker.
 */
export async function setSignInProvider(
  ctx: Context,
  encryption: Encryption,
  { version, clientSecret, ...given }: SignInProviderChange,
  { mayBePrivate }: { mayBePrivate: boolean },
): Promise<SignInProviderView> {
  demand(ctx, 'partner.manage');
  // A quick hash of what was sent would be kept with an Idempotency-Key: not of a secret.
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    const [before] = await tx.select().from(signInProviders).where(eq(signInProviders.partnerId, ctx.partner.id)).for('update');
    if ((before?.version ?? 0) !== version) throw await changedMeanwhile(tx, before);
    const isSame = before !== undefined && before.issuer === normalIssuer(given.issuer);
    const isProven = isSame && (await hasComeBy(tx, before.id, userIdOf(ctx)));
    const errors = checkSignInProvider(given, { isProven, mayBePrivate });
    if (!clientSecret && !isSame) errors.push({ path: 'clientSecret', rule: before ? 'secret_again' : 'required' });
    refuseFields(errors);

    const id = before?.id ?? newId();
    const values = {
      issuer: normalIssuer(given.issuer),
      clientId: given.clientId,
      domains: orderedDomains(given.domains),
      passwordAllowed: given.passwordAllowed,
      ...{ version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now },
      ...(clientSecret ? { clientSecret: encryption.encrypt(clientSecret, id) } : {}),
    };
    if (!before) {
      const added = await tx
        .insert(signInProviders)
        .values({ id, partnerId: ctx.partner.id, createdAt: ctx.now, clientSecret: '', ...values })
        .onConflictDoNothing()
        .returning({ id: signInProviders.id });
      if (added.length === 0) throw await changedMeanwhile(tx, undefined);
      return {
        result: await loadSignInProvider(ctx, tx),
        events: [
          { type: 'sign_in_provider.added', data: { signInProviderId: id, issuer: values.issuer, domains: values.domains.join(', ') } },
        ],
      };
    }
    const changes = changesOf(before, values);
    if (Object.keys(changes).length === 0 && !clientSecret) return { result: await loadSignInProvider(ctx, tx), events: [] };
    await tx.update(signInProviders).set(values).where(eq(signInProviders.id, id));
    const ended =
      (isSame ? 0 : await forgetIdentities(tx, id)) +
      (before.passwordAllowed && !values.passwordAllowed ? await endPasswordSessions(ctx, tx) : 0);
    return {
      result: await loadSignInProvider(ctx, tx),
      events: [
        {
          type: 'sign_in_provider.changed',
          data: { signInProviderId: id, changes, newCredentials: clientSecret !== undefined, sessions: ended },
        },
      ],
    };
  });
}

/** Takes the provider away: everybody signs in with a password again, and whoever came by it is signed out. Throws `not_found`. */
export async function removeSignInProvider(ctx: Context): Promise<SignInProviderView> {
  demand(ctx, 'partner.manage');
  return transact(ctx, async (tx) => {
    const [removed] = await tx
      .delete(signInProviders)
      .where(eq(signInProviders.partnerId, ctx.partner.id))
      .returning({ id: signInProviders.id });
    if (!removed) throw notFound('sign-in provider');
    const ended = await forgetIdentities(tx, removed.id);
    return {
      result: await loadSignInProvider(ctx, tx),
      events: [{ type: 'sign_in_provider.removed', data: { signInProviderId: removed.id, sessions: ended } }],
    };
  });
}

function changesOf(before: SignInProviderRecord, after: Pick<SignInProviderRecord, 'issuer' | 'clientId' | 'domains' | 'passwordAllowed'>) {
  const facts = (of: typeof after) => ({
    issuer: of.issuer,
    clientId: of.clientId,
    domains: of.domains.join(', '),
    onlySingleSignOn: String(!of.passwordAllowed),
  });
  const [from, to] = [facts(before), facts(after)];
  const names = (Object.keys(to) as (keyof typeof to)[]).filter((name) => from[name] !== to[name]);
  return Object.fromEntries(names.map((name) => [name, { from: from[name], to: to[name] }]));
}

async function forgetIdentities(tx: Transaction, id: string): Promise<number> {
  await tx.delete(accounts).where(eq(accounts.providerId, accountProviderOf(id)));
  return (await tx.delete(sessions).where(eq(sessions.signInProviderId, id)).returning({ id: sessions.id })).length;
}

async function endPasswordSessions(ctx: Context, tx: Transaction): Promise<number> {
  const people = tx
    .select({ id: partnerUsers.userId })
    .from(partnerUsers)
    .where(and(eq(partnerUsers.partnerId, ctx.partner.id), not(arrayContains(partnerUsers.roles, ['global-admin']))));
  const ended = await tx
    .delete(sessions)
    .where(and(inArray(sessions.userId, people), isNull(sessions.signInProviderId)))
    .returning({ id: sessions.id });
  return ended.length;
}

async function changedMeanwhile(tx: Transaction, row: SignInProviderRecord | undefined): Promise<Refusal> {
  const [author] = row ? await tx.select({ name: users.name }).from(users).where(eq(users.id, row.changedBy)) : [];
  return new Refusal('conflict', 'Somebody changed the single sign-on meanwhile. Load the page again.', {
    details: { version: row?.version ?? null, by: author ? [author.name] : [] },
  });
}

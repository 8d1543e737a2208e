import { accounts, type Context, read, signInProviders, type Transaction, users } from '@clientele/db';
import { and, eq } from 'drizzle-orm';
import { allow, demand } from '../access.ts';

/** How a person's identity at a provider is called among its accounts. */
export const accountProviderOf = (signInProviderId: string): string => `oidc:${signInProviderId}`;

/** Whether somebody has signed in by a provider, ever. */
export const hasComeBy = async (tx: Transaction, signInProviderId: string, userId: string): Promise<boolean> =>
  (await tx.$count(accounts, and(eq(accounts.providerId, accountProviderOf(signInProviderId)), eq(accounts.userId, userId)))) > 0;

/** The partner's provider as it is shown: never its secret. Version 0: there is none. */
export async function loadSignInProvider(ctx: Context, tx: Transaction) {
  const [row] = await tx
    .select({ provider: signInProviders, changedBy: users.name })
    .from(signInProviders)
    .innerJoin(users, eq(users.id, signInProviders.changedBy))
    .where(eq(signInProviders.partnerId, ctx.partner.id));
  const provider = row?.provider;
  return {
    id: provider?.id ?? null,
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    domains: provider?.domains ?? [],
    passwordAllowed: provider?.passwordAllowed ?? true,
    version: provider?.version ?? 0,
    changedBy: row?.changedBy ?? null,
    changedAt: provider?.changedAt ?? null,
    lastUsedAt: provider?.lastUsedAt ?? null,
    people: provider ? await tx.$count(accounts, eq(accounts.providerId, accountProviderOf(provider.id))) : 0,
    isProven: provider !== undefined && ctx.actor.kind === 'partner-user' && (await hasComeBy(tx, provider.id, ctx.actor.id)),
    actions: { change: allow(ctx, 'partner.manage', true, ''), remove: allow(ctx, 'partner.manage', provider !== undefined, 'none') },
  };
}
export type SignInProviderView = Awaited<ReturnType<typeof loadSignInProvider>>;

/** The partner's own identity provider, and how it is doing. */
export async function getSignInProvider(ctx: Context): Promise<SignInProviderView> {
  demand(ctx, 'partner.manage');
  return read(ctx, (tx) => loadSignInProvider(ctx, tx));
}

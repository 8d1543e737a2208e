import { type Context, read } from '@clientele/db';
import { type Permission, permissionNames } from '@clientele/domain';
import { type Allowed, allow, demand, userIdOf } from '../access.ts';
import { getCustomer } from '../customers/edit.ts';
import { loadPartnerUsers, personOf } from './load.ts';

/**
 * What a partner user may do, and why not: asked of the very rules that the user meets, in the user's place. Of others only a global admin asks.
 * Throws `not_found` for a person or customer of another partner as for nobody.
 */
export async function explainAccess(
  ctx: Context,
  { userId = userIdOf(ctx), customerId }: { userId?: string | undefined; customerId?: string | undefined },
) {
  if (userId !== userIdOf(ctx)) demand(ctx, 'partner.manage');
  const people = await read(ctx, (tx) => loadPartnerUsers(ctx, tx));
  const { id, name, email, roles, state } = personOf(people, userId);
  const inPlace: Context = { ...ctx, actor: { kind: 'partner-user', id, name, email, roles } };
  // Whoever cannot sign in may do nothing, whatever the roles.
  const answer = (permission: Permission): Allowed =>
    state === 'active' ? allow(inPlace, permission, true, '') : { allowed: false, reason: 'state', state };
  const customer = customerId ? await getCustomer(inPlace, customerId) : null;
  return {
    user: { id, name, roles, state },
    grantedBy: people.filter((person) => person.state === 'active' && person.roles.includes('global-admin')).map((person) => person.name),
    permissions: permissionNames.map((permission) => ({ permission, answer: answer(permission) })),
    customer: customer && {
      id: customer.id,
      companyName: customer.companyName,
      acts: Object.entries(customer.actions).map(([act, given]) => ({
        act,
        answer: state === 'active' ? given : ({ allowed: false, reason: 'state', state } satisfies Allowed),
      })),
    },
  };
}

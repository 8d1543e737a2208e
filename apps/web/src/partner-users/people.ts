import type { PartnerUser, PartnerUserInvitation } from '@clientele/contracts';
import type { Role } from '@clientele/domain';

/** A line of the table: somebody who signs in, or who is invited to. */
export type Person = { id: string; name: string; email: string; roles: Role[] } & (
  | { kind: 'user'; user: PartnerUser; state: 'active' | 'deactivated' }
  | { kind: 'invitation'; invitation: PartnerUserInvitation; state: 'invited' | 'expired' }
);
export const personStates = ['active', 'invited', 'expired', 'deactivated'] as const;

/** Invitations on top, since they wait for something; then the people by name; those who are let in no more at the end. */
export function peopleOf(list: { users: PartnerUser[]; invitations: PartnerUserInvitation[] }): Person[] {
  const users = list.users.map((user): Person => {
    const { id, name, email, roles, state } = user;
    return { id, name, email, roles, kind: 'user', user, state };
  });
  return [
    ...list.invitations.map((invitation): Person => {
      const { id, name, email, roles } = invitation;
      return { id, name, email, roles, kind: 'invitation', invitation, state: invitation.state === 'expired' ? 'expired' : 'invited' };
    }),
    ...users.filter(({ state }) => state === 'active'),
    ...users.filter(({ state }) => state === 'deactivated'),
  ];
}

/** Those who fit what was typed (any part of name or address), the role and the state; empty means all. */
export function matching(people: readonly Person[], { search, role, state }: { search: string; role: string; state: string }): Person[] {
  const term = search.trim().toLocaleLowerCase();
  return people.filter(
    (person) =>
      (term === '' || `${person.name} ${person.email}`.toLocaleLowerCase().includes(term)) &&
      (role === '' || person.roles.some((one) => one === role)) &&
      (state === '' || person.state === state),
  );
}

import type { PartnerUser, PartnerUserInvitation } from '@clientele/contracts';
import { describe, expect, it } from 'vitest';
import { matching, peopleOf } from './people.ts';

const user = (id: string, more: Partial<PartnerUser> = {}) =>
  ({ id, name: `Name ${id}`, email: `${id}@people.example`, roles: ['sales-agent'], state: 'active', ...more }) as PartnerUser;
const invitation = (id: string, more: Partial<PartnerUserInvitation> = {}) =>
  ({ id, name: `Name ${id}`, email: `${id}@people.example`, roles: ['global-admin'], state: 'pending', ...more }) as PartnerUserInvitation;

describe('the people of a partner', () => {
  const people = peopleOf({
    users: [user('a'), user('b', { state: 'deactivated' }), user('c', { name: '田中 愛子', roles: ['global-admin', 'helpdesk-agent'] })],
    invitations: [invitation('d'), invitation('e', { state: 'expired' })],
  });
  const ids = (given: Partial<Parameters<typeof matching>[1]>) =>
    matching(people, { search: '', role: '', state: '', ...given }).map(({ id }) => id);

  it('stand with the invitations on top and those who are let in no more at the end', () => {
    expect(ids({})).toEqual(['d', 'e', 'a', 'c', 'b']);
    expect(people.map(({ state }) => state)).toEqual(['invited', 'expired', 'active', 'active', 'deactivated']);
  });
  it('are found by any part of name or address, by role and by state', () => {
    expect(ids({ search: ' 愛子 ' })).toEqual(['c']);
    expect(ids({ search: 'A@PEOPLE' })).toEqual(['a']);
    expect(ids({ role: 'global-admin' })).toEqual(['d', 'e', 'c']);
    expect(ids({ state: 'deactivated' })).toEqual(['b']);
    expect(ids({ role: 'global-admin', state: 'active', search: 'name' })).toEqual([]);
  });
});

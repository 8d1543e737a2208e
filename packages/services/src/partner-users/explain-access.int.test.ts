import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { access, permissionNames, roles } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { explainAccess } from './explain-access.ts';

const test = useTestDatabase();

async function setting() {
  const partner = await aPartner(test.sql);
  const admin = await aPartnerUser(test.sql, partner, ['global-admin'], { name: 'Megan Bowen' });
  const helpdesk = await aPartnerUser(test.sql, partner, ['helpdesk-agent'], { name: 'Alex Wilber' });
  const customer = await aCustomer(test.sql, partner, { relationship: 'active' });
  const ask = (who: typeof admin) => aContext(test.api, partner, who);
  return { partner, admin, helpdesk, customer, ask };
}

describe('what somebody may do', () => {
  it('is what the one table says, for each role, and names who grants what is missing', async () => {
    const { partner, admin, ask } = await setting();
    for (const role of roles) {
      const person = await aPartnerUser(test.sql, partner, [role]);
      const { permissions, grantedBy, user, customer } = await explainAccess(ask(admin), { userId: person.id });
      expect(user).toEqual({ id: person.id, name: person.name, roles: [role], state: 'active' });
      expect(customer).toBeNull();
      expect(grantedBy).toContain('Megan Bowen');
      expect(permissions.map(({ permission }) => permission)).toEqual(permissionNames);
      for (const { permission, answer } of permissions) {
        const said = access({ roles: [role], partnerType: partner.type, cloud: partner.cloud }, permission);
        expect(answer.allowed, `${role} ${permission}`).toBe(said.allowed);
        if (!answer.allowed && !said.allowed)
          expect(answer).toMatchObject(said.reason === 'role' ? { reason: 'role', grantedBy: 'global-admin' } : { reason: said.reason });
      }
    }
  });

  it('with a customer is what the person itself would see there: role first, then the state', async () => {
    const { admin, helpdesk, customer, ask } = await setting();
    const actsOf = async (userId: string) =>
      Object.fromEntries(
        (await explainAccess(ask(admin), { userId, customerId: customer.id })).customer?.acts.map(({ act, answer }) => [act, answer]) ?? [],
      );
    expect(await actsOf(helpdesk.id)).toMatchObject({
      edit: { allowed: true },
      end: { allowed: false, reason: 'role', needs: ['global-admin'] },
    });
    expect(await actsOf(admin.id)).toMatchObject({
      end: { allowed: true },
      reinstate: { allowed: false, reason: 'state', state: 'active' },
    });
  });

  it('of somebody who is deactivated is nothing, whatever the roles', async () => {
    const { partner, admin, customer, ask } = await setting();
    const former = await aPartnerUser(test.sql, partner, ['global-admin'], { name: 'Former Person' });
    await test.sql`update partner_users set deactivated_at = now(), deactivated_by = ${admin.id} where user_id = ${former.id}`;
    const { permissions, grantedBy, customer: seen } = await explainAccess(ask(admin), { userId: former.id, customerId: customer.id });
    for (const { answer } of [...permissions, ...(seen?.acts ?? [])])
      expect(answer).toEqual({ allowed: false, reason: 'state', state: 'deactivated' });
    expect(grantedBy).not.toContain('Former Person');
  });

  it('is told to everybody of oneself, and of others to a global admin only', async () => {
    const { admin, helpdesk, ask } = await setting();
    expect((await explainAccess(ask(helpdesk), {})).user.id).toBe(helpdesk.id);
    await expect(explainAccess(ask(helpdesk), { userId: admin.id })).rejects.toMatchObject({
      code: 'forbidden',
      details: { needs: ['global-admin'] },
    });
  });

  it('is not told of a person or a customer of another partner', async () => {
    const [mine, theirs] = [await setting(), await setting()];
    await expect(explainAccess(mine.ask(mine.admin), { userId: theirs.admin.id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(explainAccess(mine.ask(mine.admin), { customerId: theirs.customer.id })).rejects.toMatchObject({ code: 'not_found' });
  });
});

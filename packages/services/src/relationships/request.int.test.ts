import {
  aContext,
  aCustomer,
  aCustomerUser,
  anInvitation,
  anOrganization,
  aPartner,
  aPartnerUser,
  useTestDatabase,
} from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { getCustomer } from '../customers/edit.ts';
import { listCustomers } from '../customers/list.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { expireInvitation, revokeInvitation } from '../invitations/change.ts';
import { createInvitation } from '../invitations/create.ts';
import { declineInvitation } from '../invitations/decline.ts';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { reinstateRelationship } from './reinstate.ts';
import { requestRelationship } from './request.ts';

const test = useTestDatabase();

/** A customer that was imported: nobody of it has been asked, and nobody of it has ever been here. */
async function imported(
  roles: Role[] = ['global-admin'],
  contact = { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@imported.example' },
) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, roles);
  const organization = await anOrganization(test.sql);
  const customer = await aCustomer(test.sql, partner, {
    ...{ organizationId: organization.id, domain: organization.domain, contact, relationship: 'none', relationshipSince: null },
    ...{ agreementAcceptedAt: null, agreementBy: null, delegatedAdmin: false, notes: 'From the other portal' },
  });
  const ctx = aContext(test.api, partner, author);
  return { partner, author, organization, customer, ctx };
}
type World = Awaited<ReturnType<typeof imported>>;

let count = 0;
const person = (domain: string) => ({
  ...{ companyName: 'As the customer writes it', domain, country: 'DE', firstName: 'Mia', lastName: 'Braun' },
  password: 'a password of the first admin',
});
const address = () => `first-admin-${++count}@people.example`;
const order = (more: object) => ({
  ...{
    email: address(),
    companyName: 'Imported',
    language: 'en' as const,
    delegatedAdmin: false,
    message: 'Please {link}',
    sendMail: false,
  },
  ...more,
});
const ask = ({ ctx, customer }: World, more: object = {}) =>
  requestRelationship(ctx, links, { customerId: customer.id, email: address(), message: 'Please {link}', delegatedAdmin: false, ...more });
const everyCustomer = async ({ ctx }: World) =>
  (await listCustomers(ctx, { relationship: 'all', sort: 'company', order: 'asc', limit: 10 })).items.map((row) => [
    row.id,
    row.relationship,
  ]);

describe('asking an imported customer for a relationship', () => {
  it('moves it from none to requested, and is told by mail to its contact', async () => {
    const world = await imported();
    expect((await getCustomer(world.ctx, world.customer.id)).actions).toMatchObject({
      request: { allowed: true },
      reinstate: { allowed: false, reason: 'state', state: 'none' },
      end: { allowed: false, reason: 'state', state: 'none' },
    });
    const invitation = await ask(world, { email: undefined });
    expect(invitation).toMatchObject({ customerId: world.customer.id, email: 'aiko@imported.example', recipientName: 'Aiko Tanaka' });
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({
      relationship: 'requested',
      pendingInvitationId: invitation.id,
    });
    expect(await refusalOf(ask(world))).toMatchObject({ code: 'illegal_transition', details: { state: 'requested' } });
  });

  it('is no reinstatement: there was nothing that could come back', async () => {
    const { ctx, customer } = await imported();
    const again = reinstateRelationship(ctx, links, { customerId: customer.id, message: 'Again? {link}', delegatedAdmin: false });
    expect(await refusalOf(again)).toMatchObject({ code: 'illegal_transition', details: { thing: 'relationship', state: 'none' } });
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ relationship: 'none', pendingInvitationId: null });
  });

  it('goes back to none when it is declined, revoked or runs out', async () => {
    const world = await imported();
    const endings = [
      (invitation: { id: string }) => declineInvitation(visit(test.api), links, { token: tokenOf(invitation) }, null),
      (invitation: { id: string }) => revokeInvitation(world.ctx, links, invitation.id),
      (invitation: { id: string }) => expireInvitation({ ...world.ctx, now: new Date(Date.now() + 15 * 86_400_000) }, invitation.id),
    ];
    for (const act of endings) {
      await act(await ask(world));
      expect(await everyCustomer(world)).toEqual([[world.customer.id, 'none']]);
    }
  });

  it('is for who may send invitations, and needs an address', async () => {
    const helpdesk = await imported(['helpdesk-agent']);
    expect(await outcomeOf(ask(helpdesk))).toBe('forbidden');
    const sales = await imported(['sales-agent']);
    expect(await outcomeOf(ask(sales, { delegatedAdmin: true }))).toBe('forbidden');
    const silent = await imported(['global-admin'], { firstName: '', lastName: '', email: '' });
    expect((await refusalOf(ask(silent, { email: undefined }))).fields).toEqual([{ path: 'email', rule: 'required' }]);
    for (const relationship of ['active', 'ending', 'ended'] as const) {
      const world = await imported();
      await test.sql`update customers set relationship = ${relationship} where id = ${world.customer.id}`;
      expect(await refusalOf(ask(world))).toMatchObject({ code: 'illegal_transition', details: { state: relationship } });
    }
  });
});

describe('an imported customer that accepts', () => {
  const ways: [string, (world: World) => Promise<{ id: string }>][] = [
    ['through its own entry', (world) => ask(world)],
    ['through an invitation by domain', (world) => createInvitation(world.ctx, links, order({ domain: world.customer.domain }))],
    ['through an invitation by mail address alone', (world) => createInvitation(world.ctx, links, order({}))],
    [
      'through an invitation from before the import',
      (world) =>
        anInvitation(test.sql, world.partner, world.author, { domain: world.customer.domain, email: address(), delegatedAdmin: false }),
    ],
  ];
  it.each(ways)('is there once, on the same row: %s', async (_way, invite) => {
    const world = await imported();
    const token = tokenOf(await invite(world));
    expect((await refusalOf(acceptInvitation(visit(test.api), links, { token, agreementAccepted: true }, null))).code).toBe(
      'validation_failed',
    );
    await acceptInvitation(visit(test.api), links, { token, agreementAccepted: true, organization: person(world.customer.domain) }, null);
    expect(await everyCustomer(world)).toEqual([[world.customer.id, 'active']]);
    const now = await getCustomer(world.ctx, world.customer.id);
    expect(now).toMatchObject({
      companyName: 'As the customer writes it',
      country: 'DE',
      notes: 'From the other portal',
      agreementAccepted: true,
    });
    expect(now.users).toMatchObject([{ name: 'Mia Braun', role: 'global-admin' }]);
    expect(now.contact.email).toBe('aiko@imported.example');
  });

  it('cannot answer for another domain than the one that was asked', async () => {
    const world = await imported();
    const token = tokenOf(await ask(world));
    const refusal = await refusalOf(
      acceptInvitation(visit(test.api), links, { token, agreementAccepted: true, organization: person('another.example') }, null),
    );
    expect(refusal.fields).toEqual([{ path: 'domain', rule: 'confirmation', params: { expected: world.customer.domain } }]);
  });

  it('needs a global admin of its own when the organisation has users here through another partner', async () => {
    const world = await imported();
    const admin = { userId: (await aCustomerUser(test.sql, world.organization)).userId as string };
    expect((await getCustomer(world.ctx, world.customer.id)).users).toEqual([]);
    const token = tokenOf(await ask(world));
    const accept = (who: { userId: string } | null) =>
      outcomeOf(
        acceptInvitation(visit(test.api), links, { token, agreementAccepted: true, organization: person(world.customer.domain) }, who),
      );
    expect(await accept(null)).toBe('sign_in_required');
    expect(await accept(admin)).toBe('done');
    expect((await getCustomer(world.ctx, world.customer.id)).users).toHaveLength(1);
  });
});

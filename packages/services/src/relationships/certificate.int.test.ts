import {
  aContext,
  aCustomer,
  aCustomerUser,
  anOrganization,
  aPartner,
  aPartnerUser,
  aSubscription,
  useTestDatabase,
} from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { getCustomer } from '../customers/edit.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { createLinks } from '../invitations/links.ts';
import { addPurchase } from '../purchases/change.ts';
import { addSubscription, changeSubscription } from '../subscriptions/change.ts';
import { changeQuantity } from '../subscriptions/quantity.ts';
import { links, outcomeOf, runAsWorker, tokenOf, visit } from '../testing/acts.ts';
import { listEndCertificates, openCertificate } from './certificate.ts';
import { endRelationship } from './end.ts';
import { reinstateRelationship } from './reinstate.ts';

const test = useTestDatabase();

async function setting() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const organization = await anOrganization(test.sql);
  const admin = { userId: (await aCustomerUser(test.sql, organization)).userId as string };
  const customer = await aCustomer(test.sql, partner, {
    organizationId: organization.id,
    domain: organization.domain,
    supportContact: 'Team <b>One</b>',
    notes: 'Likes tea',
    tags: ['vip'],
  });
  const ctx = aContext(test.api, partner, author);
  const end = async () => {
    const { id } = await endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
    await runAsWorker(test.worker, partner, id);
    return id;
  };
  const open = async () => {
    const { items } = await listEndCertificates(ctx, links, customer.id);
    return openCertificate({ db: test.api }, links, items[0]?.link.split('/e/')[1] ?? '');
  };
  return { partner, author, admin, customer, ctx, end, open };
}

describe('the certificate of an end', () => {
  it('says who ended what, when, and what was taken away, to whoever holds its link; reading it changes nothing', async () => {
    const { partner, author, customer, ctx, end, open } = await setting();
    const operationId = await end();
    const certificate = await open();
    expect(certificate).toMatchObject({
      operationId,
      since: customer.relationshipSince,
      endedAt: (await getCustomer(ctx, customer.id)).relationshipEndedAt,
      facts: {
        partnerName: partner.name,
        companyName: customer.companyName,
        domain: customer.domain,
        requestedBy: author.name,
        approvedBy: null,
        mode: 'now',
        taken: [
          { what: 'purchases', at: expect.any(String) },
          { what: 'delegated_admin', at: expect.any(String) },
          { what: 'support_contact', at: expect.any(String), name: 'Team <b>One</b>' },
        ],
      },
      checkCode: expect.stringMatching(/^([0-9A-F]{4}-){3}[0-9A-F]{4}$/),
    });
    expect((await open()).checkCode).toBe(certificate.checkCode);
    // Another word on it is another code.
    await test.sql`update end_certificates set facts = jsonb_set(facts, '{companyName}', '"Somebody"') where id = ${certificate.id}`;
    expect((await open()).checkCode).not.toBe(certificate.checkCode);
  });

  it('keeps the names of its moment, and each further end has one of its own', async () => {
    const world = await setting();
    const { customer, ctx, end } = world;
    await end();
    const invitation = await reinstateRelationship(ctx, links, { customerId: customer.id, message: '{link}', delegatedAdmin: true });
    await acceptInvitation(visit(test.api), links, { token: tokenOf(invitation), agreementAccepted: false }, world.admin);
    await test.sql`update customers set company_name = 'Renamed' where id = ${customer.id}`;
    await end();
    const { items } = await listEndCertificates(ctx, links, customer.id);
    const names = await Promise.all(
      items.map(async ({ link }) => (await openCertificate({ db: test.api }, links, link.split('/e/')[1] ?? '')).facts.companyName),
    );
    expect(names).toEqual(['Renamed', customer.companyName]);
  });

  it('is not shown for a link that is forged, cut, of another kind, or made with another key', async () => {
    const { customer, ctx, end } = await setting();
    await end();
    const { items } = await listEndCertificates(ctx, links, customer.id);
    const token = items[0]?.link.split('/e/')[1] ?? '';
    const id = items[0]?.id ?? '';
    const foreign = createLinks({ publicUrl: 'https://x.example', secret: 'another secret, also of 32 characters and more' });
    const forged = [
      ...['', token.slice(0, -1), `${token}A`, `B${token.slice(1)}`, token.slice(0, -4).concat('AAAA')],
      foreign.certificate.linkOf(id).split('/e/')[1] ?? '',
      links.agreement.linkOf(id).split('/a/')[1] ?? '',
      tokenOf({ id }),
      links.certificate.linkOf('00000000-0000-7000-8000-000000000000').split('/e/')[1] ?? '',
    ];
    for (const one of forged) expect(await outcomeOf(openCertificate({ db: test.api }, links, one)), one).toBe('link_invalid');
  });

  it('is listed to its own partner only', async () => {
    const { customer, end } = await setting();
    await end();
    const stranger = await setting();
    expect(await outcomeOf(listEndCertificates(stranger.ctx, links, customer.id))).toBe('not_found');
  });
});

describe('ending stops purchases', () => {
  it('in every verb that buys or adds, while it ends and after it has', async () => {
    const { partner, customer, ctx } = await setting();
    const held = await aSubscription(test.sql, customer, { state: 'suspended', quantity: 3 });
    const { id } = await endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
    const customerId = customer.id;
    const buying = () =>
      Promise.all([
        outcomeOf(addSubscription(ctx, { customerId, productId: 'm365-e3', quantity: 1 })),
        outcomeOf(changeQuantity(ctx, { customerId, subscriptionId: held.id, quantity: 9, version: 1 })),
        outcomeOf(changeSubscription(ctx, { customerId, subscriptionId: held.id, command: 'reactivate' })),
        outcomeOf(addPurchase(ctx, { customerId, productId: 'windows-server-2025', quantity: 1 })),
        outcomeOf(addPurchase(ctx, { customerId, productId: 'vm-reservation-1y', quantity: 1 })),
      ]);
    const refused = Array(5).fill('illegal_transition');
    expect(await buying()).toEqual(refused);
    await runAsWorker(test.worker, partner, id);
    expect(await buying()).toEqual(refused);
  });
});

describe('reinstating', () => {
  it('brings back all that ending took away, after the customer’s consent and not before', async () => {
    const world = await setting();
    const { customer, ctx } = world;
    await world.end();
    const invitation = await reinstateRelationship(ctx, links, { customerId: customer.id, message: '{link}', delegatedAdmin: true });
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ relationship: 'requested', supportContact: null, delegatedAdmin: false });
    await acceptInvitation(visit(test.api), links, { token: tokenOf(invitation), agreementAccepted: false }, world.admin);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({
      relationship: 'active',
      supportContact: 'Team <b>One</b>',
      delegatedAdmin: true,
      notes: 'Likes tea',
      tags: ['vip'],
    });
    expect(await outcomeOf(addSubscription(ctx, { customerId: customer.id, productId: 'm365-e3', quantity: 1 }))).toBe('done');
  });
});

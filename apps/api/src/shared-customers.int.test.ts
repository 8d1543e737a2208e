import type { PartnerOfContext } from '@clientele/db';
import {
  aCustomer,
  aCustomerUser,
  aDelivery,
  anEndCertificate,
  anEvent,
  anInvitation,
  anOperation,
  aPurchase,
  aSubscription,
  aSuppression,
  aVisit,
} from '@clientele/db/testing';
import { relationshipStates } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { type Ask, type Furnished, furnish, usePortal } from './testing/portal.ts';
import { samples } from './testing/samples.ts';

const portal = usePortal();
const guarded = endpoints.filter(({ access }) => access !== 'public' && access !== 'token');

/** In every text that the other partner has written or that was written for it. */
const mark = 'zqother';

/** What a partner has about a customer that another one serves, too: a row of its own with everything on it, and all of it marked. */
async function serve(
  other: { partner: PartnerOfContext; author: { id: string } },
  customer: Furnished['customer'],
  relationship: (typeof relationshipStates)[number],
) {
  const { sql } = portal;
  const { partner, author } = other;
  const theirs = await aCustomer(sql, partner, {
    ...{ organizationId: customer.organizationId, domain: customer.domain, relationship, companyName: `${mark} Ltd` },
    ...{ tags: [`${mark}-tag`], contact: { firstName: mark, lastName: mark, email: `${mark}@people.example` } },
  });
  await sql`update customers set notes = ${`${mark} pays 99,999 a year`}, support_contact = ${`${mark} desk`} where id = ${theirs.id}`;
  await aSubscription(sql, theirs, { productId: 'm365-e3', quantity: 98_765 });
  await aPurchase(sql, theirs);
  const invitation = await anInvitation(sql, partner, author, {
    customerId: theirs.id,
    email: `${mark}-it@people.example`,
    companyName: `${mark} Ltd`,
    recipientName: mark,
  });
  await sql`update invitations set message = ${`${mark} asks`} where id = ${invitation.id}`;
  await aVisit(sql, invitation);
  await aDelivery(sql, partner, { invitationId: invitation.id, recipient: `${mark}-it@people.example` });
  await anOperation(sql, partner, author, { customerId: theirs.id, subject: `${mark} work` });
  await aSuppression(sql, partner, { email: customer.contact.email });
  await anEndCertificate(sql, theirs);
  for (const type of ['customer.edited', 'relationship.established', 'delegated_admin.granted'])
    await anEvent(sql, partner, { type, customerId: theirs.id, data: { fields: [mark] } });
  await sql`insert into customer_views values (${crypto.randomUUID()}, ${partner.id}, ${author.id}, ${`${mark} view`}, '{}', '{}', false, now())`;
  return { ...theirs, invitation };
}

/** What is asked for besides the samples: whatever finds something by a name, an address, a domain or a tag. */
const questions = (customer: Furnished['customer']): [method: string, path: string, body?: object][] => [
  ...[mark, customer.domain, customer.companyName].map((words): [string, string] => [
    'GET',
    `/api/customers?search=${encodeURIComponent(words)}&relationship=all`,
  ]),
  ['GET', `/api/customers?tag=${mark}-tag&relationship=all`],
  ['GET', '/api/customer-tags'],
  ['GET', '/api/customers.csv?relationship=all'],
  ['GET', `/api/similar-customers?name=${mark}%20Ltd`],
  ['GET', `/api/similar-customers?name=${encodeURIComponent(customer.companyName)}&domain=${customer.domain}&email=${mark}@people.example`],
  ['GET', `/api/domains/${customer.domain.split('.')[0]}`],
  ['GET', `/api/activity?search=${mark}`],
  ['GET', `/api/activity?customerId=${customer.id}`],
  ['GET', `/api/activity.csv?search=${customer.domain}`],
  ['GET', `/api/invitations?search=${mark}`],
  ['GET', `/api/invitations?customerId=${customer.id}`],
  ['GET', `/api/operations?customerId=${customer.id}`],
  ['GET', `/api/suppressions?search=${encodeURIComponent(customer.contact.email)}`],
  ['POST', '/api/invitations/recipients/check', { text: `${mark}-it@people.example\n${customer.contact.email}`, language: 'en' }],
  ['POST', '/api/customers/bulk', { action: 'export', selection: { filters: { search: mark } } }],
];

/** What an answer says, but for what is another thing each time. */
const plain = (text: string) =>
  text
    .replaceAll(/"(requestId|digest|signature)":"[^"]*"/g, '')
    .replaceAll(/"(at|createdAt|updatedAt|lastSeenAt|checkedAt|asOf|now)":"[^"]*"/g, '')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, (id) => (known.has(id) ? id : 'new'))
    .replaceAll(/sample-?\d+/g, 'sample');
const known = new Set<string>();

async function reading(ask: Ask, things: Furnished) {
  const answers: Record<string, string> = {};
  // The queue is the whole installation's: its page tells how much waits there, and nothing of what.
  for (const endpoint of guarded.filter(({ method, name }) => method === 'GET' && name !== 'getQueue')) {
    const { path, query = '' } = (samples[endpoint.name] as NonNullable<(typeof samples)[string]>)(things);
    const answer = await ask('GET', path + query);
    answers[endpoint.name] = `${answer.status} ${plain(answer.text)}`;
  }
  for (const [method, path, body] of questions(things.customer).filter(([, path]) => !path.includes('bulk'))) {
    const answer = await ask(method, path, body);
    answers[`${method} ${path}`] = `${answer.status} ${plain(answer.text)}`;
  }
  return answers;
}

describe.each(relationshipStates)('a customer that another partner has, too (relationship there: %s)', (relationship) => {
  it('is to its first partner what it was: no answer changes by the other’s coming, and none holds anything of it', async () => {
    const mine = await portal.furnished();
    const other = await portal.furnished();
    await aCustomerUser(portal.sql, { id: mine.customer.organizationId });
    const { ask } = await portal.signedIn(mine.partner);
    for (const id of JSON.stringify(mine).match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g) ?? []) known.add(id);
    const before = await reading(ask, mine);
    const theirs = await serve(other, mine.customer, relationship);
    expect(await reading(ask, mine)).toEqual(before);

    // And whatever is done: not the answers, nor what is written for this partner, hold anything of the other.
    const secrets = [mark, other.partner.id, other.partner.name, theirs.id, theirs.invitation.id, '98765', '98,765', other.author.id];
    const said: string[] = Object.values(before);
    for (const [method, path, body] of questions(mine.customer)) said.push((await ask(method, path, body)).text);
    const things = await furnish(portal.sql, mine.partner, mine.author);
    // The same customer for all of them: some are refused because of an earlier one, and say so.
    const all = { ...things, customer: mine.customer, subscription: mine.subscription };
    for (const endpoint of guarded.filter(({ name }) => name !== 'endOtherSessions')) {
      const { path, query = '', body, headers } = (samples[endpoint.name] as NonNullable<(typeof samples)[string]>)(all);
      const answer = await ask(endpoint.method, path + query, body, headers);
      expect(answer.status, `${endpoint.name} ${answer.text}`).toBeLessThan(500);
      said.push(answer.text);
    }
    // One asks by its own words for what it must not find; an answer may repeat them.
    const found = said.filter((text) => secrets.some((one) => text.replaceAll(/"(text|search|email|input)":"[^"]*"/g, '').includes(one)));
    expect(found.map((text) => text.slice(0, 500))).toEqual([]);
    for (const table of ['events', 'deliveries', 'operations', 'operation_rows', 'customers', 'invitations']) {
      const rows = await portal.sql`select to_jsonb(t)::text as row from ${portal.sql(table)} t where partner_id = ${mine.partner.id}`;
      for (const { row } of rows)
        for (const one of [other.partner.id, theirs.id, theirs.invitation.id, '98765', `${mark}-tag`])
          expect(row, table).not.toContain(one);
    }
  });
});

it('a domain that only another partner’s customer has is taken, and that is all that is told of it', async () => {
  const [mine, other] = [await portal.furnished(), await portal.furnished()];
  const { ask } = await portal.signedIn(mine.partner);
  const { organizationId } = other.customer;
  const prefix = `taken${Date.now()}`;
  const domain = (await ask('GET', `/api/domains/${prefix}`)).json;
  const free = JSON.stringify(domain);
  await portal.sql`update organizations set domain = ${domain.domain} where id = ${organizationId}`;
  await portal.sql`update customers set domain = ${domain.domain}, company_name = ${mark} where id = ${other.customer.id}`;
  const taken = await ask('GET', `/api/domains/${prefix}`);
  expect(taken.text).not.toBe(free);
  for (const secret of [mark, other.partner.name, other.partner.id, other.customer.id, organizationId])
    expect(taken.text).not.toContain(secret);
  // The same as of one that no partner has any more.
  await portal.sql`update customers set relationship = 'ended' where id = ${other.customer.id}`;
  expect((await ask('GET', `/api/domains/${prefix}`)).text).toBe(taken.text);
});

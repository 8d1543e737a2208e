import { Readable } from 'node:stream';
import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { attestAgreement } from '../agreements/ask.ts';
import { getImport } from '../imports/list.ts';
import { receiveFile } from '../imports/receive.ts';
import { startImport } from '../imports/start.ts';
import { resumeOperation } from '../operations/control.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { startBulk } from './bulk.ts';
import { editCustomer, getCustomer, previewEdit } from './edit.ts';

const test = useTestDatabase();

async function setting(more: Parameters<typeof aCustomer>[2] = {}) {
  const partner = await aPartner(test.sql);
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
  const customer = await aCustomer(test.sql, partner, { notes: 'before', supportContact: 'Team', tags: ['a'], ...more });
  return { partner, ctx, customer };
}

describe('editing a customer', () => {
  it('changes what is given and nothing else, and says in the log which fields, and what only where it is no person’s', async () => {
    const { ctx, customer } = await setting();
    const edited = await editCustomer(ctx, {
      customerId: customer.id,
      version: 1,
      notes: '新しいメモ',
      tags: ['b', 'a', 'b'],
      supportContact: null,
    });
    expect(edited).toMatchObject({
      notes: '新しいメモ',
      tags: ['b', 'a'],
      supportContact: null,
      contact: customer.contact,
      language: 'en',
      version: 2,
    });
    const [event] = await test.sql`select data from events where customer_id = ${customer.id}`;
    expect(event?.data).toEqual({
      fields: ['notes', 'tags', 'supportContact'],
      version: 2,
      changes: { tags: { from: 'a', to: 'b, a' } },
    });
    expect(await editCustomer(ctx, { customerId: customer.id, version: 2, language: 'ja' })).toMatchObject({
      notes: '新しいメモ',
      language: 'ja',
      version: 3,
    });
  });

  it('gives no other support contact while the relationship is ending: the end takes it away, and a cancelled end brings back what was there', async () => {
    const { ctx, customer } = await setting({ relationship: 'ending', supportContact: 'Help Desk' });
    const edit = { customerId: customer.id, version: 1, notes: 'Still here', supportContact: 'Another desk' };
    expect(await refusalOf(editCustomer(ctx, edit))).toMatchObject({ code: 'illegal_transition', details: { state: 'ending' } });
    // A form sends all of its fields: what is the same is no change.
    expect(await editCustomer(ctx, { ...edit, supportContact: 'Help Desk' })).toMatchObject({ notes: 'Still here', version: 2 });
  });

  it('gives no support contact while a relationship that has ended is asked for anew: should the customer refuse, nobody would take it away', async () => {
    const { ctx, customer } = await setting({ relationship: 'requested', relationshipEndedAt: new Date(), supportContact: null });
    const edit = { customerId: customer.id, version: 1, notes: 'Still here', supportContact: 'Help Desk' };
    expect(await refusalOf(editCustomer(ctx, edit))).toMatchObject({ code: 'illegal_transition', details: { state: 'requested' } });
    expect(await editCustomer(ctx, { ...edit, supportContact: null })).toMatchObject({ notes: 'Still here', supportContact: null });
    const first = await setting({ relationship: 'requested' });
    expect(await editCustomer(first.ctx, { ...edit, customerId: first.customer.id })).toMatchObject({ supportContact: 'Help Desk' });
  });

  it('on top of somebody else’s change is refused with what changed meanwhile, and by whom', async () => {
    const { ctx, customer, partner } = await setting();
    const other = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['sales-agent'], { name: 'Sara Lind' }));
    await editCustomer(other, { customerId: customer.id, version: 1, notes: 'first' });
    await editCustomer(other, { customerId: customer.id, version: 2, tags: ['x'] });
    const refusal = await refusalOf(editCustomer(ctx, { customerId: customer.id, version: 1, notes: 'second' }));
    expect(refusal).toMatchObject({ code: 'conflict', details: { version: 3, by: ['Sara Lind'] } });
    expect((refusal.details.fields as string[]).sort()).toEqual(['notes', 'tags']);
    expect(await refusalOf(editCustomer(ctx, { customerId: customer.id, version: 2, notes: 'second' }))).toMatchObject({
      details: { fields: ['tags'] },
    });
    expect((await getCustomer(ctx, customer.id)).notes).toBe('first');
  });

  it('names what changed meanwhile in work over many and by an import, and says when something else did', async () => {
    const { ctx, customer, partner } = await setting({ agreementAcceptedAt: null, agreementBy: null });
    const refused = async (version: number) =>
      (await refusalOf(editCustomer(ctx, { customerId: customer.id, version, notes: 'mine' }))).details;
    const other = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['global-admin'], { name: 'Sara Lind' }));
    const { id } = await startBulk(other, { action: 'tag', tags: ['x'], selection: { ids: [customer.id] } });
    await runAsWorker(test.worker, partner, id);
    expect(await refused(1)).toMatchObject({ version: 2, fields: ['tags'], by: ['Sara Lind'], more: false });
    const csv = `name,domain,notes\n${customer.companyName},${customer.domain},theirs\n`;
    const file = await receiveFile(other, { fileName: 'customers.csv', source: Readable.from([Buffer.from(csv)]) });
    const given = { country: 'JP', language: 'en' as const, tags: [], updateExisting: true, request: null };
    const run = await startImport(other, { ...given, importId: file.id, mapping: file.mapping });
    await runAsWorker(test.worker, partner, run.id);
    await resumeOperation(other, run.id);
    await runAsWorker(test.worker, partner, run.id);
    expect((await getImport(other, file.id)).written).toMatchObject({ update: 1 });
    expect(await refused(2)).toMatchObject({ version: 3, fields: ['notes'], by: ['Sara Lind'], more: false });
    // What is no edit has a version and no fields.
    const signer = { firstName: 'Ada', lastName: 'Moreno', email: 'ada@signer.example', date: '2025-06-30' };
    await attestAgreement(other, { customerId: customer.id, ...signer });
    expect(await refused(3)).toMatchObject({ version: 4, fields: [], by: [], more: true });
    expect(await refused(1)).toMatchObject({ version: 4, fields: ['notes', 'tags'], more: true });
  });

  it('moves a company to another country only with an address that is one there', async () => {
    const { ctx, customer } = await setting();
    const address = { line1: '1 Pine Street', city: 'Seattle', state: 'WA', postalCode: '98101' };
    const wrong = editCustomer(ctx, { customerId: customer.id, version: 1, companyName: 'New name', country: 'JP', address });
    expect((await refusalOf(wrong)).fields.map(({ path }) => path)).toEqual(['address.state', 'address.postalCode']);
    const moved = await editCustomer(ctx, { customerId: customer.id, version: 1, companyName: 'New name', country: 'US', address });
    expect(moved).toMatchObject({ companyName: 'New name', country: 'US', address, version: 2 });
    const [event] = await test.sql`select data from events where customer_id = ${customer.id}`;
    // Before and after of company and country: an address may be a person's.
    expect(event?.data).toEqual({
      fields: ['companyName', 'country', 'address'],
      version: 2,
      changes: { companyName: { from: customer.companyName, to: 'New name' }, country: { from: 'JP', to: 'US' } },
    });
    expect((await refusalOf(editCustomer(ctx, { customerId: customer.id, version: 2, country: 'JP' }))).fields).toHaveLength(2);
  });

  it('gives no special qualification in a cloud that offers none', async () => {
    const { ctx, customer } = await setting();
    expect(await editCustomer(ctx, { customerId: customer.id, version: 1, specialQualification: 'education' })).toMatchObject({
      specialQualification: 'education',
    });
    const partner = await aPartner(test.sql, { cloud: 'us-government', country: 'US' });
    const theirs = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
    const governed = await aCustomer(test.sql, partner, { country: 'US' });
    expect(
      (await refusalOf(editCustomer(theirs, { customerId: governed.id, version: 1, specialQualification: 'education' }))).fields,
    ).toEqual([{ path: 'specialQualification', rule: 'choice' }]);
    expect((await refusalOf(editCustomer(theirs, { customerId: governed.id, version: 1, country: 'JP' }))).fields).toMatchObject([
      { path: 'country', rule: 'country' },
    ]);
  });

  it('can be looked at before: what it would cause, with nothing changed', async () => {
    const { ctx, customer } = await setting();
    const preview = await previewEdit(ctx, {
      customerId: customer.id,
      companyName: 'Other',
      language: 'en',
      contact: { ...customer.contact, email: 'other@people.example' },
    });
    expect(preview.fields).toEqual(['companyName', 'contact']);
    expect(preview.consequences).toEqual([
      { key: 'name_on_mails_and_exports', params: { from: customer.companyName, to: 'Other' } },
      { key: 'mails_to_contact', params: { from: customer.contact.email, to: 'other@people.example' } },
      { key: 'nothing_else', params: {} },
    ]);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ version: 1, companyName: customer.companyName });
    const stranger = await setting();
    expect(await outcomeOf(previewEdit(stranger.ctx, { customerId: customer.id, notes: 'x' }))).toBe('not_found');
  });

  it('is for the partner it belongs to', async () => {
    const { customer } = await setting();
    const { ctx } = await setting();
    expect(await outcomeOf(editCustomer(ctx, { customerId: customer.id, version: 1, notes: 'x' }))).toBe('not_found');
    expect(await outcomeOf(getCustomer(ctx, customer.id))).toBe('not_found');
  });
});

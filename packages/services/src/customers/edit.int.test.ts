import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { editCustomer, getCustomer } from './edit.ts';

const test = useTestDatabase();

async function setting() {
  const partner = await aPartner(test.sql);
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
  const customer = await aCustomer(test.sql, partner, { notes: 'before', supportContact: 'Team', tags: ['a'] });
  return { partner, ctx, customer };
}

describe('editing a customer', () => {
  it('changes what is given and nothing else, and says in the log which fields, not what', async () => {
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
    expect(event?.data).toEqual({ fields: ['notes', 'tags', 'supportContact'] });
    expect(await editCustomer(ctx, { customerId: customer.id, version: 2, language: 'ja' })).toMatchObject({
      notes: '新しいメモ',
      language: 'ja',
      version: 3,
    });
  });

  it('on top of somebody else’s change is refused with the newer version', async () => {
    const { ctx, customer } = await setting();
    await editCustomer(ctx, { customerId: customer.id, version: 1, notes: 'first' });
    expect(await refusalOf(editCustomer(ctx, { customerId: customer.id, version: 1, notes: 'second' }))).toMatchObject({
      code: 'conflict',
      details: { version: 2 },
    });
    expect((await getCustomer(ctx, customer.id)).notes).toBe('first');
  });

  it('is for the partner it belongs to', async () => {
    const { customer } = await setting();
    const { ctx } = await setting();
    expect(await outcomeOf(editCustomer(ctx, { customerId: customer.id, version: 1, notes: 'x' }))).toBe('not_found');
    expect(await outcomeOf(getCustomer(ctx, customer.id))).toBe('not_found');
  });
});

import { readPipelined } from '@clientele/db';
import { aContext, aCustomer, aCustomerView, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/acts.ts';
import type { CustomerFilters } from './filters.ts';
import { listCustomerResellers, listCustomers } from './list.ts';
import { addCustomerView, deleteCustomerView, editCustomerView, listCustomerViews } from './views.ts';

const test = useTestDatabase();
const filters: CustomerFilters = { relationship: 'all', tag: ['gold'], sort: 'created', order: 'desc' };
const view = (name: string, more: object = {}) => ({ name, filters, columns: ['domain', 'tags'], isDefault: false, ...more });

async function aPerson(partner?: Awaited<ReturnType<typeof aPartner>>) {
  const theirs = partner ?? (await aPartner(test.sql));
  const user = await aPartnerUser(test.sql, theirs, ['helpdesk-agent']);
  return { partner: theirs, user, ctx: aContext(test.api, theirs, user) };
}

describe('the saved views of the customer list', () => {
  it('are kept with filters, sort and columns, renamed, overwritten and forgotten', async () => {
    const { ctx } = await aPerson();
    const { id } = await addCustomerView(ctx, view('Renewals'));
    await addCustomerView(ctx, view('a first one'));
    expect((await listCustomerViews(ctx)).items.map(({ name }) => name)).toEqual(['a first one', 'Renewals']);
    expect(await editCustomerView(ctx, { viewId: id, name: 'Renewals in May' })).toMatchObject({ name: 'Renewals in May', filters });
    const other: CustomerFilters = { relationship: 'live', search: 'x', sort: 'company', order: 'asc' };
    expect(await editCustomerView(ctx, { viewId: id, filters: other, columns: [] })).toEqual({
      id,
      name: 'Renewals in May',
      filters: other,
      columns: [],
      isDefault: false,
    });
    await deleteCustomerView(ctx, id);
    expect((await listCustomerViews(ctx)).items.map(({ name }) => name)).toEqual(['a first one']);
    expect(await refusalOf(deleteCustomerView(ctx, id))).toMatchObject({ code: 'not_found' });
  });

  it('have at most one default', async () => {
    const { ctx } = await aPerson();
    const first = await addCustomerView(ctx, view('First', { isDefault: true }));
    const second = await addCustomerView(ctx, view('Second', { isDefault: true }));
    const defaults = async () => (await listCustomerViews(ctx)).items.filter(({ isDefault }) => isDefault).map(({ id }) => id);
    expect(await defaults()).toEqual([second.id]);
    await editCustomerView(ctx, { viewId: first.id, isDefault: true });
    expect(await defaults()).toEqual([first.id]);
    await editCustomerView(ctx, { viewId: first.id, isDefault: false });
    expect(await defaults()).toEqual([]);
  });

  it('do not exist for anybody else: not for a colleague, not for another partner', async () => {
    const mine = await aPerson();
    const own = await addCustomerView(mine.ctx, view('Mine', { isDefault: true }));
    for (const { ctx } of [await aPerson(mine.partner), await aPerson()]) {
      expect((await listCustomerViews(ctx)).items).toEqual([]);
      expect(await refusalOf(editCustomerView(ctx, { viewId: own.id, name: 'Theirs', isDefault: true }))).toMatchObject({
        code: 'not_found',
      });
      expect(await refusalOf(deleteCustomerView(ctx, own.id))).toMatchObject({ code: 'not_found' });
      // The same name is nobody's business.
      await addCustomerView(ctx, view('Mine', { isDefault: true }));
    }
    expect((await listCustomerViews(mine.ctx)).items).toEqual([own]);
  });

  it('refuse a name that the person has given before, at its field, whatever its case', async () => {
    const { ctx, partner, user } = await aPerson();
    await aCustomerView(test.sql, partner, user, { name: 'Renewals' });
    const other = await addCustomerView(ctx, view('Other'));
    for (const attempt of [addCustomerView(ctx, view('RENEWALS')), editCustomerView(ctx, { viewId: other.id, name: 'renewals' })])
      expect(await refusalOf(attempt)).toMatchObject({ code: 'validation_failed', fields: [{ path: 'name', rule: 'name_taken' }] });
  });

  it('are at most fifty per person', async () => {
    const { ctx, partner, user } = await aPerson();
    for (let index = 0; index < 50; index++) await aCustomerView(test.sql, partner, user);
    expect(await refusalOf(addCustomerView(ctx, view('One too many')))).toMatchObject({ code: 'limit_reached', details: { most: 50 } });
  });
});

describe('the indirect resellers of a provider', () => {
  it('are named on its list and for its filter: those of its own customers, and no others', async () => {
    const provider = await aPartner(test.sql, { type: 'indirect-provider' });
    const { ctx } = await aPerson(provider);
    const [one, two] = [await aPartner(test.sql, { name: 'B Reseller' }), await aPartner(test.sql, { name: 'A Reseller' })];
    const foreign = await aPartner(test.sql, { name: 'Foreign' });
    for (const [index, reseller] of [one, one, two, null].entries())
      await aCustomer(test.sql, provider, { companyName: `C ${index}`, indirectResellerId: reseller?.id ?? null });
    await aCustomer(test.sql, await aPartner(test.sql), { indirectResellerId: foreign.id });
    expect((await listCustomerResellers(ctx)).items).toEqual([
      { id: two.id, name: 'A Reseller' },
      { id: one.id, name: 'B Reseller' },
    ]);
    const { items } = await listCustomers(ctx, { relationship: 'live', sort: 'company', order: 'asc', limit: 10 });
    expect(items.map(({ indirectReseller }) => indirectReseller?.name ?? null)).toEqual(['B Reseller', 'B Reseller', 'A Reseller', null]);
    // A name is told for an own customer's reseller only.
    const rows = await readPipelined(ctx, 'select customer_reseller_name($1::uuid) as foreign, customer_reseller_name($2::uuid) as own', [
      foreign.id,
      one.id,
    ]);
    expect(rows[0]).toEqual({ foreign: null, own: 'B Reseller' });
  });
});

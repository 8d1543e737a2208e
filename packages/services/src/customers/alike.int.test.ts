import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/acts.ts';
import { addCustomer, checkDomain } from './add.ts';
import { findAlike } from './alike.ts';

const test = useTestDatabase();

async function setting(names: string[]) {
  const partner = await aPartner(test.sql);
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
  const customers = [];
  for (const companyName of names) customers.push(await aCustomer(test.sql, partner, { companyName }));
  return { partner, ctx, customers };
}
const names = async (ctx: Parameters<typeof findAlike>[0], name: string) =>
  (await findAlike(ctx, { name })).items.map((item) => item.companyName);

describe('customers with names alike', () => {
  it('are found whatever their legal form, case, width or a slip of the pen, the likest first', async () => {
    const { ctx } = await setting([
      'Contoso Robotics GmbH',
      'Contosso Robotics',
      'Fabrikam',
      '株式会社コントソロボット',
      'Ｗｏｏｄｇｒｏｖｅ Bank',
    ]);
    expect(await names(ctx, 'CONTOSO ROBOTICS, Inc.')).toEqual(['Contoso Robotics GmbH', 'Contosso Robotics']);
    expect(await names(ctx, 'コントソロボット有限会社')).toEqual(['株式会社コントソロボット']);
    expect((await findAlike(ctx, { name: 'contoso robotics' })).items[0]).toMatchObject({ isSame: true });
    expect(await names(ctx, 'Northwind')).toEqual([]);
  });

  it('are one’s own only, and not the one that is being renamed', async () => {
    const one = await setting(['Proseware Ltd']);
    const other = await setting(['Proseware Inc']);
    expect(await names(one.ctx, 'Proseware')).toEqual(['Proseware Ltd']);
    expect((await findAlike(one.ctx, { name: 'Proseware', except: one.customers[0]!.id })).items).toEqual([]);
    expect(await names(other.ctx, 'Proseware')).toEqual(['Proseware Inc']);
  });

  it('are looked for by any text without a fault', async () => {
    const { ctx } = await setting(['Contoso']);
    for (const name of ['%', '_', "'", '\\', '😀', 'x'.repeat(200), '株'.repeat(200), 'שלום', '()', 'AG'])
      expect(Array.isArray((await findAlike(ctx, { name })).items), name).toBe(true);
  });
});

describe('a domain that is taken', () => {
  it('leads to the account when it is one’s own, and says no more when it is somebody else’s', async () => {
    const mine = await setting([]);
    const theirs = await setting([]);
    const taken = await aCustomer(test.sql, mine.partner, { domain: `taken${process.pid}.clientele.cloud` });
    const prefix = `taken${process.pid}`;
    expect(await checkDomain(mine.ctx, prefix)).toMatchObject({ available: false, rule: 'domain_taken', customerId: taken.id });
    expect(await checkDomain(theirs.ctx, prefix)).toMatchObject({ available: false, rule: 'domain_taken', customerId: null });
    const order = {
      ...{ companyName: 'Taken', domainPrefix: prefix, country: 'DE', address: { line1: 'x', city: 'y', postalCode: '10115' } },
      ...{
        contact: { firstName: 'A', lastName: 'B', email: 'a@b.example' },
        language: 'en' as const,
        agreement: { by: 'customer' as const },
      },
      subscriptions: [],
    };
    expect(await refusalOf(addCustomer(mine.ctx, order))).toMatchObject({ code: 'validation_failed', details: { customerId: taken.id } });
    expect((await refusalOf(addCustomer(theirs.ctx, order))).details).toEqual({});
  });
});

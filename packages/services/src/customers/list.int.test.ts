import type { Readable } from 'node:stream';
import { aContext, aCustomer, anOperation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { type RelationshipState, relationshipStates } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../cursors.ts';
import { refusalOf } from '../testing/acts.ts';
import type { CustomerFilters } from './filters.ts';
import { exportCustomers, listCustomers, listCustomerTags } from './list.ts';

const test = useTestDatabase();
const anyOf: CustomerFilters = { relationship: 'live', sort: 'company', order: 'asc' };

async function aPartnerContext() {
  const partner = await aPartner(test.sql);
  return { partner, ctx: aContext(test.api, partner, await aPartnerUser(test.sql, partner)) };
}

async function namesOf(ctx: Parameters<typeof listCustomers>[0], filters: Partial<Parameters<typeof listCustomers>[1]>) {
  const { items } = await listCustomers(ctx, { ...anyOf, limit: 100, ...filters });
  return items.map((row) => row.companyName);
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('the search of the customer list', () => {
  it('finds any part of company name and domain, in any script and case', async () => {
    const { partner, ctx } = await aPartnerContext();
    await aCustomer(test.sql, partner, { companyName: '株式会社コントソ東京', domain: `${partner.id}-tokyo.example` });
    await aCustomer(test.sql, partner, { companyName: 'Ärger & Söhne GmbH', domain: `${partner.id}-soehne.example` });
    await aCustomer(test.sql, partner, { companyName: "O'Brien \\ Partners", domain: `${partner.id}-obrien.example` });
    await aCustomer(test.sql, partner, { companyName: 'شركة 🚀 Rocket', domain: `${partner.id}-rocket.example` });
    expect(await namesOf(ctx, { search: 'コントソ' })).toEqual(['株式会社コントソ東京']);
    expect(await namesOf(ctx, { search: '会' })).toEqual(['株式会社コントソ東京']);
    expect(await namesOf(ctx, { search: 'TOKYO.EXAMPLE' })).toEqual(['株式会社コントソ東京']);
    expect(await namesOf(ctx, { search: 'ÄRGER & SÖ' })).toEqual(['Ärger & Söhne GmbH']);
    expect(await namesOf(ctx, { search: "o'brien \\" })).toEqual(["O'Brien \\ Partners"]);
    expect(await namesOf(ctx, { search: '🚀' })).toEqual(['شركة 🚀 Rocket']);
    expect(await namesOf(ctx, { search: 'nobody is called that' })).toEqual([]);
  });

  it('takes %, _ and \\ as they are', async () => {
    const { partner, ctx } = await aPartnerContext();
    for (const companyName of ['100% Cotton', '100 Cotton', 'snake_case', 'snakeXcase', 'back\\slash'])
      await aCustomer(test.sql, partner, { companyName });
    expect(await namesOf(ctx, { search: '0%' })).toEqual(['100% Cotton']);
    expect(await namesOf(ctx, { search: 'e_c' })).toEqual(['snake_case']);
    expect(await namesOf(ctx, { search: 'k\\s' })).toEqual(['back\\slash']);
    expect(await namesOf(ctx, { search: "'; drop table customers; --" })).toEqual([]);
  });

  it('never finds what belongs to another partner', async () => {
    const { ctx } = await aPartnerContext();
    const other = await aPartner(test.sql);
    const theirs = await aCustomer(test.sql, other);
    expect(await namesOf(ctx, { search: theirs.companyName, relationship: 'all' })).toEqual([]);
    expect(await namesOf(ctx, { relationship: 'all' })).toEqual([]);
  });
});

describe('the filters of the customer list', () => {
  it('shows active and ending customers unless another state, or all, is asked for', async () => {
    const { partner, ctx } = await aPartnerContext();
    for (const relationship of relationshipStates) await aCustomer(test.sql, partner, { companyName: relationship, relationship });
    expect(await namesOf(ctx, {})).toEqual(['active', 'ending']);
    expect(await namesOf(ctx, { relationship: 'all' })).toEqual([...relationshipStates].sort());
    for (const relationship of relationshipStates) expect(await namesOf(ctx, { relationship })).toEqual([relationship]);
  });

  it('filters by tag and country, both together with search', async () => {
    const { partner, ctx } = await aPartnerContext();
    await aCustomer(test.sql, partner, { companyName: 'One', tags: ['vip', "it's"], country: 'DE' });
    await aCustomer(test.sql, partner, { companyName: 'Two', tags: ['vip'], country: 'JP' });
    await aCustomer(test.sql, partner, { companyName: 'Three', country: 'DE' });
    expect(await namesOf(ctx, { tag: ['vip'] })).toEqual(['One', 'Two']);
    expect(await namesOf(ctx, { tag: ["it's"] })).toEqual(['One']);
    expect(await namesOf(ctx, { country: 'DE' })).toEqual(['One', 'Three']);
    expect(await namesOf(ctx, { tag: ['vip'], country: 'DE', search: 'on' })).toEqual(['One']);
    expect(await namesOf(ctx, { tag: ['VIP'] })).toEqual([]);
    expect((await listCustomerTags(ctx)).items).toEqual([
      { tag: 'vip', count: 2 },
      { tag: "it's", count: 1 },
    ]);
  });

  it('leaves out a customer whose onboarding has not finished', async () => {
    const { partner, ctx } = await aPartnerContext();
    const customer = await aCustomer(test.sql, partner);
    const operation = await anOperation(test.sql, partner, { id: 'nobody' }, { customerId: customer.id });
    await test.sql`update customers set onboarding_operation_id = ${operation.id} where id = ${customer.id}`;
    expect(await namesOf(ctx, { relationship: 'all' })).toEqual([]);
  });

  it('counts what the filters give', async () => {
    const { partner, ctx } = await aPartnerContext();
    for (let index = 0; index < 5; index++) await aCustomer(test.sql, partner, { tags: index < 2 ? ['few'] : [] });
    expect((await listCustomers(ctx, { ...anyOf, limit: 2 })).total).toEqual({ count: 5, estimated: false });
    expect((await listCustomers(ctx, { ...anyOf, limit: 1, tag: ['few'] })).total).toEqual({ count: 2, estimated: false });
  });
});

describe('the pages of the customer list', () => {
  const sorts = ['company', 'domain', 'created'] as const;
  const columns = { company: 'company_name', domain: 'domain', created: 'created_at' } as const;

  it.each(sorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order }))))(
    'give every row exactly once while rows are added: by $sort $order',
    async ({ sort, order }) => {
      const { partner, ctx } = await aPartnerContext();
      const sameMoment = new Date('2025-01-01T00:00:00Z');
      // Twelve with one name and moment, so that pages break between equals.
      for (let index = 0; index < 30; index++)
        await aCustomer(test.sql, partner, {
          companyName: index < 12 ? '同じ名前' : `Name ${index % 7}`,
          createdAt: index < 12 ? sameMoment : new Date(sameMoment.getTime() + index * 1000),
        });
      const expected = await test.sql`select id from customers where partner_id = ${partner.id}
        order by ${test.sql(columns[sort])} ${order === 'asc' ? test.sql`asc` : test.sql`desc`}, id ${order === 'asc' ? test.sql`asc` : test.sql`desc`}`;
      const seen: string[] = [];
      let after: string | null | undefined;
      do {
        const page = await listCustomers(ctx, { ...anyOf, sort, order, limit: 7, after: after ?? undefined });
        seen.push(...page.items.map((row) => row.id));
        await aCustomer(test.sql, partner, { companyName: 'Added meanwhile', createdAt: new Date(sameMoment.getTime() - seen.length) });
        after = page.next;
      } while (after);
      expect(new Set(seen).size).toBe(seen.length);
      const old = new Set(expected.map((row) => row.id as string));
      expect(seen.filter((id) => old.has(id))).toEqual(expected.map((row) => row.id));
    },
  );

  it('refuse a cursor that was not made here, and one of another sort', async () => {
    const { partner, ctx } = await aPartnerContext();
    for (let index = 0; index < 3; index++) await aCustomer(test.sql, partner);
    const { next } = await listCustomers(ctx, { ...anyOf, limit: 1 });
    const id = '0190a000-0000-7000-8000-000000000000';
    const forged = [
      'x',
      'AAAA',
      encodeCursor(['only one']),
      encodeCursor(['a', 'not an id']),
      encodeCursor(['a', `${id}'`]),
      encodeCursor(['\0', id]),
      Buffer.from('{"0":"a","1":"b","length":2}').toString('base64url'),
      Buffer.from(JSON.stringify([1, id])).toString('base64url'),
    ];
    for (const after of forged) {
      const refusal = await refusalOf(listCustomers(ctx, { ...anyOf, limit: 1, after }));
      expect(refusal).toMatchObject({ code: 'validation_failed', fields: [{ path: 'after', rule: 'cursor' }] });
    }
    const other = await refusalOf(listCustomers(ctx, { ...anyOf, sort: 'created', limit: 1, after: next ?? '' }));
    expect(other).toMatchObject({ code: 'validation_failed', fields: [{ path: 'after', rule: 'cursor' }] });
  });

  it('show nothing of another partner for a cursor that points into its rows', async () => {
    const { ctx } = await aPartnerContext();
    const other = await aPartner(test.sql);
    const theirs = await aCustomer(test.sql, other, { companyName: 'B' });
    await aCustomer(test.sql, other, { companyName: 'C' });
    expect((await listCustomers(ctx, { ...anyOf, limit: 10, after: encodeCursor(['A', theirs.id]) })).items).toEqual([]);
  });
});

describe('the export of the customer list', () => {
  it('holds exactly the filtered rows, in the order of the list', async () => {
    const { partner, ctx } = await aPartnerContext();
    const states: RelationshipState[] = ['active', 'active', 'ended', 'ending', 'requested'];
    for (const [index, relationship] of states.entries())
      await aCustomer(test.sql, partner, { companyName: `Firm ${index}, "${relationship}"`, relationship, tags: index % 2 ? ['odd'] : [] });
    await aCustomer(test.sql, await aPartner(test.sql), { companyName: 'Firm of somebody else' });
    const all: Partial<CustomerFilters>[] = [
      {},
      { order: 'desc' },
      { relationship: 'all' },
      { relationship: 'ended' },
      { tag: ['odd'], relationship: 'all' },
      { search: 'firm 3' },
      { sort: 'created', order: 'desc' },
    ];
    for (const more of all) {
      const filters = { ...anyOf, ...more };
      const { items } = await listCustomers(ctx, { ...filters, limit: 100 });
      const [head, ...lines] = (await textOf(await exportCustomers(ctx, filters))).trimEnd().split('\n');
      expect(head).toBe('Customer ID,Company name,Primary domain,Relationship');
      expect(lines).toEqual(items.map((row) => `${row.id},"${row.companyName.replaceAll('"', '""')}",${row.domain},${row.relationship}`));
    }
  });

  it('leads a cell that a spreadsheet would run by an apostrophe', async () => {
    const { partner, ctx } = await aPartnerContext();
    const dangerous = [
      '=1+1',
      '+49',
      '-cmd',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1+1',
      '＋49',
      '－cmd',
      '＠SUM(A1)',
      '=HYPERLINK("http://evil.example")',
    ];
    for (const companyName of [...dangerous, 'a=b', 'AT&T']) await aCustomer(test.sql, partner, { companyName });
    const text = await textOf(await exportCustomers(ctx, anyOf));
    for (const name of dangerous)
      expect(text).toMatch(new RegExp(`,"?'${name.replaceAll('"', '""').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`));
    expect(text).toContain(',a=b,');
    expect(text).toContain(',AT&T,');
    expect(text).not.toMatch(/,"?[=+@\t\r-]/);
  });

  it('gives the head alone when nothing matches', async () => {
    const { ctx } = await aPartnerContext();
    expect(await textOf(await exportCustomers(ctx, anyOf))).toBe('Customer ID,Company name,Primary domain,Relationship\n');
  });

  it('is refused to a helpdesk agent, who may see and search', async () => {
    const { partner } = await aPartnerContext();
    const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
    expect((await listCustomers(ctx, { ...anyOf, limit: 1 })).items).toEqual([]);
    expect(await refusalOf(exportCustomers(ctx, anyOf))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'customers.export', grantedBy: 'global-admin' },
    });
  });
});

import type { Readable } from 'node:stream';
import { readPipelined } from '@clientele/db';
import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { relationshipStates } from '@clientele/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CustomerFilters, givenOf } from './filters.ts';
import { countCustomers, exportCustomers, listCustomers } from './list.ts';

/** Properties of every list: whatever is asked for, in whatever order. What is expected is worked out here, row by row. */

const test = useTestDatabase();
type Row = Awaited<ReturnType<typeof aCustomer>> & { tags: string[] };

const words = [
  'Alpine',
  'alpine',
  'ALPINE Toys',
  'Pine & Sons',
  '100% Pure',
  'snake_case',
  'Ärger',
  '株式会社東京商事',
  '東京',
  '商事',
  'コントソ',
  '🚀 Rocket',
  'شركة',
  'x',
];
const tags = ['gold', 'renewal', '重要', "it's"];
const countries = ['JP', 'US', 'IS'];
const anyRow = fc.record({
  companyName: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
  relationship: fc.constantFrom(...relationshipStates, 'active', 'active'),
  tags: fc.uniqueArray(fc.constantFrom(...tags), { maxLength: 3 }),
  country: fc.constantFrom(...countries),
  delegatedAdmin: fc.boolean(),
  hasAgreed: fc.boolean(),
  hasReseller: fc.boolean(),
  day: fc.integer({ min: 0, max: 5 }),
});
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });
const anyFilters = (resellers: string[]): fc.Arbitrary<CustomerFilters> =>
  fc.record({
    search: maybe(
      fc.constantFrom(
        ...['alpine', 'PINE', 'toys', 'toys pi', 'pine alpine', 'p', 'ne', '%', '_', '東京', '商', '会社東', '🚀', 'ä', 'rocket', 'شركة'],
        ...['example', 'ample', 'zzz', ' ', '& s', '-', 'pure snake_', 'case.', 'customer-'],
      ),
    ),
    relationship: fc.constantFrom('live', 'live', 'all', ...relationshipStates),
    tag: maybe(fc.uniqueArray(fc.constantFrom(...tags, 'nobody has this'), { maxLength: 2 })),
    country: maybe(fc.constantFrom(...countries, 'DE')),
    delegatedAdmin: maybe(fc.constantFrom('yes', 'no')),
    agreement: maybe(fc.constantFrom('accepted', 'missing')),
    reseller: maybe(fc.constantFrom(...resellers)),
    sort: fc.constantFrom('company', 'domain', 'created'),
    order: fc.constantFrom('asc', 'desc'),
  });

/** Whether a row is wanted, said once more in another language. */
function isWanted(row: Row & { indirectResellerId?: string | null }, filters: CustomerFilters): boolean {
  const { search, relationship, tag = [], country, delegatedAdmin, agreement, reseller } = filters;
  const states: Record<string, readonly string[]> = { live: ['active', 'ending'], all: relationshipStates };
  return (
    (!search || `${row.companyName} ${row.domain}`.toLowerCase().includes(search.toLowerCase())) &&
    (states[relationship] ?? [relationship]).includes(row.relationship) &&
    tag.every((one) => row.tags.includes(one)) &&
    (!country || row.country === country) &&
    (!delegatedAdmin || row.delegatedAdmin === (delegatedAdmin === 'yes')) &&
    (!agreement || (row.agreementAcceptedAt !== null) === (agreement === 'accepted')) &&
    (!reseller || row.indirectResellerId === reseller)
  );
}

/** Where a search by company shows a row: names that begin with the term, then those of which a word or the domain does, then the others. */
function rankOf({ companyName, domain }: Row, search: string): 0 | 1 | 2 {
  const [name, term] = [companyName.toLowerCase(), search.toLowerCase()];
  if (name.startsWith(term)) return 0;
  const isWord = (text: string) => /^[\p{L}\p{Nd}]/u.test(text);
  if (!isWord(term)) return 2;
  if (domain.startsWith(term)) return 1;
  for (let at = name.indexOf(term); at !== -1; at = name.indexOf(term, at + 1)) if (!isWord([...name.slice(0, at)].at(-1) ?? '')) return 1;
  return 2;
}

async function everyPage(ctx: Parameters<typeof listCustomers>[0], filters: CustomerFilters, limit: number) {
  const items: Awaited<ReturnType<typeof listCustomers>>['items'] = [];
  let after: string | undefined;
  for (;;) {
    const page = await listCustomers(ctx, { ...filters, limit, after });
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

async function linesOf(stream: Readable): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8').trimEnd().split('\n').slice(1);
}

async function aPartnerWith(rows: typeof anyRow extends fc.Arbitrary<infer One> ? fc.Arbitrary<One[]> : never) {
  const partner = await aPartner(test.sql, { type: 'indirect-provider' });
  const resellers = [await aPartner(test.sql, { type: 'indirect-reseller' }), await aPartner(test.sql, { type: 'indirect-reseller' })];
  const made: Row[] = [];
  for (const { hasAgreed, hasReseller, day, ...row } of fc.sample(rows, { numRuns: 1, seed: 5 }).flat())
    made.push(
      (await aCustomer(test.sql, partner, {
        ...row,
        agreementAcceptedAt: hasAgreed ? new Date() : null,
        indirectResellerId: hasReseller ? (resellers[day % 2]?.id ?? null) : null,
        createdAt: new Date(Date.UTC(2025, 0, 1 + day)),
      })) as Row,
    );
  // Somebody else's, alike: never to be seen.
  const other = await aPartner(test.sql);
  await aCustomer(test.sql, other, { companyName: 'Alpine 東京', tags: ['gold'], indirectResellerId: resellers[0]?.id ?? null });
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
  return { ctx, rows: made, resellers: resellers.map(({ id }) => id) };
}

describe('a search by company', () => {
  it('knows the words of a name that was changed, and forgets those that it had', async () => {
    const partner = await aPartner(test.sql);
    const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
    const customer = await aCustomer(test.sql, partner, { companyName: 'Nordic Toys (Oslo), Toys & Games' });
    await aCustomer(test.sql, partner, { companyName: 'Carol Toys' });
    const wordsOf = async () =>
      (await test.sql`select word from customer_words where customer_id = ${customer.id} order by word`).map(({ word }) => word);
    expect(await wordsOf()).toEqual(['games', 'nordic', 'oslo', 'toys']);
    await test.sql`update customers set company_name = 'Nordic Bricks' where id = ${customer.id}`;
    expect(await wordsOf()).toEqual(['bricks', 'nordic']);
    const namesOf = async (search: string) =>
      (await listCustomers(ctx, { search, relationship: 'all', sort: 'company', order: 'asc', limit: 9 })).items.map(
        ({ companyName }) => companyName,
      );
    expect(await namesOf('brick')).toEqual(['Nordic Bricks']);
    expect(await namesOf('toys')).toEqual(['Carol Toys']);
    await test.sql`delete from customers where id = ${customer.id}`;
    expect(await wordsOf()).toEqual([]);
  });
});

describe('whatever is asked for', () => {
  it('the pages hold exactly the rows that are wanted, each once; the count agrees, and the export has the same rows in the same order', async () => {
    const { ctx, rows, resellers } = await aPartnerWith(fc.array(anyRow, { minLength: 70, maxLength: 70 }));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(anyFilters(resellers), fc.constantFrom(3, 7, 100), async (filters, limit) => {
        const wanted = rows.filter((row) => isWanted(row, filters));
        found += wanted.length;
        const items = await everyPage(ctx, filters, limit);
        const ids = items.map(({ id }) => id);
        expect([...ids].sort()).toEqual(wanted.map(({ id }) => id).sort());
        expect(await countCustomers(ctx, filters)).toEqual({ count: wanted.length, estimated: false });
        expect((await linesOf(await exportCustomers(ctx, filters))).map((line) => line.slice(0, 36))).toEqual(ids);
        // The order, checked by the database itself; a search by company shows first what begins with the term.
        const column = { company: 'company_name', domain: 'domain', created: 'created_at' }[filters.sort];
        const keys = await test.sql.unsafe(
          `select id from customers where id = any($1) order by ${column} ${filters.order}, id ${filters.order}`,
          [ids],
        );
        const ranks = new Map(
          wanted.map((row) => [row.id, filters.search && filters.sort === 'company' ? rankOf(row, filters.search) : 0]),
        );
        expect(ids).toEqual(keys.map((row) => row.id as string).sort((one, other) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0)));
      }),
      { numRuns: 120 },
    );
    // The filters above do find something.
    expect(found).toBeGreaterThan(100);
  });

  it('the finder gives the same page whichever of its ways it takes: however short its walk, however few its candidates', async () => {
    const { ctx, resellers } = await aPartnerWith(fc.array(anyRow, { minLength: 60, maxLength: 60 }));
    const find = (filters: CustomerFilters, ways: [reach: number, candidates: number]) =>
      readPipelined<{ id: string }>(
        ctx,
        `select f as id from find_customers($1::jsonb, $2, $3::text::boolean, null, null, null, 9, ${ways.join(', ')}) f`,
        [givenOf(filters), filters.sort, String(filters.order === 'desc')],
      );
    await fc.assert(
      fc.asyncProperty(anyFilters(resellers), async (filters) => {
        const expected = await find(filters, [1000, 1000]);
        for (const ways of [
          [1, 1000],
          [1, 1],
          [1, 0],
          [4, 3],
        ] as [number, number][])
          expect(await find(filters, ways), ways.join()).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

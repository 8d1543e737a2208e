import { permissionNames } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contracts from './index.ts';

type AnyEndpoint = contracts.Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;
const endpoints = (Object.entries(contracts) as [string, unknown][]).filter(
  (entry): entry is [string, AnyEndpoint] =>
    typeof entry[1] === 'object' && entry[1] !== null && 'method' in entry[1] && 'path' in entry[1],
);

describe('every endpoint', () => {
  it('has a name of its own, the one it is exported under, and an address of its own', () => {
    expect(endpoints.length).toBeGreaterThan(30);
    for (const [exported, endpoint] of endpoints) expect(endpoint.name).toBe(exported);
    const addresses = endpoints.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(addresses.filter((address, index) => addresses.indexOf(address) !== index)).toEqual([]);
  });

  it.each(endpoints)('%s is well-formed', (_, endpoint) => {
    expect(endpoint.path).toMatch(/^\/api(\/[a-z-]+(\.csv|\.jsonl)?|\/:[a-zA-Z]+)+$/);
    expect(endpoint.summary).toMatch(/^[A-Z].*\.$/);
    expect(endpoint.tag).toMatch(/^[A-Z]/);
    expect(['public', 'token', 'signed-in', ...permissionNames]).toContain(endpoint.access);
    const named = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const parsed = Object.keys((endpoint.params as z.ZodObject | undefined)?.shape ?? {});
    expect(parsed.sort()).toEqual(named.sort());
    // Reading changes nothing and takes no body; whatever changes something has one.
    if (endpoint.method === 'GET') expect(endpoint.body).toBeUndefined();
    else expect(endpoint.body).toBeDefined();
    if (endpoint.query && !endpoint.takes) expect(endpoint.method).toBe('GET');
    expect(() => z.toJSONSchema(endpoint.result, { unrepresentable: 'any' })).not.toThrow();
  });

  it('that changes something of one customer names it in the body, too', () => {
    for (const [name, endpoint] of endpoints) {
      if (endpoint.method === 'GET' || !endpoint.path.includes(':customerId')) continue;
      expect(Object.keys((endpoint.body as z.ZodObject).shape), name).toContain('customerId');
    }
  });

  it('that pages takes a cursor and at most 100 rows, 25 unless told', () => {
    const paged = endpoints.filter(([, endpoint]) => endpoint.query && 'limit' in (endpoint.query as z.ZodObject).shape);
    expect(paged.map(([name]) => name).sort()).toEqual([
      'listActivity',
      'listCustomerOrders',
      'listCustomers',
      'listExpiries',
      'listImportRows',
      'listImports',
      'listInvitations',
      'listLeads',
      'listOperationRows',
      'listOperations',
      'listOrders',
      'listPartnerships',
      'listPlannedEnds',
      'listProviderRequests',
      'listSharedCustomers',
      'listSuppressions',
    ]);
    for (const [, { query }] of paged) {
      expect(query?.parse({})).toMatchObject({ limit: 25 });
      expect(query?.parse({ limit: '100' })).toMatchObject({ limit: 100 });
      for (const limit of ['0', '101', '-1', '1.5', 'x', '']) expect(query?.safeParse({ limit }).success, limit).toBe(false);
      expect(query?.safeParse({ after: 'x'.repeat(501) }).success).toBe(false);
    }
  });

  it('of an export takes the filters of its list and no page', () => {
    for (const [list, csv] of [
      [contracts.listCustomers, contracts.exportCustomers],
      [contracts.listActivity, contracts.exportActivity],
      [contracts.listActivity, contracts.exportSignedActivity],
    ] as const) {
      const of = (endpoint: { query?: z.ZodType }) => Object.keys((endpoint.query as z.ZodObject).shape);
      expect(of(csv).sort()).toEqual(
        of(list)
          .filter((name) => name !== 'after' && name !== 'limit')
          .sort(),
      );
    }
  });
});

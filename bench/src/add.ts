import { randomUUID } from 'node:crypto';
import type { Figure } from './figures.ts';
import { perSecond, share } from './figures.ts';
import { startApi, startFloor, startServer } from './installation.ts';
import { takeTurns } from './load.ts';

const order = (n: number) => ({
  companyName: `Bench Customer ${n}`,
  domainPrefix: `bench-customer-${n}`,
  country: 'US',
  address: { line1: '1 Harbor Way', city: 'Seattle', state: 'WA', postalCode: '98101' },
  contact: { firstName: 'Emma', lastName: 'Clark', email: `emma@customer-${n}.example`, phone: '+1 206 555 0100' },
  language: 'en',
  agreement: {
    by: 'partner',
    firstName: 'Emma',
    lastName: 'Clark',
    email: `emma@customer-${n}.example`,
    date: new Date().toISOString().slice(0, 10),
  },
  subscriptions: [],
});

/** The add-customer request (operation, events that are the outbox, quick path to the queue) against one bare insert. */
export async function add(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    const { url, floor } = await startFloor(server.url, portal.partnerId);
    let n = 0;
    const posting = (address: string, headers: Record<string, string>, withKey: boolean) => ({
      url: address,
      method: 'POST' as const,
      requests: [
        {
          setupRequest: (request: object) => ({
            ...request,
            headers: { ...headers, 'content-type': 'application/json', ...(withKey ? { 'idempotency-key': randomUUID() } : {}) },
            body: JSON.stringify(order(n++)),
          }),
        },
      ],
    });
    const ours = `${portal.url}/api/customers`;
    const rates = await takeTurns(
      [
        { name: 'floor', pid: floor.pid, options: posting(`${url}/add`, {}, false) },
        { name: 'ours', pid: api.pid, options: posting(ours, { cookie: portal.cookie }, false) },
        { name: 'with key', pid: api.pid, options: posting(ours, { cookie: portal.cookie }, true) },
      ],
      server.pid,
      log,
    );
    const [left] = await server.sql<{ count: number }[]>`select count(*)::int as count from events where dispatched_at is null`;
    log(`${left?.count} events not yet handed to the queue when the load ended`);
    await api.stop();
    await floor.stop();
    const rateOf = (name: string) => rates.get(name) ?? 0;
    const figure = (name: string, what: string, wanted?: number): Figure => {
      const ratio = rateOf(name) / rateOf('floor');
      return {
        bench: 'add',
        what,
        floor: perSecond(rateOf('floor')),
        ours: perSecond(rateOf(name)),
        ratio: share(ratio),
        wanted: wanted ? `≥ ${share(wanted)}` : '',
        isMet: wanted ? ratio >= wanted : undefined,
      };
    };
    return [
      figure('ours', 'add-customer request (operation, two events, outbox, quick path) against one bare insert', 0.4),
      figure('with key', 'the same with an Idempotency-Key, as the portal sends it'),
    ];
  } finally {
    await server.stop();
  }
}

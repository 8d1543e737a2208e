import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeDns, startDnsServer, type Zone } from '../testing/dns.ts';
import { createDns, type Dns, withDeadline } from './dns.ts';

const long = `v=DKIM1; k=rsa; p=${'A'.repeat(600)}`;
const zone: Zone = {
  'northwind.example': {
    txt: ['v=spf1 mx ~all', 'something else'],
    mx: [
      { priority: 20, exchange: 'mx2.northwind.example' },
      { priority: 10, exchange: 'mx1.northwind.example' },
    ],
    addresses: ['198.51.100.7', '2001:db8::7'],
  },
  'key._domainkey.northwind.example': { txt: [long] },
  'four.northwind.example': { addresses: ['198.51.100.8'] },
  'broken.northwind.example': { failing: true },
};

let server: Awaited<ReturnType<typeof startDnsServer>>;
beforeAll(async () => {
  server = await startDnsServer(zone);
});
afterAll(() => server.stop());

// What the fake does in the tests of the sender check, the real one does, too.
describe.each<[string, () => Dns]>([
  ['the fake', () => fakeDns(zone)],
  ['the real one', () => createDns({ servers: [server.address], timeoutMs: 1000 })],
])('the DNS, %s', (_which, dns) => {
  it('gives the TXT records of a name, each in one piece', async () => {
    const found = await dns().txt('northwind.example');
    expect(found).toEqual({ kind: 'found', records: expect.arrayContaining(['v=spf1 mx ~all', 'something else']) });
    expect(await dns().txt('key._domainkey.northwind.example')).toEqual({ kind: 'found', records: [long] });
    expect(await dns().txt('KEY._domainkey.NORTHWIND.example')).toEqual({ kind: 'found', records: [long] });
  });

  it('gives the mail servers of a name, the most preferred first', async () => {
    expect(await dns().mx('northwind.example')).toEqual({
      kind: 'found',
      records: [
        { priority: 10, exchange: 'mx1.northwind.example' },
        { priority: 20, exchange: 'mx2.northwind.example' },
      ],
    });
  });

  it('gives the addresses of a name, of both kinds', async () => {
    expect(await dns().addresses('northwind.example')).toEqual({ kind: 'found', records: ['198.51.100.7', '2001:db8::7'] });
    expect(await dns().addresses('four.northwind.example')).toEqual({ kind: 'found', records: ['198.51.100.8'] });
  });

  it('knows what is not there: neither the name, nor records of that kind', async () => {
    for (const name of ['nowhere.example', 'four.northwind.example']) {
      expect(await dns().txt(name), name).toEqual({ kind: 'none' });
      expect(await dns().mx(name), name).toEqual({ kind: 'none' });
    }
    expect(await dns().addresses('nowhere.example')).toEqual({ kind: 'none' });
  });

  it('tells a failure from nothing', async () => {
    expect(await dns().txt('broken.northwind.example')).toEqual({ kind: 'failed' });
    expect(await dns().mx('broken.northwind.example')).toEqual({ kind: 'failed' });
    expect(await dns().addresses('broken.northwind.example')).toEqual({ kind: 'failed' });
  });
});

describe('the real DNS', () => {
  it('that does not answer has failed, after its time-out or at the deadline', async () => {
    const patient = createDns({ servers: [server.address], timeoutMs: 100 });
    expect(await patient.txt('silent.example')).toEqual({ kind: 'failed' });
    const slow = withDeadline(createDns({ servers: [server.address], timeoutMs: 60_000 }), 50);
    expect(await Promise.all([slow.txt('silent.example'), slow.mx('silent.example'), slow.addresses('silent.example')])).toEqual(
      Array(3).fill({ kind: 'failed' }),
    );
  });

  it('answers what cannot be a name without asking', async () => {
    const dns = createDns({ servers: [server.address], timeoutMs: 100 });
    expect((await dns.txt(`${'x'.repeat(300)}.example`)).kind).not.toBe('found');
    expect((await dns.txt('')).kind).not.toBe('found');
  });
});

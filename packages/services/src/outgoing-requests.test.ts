import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutgoingFetch, isPrivateAddress } from './outgoing-requests.ts';

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { fault?: string }) => error.fault ?? String(error),
  );

describe('a private address', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'not an address',
    '',
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '192.167.1.1', '2606:4700:4700::1111', '2a00:1450:4001:82a::200e'])(
    'is not %s',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );
});

describe('a request to an address that somebody has typed', () => {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  async function server(answer: Parameters<typeof createServer>[1]): Promise<string> {
    const listening = createServer(answer as never).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    stops.push(() => {
      listening.closeAllConnections();
      listening.close();
    });
    return `http://localhost:${(listening.address() as AddressInfo).port}`;
  }
  const inHouse = createOutgoingFetch({ allowPrivate: true, timeoutMs: 300, mostBytes: 1000 });
  const outside = createOutgoingFetch({ allowPrivate: false });

  it('carries method, headers and body, and brings the answer', async () => {
    const url = await server(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.writeHead(201, { 'x-one': 'two' }).end(`${request.method} ${request.headers['content-type']} ${body}`);
    });
    const answer = await inHouse(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: new URLSearchParams({ a: 'ü' }) });
    expect([answer.status, answer.headers.get('x-one'), await answer.text()]).toEqual([201, 'two', 'POST text/plain a=%C3%BC']);
  });

  it('goes to no server of the own network, whatever it is called', async () => {
    let asked = 0;
    const url = new URL(
      await server((_request, response) => {
        asked += 1;
        response.end('inside');
      }),
    );
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '[::1]',
      '[::ffff:7f00:1]',
      '[fe80::1]',
      '169.254.169.254',
    ])
      expect(await faultOf(outside(`https://${host}:${url.port}`)), host).toBe('private_address');
    expect(await faultOf(outside(url))).toBe('not_https');
    expect(asked).toBe(0);
  });

  it('checks the address to which it really connects, also when a name has another one by then', async () => {
    const url = new URL(await server((_request, response) => void response.end('inside')));
    const inside = { address: '127.0.0.1', family: 4 };
    const outsideToo = { address: '93.184.215.14', family: 4 };
    for (const answers of [[inside], [outsideToo, inside], []]) {
      let asked = 0;
      const fetchIt = createOutgoingFetch({
        allowPrivate: false,
        resolve: (_host, _options, callback) => {
          asked += 1;
          callback(null, answers);
        },
      });
      expect(await faultOf(fetchIt(`https://rebinding.example:${url.port}`))).toBe('private_address');
      // Nobody asks a second time, and gets another answer.
      expect(asked).toBe(1);
    }
  });

  it('follows nobody elsewhere, waits for nobody long, and reads nothing endless', async () => {
    expect(
      await faultOf(
        inHouse(await server((_request, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end())),
      ),
    ).toBe('redirect');
    expect(await faultOf(inHouse(await server(() => {})))).toBe('timeout');
    expect(
      await faultOf(
        inHouse(
          await server((_request, response) => {
            response.writeHead(200);
            response.write('x');
          }),
        ),
      ),
    ).toBe('timeout');
    expect(await faultOf(inHouse(await server((_request, response) => void response.end('x'.repeat(1001)))))).toBe('too_large');
    expect(await faultOf(inHouse('http://127.0.0.1:9'))).toBe('unreachable');
  });
});

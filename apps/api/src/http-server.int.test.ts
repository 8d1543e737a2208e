import { connect } from 'node:net';
import { aPartner } from '@clientele/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from './http-server.ts';
import { sentences } from './pages/messages.ts';
import { asker, openPortal, type Portal, usePortal } from './testing/portal.ts';

/** Sends bytes as they come and gives what is answered until the connection is closed, and after how long that was. */
function raw(url: string, ...pieces: string[]): Promise<{ text: string; ms: number }> {
  const began = performance.now();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  socket.on('error', () => {});
  for (const piece of pieces) socket.write(piece);
  return new Promise((resolve) => socket.once('close', () => resolve({ text, ms: performance.now() - began })));
}

describe('a connection that only drips', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal({}, { headMs: 400, bodyMs: 400, uploadMs: 1500, idleMs: 65_000, everyMs: 50 });
  });
  afterAll(() => portal.close());
  const head = (path: string, type = 'application/json') =>
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 1000\r\n\r\n`;

  it('is closed when the head of its request does not come, and others are served meanwhile', async () => {
    const dripping = Promise.all(Array.from({ length: 50 }, () => raw(portal.url, 'GET / HTTP/1.1\r\nx-a: ')));
    expect((await asker(portal.url)('GET', '/healthz')).status).toBe(200);
    for (const { text } of await dripping) expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('is told so and closed when the body does not come, whatever it was for', async () => {
    for (const path of ['/api/invitations', '/api/auth/sign-in/email', '/api/setup', '/nowhere']) {
      const { text } = await raw(portal.url, head(path), '{"email":');
      // Who is not let in is told that before the body is waited for.
      expect(text, path).toMatch(/^HTTP\/1\.1 (408|404|401) /);
    }
    const { text } = await raw(portal.url, head('/my/sign-in', 'application/x-www-form-urlencoded'), 'email=');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(portal.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
    // Long before the server's own last limit, which is half a minute here.
  }, 20_000);
});

describe('what a request may be at most', () => {
  const portal = usePortal();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('names the limit that it breaks, for each kind of request', async () => {
    const { ask } = await portal.signedIn(await aPartner(portal.sql));
    const large = (size: number) => ({ email: 'x'.repeat(size) });
    for (const [path, size, limit] of [
      ['/api/customers', 1_100_000, '1 MB'],
      ['/api/invitations/recipients', 4_300_000, '4 MB'],
      ['/api/invitations/send-many', 4_300_000, '4 MB'],
      ['/api/auth/sign-in/email', 70_000, '64 KB'],
      ['/api/auth/sign-out', 70_000, '64 KB'],
    ] as const) {
      const answer = await ask('POST', path, large(size), { origin: portal.url });
      expect([answer.status, answer.json], path).toEqual([
        413,
        expect.objectContaining({ code: 'payload_too_large', detail: `The request is larger than ${limit}.` }),
      ]);
    }
    // Less than that is read, and refused for what it is.
    expect((await ask('POST', '/api/invitations/recipients', { text: 'x'.repeat(2_000_000), language: 'en' })).status).not.toBe(413);
  });

  it('says so on the pages of customers, too', async () => {
    for (const [path, size] of [
      ['/i/x/accept', 40_000],
      ['/a/x/accept', 40_000],
      ['/my/sign-in', 40_000],
      ['/u/x', 5_000],
    ] as const) {
      const answer = await portal.visitor('POST', path, `email=${'x'.repeat(size)}`, form);
      expect(answer.status, path).toBe(413);
      expect(answer.text, path).toContain(sentences.en.errorPages['too-large'].title);
    }
    const many = await portal.visitor('POST', '/my/sign-in', Array.from({ length: 200 }, (_, n) => `a${n}=1`).join('&'), form);
    expect([many.status, many.text.includes(sentences.en.errorPages['too-large'].title)]).toEqual([413, true]);
  });

  it('of a head is 16 KB', async () => {
    const { text } = await raw(portal.url, `GET / HTTP/1.1\r\nhost: localhost\r\nx-a: ${'y'.repeat(17_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('is shorter for a head than for a body, and for a body than for a file, which the server’s own last limit does not cut', () => {
    expect(patience.headMs).toBeLessThan(patience.bodyMs);
    expect(patience.bodyMs).toBeLessThan(patience.uploadMs);
    expect(patience.everyMs).toBeLessThan(patience.headMs);
  });
});

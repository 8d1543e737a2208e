import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openPortal, usePortal } from './testing/portal.ts';
import { newInvitation } from './testing/samples.ts';

const portal = usePortal();

/** An open screen: collects what the live channel says. */
async function screen(cookie: string) {
  const stop = new AbortController();
  const response = await fetch(`${portal.url}/api/changes`, { headers: { cookie }, signal: stop.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const heard: { event: string; data: Record<string, unknown> }[] = [];
  const waiting: (() => void)[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const event = /^event: (.*)$/m.exec(block)?.[1];
        if (event) heard.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') });
        for (const wake of waiting.splice(0)) wake();
      }
    }
  })().catch(() => {});
  return {
    heard,
    async until(found: (one: (typeof heard)[number]) => boolean) {
      const end = Date.now() + 5000;
      while (!heard.some(found)) {
        if (Date.now() > end) throw new Error(`not heard; only ${JSON.stringify(heard)}`);
        await Promise.race([new Promise<void>((wake) => waiting.push(wake)), new Promise((wake) => setTimeout(wake, 100))]);
      }
      return heard.find(found);
    },
    async close() {
      stop.abort();
      await reading;
    },
  };
}

describe('the live channel', () => {
  it('brings a hint of a change to the screens of its partner, and to no other', async () => {
    const [mine, theirs] = [await portal.furnished(), await portal.furnished()];
    const me = await portal.signedIn(mine.partner);
    const colleague = await portal.signedIn(mine.partner, ['helpdesk-agent']);
    const stranger = await portal.signedIn(theirs.partner);
    const screens = await Promise.all([me, colleague, stranger].map(({ cookie }) => screen(cookie)));
    for (const one of screens) await one.until(({ event }) => event === 'ready');
    const { json } = await me.ask('POST', '/api/invitations', newInvitation());
    await stranger.ask(
      'PATCH',
      `/api/customers/${theirs.customer.id}`,
      { customerId: theirs.customer.id, notes: 'x' },
      { 'if-match': '"1"' },
    );
    for (const one of screens.slice(0, 2)) {
      const hint = await one.until(({ event, data }) => event === 'change' && data.invitationId === json.id);
      expect(hint?.data.types).toEqual(['invitation.created', 'mail.queued']);
      expect(JSON.stringify(hint)).not.toMatch(/@|token|partnerId/);
    }
    await screens[2]?.until(({ event, data }) => event === 'change' && data.customerId === theirs.customer.id);
    expect(JSON.stringify(screens[2]?.heard)).not.toContain(json.id);
    for (const one of screens.slice(0, 2)) expect(JSON.stringify(one.heard)).not.toContain(theirs.customer.id);
    for (const one of screens) await one.close();
  });

  it('brings what another process has committed', async () => {
    const { partner } = await portal.furnished();
    const { cookie } = await portal.signedIn(partner);
    const one = await screen(cookie);
    await one.until(({ event }) => event === 'ready');
    await portal.sql`select pg_notify('clientele_changes', ${JSON.stringify([{ partnerId: partner.id, operationId: 'x', types: ['operation.progress'] }])})`;
    expect((await one.until(({ event }) => event === 'change'))?.data).toEqual({ operationId: 'x', types: ['operation.progress'] });
    await one.close();
  });

  it('makes a fresh count of customers when something has changed', async () => {
    const { partner, customer } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    expect((await ask('GET', '/api/customers?tag=one')).json.total.count).toBe(1);
    await ask('PATCH', `/api/customers/${customer.id}`, { customerId: customer.id, tags: [] }, { 'if-match': '"1"' });
    await expect.poll(async () => (await ask('GET', '/api/customers?tag=one')).json.total.count, { timeout: 2000 }).toBe(0);
  });

  it('of a program goes on when a person is signed out, and is over when its key is revoked', async () => {
    const { partner, author, apiKey, colleague } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    const response = await fetch(`${portal.url}/api/changes`, { headers: { authorization: `Bearer ${apiKey.key}` } });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const heard = async (what: string) => {
      for (let text = ''; !text.includes(what); ) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`over before ${what}`);
        text += Buffer.from(value).toString('utf8');
      }
    };
    await heard('event: ready');
    for (const person of [colleague, author]) {
      await ask('POST', `/api/partner-users/${person.id}/sign-out`, {});
      await heard('partner_user.signed_out');
    }
    await ask('POST', `/api/api-keys/${apiKey.id}/revoke`, {});
    for (;;) if ((await reader.read()).done) break;
  });
});

it('an API that stops waits for what is under way, and not for connections that are kept', async () => {
  const own = await openPortal();
  const answers: string[] = [];
  // Half a request each: they are busy when the API begins to stop, and kept when they have their answers.
  const sockets = Array.from({ length: 5 }, () => connect(Number(new URL(own.url).port), 'localhost'));
  for (const socket of sockets) {
    socket.on('data', (data) => answers.push(data.toString()));
    socket.write('POST /api/setup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const stopping = own.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const socket of sockets) socket.write('}');
  await stopping;
  expect(answers).toHaveLength(5);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(own.logged.join('')).not.toContain('did not stop in time');
  for (const socket of sockets) socket.destroy();
});

import { aDelivery, anInvitation } from '@clientele/db/testing';
import { createReturnAddresses } from '@clientele/services';
import { describe, expect, it } from 'vitest';
import { asker, bounceSecret, openPortal, secret, usePortal } from './testing/portal.ts';

const portal = usePortal();
const returns = createReturnAddresses({ bounceAddress: 'bounce@returns.example', secret });

async function sent() {
  const things = await portal.furnished();
  const invitation = await anInvitation(portal.sql, things.partner, things.author);
  const delivery = await aDelivery(portal.sql, things.partner, { invitationId: invitation.id, recipient: invitation.email, state: 'sent' });
  const stateOf = async () => (await portal.sql`select state from deliveries where id = ${delivery.id}`)[0]?.state;
  return { ...things, invitation, delivery, address: returns.addressOf(delivery.id), stateOf };
}

const report = (to: string, recipient: string) =>
  [
    `To: ${to}`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 unknown',
    '',
    '--b--',
    '',
  ].join('\r\n');

const bring = (body: string, headers: Record<string, string> = {}, query = '') =>
  portal.visitor('POST', `/api/returned-mails${query}`, body, {
    authorization: `Bearer ${bounceSecret}`,
    'content-type': 'message/rfc822',
    ...headers,
  });

describe('a mail that a mail service brings back', () => {
  it('turns the mail that it is about to bounced, and says so; once more changes nothing', async () => {
    const { delivery, address, stateOf, invitation, partner } = await sent();
    const answer = await bring(report(address, delivery.recipient));
    expect([answer.status, answer.json]).toEqual([200, { outcomes: ['bounced'] }]);
    expect(await stateOf()).toBe('bounced');
    expect((await bring(report(address, delivery.recipient))).json).toEqual({ outcomes: ['known'] });
    const { ask } = await portal.signedIn(partner);
    expect((await ask('GET', `/api/invitations/${invitation.id}`)).json.delivery).toMatchObject({
      state: 'bounced',
      serverAnswer: '550 5.1.1 unknown',
      returnedAt: expect.any(String),
    });
  });

  it('is found by the recipient of its envelope, where the mail itself names another', async () => {
    const { delivery, address, stateOf } = await sent();
    const body = report('postmaster@returns.example', delivery.recipient);
    expect((await bring(body)).json).toEqual({ outcomes: ['not_ours'] });
    expect((await bring(body, {}, `?recipient=${encodeURIComponent(address)}`)).json).toEqual({ outcomes: ['bounced'] });
    expect(await stateOf()).toBe('bounced');
  });

  it('without the right token is not read, whoever else is signed in', async () => {
    const { delivery, address, stateOf, partner } = await sent();
    const { cookie } = await portal.signedIn(partner);
    for (const authorization of ['', 'Bearer', 'Bearer nonsense', `Basic ${bounceSecret}`, `Bearer ${bounceSecret}!`, `Bearer ${secret}`]) {
      const answer = await bring(report(address, delivery.recipient), { authorization, cookie });
      expect([answer.status, answer.json.code], authorization).toEqual([401, 'unauthenticated']);
    }
    expect(await stateOf()).toBe('sent');
  });

  it('is taken as a mail and as nothing else, and not of any size', async () => {
    const { delivery, address, stateOf } = await sent();
    const body = report(address, delivery.recipient);
    for (const type of ['application/json', 'multipart/form-data; boundary=b', 'text/html'])
      expect((await bring(type === 'application/json' ? '{}' : body, { 'content-type': type })).json).toMatchObject({
        status: 422,
        errors: [{ path: 'body', rule: 'wrong_type' }],
      });
    expect((await bring('')).json).toMatchObject({ status: 422, errors: [{ path: 'body', rule: 'required' }] });
    const large = await bring(body + 'x'.repeat(26 * 1024 * 1024));
    expect(large.json).toMatchObject({ status: 413, detail: 'The request is larger than 25 MB.' });
    expect(await stateOf()).toBe('sent');
    expect((await bring(body + 'x'.repeat(10_000_000), { 'content-type': 'text/plain' })).json).toEqual({ outcomes: ['bounced'] });
  }, 30_000);

  it('leaves ids and outcomes in the log, and nothing of what stands in it', async () => {
    const { delivery, address } = await sent();
    await bring(report(address, delivery.recipient));
    const lines = portal.logged.filter((line) => line.includes('a mail came back'));
    expect(lines.some((line) => line.includes(delivery.id))).toBe(true);
    const all = portal.logged.join('');
    for (const secretThing of [address, delivery.recipient, bounceSecret]) expect(all).not.toContain(secretThing);
  });

  it('has no way in where none is configured', async () => {
    const other = await openPortal({ BOUNCE_SECRET: '' });
    try {
      const answer = await asker(other.url)('POST', '/api/returned-mails', 'x', { authorization: 'Bearer ', 'content-type': 'text/plain' });
      expect([answer.status, answer.json.code]).toEqual([404, 'not_found']);
    } finally {
      await other.close();
    }
  });
});

import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGate } from './testing/gate.ts';
import { type MailServer, startMailServer } from './testing/mail-server.ts';
import { type Backend, type Delivery, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

interface Invitation {
  id: string;
  delivery: Delivery;
}

describe.each<Backend>(['postgres', 'redis'])('mail, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('to a server that misbehaves', () => {
    let portal: Portal;
    let server: MailServer;

    async function invite(name: string): Promise<{ id: string; address: string }> {
      const address = `${name}@customer.example`;
      const body = { email: address, companyName: `Company ${name}`, language: 'en', delegatedAdmin: true, message: 'Please.' };
      const { id } = await portal.ask<Invitation>('POST', '/api/invitations', body);
      return { id, address };
    }

    const deliveryOf = async (id: string) => (await portal.ask<Invitation>('GET', `/api/invitations/${id}`)).delivery;

    /** Waits until an attempt has been made and written down, and gives what the row then says. */
    const afterAttempt = (id: string, attempts: number) =>
      until(
        `attempt ${attempts} at the mail is written down`,
        async () => {
          const delivery = await deliveryOf(id);
          return delivery.attempts >= attempts && delivery;
        },
        30,
        portal.outputs,
      );

    /** As if the wait until the next attempt were over. */
    const beDue = (id: string) =>
      portal.sql`update deliveries set next_attempt_at = now() - interval '2 seconds' where invitation_id = ${id} and state = 'deferred'`;

    const sentEvents = async (id: string) => {
      const [row] = await portal.sql`select count(*)::int as count from events where invitation_id = ${id} and type = 'mail.sent'`;
      return row?.count as number;
    };

    /** The mail in each copy that reached the server is the same one, with the link that the portal knows. */
    async function expectSameMail(id: string, address: string, copies: number): Promise<void> {
      const [row] = await portal.sql`select message_id from deliveries where invitation_id = ${id}`;
      const { link } = await portal.ask<{ link: string }>('POST', `/api/invitations/${id}/link`, {});
      const received = server.received.filter(({ to }) => to === address);
      expect(received).toHaveLength(copies);
      for (const mail of received) {
        expect(mail.messageId).toBe(row?.message_id);
        expect(new Set(mail.text.match(/http:\/\/portal\.test\/i\/[\w-]+/g))).toEqual(new Set([link]));
      }
    }

    beforeAll(async () => {
      portal = await startPortal({ backend });
      server = portal.mail;
      portal.startWorker();
    });

    afterAll(() => portal?.stop());

    it('shows a mail as bounced, with the answer, when the recipient is refused', async () => {
      server.treat({ recipient: '550 5.1.1 no such person here' }, 'refused@customer.example');
      const { id } = await invite('refused');
      expect(await afterAttempt(id, 1)).toMatchObject({
        state: 'bounced',
        attempts: 1,
        serverAnswer: expect.stringContaining('550 5.1.1 no such person here'),
        nextAttemptAt: null,
      });
      expect(await sentEvents(id)).toBe(0);
    });

    it('shows a mail as failed, with the answer, when what is in it is refused', async () => {
      server.treat({ end: '554 5.7.1 that looks like spam' }, 'spam@customer.example');
      const { id } = await invite('spam');
      expect(await afterAttempt(id, 1)).toMatchObject({ state: 'failed', serverAnswer: expect.stringContaining('554 5.7.1') });
      expect(await sentEvents(id)).toBe(0);
    });

    it.each([
      { name: 'greylisted', conduct: { recipient: '451 4.7.1 come again later' }, answer: '451 4.7.1 come again later', copies: 0 },
      { name: 'full', conduct: { end: '452 4.2.2 mailbox full' }, answer: '452 4.2.2 mailbox full', copies: 1 },
      { name: 'silent', conduct: { recipient: 'hang' }, answer: 'did not answer in time', copies: 0 },
      { name: 'silent-at-the-end', conduct: { end: 'hang' }, answer: 'did not answer in time', copies: 1 },
      { name: 'gone', conduct: { recipient: 'drop' }, answer: '', copies: 0 },
      { name: 'gone-at-the-end', conduct: { end: 'drop' }, answer: '', copies: 1 },
    ])('puts a mail off when the server is $name, and sends the same mail once it is taken', async ({ name, conduct, answer, copies }) => {
      server.treat(conduct, `${name}@customer.example`);
      const { id, address } = await invite(name);
      const deferred = await afterAttempt(id, 1);
      expect(deferred).toMatchObject({ state: 'deferred', attempts: 1, serverAnswer: expect.stringContaining(answer) });
      expect(deferred.serverAnswer).not.toBe('');
      expect(Date.parse(deferred.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(5000);
      expect(await sentEvents(id)).toBe(0);

      server.treat({}, address);
      await beDue(id);
      expect(await afterAttempt(id, 2)).toMatchObject({ state: 'sent', attempts: 2, serverAnswer: expect.stringContaining('250') });
      expect(server.acceptedFor(address)).toHaveLength(1);
      expect(await sentEvents(id)).toBe(1);
      await expectSameMail(id, address, copies + 1);
    });

    it('sends a mail that a dead worker had handed over but not written down again, as the same mail', async () => {
      const gate = await makeGate(portal, 'deliveries', "new.state = 'sent' and new.recipient = 'unrecorded@customer.example'");
      const { id, address } = await invite('unrecorded');
      await gate.reached(1);
      expect(server.acceptedFor(address)).toHaveLength(1);
      expect(await deliveryOf(id)).toMatchObject({ state: 'sending' });
      await portal.killWorkers();
      await gate.open();
      portal.startWorker();
      expect(await afterAttempt(id, 1)).toMatchObject({ state: 'sent' });
      expect(server.acceptedFor(address)).toHaveLength(2);
      expect(await sentEvents(id)).toBe(1);
      await expectSameMail(id, address, 2);
    });

    it('puts a mail off when the server takes the connection and says nothing', async () => {
      await portal.killWorkers();
      server.treat({ greeting: 'hang' });
      portal.startWorker();
      const { id, address } = await invite('mute');
      expect(await afterAttempt(id, 1)).toMatchObject({
        state: 'deferred',
        serverAnswer: expect.stringContaining('did not answer in time'),
      });
      server.treat({});
      await beDue(id);
      expect(await afterAttempt(id, 2)).toMatchObject({ state: 'sent' });
      expect(server.acceptedFor(address)).toHaveLength(1);
    });

    it('puts a mail off while no server is there, and sends it once when there is one', async () => {
      const port = Number(new URL(server.url).port);
      await server.stop();
      const { id, address } = await invite('absent');
      expect(await afterAttempt(id, 1)).toMatchObject({ state: 'deferred', serverAnswer: expect.stringContaining('No connection') });
      expect(await sentEvents(id)).toBe(0);
      await beDue(id);
      expect(await afterAttempt(id, 2)).toMatchObject({ state: 'deferred', attempts: 2 });
      server = await startMailServer(port);
      await beDue(id);
      expect(await afterAttempt(id, 3)).toMatchObject({ state: 'sent', attempts: 3 });
      expect(await sentEvents(id)).toBe(1);
      await expectSameMail(id, address, 1);
      await server.stop();
    });
  });
});

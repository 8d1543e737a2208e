import { newId } from '@clientele/db';
import { aCustomerUser, anOrganization } from '@clientele/db/testing';
import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailServer } from './testing/mail-server.ts';
import { type Backend, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

describe.each<Backend>(['postgres', 'redis'])('links to sign in with, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('', () => {
    let portal: Portal;
    let server: MailServer;

    beforeAll(async () => {
      portal = await startPortal({ backend });
      server = portal.mail;
      portal.startWorker();
    });
    afterAll(() => portal?.stop());

    const mailsTo = (address: string) => server.received.filter(({ to }) => to === address);
    const stateOf = async (id: string) => (await portal.sql`select state from sign_in_requests where id = ${id}`)[0]?.state as string;
    const settled = (id: string, states: string[]) =>
      until('the request is settled', async () => states.includes(await stateOf(id)), 30, portal.outputs);

    /** Somebody of a customer, and a request of hers that no job speaks of, as after a crash. */
    async function lostRequest(address: string) {
      await aCustomerUser(portal.sql, await anOrganization(portal.sql), { userId: null, email: address });
      const id = newId();
      await portal.sql`insert into sign_in_requests (id, address, language, state, next_attempt_at, created_at, expires_at)
        values (${id}, ${address}, 'en', 'queued', now() - interval '2 minutes', now(), now() + interval '15 minutes')`;
      return id;
    }

    it('whose job is lost are sent all the same, once, with a link that the mail alone holds', async () => {
      const address = `lost-${backend}@customer.example`;
      const id = await lostRequest(address);
      await settled(id, ['sent']);
      const [mail] = mailsTo(address);
      expect(mailsTo(address)).toHaveLength(1);
      const token = /\/my\/sign-in\/([\w-]+)/.exec(mail?.text ?? '')?.[1];
      expect(token).toHaveLength(46);
      const [row] = await portal.sql<{ rows: string }[]>`
        select (select string_agg(r::text, ' ') from sign_in_requests r) || (select coalesce(string_agg(e::text, ' '), '') from events e) as rows`;
      expect(row?.rows).not.toContain(token);
      expect(portal.outputs()).not.toContain(token);
      expect(await portal.sql`select from deliveries where recipient = ${address}`).toHaveLength(0);
    });

    it('are tried again when the server puts them off, and given up when it refuses', async () => {
      const [later, never] = [`later-${backend}@customer.example`, `never-${backend}@customer.example`];
      server.treat({ recipient: '451 4.7.1 come back later' }, later);
      server.treat({ recipient: '550 5.1.1 no such person here' }, never);
      const [first, second] = [await lostRequest(later), await lostRequest(never)];
      await settled(first, ['deferred']);
      server.treat({}, later);
      await settled(first, ['sent']);
      await settled(second, ['bounced']);
      expect([mailsTo(later).length, mailsTo(never).length]).toEqual([1, 0]);
    });
  });
});

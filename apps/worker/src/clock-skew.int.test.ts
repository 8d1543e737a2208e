import { aDelivery, anApiKey, anInvitation, aPartner, aPartnerUser } from '@clientele/db/testing';
import { createLinks } from '@clientele/services';
import { describe, expect, it } from 'vitest';
import { type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

/** Every process of the installation on a machine whose clock is wrong by so many minutes; the database's is right. */
function skewed(minutes: number): Record<string, string> {
  const patch = `const R=Date,o=${minutes * 60_000};globalThis.Date=class extends R{constructor(...a){if(a.length)super(...a);else super(R.now()+o)}static now(){return R.now()+o}}`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(patch)}` };
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

async function setting(portal: Portal) {
  const partner = await aPartner(portal.sql);
  const author = await aPartnerUser(portal.sql, partner);
  const statusOf = async (key: string) =>
    (await fetch(`${portal.session().url}/api/customers`, { headers: { authorization: `Bearer ${key}` } })).status;
  return { partner, author, statusOf };
}

describe.each([5, -5])('an installation whose clocks are %d minutes off', (minutes) => {
  it('sends what is due, takes over no mail that another one is sending, and ends no session, key or link at another moment than said', async () => {
    const portal = await startPortal({ backend: 'postgres', env: skewed(minutes) });
    try {
      const { sql } = portal;
      const { partner, author, statusOf } = await setting(portal);
      // Somebody with a right clock is sending this one; it was due two minutes ago.
      const invitation = () => anInvitation(sql, partner, author, { expiresAt: inMinutes(60 * 24) });
      const held = await aDelivery(sql, partner, {
        ...{ invitationId: (await invitation()).id, state: 'sending' },
        ...{ nextAttemptAt: inMinutes(-2), leaseUntil: inMinutes(2) },
      });
      portal.startWorker();
      // Two that nobody has put into the queue, one after the other: with the second one the sweeper has been round since the first.
      for (let round = 0; round < 2; round += 1) {
        const due = await aDelivery(sql, partner, { invitationId: (await invitation()).id, nextAttemptAt: inMinutes(-0.1) });
        await until(
          'what is due is sent',
          async () => (await sql`select from deliveries where id = ${due.id} and state = 'sent'`).length === 1,
          60,
          portal.outputs,
        );
      }
      const [row] = await sql`select state, attempts, lease_until > now() as held from deliveries where id = ${held.id}`;
      expect(row).toEqual({ state: 'sending', attempts: 0, held: true });

      await sql`update sessions set expires_at = now() + interval '2 minutes'`;
      expect((await portal.request('GET', '/api/customers')).status).toBe(200);
      expect(await statusOf((await anApiKey(sql, partner, author, { expiresAt: inMinutes(2) })).key)).toBe(200);
      expect(await statusOf((await anApiKey(sql, partner, author, { expiresAt: inMinutes(-2) })).key)).toBe(401);
      const links = createLinks({ publicUrl: portal.session().url, secret: portal.secret });
      const pageOf = async (expiresAt: Date) => {
        const { id } = await anInvitation(sql, partner, author, { expiresAt });
        return (await fetch(links.linkOf({ id, tokenVersion: 1 }))).text();
      };
      const [open, over] = [await pageOf(inMinutes(2)), await pageOf(inMinutes(-2))];
      expect([open.includes('<form'), over.includes('<form')]).toEqual([true, false]);
      await sql`update sessions set expires_at = now() - interval '2 minutes'`;
      expect((await portal.request('GET', '/api/customers')).status).toBe(401);
    } finally {
      await portal.stop();
    }
  }, 180_000);
});

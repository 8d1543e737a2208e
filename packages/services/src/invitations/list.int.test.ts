import { newId } from '@clientele/db';
import { aContext, aDelivery, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { links } from '../testing/acts.ts';
import { listInvitations } from './list.ts';

const test = useTestDatabase();

async function setting() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const ctx = aContext(test.api, partner, author);
  const invited = async (mails: ('sent' | 'failed' | 'bounced')[], more: Parameters<typeof anInvitation>[3] = {}) => {
    const invitation = await anInvitation(test.sql, partner, author, more);
    for (const state of mails) await aDelivery(test.sql, partner, { invitationId: invitation.id, state });
    return invitation.id;
  };
  const found = async (needs: 'undelivered' | 'hand-over', state: 'all' | 'pending' | 'expired' = 'all') => {
    const { items, total } = await listInvitations(ctx, links, { state, needs, limit: 10 });
    expect(total.count).toBe(items.length);
    return items.map(({ id }) => id).sort();
  };
  return { partner, author, ctx, invited, found };
}

describe('open invitations that wait for the partner', () => {
  it('are those whose newest mail did not arrive', async () => {
    const { invited, found } = await setting();
    const [failed, bounced] = [await invited(['failed']), await invited(['sent', 'bounced'])];
    await invited(['sent']);
    await invited(['failed', 'sent']);
    await invited([]);
    await invited(['bounced'], { state: 'accepted' });
    await invited(['bounced'], { expiresAt: new Date(Date.now() - 1000) });
    expect(await found('undelivered')).toEqual([failed, bounced].sort());
    expect(await found('undelivered', 'pending')).toEqual([failed, bounced].sort());
    expect(await found('undelivered', 'expired')).toEqual([]);
  });

  it('are those whose recipient has named somebody else, until that is decided', async () => {
    const { partner, invited, found } = await setting();
    const [waiting, decided] = [await invited(['sent']), await invited(['sent'])];
    for (const [invitationId, state] of [
      [waiting, 'pending'],
      [decided, 'refused'],
    ] as const)
      await test.sql`insert into invitation_hand_overs (id, partner_id, invitation_id, name, email, state, token_version, created_at)
        values (${newId()}, ${partner.id}, ${invitationId}, 'Gus', 'gus@people.example', ${state}, 1, now())`;
    expect(await found('hand-over')).toEqual([waiting]);
    expect(await found('undelivered')).toEqual([]);
  });

  it("are nobody else's", async () => {
    const [mine, other] = [await setting(), await setting()];
    await other.invited(['bounced']);
    expect(await mine.found('undelivered')).toEqual([]);
  });
});

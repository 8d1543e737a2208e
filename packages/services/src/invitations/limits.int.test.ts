import { aContext, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import type { InvitationLimits } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { links, outcomeOf, refusalOf } from '../testing/acts.ts';
import { revokeInvitation } from './change.ts';
import { createInvitation } from './create.ts';

const test = useTestDatabase();

async function setting(invitationLimits: Partial<InvitationLimits>) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  await test.sql`insert into partner_settings values (${partner.id}, ${test.sql.json({ invitationLimits })}, 1, ${author.id}, now())`;
  const ctx = (now = new Date()) => aContext(test.api, partner, author, { now });
  let count = 0;
  const invite = (now?: Date) => {
    const order = { companyName: 'Contoso', language: 'en', delegatedAdmin: false, message: '{link}', sendMail: true } as const;
    return createInvitation(ctx(now), links, { ...order, email: `it-${++count}@contoso.example` });
  };
  return { partner, author, ctx, invite };
}

describe('the limits of a partner', () => {
  it('hold also when 20 are sent at once against a limit of 10', async () => {
    const { invite, partner } = await setting({ perTenMinutes: 10 });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(invite())));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'limit_reached')).toHaveLength(10);
    expect(await test.sql`select 1 from invitations where partner_id = ${partner.id}`).toHaveLength(10);
    expect(await test.sql`select 1 from deliveries where partner_id = ${partner.id}`).toHaveLength(10);
  });

  it.each([
    ['open', { open: 2 }, /may have 2 open invitations and have 2/],
    ['perTenMinutes', { perTenMinutes: 2 }, /may send 2 invitations in ten minutes and have sent 2/],
    ['perDay', { perDay: 2 }, /may send 2 invitations a day and have sent 2/],
  ] as const)('refuse one more than %s allows, and say the figure', async (limit, limits, sentence) => {
    const { invite } = await setting(limits);
    await invite();
    await invite();
    const refusal = await refusalOf(invite());
    expect(refusal).toMatchObject({ code: 'limit_reached', details: { limit, most: 2, now: 2 } });
    expect(refusal.message).toMatch(sentence);
  });

  it('give room again when one is closed, and when its time has passed', async () => {
    const { invite, ctx } = await setting({ open: 1, perTenMinutes: 2, perDay: 3 });
    const begun = new Date('2026-05-01T09:00:00Z');
    const after = (minutes: number) => new Date(begun.getTime() + minutes * 60_000);
    const made = await invite(begun);
    expect(await outcomeOf(invite(begun))).toBe('limit_reached');
    await revokeInvitation(ctx(begun), links, made.id);
    const second = await invite(begun);
    await revokeInvitation(ctx(begun), links, second.id);
    expect(await refusalOf(invite(after(9)))).toMatchObject({ details: { limit: 'perTenMinutes' } });
    const third = await invite(after(11));
    await revokeInvitation(ctx(after(11)), links, third.id);
    expect(await refusalOf(invite(after(60)))).toMatchObject({ details: { limit: 'perDay', most: 3, now: 3 } });
    expect(await outcomeOf(invite(after(1441)))).toBe('done');
  });

  it('are each partner’s own', async () => {
    const { invite } = await setting({ open: 1 });
    const other = await setting({ open: 1 });
    await anInvitation(test.sql, other.partner, other.author);
    expect(await outcomeOf(invite())).toBe('done');
    expect(await outcomeOf(other.invite())).toBe('limit_reached');
  });
});

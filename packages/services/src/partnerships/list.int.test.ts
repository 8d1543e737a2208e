import { aContext, aPartner, aPartnership, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../testing/acts.ts';
import { activeProviders, activeResellers, listActivePartnerships } from './list.ts';

const test = useTestDatabase();

describe('active partnerships', () => {
  it('are told to both sides with the other one’s name; requested, removed and foreign ones to nobody', async () => {
    const [provider, other] = [
      await aPartner(test.sql, { type: 'indirect-provider' }),
      await aPartner(test.sql, { type: 'indirect-provider' }),
    ];
    const [one, two, gone] = await Promise.all(
      ['B Reseller', 'A Reseller', 'C Reseller'].map((name) => aPartner(test.sql, { type: 'indirect-reseller', name })),
    );
    if (!one || !two || !gone) throw new Error('three resellers');
    const { id } = await aPartnership(test.sql, provider, one);
    await aPartnership(test.sql, provider, two);
    await aPartnership(test.sql, provider, gone, { state: 'removed' });
    await aPartnership(test.sql, provider, gone, { state: 'requested' });
    await aPartnership(test.sql, other, one);
    const of = async (partner: typeof provider) => aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
    expect((await activeResellers(await of(provider))).map(({ partner }) => partner.name)).toEqual(['A Reseller', 'B Reseller']);
    expect(await activeProviders(await of(provider))).toEqual([]);
    const seen = await listActivePartnerships(await of(one));
    expect(seen.items.map(({ partner }) => partner.id).sort()).toEqual([provider.id, other.id].sort());
    expect(seen.items.find(({ partner }) => partner.id === provider.id)).toMatchObject({
      id,
      partner: { name: provider.name, country: provider.country },
      since: expect.any(Date),
    });
    expect(await outcomeOf(listActivePartnerships(await of(await aPartner(test.sql))))).toBe('forbidden');
    expect(await activeResellers(await of(await aPartner(test.sql)))).toEqual([]);
  });
});

import { aBusinessProfile, aContext, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { emptyProfile, type ProfileContent, type Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { changeBusinessProfile, discardDraft, removeBusinessProfile } from './change.ts';
import { createBusinessProfile } from './create.ts';
import { getBusinessProfile, listBusinessProfiles } from './list.ts';
import { openPublishedProfile } from './open.ts';
import { publishBusinessProfile, unpublishBusinessProfile } from './publish.ts';

const test = useTestDatabase();

async function someone(roles: Role[] = ['global-admin'], more: Parameters<typeof aPartner>[1] = {}) {
  const partner = await aPartner(test.sql, more);
  const author = await aPartnerUser(test.sql, partner, roles);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}

const { logo: _, ...nothing } = emptyProfile;
const content = (more: Partial<ProfileContent> = {}) => ({
  ...nothing,
  description: 'We look after companies.',
  services: ['migration'],
  ...more,
});
const base = () => ({ db: test.api, cloud: 'public' as const });
const eventsOf = (partner: { id: string }) =>
  test.sql`select type, data from events where partner_id = ${partner.id} and type like 'business_profile.%' order by id`;

describe('a business profile', () => {
  it('begins as a draft for a country, is filled, published, edited further, published again and taken off', async () => {
    const { ctx, partner, author } = await someone();
    const made = await createBusinessProfile(ctx, { country: 'JP' });
    expect(made).toMatchObject({ country: 'JP', state: 'unpublished', version: 1, published: null, changedBy: author.name });
    expect(await refusalOf(publishBusinessProfile(ctx, made))).toMatchObject({
      code: 'validation_failed',
      fields: [
        { path: 'description', rule: 'required' },
        { path: 'services', rule: 'required' },
      ],
    });
    const filled = await changeBusinessProfile(ctx, { ...made, content: content() });
    expect(filled).toMatchObject({ version: 2, state: 'unpublished', actions: { publish: { allowed: true } } });
    expect(await refusalOf(openPublishedProfile(base(), made.id))).toMatchObject({ code: 'not_found' });

    const published = await publishBusinessProfile(ctx, filled);
    expect(published).toMatchObject({ state: 'published', changedFields: [], publishedAt: ctx.now, firstPublishedAt: ctx.now });
    expect(await openPublishedProfile(base(), made.id)).toMatchObject({
      ...{ profileId: made.id, country: 'JP', content: { description: 'We look after companies.' }, publishedAt: ctx.now },
      partner: { id: partner.id, name: partner.name, type: 'direct-partner', cloud: 'public', country: 'JP' },
    });

    const edited = await changeBusinessProfile(ctx, { ...published, content: content({ description: 'We do more.', tags: ['Retail'] }) });
    expect(edited).toMatchObject({ state: 'published', changedFields: ['description', 'tags'] });
    expect((await openPublishedProfile(base(), made.id)).content.description).toBe('We look after companies.');
    const again = await publishBusinessProfile(ctx, edited);
    expect((await openPublishedProfile(base(), made.id)).content).toMatchObject({ description: 'We do more.', tags: ['Retail'] });

    const off = await unpublishBusinessProfile(ctx, again);
    expect(off).toMatchObject({
      state: 'unpublished',
      publishedAt: null,
      firstPublishedAt: ctx.now,
      draft: { description: 'We do more.' },
    });
    expect(await refusalOf(openPublishedProfile(base(), made.id))).toMatchObject({ code: 'not_found' });
    expect((await eventsOf(partner)).map(({ type, data }) => [type, data.fields])).toEqual([
      ['business_profile.created', undefined],
      ['business_profile.changed', ['description', 'services']],
      ['business_profile.published', ['description', 'services']],
      ['business_profile.changed', ['description', 'tags']],
      ['business_profile.published', ['description', 'tags']],
      ['business_profile.unpublished', undefined],
    ]);
  });

  it('that nothing has changed in is kept as it is, without a record', async () => {
    const { ctx, partner } = await someone();
    const made = await createBusinessProfile(ctx, { country: 'JP' });
    const filled = await changeBusinessProfile(ctx, { ...made, content: content() });
    expect((await changeBusinessProfile(ctx, { ...filled, content: content() })).version).toBe(filled.version);
    const published = await publishBusinessProfile(ctx, filled);
    expect((await publishBusinessProfile(ctx, published)).version).toBe(published.version);
    expect(await eventsOf(partner)).toHaveLength(3);
  });

  it('goes back to what customers see when its draft is thrown away', async () => {
    const { ctx, partner, author } = await someone();
    const { id } = await aBusinessProfile(test.sql, partner, author, {
      content: { description: 'New.' },
      published: { description: 'Old.' },
    });
    const before = await getBusinessProfile(ctx, id);
    expect(before.changedFields).toEqual(['description']);
    expect((await discardDraft(ctx, before)).draft.description).toBe('Old.');
    const draft = await createBusinessProfile(ctx, { country: 'DE' });
    expect(await refusalOf(discardDraft(ctx, draft))).toMatchObject({ code: 'illegal_transition' });
  });

  it('is there once for each country, also when two ask for it at once', async () => {
    const { ctx } = await someone();
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(createBusinessProfile(ctx, { country: 'JP' }))));
    expect(outcomes.sort()).toEqual(['done', 'validation_failed', 'validation_failed']);
    expect(await refusalOf(createBusinessProfile(ctx, { country: 'JP' }))).toMatchObject({
      fields: [{ path: 'country', rule: 'profile_exists' }],
    });
    expect(await refusalOf(createBusinessProfile(ctx, { country: 'XX' }))).toMatchObject({
      fields: [{ path: 'country', rule: 'country' }],
    });
  });

  it('of one country can begin with what another says, but for its places', async () => {
    const { ctx, partner, author } = await someone();
    const address = { line1: '1-1 Marunouchi', city: '千代田区', state: '13', postalCode: '100-0005' };
    const { id } = await aBusinessProfile(test.sql, partner, author, { content: { locations: [{ name: 'Tokyo', address }], tags: ['a'] } });
    const copy = await createBusinessProfile(ctx, { country: 'DE', from: id });
    expect(copy.draft).toMatchObject({ tags: ['a'], locations: [], services: ['migration'] });
    const other = await someone();
    expect(await refusalOf(createBusinessProfile(other.ctx, { country: 'DE', from: id }))).toMatchObject({ code: 'not_found' });
  });

  it('can be removed while nobody has ever seen it, and not after', async () => {
    const { ctx, partner, author } = await someone();
    const draft = await createBusinessProfile(ctx, { country: 'DE' });
    await removeBusinessProfile(ctx, draft);
    expect((await listBusinessProfiles(ctx)).items).toEqual([]);
    const { id } = await aBusinessProfile(test.sql, partner, author);
    const off = await unpublishBusinessProfile(ctx, await getBusinessProfile(ctx, id));
    expect(off.actions.remove).toMatchObject({ allowed: false, reason: 'state' });
    expect(await refusalOf(removeBusinessProfile(ctx, off))).toMatchObject({ code: 'illegal_transition' });
  });

  it('is changed by one of several at once; the others hear who was quicker', async () => {
    const { ctx, author } = await someone();
    const made = await createBusinessProfile(ctx, { country: 'JP' });
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((description) => outcomeOf(changeBusinessProfile(ctx, { ...made, content: content({ description }) }))),
    );
    expect(outcomes.sort()).toEqual(['conflict', 'conflict', 'conflict', 'done']);
    const acts = [publishBusinessProfile, unpublishBusinessProfile, discardDraft, removeBusinessProfile];
    for (const act of acts)
      expect(await refusalOf(act(ctx, made))).toMatchObject({ code: 'conflict', details: { version: 2, by: [author.name] } });
  });

  it('is seen by everybody, and changed by global admins and admin agents; the refusal names the roles', async () => {
    const { ctx, partner } = await someone(['admin-agent']);
    const made = await createBusinessProfile(ctx, { country: 'JP' });
    for (const role of ['sales-agent', 'helpdesk-agent'] as const) {
      const other = aContext(test.api, partner, await aPartnerUser(test.sql, partner, [role]));
      const seen = await getBusinessProfile(other, made.id);
      const off = { allowed: false, reason: 'role', needs: ['global-admin', 'admin-agent'], grantedBy: 'global-admin' };
      for (const action of Object.values(seen.actions)) expect(action).toEqual(off);
      expect((await listBusinessProfiles(other)).actions.create).toEqual(off);
      for (const act of [
        () => createBusinessProfile(other, { country: 'DE' }),
        () => changeBusinessProfile(other, { ...made, content: content() }),
        () => publishBusinessProfile(other, made),
        () => unpublishBusinessProfile(other, made),
        () => discardDraft(other, made),
        () => removeBusinessProfile(other, made),
      ])
        expect(await refusalOf(act())).toMatchObject({
          code: 'forbidden',
          details: { permission: 'business-profiles.manage', needs: ['global-admin', 'admin-agent'] },
        });
    }
  });

  it('of another partner is nowhere', async () => {
    const [mine, theirs] = [await someone(), await someone()];
    const { id } = await aBusinessProfile(test.sql, theirs.partner, theirs.author);
    const seen = { id, version: 1 };
    for (const act of [
      () => getBusinessProfile(mine.ctx, id),
      () => changeBusinessProfile(mine.ctx, { ...seen, content: content() }),
      () => publishBusinessProfile(mine.ctx, seen),
      () => unpublishBusinessProfile(mine.ctx, seen),
      () => discardDraft(mine.ctx, seen),
      () => removeBusinessProfile(mine.ctx, seen),
    ])
      expect(await refusalOf(act())).toMatchObject({ code: 'not_found' });
    expect((await listBusinessProfiles(mine.ctx)).items).toEqual([]);
  });

  it('is off in the US Government cloud, with the reason, and no profile of it is found anywhere', async () => {
    const { ctx, partner, author } = await someone(['global-admin'], { cloud: 'us-government', country: 'US' });
    const { id } = await aBusinessProfile(test.sql, partner, author, { country: 'US' });
    for (const act of [
      () => listBusinessProfiles(ctx),
      () => getBusinessProfile(ctx, id),
      () => createBusinessProfile(ctx, { country: 'US' }),
      () => changeBusinessProfile(ctx, { id, version: 1, content: content() }),
      () => publishBusinessProfile(ctx, { id, version: 1 }),
      () => unpublishBusinessProfile(ctx, { id, version: 1 }),
      () => openPublishedProfile({ db: test.api, cloud: 'us-government' }, id),
    ])
      expect(await refusalOf(act())).toMatchObject({ code: 'feature_off' });
    expect(await refusalOf(openPublishedProfile(base(), id))).toMatchObject({ code: 'not_found' });
  });
});

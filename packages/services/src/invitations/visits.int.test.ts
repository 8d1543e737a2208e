import { aContext, aDelivery, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { visitGapMs } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { links, outcomeOf, tokenOf, visit } from '../testing/acts.ts';
import { revokeInvitation } from './change.ts';
import { declineInvitation } from './decline.ts';
import { getInvitation, listInvitations } from './list.ts';
import { observeVisit, type Visit } from './visits.ts';

const test = useTestDatabase();

async function setting(more: Parameters<typeof anInvitation>[3] = {}) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const invitation = await anInvitation(test.sql, partner, author, more);
  return { partner, author, invitation, ctx: aContext(test.api, partner, author), token: tokenOf(invitation) };
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
const browser = (token: string, more: Partial<Visit> = {}): Visit => ({
  token,
  method: 'GET',
  userAgent: firefox,
  accept: 'text/html,*/*;q=0.8',
  acceptLanguage: 'en',
  purpose: undefined,
  partnerId: null,
  acted: 'no',
  ...more,
});
const scanner = (token: string) => browser(token, { userAgent: 'Barracuda Sentinel (EE)' });
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const see = (seen: Visit, now = new Date()) => observeVisit(visit(test.api, now), links, seen);
const kept = (id: string) =>
  test.sql`select visitor, times, first_at, last_at, continued_at from invitation_visits where invitation_id = ${id} order by visitor`;
const inShort = async (id: string) => Object.fromEntries((await kept(id)).map(({ visitor, times }) => [visitor, times]));

/** Everything that opening a page must leave as it was. */
const untouched = () =>
  test.sql`select (select md5(string_agg(i::text, ',' order by i.id)) from invitations i) as invitations,
    (select count(*)::int from events) as events, (select md5(string_agg(d::text, ',' order by d.id)) from deliveries d) as deliveries`;

describe('a visit', () => {
  it('of a scanner is counted on one row, however often it comes, and touches nothing else', async () => {
    const { invitation, token } = await setting();
    const before = await untouched();
    for (let index = 0; index < 5; index += 1) await see(scanner(token), later(index));
    await Promise.all(Array.from({ length: 10 }, () => see(browser(token, { method: 'HEAD' }))));
    const [row, ...more] = await kept(invitation.id);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ visitor: 'machine', times: 15, continued_at: null });
    expect(row?.last_at.getTime()).toBeGreaterThan(row?.first_at.getTime());
    expect(await untouched()).toEqual(before);
  });

  it('of a browser is unclear, until somebody moves: then it was that person', async () => {
    const { invitation, token } = await setting();
    await see(browser(token));
    expect(await inShort(invitation.id)).toEqual({ unclear: 1 });
    await see(browser(token, { method: 'POST', acted: 'moved' }));
    expect(await inShort(invitation.id)).toEqual({ person: 1 });
  });

  it('that stays unclear remains so when somebody comes another day', async () => {
    const { invitation, token } = await setting();
    await see(browser(token));
    await see(browser(token), later(24 * 60));
    expect(await inShort(invitation.id)).toEqual({ unclear: 2 });
    await see(browser(token, { acted: 'moved' }), later(24 * 60 + 1));
    expect(await inShort(invitation.id)).toEqual({ unclear: 1, person: 1 });
  });

  it('of a person is one as long as no half hour lies between, and loading the page again makes nothing unclear', async () => {
    const { invitation, token } = await setting();
    const gap = visitGapMs / 60_000;
    await see(browser(token, { acted: 'moved' }));
    await see(browser(token), later(1));
    expect(await inShort(invitation.id)).toEqual({ person: 1 });
    await see(browser(token, { acted: 'moved' }), later(gap - 1));
    expect(await inShort(invitation.id)).toEqual({ person: 1 });
    await see(browser(token, { acted: 'moved' }), later(3 * gap));
    expect(await inShort(invitation.id)).toEqual({ person: 2 });
  });

  it('within seconds of the mail server’s word, or before it, is a scanner’s', async () => {
    for (const [state, sentAt, expected] of [
      ['sending', null, 'machine'],
      ['sent', new Date(), 'machine'],
      ['sent', new Date(Date.now() - 60_000), 'unclear'],
    ] as const) {
      const { partner, invitation, token } = await setting();
      await aDelivery(test.sql, partner, { invitationId: invitation.id, recipient: invitation.email, state, sentAt });
      await see(browser(token));
      expect(await inShort(invitation.id), `${state} ${sentAt}`).toEqual({ [expected]: 1 });
    }
  });

  it('remembers when a person began to answer, the first time only', async () => {
    const { ctx, invitation, token } = await setting();
    await see(browser(token, { method: 'POST', acted: 'sent' }));
    const [first] = await kept(invitation.id);
    expect(first).toMatchObject({ visitor: 'person', times: 1 });
    await see(browser(token, { method: 'POST', acted: 'sent' }), later(5));
    const [again] = await kept(invitation.id);
    expect(again?.continued_at).toEqual(first?.continued_at);
    const { visits, timeline } = await getInvitation(ctx, links, invitation.id);
    expect(visits).toMatchObject([{ visitor: 'person', continuedAt: first?.continued_at }]);
    expect(timeline.map(({ what }) => what)).toEqual(expect.arrayContaining(['visit.person', 'visit.continued', 'invitation.created']));
  });

  it('that is the answer is kept, and nothing after it', async () => {
    const { invitation, token } = await setting();
    const began = new Date();
    await declineInvitation(visit(test.api), links, { token }, null);
    await see(browser(token, { method: 'POST', acted: 'sent' }), began);
    expect(await inShort(invitation.id)).toEqual({ person: 1 });
    await see(scanner(token), later(1));
    await see(browser(token, { acted: 'sent' }), later(90));
    expect(await inShort(invitation.id)).toEqual({ person: 1 });
  });

  it('by a link that is none, dead or over is nothing', async () => {
    const { ctx, invitation, token } = await setting();
    expect(await outcomeOf(see(browser('nonsense')))).toBe('link_invalid');
    expect(await outcomeOf(see(browser(tokenOf({ id: crypto.randomUUID() }))))).toBe('link_invalid');
    expect(await see(browser(tokenOf({ id: invitation.id, tokenVersion: 7 }), { acted: 'moved' }))).toBeNull();
    await revokeInvitation(ctx, links, invitation.id);
    expect(await see(browser(token, { acted: 'moved' }))).toBeNull();
    const late = await setting({ expiresAt: new Date(Date.now() - 1000) });
    expect(await see(browser(late.token, { acted: 'moved' }))).toBeNull();
    expect(await kept(invitation.id)).toEqual([]);
    expect(await kept(late.invitation.id)).toEqual([]);
  });

  it('of the partner’s own people is none, and one of another partner’s people is', async () => {
    const { partner, invitation, token } = await setting();
    expect(await see(browser(token, { acted: 'moved', partnerId: partner.id }))).toBeNull();
    expect(await kept(invitation.id)).toHaveLength(0);
    await see(browser(token, { acted: 'moved', partnerId: (await aPartner(test.sql)).id }));
    expect(await inShort(invitation.id)).toEqual({ person: 1 });
  });

  it('is told to the partner whose invitation it is, by ids only', async () => {
    const { partner, invitation, token } = await setting();
    expect(await see(browser(token))).toEqual({ partnerId: partner.id, invitationId: invitation.id, customerId: null });
  });

  it('shows in the list as that of a person, if any', async () => {
    const { ctx, token } = await setting();
    const opened = async () => (await listInvitations(ctx, links, { state: 'all', limit: 10 })).items[0]?.opened;
    expect(await opened()).toBeNull();
    for (const [seen, expected] of [
      [scanner(token), 'machine'],
      [browser(token), 'unclear'],
      [browser(token, { acted: 'moved' }), 'person'],
      [scanner(token), 'person'],
    ] as const) {
      await see(seen);
      expect(await opened()).toBe(expected);
    }
  });

  it('by many at the same moment loses no count', async () => {
    const { invitation, token } = await setting();
    await Promise.all(Array.from({ length: 40 }, (_, index) => see(index % 2 ? scanner(token) : browser(token, { acted: 'moved' }))));
    expect(await inShort(invitation.id)).toEqual({ machine: 20, person: 1 });
  });
});

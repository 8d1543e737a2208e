import type { Context } from '@clientele/db';
import { aBusinessProfile, anEnquiry, aPartner, aPartnerUser, aSuppression, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { claimMails } from '../deliveries/send.ts';
import { links, outcomeOf, refusalOf, visit } from '../testing/acts.ts';
import { confirmEnquiry, forgetOldEnquiries, openEnquiry, otherPartnersPath } from './open.ts';
import { enquiryDays, sendEnquiry } from './send.ts';

const test = useTestDatabase();
const base = (now = new Date()) => ({ ...visit(test.api, now), cloud: 'public' as const });
const tokenOf = (id: string) => links.enquiry.linkOf(id).split('/enquiry/')[1] as string;
let count = 0;

async function setting() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, ['sales-agent']);
  const profile = await aBusinessProfile(test.sql, partner, author);
  const typed = {
    companyName: 'Contoso',
    firstName: 'Megan',
    lastName: 'Bowen',
    email: `Megan-${process.pid}-${++count}@contoso.example`,
    language: 'en' as const,
    country: 'JP',
    products: ['azure'],
    services: ['migration'],
    companySize: '10-49',
    message: 'We would like to move 40 people.',
    urgent: true,
  };
  const mails = async (kind?: string) =>
    test.sql`select id, kind, recipient, facts from deliveries where partner_id = ${partner.id} and (${kind ?? null}::text is null or kind = ${kind ?? null}) order by queued_at, id`;
  const rows = async () => (await test.sql`select id from enquiries where partner_id = ${partner.id}`).map(({ id }) => id as string);
  const leadsOf = async () => test.sql`select * from leads where partner_id = ${partner.id}`;
  return { partner, author, profile, typed, mails, rows, leadsOf };
}

describe('an enquiry', () => {
  it('is nothing to the partner before its mailbox has confirmed it: no lead, no mail to its people', async () => {
    const { profile, typed, mails, rows, leadsOf } = await setting();
    await sendEnquiry(base(), profile.id, typed);
    expect(await rows()).toHaveLength(1);
    expect(await leadsOf()).toEqual([]);
    expect(await mails()).toMatchObject([{ kind: 'enquiry_confirm_customer', recipient: typed.email }]);
  });

  it('becomes a lead by one press, however often and by how many it is pressed; the sender gets a copy, the sellers a mail', async () => {
    const { profile, typed, mails, rows, leadsOf, author } = await setting();
    await sendEnquiry(base(), profile.id, typed);
    const [id = ''] = await rows();
    expect(await openEnquiry(base(), links, tokenOf(id))).toMatchObject({ state: 'unconfirmed', message: typed.message });
    expect(await leadsOf()).toEqual([]);
    const pressed = await Promise.all(Array.from({ length: 8 }, () => confirmEnquiry(base(), links, tokenOf(id))));
    expect(new Set(pressed.map(({ leadId }) => leadId))).toEqual(new Set([id]));
    const [lead, ...others] = await leadsOf();
    expect(others).toEqual([]);
    expect(lead).toMatchObject({
      id,
      state: 'received',
      type: 'customer-enquiry',
      profile_id: profile.id,
      email: typed.email,
      products: ['azure'],
    });
    expect((await mails()).map(({ kind, recipient }) => [kind, recipient]).sort()).toEqual(
      [
        ['enquiry_confirm_customer', typed.email],
        ['enquiry_received_customer', typed.email],
        ['lead_received_partner', author.email],
      ].sort(),
    );
    expect(await openEnquiry(base(), links, tokenOf(id))).toMatchObject({
      state: 'received',
      urgent: true,
      partnerName: expect.any(String),
    });
    expect(await rows()).toEqual([]);
  });

  it('that comes twice is one: its mail goes out again, with the same link', async () => {
    const { profile, typed, mails, rows, leadsOf } = await setting();
    await sendEnquiry(base(), profile.id, typed);
    await sendEnquiry(base(), profile.id, { ...typed, email: typed.email.toUpperCase(), message: `  We WOULD like to\nmove 40 people. ` });
    expect(await rows()).toHaveLength(1);
    const [one, two] = await mails();
    expect(one?.facts.leadId).toBe(two?.facts.leadId);
    await confirmEnquiry(base(), links, tokenOf(one?.facts.leadId));
    // And once more after it was confirmed: it leads to the lead that waits.
    await sendEnquiry(base(), profile.id, typed);
    const [again = ''] = await rows();
    expect(await confirmEnquiry(base(), links, tokenOf(again))).toEqual({ leadId: one?.facts.leadId });
    expect(await leadsOf()).toHaveLength(1);
    expect(await mails('lead_received_partner')).toHaveLength(1);
  });

  it('shows its sender the reason when it was declined, not what was lost later, and where else to ask', async () => {
    const { profile, typed, rows } = await setting();
    await sendEnquiry(base(), profile.id, typed);
    const [id = ''] = await rows();
    await confirmEnquiry(base(), links, tokenOf(id));
    await test.sql`update leads set state = 'declined', answered_at = now(), reason = 'Too far away.' where id = ${id}`;
    const open = await openEnquiry(base(), links, tokenOf(id));
    expect(open).toMatchObject({ state: 'declined', reason: 'Too far away.' });
    expect(otherPartnersPath(open)).toBe('/find-a-partner?country=JP&products=azure&services=migration&companySizes=10-49');
    await test.sql`update leads set state = 'lost', closed_at = now(), deal_name = 'x', amount = 1, currency = 'USD', close_date = now() where id = ${id}`;
    expect(await openEnquiry(base(), links, tokenOf(id))).toMatchObject({ state: 'lost', reason: null });
    await test.sql`update leads set state = 'received', answered_at = null, closed_at = null, expires_at = now() - interval '1 second' where id = ${id}`;
    expect((await openEnquiry(base(), links, tokenOf(id))).state).toBe('expired');
  });

  it('behind a forged, cut or foreign link, or of another cloud, is not there', async () => {
    const { profile, typed, rows } = await setting();
    await sendEnquiry(base(), profile.id, typed);
    const [id = ''] = await rows();
    const token = tokenOf(id);
    for (const bad of [
      '',
      'x',
      token.slice(1),
      `${token}A`,
      links.unsubscribe.linkOf(id).split('/u/')[1] as string,
      tokenOf('0190a000-0000-7000-8000-000000000000'),
    ])
      for (const act of [openEnquiry, confirmEnquiry])
        expect(await outcomeOf(act(base(), links, bad) as Promise<unknown>), bad).toBe('link_invalid');
    expect(await outcomeOf(confirmEnquiry({ ...base(), cloud: 'us-government' }, links, token))).toBe('link_invalid');
    expect(await rows()).toEqual([id]);
  });

  it('goes to published profiles only, and never in a cloud without them', async () => {
    const { partner, author, typed } = await setting();
    const draft = await aBusinessProfile(test.sql, partner, author, { country: 'DE', published: null });
    for (const id of [draft.id, '0190a000-0000-7000-8000-000000000000', 'x', "'; drop table leads; --"])
      expect(await outcomeOf(sendEnquiry(base(), id, typed)), id).toBe('not_found');
    expect(await outcomeOf(sendEnquiry({ ...base(), cloud: 'us-government' }, draft.id, typed))).toBe('feature_off');
  });

  it('asks for nothing that is on no list', async () => {
    const { profile, typed, rows } = await setting();
    const refused = await refusalOf(
      sendEnquiry(base(), profile.id, { ...typed, products: ['azure', 'x'], services: ['<b>'], companySize: '7' }),
    );
    expect(refused.fields.map(({ path }) => path)).toEqual(['products.1', 'services.0', 'companySize']);
    expect(await rows()).toEqual([]);
  });

  it('that nobody confirms is deleted after three days, and its link is over', async () => {
    const { partner, profile } = await setting();
    const old = await anEnquiry(test.sql, partner, {
      profileId: profile.id,
      createdAt: new Date(Date.now() - enquiryDays * 86_400_000 - 1000),
    });
    const fresh = await anEnquiry(test.sql, partner, {
      profileId: profile.id,
      createdAt: new Date(Date.now() - enquiryDays * 86_400_000 + 60_000),
    });
    expect(await forgetOldEnquiries({ db: test.worker, now: new Date() })).toBeGreaterThanOrEqual(1);
    expect(await outcomeOf(confirmEnquiry(base(), links, tokenOf(old.id)))).toBe('link_invalid');
    expect(await outcomeOf(openEnquiry(base(), links, tokenOf(fresh.id)))).toBe('done');
  });

  it('does not write to an address that wants no mail of the partner, and says so at the mail', async () => {
    const { partner, author, profile, typed, mails } = await setting();
    await aSuppression(test.sql, partner, { email: typed.email.toLowerCase(), reason: 'unsubscribed' });
    await sendEnquiry(base(), profile.id, typed);
    const [mail] = await mails();
    const worker: Context = { ...base(new Date(Date.now() + 1000)), db: test.worker, partner, actor: { kind: 'system', id: author.id } };
    expect(await claimMails(worker, [mail?.id])).toEqual([]);
  });
});

import { aPartner, aPartnership, aPartnerUser, aSession, aUser, sessionCookie } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { secret, tokenOf, usePortal } from './testing/portal.ts';

const portal = usePortal();
const form = { 'content-type': 'application/x-www-form-urlencoded' };
let count = 0;

async function asked() {
  const provider = await aPartner(portal.sql, { type: 'indirect-provider', name: 'Northwind Distribution' });
  const { ask } = await portal.signedIn(provider);
  const made = await ask('POST', '/api/partnerships/requests', {
    ...{ email: `reseller-${++count}@mail.example`, companyName: 'Fabrikam Reselling', language: 'en', message: '{link}' },
  });
  expect(made.status, made.text).toBe(202);
  const reseller = await aPartner(portal.sql, { type: 'indirect-reseller', name: 'Fabrikam K.K.' });
  return { provider, reseller, invitation: made.json, path: `/p/${tokenOf(made.json)}`, providerAsk: ask };
}

const stateOf = async (invitationId: string) =>
  (await portal.sql`select state from partnerships where invitation_id = ${invitationId}`)[0]?.state;

describe('the page of a request for a partnership', () => {
  it('says who asks and what it means, in both languages, and sends whoever is not signed in to the portal’s sign-in and back', async () => {
    const { path } = await asked();
    const page = await portal.visitor('GET', path);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain('Northwind Distribution');
    for (const words of ['What you both will be able to do', 'neither will be able to do', 'How it ends', 'set-up-code'])
      expect(page.text).toContain(words);
    expect(page.text).toContain(`href="/sign-in?to=${encodeURIComponent(`${path}?language=en`)}"`);
    expect(page.text).not.toContain(`${path}/accept`);
    const japanese = await portal.visitor('GET', `${path}?language=ja`);
    expect(japanese.text).toContain('間接リセラー');
    expect(japanese.text).toContain('<html lang="ja">');
  });

  it('is accepted by a reseller’s global admin with a button, and says afterwards what comes next', async () => {
    const { path, reseller, invitation, providerAsk } = await asked();
    const { ask } = await portal.signedIn(reseller);
    const page = await ask('GET', path);
    expect(page.text).toContain('Accept for <bdi>Fabrikam K.K.</bdi>');
    expect(await stateOf(invitation.id)).toBe('requested');
    const accepted = await ask('POST', `${path}/accept`, '', form);
    expect([accepted.status, accepted.headers.get('location')]).toEqual([303, path]);
    expect(await stateOf(invitation.id)).toBe('active');
    const after = await ask('GET', path);
    expect(after.text).toContain('What comes next');
    expect(after.text).toContain('/partnerships/');
    // Whoever has the link and is not of the reseller sees that it is done, and not who it is.
    expect((await portal.visitor('GET', path)).text).not.toContain('Fabrikam K.K.');
    expect((await ask('POST', `${path}/accept`, '', form)).status).toBe(409);
    expect((await providerAsk('GET', '/api/partnerships')).json.items).toMatchObject([
      { name: 'Fabrikam K.K.', state: 'active', invitation: { state: 'accepted' } },
    ]);
    expect((await ask('GET', '/api/partnerships')).json.items).toMatchObject([{ name: 'Northwind Distribution', invitation: null }]);
  });

  it('says to everybody else why not, and what to do; their POST changes nothing', async () => {
    const { path, provider, reseller, invitation } = await asked();
    const admin = await aPartnerUser(portal.sql, reseller);
    const direct = await aPartner(portal.sql, { name: 'Direct Ltd' });
    const customer = sessionCookie(await aSession(portal.sql, await aUser(portal.sql)), secret);
    const { asker } = await import('./testing/portal.ts');
    for (const [ask, words] of [
      [(await portal.signedIn(reseller, ['admin-agent'])).ask, `Global admins of your organisation: ${admin.name}`],
      [(await portal.signedIn(direct)).ask, 'a direct partner'],
      [(await portal.signedIn(await aPartner(portal.sql, { type: 'indirect-provider' }))).ask, 'an indirect provider'],
      [(await portal.signedIn(provider)).ask, 'This is your own request'],
      [asker(portal.url, customer), 'as a person of a customer'],
      [portal.visitor, 'Sign in to answer'],
    ] as const) {
      expect((await ask('GET', path)).text).toContain(words);
      const tried = await ask('POST', `${path}/accept`, '', form);
      expect([tried.status, tried.text.includes('You cannot answer this request')], words).toEqual([403, true]);
    }
    expect(await stateOf(invitation.id)).toBe('requested');
  });

  it('takes no answer of another site’s page, none by GET, and none of a session without its second factor', async () => {
    const { path, reseller, invitation } = await asked();
    const { ask, user } = await portal.signedIn(reseller);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://elsewhere.example' }] as Record<string, string>[])
      for (const act of ['accept', 'decline', 'hand-over', 'sign-out'])
        expect((await ask('POST', `${path}/${act}`, '', { ...form, ...headers })).status, act).toBe(404);
    expect((await ask('GET', `${path}/accept`)).status).toBe(303);
    expect((await ask('HEAD', path)).status).toBe(200);
    await portal.sql`update partner_users set second_factor_from = now() - interval '400 days' where user_id = ${user.id}`;
    const page = await ask('GET', path);
    expect(page.text).toContain('Finish signing in');
    expect(page.text).toContain('href="/second-factor?to=');
    expect((await ask('POST', `${path}/accept`, '', form)).status).toBe(403);
    expect(await stateOf(invitation.id)).toBe('requested');
    // Still signed in.
    expect((await portal.sql`select 1 from sessions where user_id = ${user.id}`).length).toBe(1);
  });

  it('is declined with a reason, handed over, and signs out whoever is somebody else', async () => {
    const first = await asked();
    const declined = await portal.visitor('POST', `${first.path}/decline`, 'reason=Not+this+year', form);
    expect(declined.status).toBe(303);
    expect(await stateOf(first.invitation.id)).toBe('removed');
    expect((await portal.visitor('GET', first.path)).text).toContain('This request was declined');
    expect((await first.providerAsk('GET', `/api/invitations/${first.invitation.id}`)).json).toMatchObject({
      state: 'declined',
      declineReason: 'Not this year',
    });
    const second = await asked();
    expect((await portal.visitor('POST', `${second.path}/decline`, `reason=${'x'.repeat(1001)}`, form)).status).toBe(422);
    const wrong = await portal.visitor('POST', `${second.path}/hand-over`, 'adminName=&adminEmail=nonsense', form);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="nonsense"');
    const named = await portal.visitor(
      'POST',
      `${second.path}/hand-over`,
      'adminName=Aiko+Tanaka&adminEmail=aiko%40fabrikam.example&adminNote=',
      form,
    );
    expect(named.status).toBe(303);
    const { handOver } = (await second.providerAsk('GET', `/api/invitations/${second.invitation.id}`)).json;
    expect(handOver).toMatchObject({ name: 'Aiko Tanaka' });
    await second.providerAsk('POST', `/api/invitations/${second.invitation.id}/hand-overs/${handOver.id}/approve`, {});
    expect((await portal.visitor('GET', second.path)).text).toContain('handed over to somebody else');
    expect((await portal.visitor('GET', `/p/${tokenOf({ id: second.invitation.id, tokenVersion: 2 })}`)).status).toBe(200);
    const third = await asked();
    const { ask, user } = await portal.signedIn(await aPartner(portal.sql));
    const out = await ask('POST', `${third.path}/sign-out`, '', form);
    expect([out.status, out.headers.get('location')]).toEqual([303, `/sign-in?to=${encodeURIComponent(third.path)}`]);
    expect((await portal.sql`select 1 from sessions where user_id = ${user.id}`).length).toBe(0);
  });

  it('says so when the two are partners already', async () => {
    const { path, provider, reseller } = await asked();
    await aPartnership(portal.sql, provider, reseller);
    const { ask } = await portal.signedIn(reseller);
    expect((await ask('GET', path)).text).toContain('You are a reseller of <bdi>Northwind Distribution</bdi> already');
    const again = await ask('POST', `${path}/accept`, '', form);
    expect([again.status, again.text.includes('You are partners already')]).toEqual([409, true]);
  });

  it('is no page of a customer’s link, nor of nonsense; and a customer’s page is none of its links', async () => {
    const { path } = await asked();
    expect((await portal.visitor('GET', path.replace('/p/', '/i/'))).status).toBe(404);
    const { invitation } = await portal.furnished();
    for (const bad of [tokenOf(invitation), 'nonsense', '%00']) expect((await portal.visitor('GET', `/p/${bad}`)).status, bad).toBe(404);
    expect((await portal.visitor('GET', '/p')).status).toBe(404);
  });
});

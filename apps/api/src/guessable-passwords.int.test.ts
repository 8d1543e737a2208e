import { aCustomerUser, anInvitation, anOrganization, aPartner, aPartnerUser, aPartnerUserInvitation, aUser } from '@clientele/db/testing';
import { createLinks, createSignInLinks } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { asker, openPortal, secret, theSetUpCode, tokenOf, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const place = { publicUrl: 'http://localhost', secret };
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const guessable = (path: string) => ({ code: 'validation_failed', errors: [{ path, rule: 'password_guessable' }] });

describe('a password that is tried first is refused at its field', () => {
  it('when a partner is set up', async () => {
    const own = await openPortal();
    const admin = { firstName: 'Anna', lastName: 'Weber', email: 'anna@fabrikam.example', language: 'en' };
    const partner = { name: 'Fabrikam', type: 'direct-partner', cloud: 'public', country: 'JP' };
    for (const password of ['password123', 'Fabrikam-2026'])
      expect(
        (await asker(own.url)('POST', '/api/setup', { code: theSetUpCode, partner, admin: { ...admin, password } })).json,
      ).toMatchObject(guessable('admin.password'));
    await own.close();
  });

  it('when somebody joins a partner, and the link stays good', async () => {
    const partner = await aPartner(portal.sql);
    const invited = await aPartnerUserInvitation(portal.sql, partner, await aPartnerUser(portal.sql, partner));
    const path = `/api/join/${createLinks(place).partnerUser.linkOf(invited.id).split('/join/')[1]}`;
    expect((await portal.visitor('POST', path, { password: 'Password123' })).json).toMatchObject(guessable('password'));
    expect((await portal.visitor('POST', path, { password: 'three plain words' })).status).toBe(201);
  });

  it('when a person chooses a new one', async () => {
    const partner = await aPartner(portal.sql);
    const { ask, user } = await portal.signedIn(partner);
    const now = 'a good long password';
    await portal.sql`insert into accounts ${portal.sql({ id: user.id, account_id: user.id, provider_id: 'credential', user_id: user.id, password: await hashPassword(now) })}`;
    for (const newPassword of ['1234567890', `${partner.name.replaceAll(' ', '')}1`])
      expect((await ask('POST', '/api/account/password', { currentPassword: now, newPassword })).json, newPassword).toMatchObject(
        guessable('newPassword'),
      );
  });

  it('when a customer opens its account, in its language, and nothing is changed', async () => {
    const { partner, author } = await portal.furnished();
    const page = `/i/${tokenOf(await anInvitation(portal.sql, partner, author))}`;
    const before = await wholeDatabase(portal.sql);
    const fields = {
      companyName: 'Contoso',
      domain: 'guessed.example',
      country: 'JP',
      firstName: 'Aiko',
      lastName: 'Tanaka',
      agreement: 'on',
    };
    for (const [language, said] of [
      ['en', 'among the passwords that are tried first'],
      ['ja', '推測されやすいパスワード'],
    ]) {
      const answer = await portal.visitor(
        'POST',
        `${page}/accept?language=${language}`,
        form({ ...fields, password: 'contoso-2026' }),
        asForm,
      );
      expect([answer.status, answer.text.includes(said as string)]).toEqual([422, true]);
      expect(answer.text).not.toContain('contoso-2026');
    }
    const { invitation_visits: _now, ...after } = await wholeDatabase(portal.sql);
    const { invitation_visits: _then, ...earlier } = before;
    expect(after).toEqual(earlier);
  });

  it('when a customer chooses one by a sign-in link, and the link stays good', async () => {
    const organization = await anOrganization(portal.sql);
    const user = await aUser(portal.sql);
    await aCustomerUser(portal.sql, organization, { userId: user.id, email: user.email });
    await portal.visitor('POST', '/my/sign-in/link', form({ email: user.email }), asForm);
    const [row] = await portal.sql<{ id: string }[]>`
      update sign_in_requests set state = 'sent', mailbox = sign_in_mailbox(address, 'public') where address = ${user.email.toLowerCase()} returning id`;
    const link = createSignInLinks(place)
      .linkOf(row?.id ?? '')
      .replace('http://localhost', '');
    const [person] = await portal.sql<{ id: string }[]>`select id from customer_users where organization_id = ${organization.id}`;
    const choose = (password: string) => portal.visitor('POST', link, form({ person: person?.id ?? '', password }), asForm);
    const answer = await choose('qwertyuiop');
    expect([answer.status, answer.text.includes('among the passwords that are tried first')]).toEqual([422, true]);
    expect((await choose('three plain words')).status).toBe(303);
  });
});

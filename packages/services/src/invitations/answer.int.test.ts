import {
  aContext,
  aCustomer,
  aCustomerUser,
  anInvitation,
  anOrganization,
  aPartner,
  aPartnerUser,
  aUser,
  useTestDatabase,
} from '@clientele/db/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { acceptInvitation } from './accept.ts';
import { expireInvitation, revokeInvitation } from './change.ts';
import { declineInvitation } from './decline.ts';
import { openInvitation } from './open.ts';

const test = useTestDatabase();

async function setting() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}

/** An organisation that is known here, with a global admin who can sign in. */
async function knownOrganization() {
  const organization = await anOrganization(test.sql);
  const admin = await aCustomerUser(test.sql, organization);
  return { organization, admin: { userId: admin.userId as string } };
}

const details = (domain: string) => ({
  companyName: '株式会社コントソ',
  domain,
  country: 'JP',
  firstName: 'Aiko',
  lastName: '田中',
  password: 'correct horse battery',
});
const stateOf = async (id: string) => (await test.sql`select state from invitations where id = ${id}`)[0]?.state as string;
const answersOf = async (id: string) =>
  (
    await test.sql`select type from events where invitation_id = ${id} and type in ('invitation.accepted', 'invitation.declined', 'invitation.revoked', 'invitation.expired')`
  ).map((row) => (row.type as string).replace('invitation.', ''));

describe('accepting for an organisation that is unknown here', () => {
  it('makes the organisation, its first global admin with the invited address, and an active relationship', async () => {
    const { partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author, { email: 'First.Admin@Unknown-one.example' });
    const { customerId } = await acceptInvitation(
      visit(test.api),
      links,
      { token: tokenOf(invitation), agreementAccepted: true, organization: details('Unknown-One.example.') },
      null,
    );
    const [customer] = await test.sql`select * from customers where id = ${customerId}`;
    expect(customer).toMatchObject({
      partner_id: partner.id,
      company_name: '株式会社コントソ',
      domain: 'unknown-one.example',
      relationship: 'active',
      delegated_admin: true,
      agreement_by: 'customer',
    });
    const [user] =
      await test.sql`select cu.role, u.email, a.password from customer_users cu join users u on u.id = cu.user_id join accounts a on a.user_id = u.id where cu.organization_id = ${customer?.organization_id}`;
    expect(user).toMatchObject({ role: 'global-admin', email: 'first.admin@unknown-one.example' });
    expect(user?.password).not.toContain('correct horse');
    const mails = await test.sql`select kind, recipient from deliveries where invitation_id = ${invitation.id} order by kind`;
    expect(mails.map((mail) => mail.kind)).toEqual(['invitation_accepted_customer', 'invitation_answered_partner']);
    expect(mails[1]?.recipient).toBe(author.email);
  });

  it('needs the company details, the customer agreement and a domain', async () => {
    const { partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author, { domain: null });
    const token = tokenOf(invitation);
    const accept = (more: Partial<Parameters<typeof acceptInvitation>[2]>) =>
      acceptInvitation(visit(test.api), links, { token, agreementAccepted: true, ...more }, null);
    expect((await refusalOf(accept({}))).fields).toEqual([{ path: 'domain', rule: 'required' }]);
    expect((await refusalOf(accept({ organization: details('127.0.0.1') }))).fields).toEqual([{ path: 'domain', rule: 'domain' }]);
    expect((await refusalOf(accept({ agreementAccepted: false, organization: details('new-two.example') }))).fields).toEqual([
      { path: 'agreement', rule: 'required' },
    ]);
    expect(await stateOf(invitation.id)).toBe('pending');
    expect(await test.sql`select id from organizations where domain = 'new-two.example'`).toHaveLength(0);
  });

  it('sends a person whose address has a sign-in already to sign in with it', async () => {
    const { partner, author } = await setting();
    const known = await aUser(test.sql);
    const invitation = await anInvitation(test.sql, partner, author, { email: known.email.toUpperCase() });
    const refusal = await refusalOf(
      acceptInvitation(
        visit(test.api),
        links,
        { token: tokenOf(invitation), agreementAccepted: true, organization: details('new-three.example') },
        null,
      ),
    );
    expect(refusal).toMatchObject({ code: 'sign_in_required', details: { because: 'email' } });
    expect(await stateOf(invitation.id)).toBe('pending');
    await acceptInvitation(
      visit(test.api),
      links,
      { token: tokenOf(invitation), agreementAccepted: true, organization: details('new-three.example') },
      { userId: known.id },
    );
    const [admin] =
      await test.sql`select user_id from customer_users cu join organizations o on o.id = cu.organization_id where o.domain = 'new-three.example'`;
    expect(admin?.user_id).toBe(known.id);
  });

  it('ends in one account when two partners’ invitations for the same domain are accepted at once', async () => {
    const [one, other] = [await setting(), await setting()];
    const invitations = await Promise.all(
      [one, other].map(({ partner, author }) => anInvitation(test.sql, partner, author, { domain: 'race.example' })),
    );
    const outcomes = await Promise.all(
      invitations.map((invitation) =>
        outcomeOf(
          acceptInvitation(
            visit(test.api),
            links,
            { token: tokenOf(invitation), agreementAccepted: true, organization: details('race.example') },
            null,
          ),
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(['done', 'sign_in_required']);
    expect(await test.sql`select id from organizations where domain = 'race.example'`).toHaveLength(1);
  });

  it('makes one person the first global admin of an organisation that several partners have imported and asked at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organization = await anOrganization(test.sql);
      const { domain } = organization;
      const invitations = await Promise.all(
        Array.from({ length: 3 }, async () => {
          const { partner, author } = await setting();
          const { id: customerId } = await aCustomer(test.sql, partner, {
            organizationId: organization.id,
            domain,
            relationship: 'requested',
            relationshipSince: null,
          });
          return anInvitation(test.sql, partner, author, { domain, customerId });
        }),
      );
      const outcomes = await Promise.all(
        invitations.map((invitation) =>
          outcomeOf(
            acceptInvitation(
              visit(test.api),
              links,
              { token: tokenOf(invitation), agreementAccepted: true, organization: details(domain) },
              null,
            ),
          ),
        ),
      );
      expect(outcomes.sort()).toEqual(['done', 'sign_in_required', 'sign_in_required']);
      expect(await test.sql`select id from customer_users where organization_id = ${organization.id}`).toHaveLength(1);
    }
  });

  it('succeeds exactly once for 100 concurrent attempts; the others are told that it is over', async () => {
    const { partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author);
    const domain = 'hundred.example';
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        outcomeOf(
          acceptInvitation(
            visit(test.api),
            links,
            { token: tokenOf(invitation), agreementAccepted: true, organization: details(domain) },
            null,
          ),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'link_over')).toHaveLength(99);
    expect(await answersOf(invitation.id)).toEqual(['accepted']);
    expect(await test.sql`select id from customers where partner_id = ${partner.id}`).toHaveLength(1);
    expect(await test.sql`select id from users where email = ${invitation.email}`).toHaveLength(1);
    expect(await test.sql`select id from deliveries where partner_id = ${partner.id}`).toHaveLength(2);
  });
});

describe('accepting for an organisation that has users', () => {
  it('needs one of its global admins', async () => {
    const { partner, author } = await setting();
    const { organization, admin } = await knownOrganization();
    const user = await aCustomerUser(test.sql, organization, { role: 'user', userId: (await aUser(test.sql)).id });
    const stranger = await knownOrganization();
    const invitation = await anInvitation(test.sql, partner, author, { domain: organization.domain });
    const input = { token: tokenOf(invitation), agreementAccepted: true };
    const accept = (person: { userId: string } | null, more = {}) =>
      outcomeOf(acceptInvitation(visit(test.api), links, { ...input, ...more }, person));
    expect(await accept(null)).toBe('sign_in_required');
    expect(await accept(null, { organization: details(organization.domain) })).toBe('sign_in_required');
    expect(await accept({ userId: user.userId as string })).toBe('sign_in_required');
    expect(await accept(stranger.admin)).toBe('sign_in_required');
    expect(await outcomeOf(declineInvitation(visit(test.api), links, input, null))).toBe('sign_in_required');
    expect(await stateOf(invitation.id)).toBe('pending');
    expect(await accept(admin)).toBe('done');
    expect(await test.sql`select id from organizations where domain = ${organization.domain}`).toHaveLength(1);
    const [customer] = await test.sql`select organization_id, relationship from customers where partner_id = ${partner.id}`;
    expect(customer).toEqual({ organization_id: organization.id, relationship: 'active' });
  });

  it('also when the form names the domain of an organisation other than the one invited', async () => {
    const { partner, author } = await setting();
    const { organization } = await knownOrganization();
    const invitation = await anInvitation(test.sql, partner, author, { domain: 'somewhere-else.example' });
    const hijack = acceptInvitation(
      visit(test.api),
      links,
      { token: tokenOf(invitation), agreementAccepted: true, organization: details(organization.domain) },
      null,
    );
    expect(await outcomeOf(hijack)).toBe('sign_in_required');
  });

  it('gives delegated admin only when it was asked for, and never takes away what there is', async () => {
    const { partner, author } = await setting();
    const { organization, admin } = await knownOrganization();
    const first = await anInvitation(test.sql, partner, author, { domain: organization.domain, delegatedAdmin: false });
    await acceptInvitation(visit(test.api), links, { token: tokenOf(first), agreementAccepted: true }, admin);
    expect((await test.sql`select delegated_admin from customers where partner_id = ${partner.id}`)[0]).toEqual({ delegated_admin: false });
    for (const delegatedAdmin of [true, false]) {
      const next = await anInvitation(test.sql, partner, author, { domain: organization.domain, delegatedAdmin });
      await acceptInvitation(visit(test.api), links, { token: tokenOf(next), agreementAccepted: true }, admin);
      expect((await test.sql`select delegated_admin from customers where partner_id = ${partner.id}`)[0]).toEqual({
        delegated_admin: true,
      });
    }
    expect(await test.sql`select id from events where partner_id = ${partner.id} and type = 'relationship.established'`).toHaveLength(1);
  });

  it('gives no delegated admin to a partner whose relationship is ending: the end has taken it back, perhaps, and would leave it there', async () => {
    const { partner, author } = await setting();
    const { organization, admin } = await knownOrganization();
    const customer = await aCustomer(test.sql, partner, {
      ...{ organizationId: organization.id, domain: organization.domain, relationship: 'ending', delegatedAdmin: false },
    });
    const invitation = await anInvitation(test.sql, partner, author, { domain: null, delegatedAdmin: true });
    const input = { token: tokenOf(invitation), agreementAccepted: true, organization: details(organization.domain) };
    await acceptInvitation(visit(test.api), links, input, admin);
    expect(await stateOf(invitation.id)).toBe('accepted');
    expect((await test.sql`select relationship, delegated_admin from customers where id = ${customer.id}`)[0]).toEqual({
      relationship: 'ending',
      delegated_admin: false,
    });
    expect(await test.sql`select id from events where customer_id = ${customer.id} and type = 'delegated_admin.granted'`).toHaveLength(0);
  });
});

describe('declining', () => {
  it('keeps the reason for the partner, tells it, and leaves no customer', async () => {
    const { partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author);
    await declineInvitation(visit(test.api), links, { token: tokenOf(invitation), reason: 'もう他社と契約しました 🙏' }, null);
    const [row] = await test.sql`select state, decline_reason from invitations where id = ${invitation.id}`;
    expect(row).toEqual({ state: 'declined', decline_reason: 'もう他社と契約しました 🙏' });
    expect(await test.sql`select id from customers where partner_id = ${partner.id}`).toHaveLength(0);
    const [event] = await test.sql`select data from events where invitation_id = ${invitation.id} and type = 'invitation.declined'`;
    expect(event?.data).toEqual({ hasReason: true });
    expect(await outcomeOf(declineInvitation(visit(test.api), links, { token: tokenOf(invitation) }, null))).toBe('link_over');
  });
});

describe('a link', () => {
  it('that is forged, truncated, of another version or of another invitation is not one of ours', async () => {
    const { partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author);
    const other = await anInvitation(test.sql, partner, author);
    const token = tokenOf(invitation);
    const bytes = Buffer.from(token, 'base64url');
    const mixed = Buffer.concat([bytes.subarray(0, 16), Buffer.from(tokenOf(other), 'base64url').subarray(16)]).toString('base64url');
    const flipped = Buffer.from(bytes);
    flipped[33] = (flipped[33] ?? 0) ^ 1;
    const tokens = [
      '',
      'x',
      token.slice(0, -1),
      `${token}A`,
      `${token}=`,
      ` ${token}`,
      token.toLowerCase(),
      mixed,
      flipped.toString('base64url'),
      tokenOf({ id: invitation.id, tokenVersion: 2 }),
      tokenOf({ id: invitation.id, tokenVersion: 0 }),
      tokenOf({ id: '0190a000-0000-7000-8000-000000000000' }),
      '../../etc/passwd',
      '%00',
    ];
    for (const forged of tokens) {
      expect(await outcomeOf(openInvitation(visit(test.api), links, forged, null)), forged).toBe('link_invalid');
      expect(await outcomeOf(acceptInvitation(visit(test.api), links, { token: forged, agreementAccepted: true }, null)), forged).toBe(
        'link_invalid',
      );
      expect(await outcomeOf(declineInvitation(visit(test.api), links, { token: forged }, null)), forged).toBe('link_invalid');
    }
    expect(await stateOf(invitation.id)).toBe('pending');
  });

  it('is opened as often as anybody likes without a change', async () => {
    const { partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author);
    const before = await test.sql`select xmin::text, * from invitations where id = ${invitation.id}`;
    for (let index = 0; index < 5; index++)
      expect((await openInvitation(visit(test.api), links, tokenOf(invitation), null)).state).toBe('pending');
    expect(await test.sql`select xmin::text, * from invitations where id = ${invitation.id}`).toEqual(before);
    expect(await test.sql`select id from events where invitation_id = ${invitation.id}`).toHaveLength(0);
  });

  it('shows whether the organisation is known and whether the agreement is still needed', async () => {
    const { partner, author } = await setting();
    const { organization, admin } = await knownOrganization();
    const customer = await aCustomer(test.sql, partner, {
      organizationId: organization.id,
      domain: organization.domain,
      relationship: 'ended',
    });
    const invitation = await anInvitation(test.sql, partner, author, {
      purpose: 'reinstate',
      customerId: customer.id,
      domain: organization.domain,
    });
    const open = (userId?: string) => openInvitation(visit(test.api), links, tokenOf(invitation), userId ? { userId, name: 'x' } : null);
    expect(await open()).toMatchObject({ agreementNeeded: false, standing: { hasUsers: true, role: null } });
    expect(await open(admin.userId)).toMatchObject({ standing: { role: 'global-admin' } });
  });
});

describe('accept, decline, revoke and expire against each other', () => {
  const day = 86_400_000;
  const command = fc.record({ act: fc.constantFrom('accept', 'decline', 'revoke', 'expire'), late: fc.boolean() });
  type Command = { act: 'accept' | 'decline' | 'revoke' | 'expire'; late: boolean };
  const result = { accept: 'accepted', decline: 'declined', revoke: 'revoked', expire: 'expired' } as const;

  async function arrange() {
    const { partner, author } = await setting();
    const { organization, admin } = await knownOrganization();
    const expiresAt = new Date(Date.now() + day);
    const invitation = await anInvitation(test.sql, partner, author, { domain: organization.domain, expiresAt });
    const token = tokenOf(invitation);
    const run = async ({ act, late }: Command): Promise<string> => {
      const now = late ? new Date(expiresAt.getTime() + day) : new Date();
      const ctx = aContext(test.api, partner, author, { now });
      const acts = {
        accept: () => acceptInvitation(visit(test.api, now), links, { token, agreementAccepted: true }, admin),
        decline: () => declineInvitation(visit(test.api, now), links, { token }, admin),
        revoke: () => revokeInvitation(ctx, links, invitation.id),
        expire: () => expireInvitation({ ...ctx, actor: { kind: 'system', id: 'sweeper' } }, invitation.id),
      };
      const outcome = await outcomeOf(acts[act]());
      expect(['done', 'link_over', 'illegal_transition']).toContain(outcome);
      // Nobody but the sweeper moves one whose time is over, and the sweeper moves no other.
      if (late && act !== 'expire') expect(outcome).not.toBe('done');
      return outcome;
    };
    return { invitation, partner, run };
  }

  async function check(invitation: { id: string }, partner: { id: string }, commands: Command[], outcomes: string[]) {
    const answers = await answersOf(invitation.id);
    expect(answers.length).toBeLessThanOrEqual(1);
    expect(await stateOf(invitation.id)).toBe(answers[0] ?? 'pending');
    const won = commands.filter((one, index) => outcomes[index] === 'done' && one.act !== 'expire').map((one) => result[one.act]);
    expect(won.length).toBeLessThanOrEqual(1);
    if (won.length === 1) expect(answers).toEqual(won);
    const live = await test.sql`select id from customers where partner_id = ${partner.id} and relationship = 'active'`;
    expect(live).toHaveLength(answers[0] === 'accepted' ? 1 : 0);
    return answers[0];
  }

  it('leave one answer in every order, and nothing that is over comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 6 }), async (commands) => {
        const { invitation, partner, run } = await arrange();
        const outcomes: string[] = [];
        let settled: string | undefined;
        for (const one of commands) {
          outcomes.push(await run(one as Command));
          const now = await stateOf(invitation.id);
          if (settled) expect(now).toBe(settled);
          if (now !== 'pending') settled = now;
        }
        await check(invitation, partner, commands as Command[], outcomes);
      }),
      { numRuns: 40 },
    );
  });

  it('leave one answer when they come at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 2, maxLength: 8 }), async (commands) => {
        const { invitation, partner, run } = await arrange();
        const outcomes = await Promise.all(commands.map((one) => run(one as Command)));
        const answer = await check(invitation, partner, commands as Command[], outcomes);
        // Whatever comes afterwards changes nothing any more.
        if (!answer) return;
        for (const act of ['accept', 'decline', 'revoke', 'expire'] as const) await run({ act, late: false });
        expect(await stateOf(invitation.id)).toBe(answer);
        expect(await answersOf(invitation.id)).toEqual([answer]);
      }),
      { numRuns: 40 },
    );
  });
});

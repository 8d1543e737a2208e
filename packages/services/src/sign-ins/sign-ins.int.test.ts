import { aCustomer, aCustomerUser, anOrganization, aPartner, aPartnerUser, aUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../testing/acts.ts';
import { createSignInLinks } from './links.ts';
import { requestSignIn } from './request.ts';
import { claimSignIn, forgetSignIns, recordSignIn, undoneSignIns } from './send.ts';
import { openSignIn, useSignIn } from './use.ts';

const test = useTestDatabase();
const links = createSignInLinks({ publicUrl: 'https://portal.example', secret: 'a secret that only tests know, 32+ characters' });
const tokenOf = (id: string) => links.linkOf(id).split('/my/sign-in/')[1] as string;
const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const api = (now = new Date()) => ({ db: test.api, now });
const worker = (now = new Date()) => ({ db: test.worker, now });
const sent = { outcome: 'sent', response: '250 OK' } as const;

let count = 0;
/** An organisation with a global admin whose own mailbox is its sign-in. */
async function person(more: Parameters<typeof aCustomerUser>[2] = {}) {
  const organization = await anOrganization(test.sql, { domain: `sign-in-${process.pid}-${++count}.example` });
  return { organization, ...(await aCustomerUser(test.sql, organization, more)) };
}

/** The first admin of an account that a partner has made: the sign-in name is no mailbox, and nobody has signed in with it. */
async function madePerson(mailbox = `mailbox-${process.pid}-${count}@people.example`) {
  const made = await person({ userId: null, email: `Admin@made-${process.pid}-${count}.example`, mailbox });
  return { ...made, mailbox };
}

/** Asks for a link and sends it. Gives the token, and where the mail went. */
async function ask(address: string): Promise<{ token: string; mailbox: string | undefined; id: string }> {
  const id = await requestSignIn(api(), { address, language: 'en', cloud: 'public' });
  const claimed = await claimSignIn(worker(), id);
  if (claimed) await recordSignIn(worker(), claimed, sent);
  return { id, token: tokenOf(id), mailbox: claimed?.mailbox };
}
const usersOf = async (organizationId: string) =>
  (
    await test.sql`select u.email from customer_users cu join users u on u.id = cu.user_id where cu.organization_id = ${organizationId}`
  ).map((row) => row.email as string);

describe('asking for a link', () => {
  it('goes to the recorded mailbox, however the address was typed, and for a sign-in name that is no mailbox to the one beside it', async () => {
    const own = await person();
    expect((await ask(`  ${own.email.toUpperCase()} `)).mailbox).toBe(own.email);
    const made = await madePerson();
    expect((await ask(made.email)).mailbox).toBe(made.mailbox);
    expect((await ask(made.mailbox)).mailbox).toBe(made.mailbox);
  });

  it('writes the same row for an address that nobody has, and no mail goes out', async () => {
    const own = await person();
    const [known, unknown] = [
      await requestSignIn(api(), { address: own.email, language: 'ja', cloud: 'public' }),
      await requestSignIn(api(), { address: 'nobody@people.example', language: 'ja', cloud: 'public' }),
    ];
    const rows =
      await test.sql`select state, mailbox, language, expires_at - created_at as lives from sign_in_requests where id in ${test.sql([known, unknown])}`;
    expect(rows[0]).toEqual(rows[1]);
    expect(await claimSignIn(worker(), unknown)).toBeUndefined();
    expect((await test.sql`select state, mailbox from sign_in_requests where id = ${unknown}`)[0]).toEqual({
      state: 'unknown',
      mailbox: null,
    });
    expect(await outcomeOf(openSignIn(api(), links, tokenOf(unknown)))).toBe('link_invalid');
  });

  it('sends nothing to a partner’s user, who has a sign-in of its own', async () => {
    const partner = await aPartner(test.sql);
    const user = await aPartnerUser(test.sql, partner);
    expect((await ask(user.email)).mailbox).toBeUndefined();
    const organization = await anOrganization(test.sql);
    await aCustomerUser(test.sql, organization, { userId: user.id, email: user.email });
    expect((await ask(user.email)).mailbox).toBeUndefined();
  });

  it('sends at most five mails to a mailbox in a quarter of an hour, whichever of its addresses is typed', async () => {
    const made = await madePerson();
    const went = [];
    for (let n = 0; n < 8; n += 1) went.push((await ask(n % 2 ? made.email : made.mailbox)).mailbox !== undefined);
    expect(went.filter(Boolean)).toHaveLength(5);
    expect(
      await test.sql`select state from sign_in_requests where state = 'held' and address in ${test.sql([made.email.toLowerCase(), made.mailbox])}`,
    ).toHaveLength(3);
  });

  it('is sent by one worker of several, put off while the link lives, and found again when its job is lost', async () => {
    const own = await person();
    const id = await requestSignIn(api(), { address: own.email, language: 'en', cloud: 'public' });
    expect(await undoneSignIns(worker(), minutes(1), 10)).toContain(id);
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimSignIn(worker(), id)));
    const [claimed] = claims.filter((one) => one !== undefined);
    expect(claims.filter((one) => one !== undefined)).toHaveLength(1);
    if (!claimed) throw new Error('nobody has claimed it');
    const { retryAt } = await recordSignIn(worker(), claimed, { outcome: 'deferred', response: '451 later' });
    expect(retryAt?.getTime()).toBeGreaterThan(Date.now());
    const again = await claimSignIn(worker(minutes(14)), id);
    expect(again?.attempts).toBe(1);
    if (!again) throw new Error('it cannot be claimed again');
    expect(await recordSignIn(worker(minutes(14.99)), again, { outcome: 'deferred', response: '451 later' })).toEqual({ retryAt: null });
    expect((await test.sql`select state from sign_in_requests where id = ${id}`)[0]?.state).toBe('failed');
  });

  it('is forgotten after a day', async () => {
    const { id } = await ask('old@people.example');
    await forgetSignIns(worker(minutes(23 * 60)));
    expect(await test.sql`select from sign_in_requests where id = ${id}`).toHaveLength(1);
    await forgetSignIns(worker(minutes(25 * 60)));
    expect(await test.sql`select from sign_in_requests where id = ${id}`).toHaveLength(0);
  });
});

describe('a link', () => {
  it('shows whom it lets in as often as it is opened, and lets in once', async () => {
    const own = await person();
    const { token } = await ask(own.email);
    for (let n = 0; n < 5; n += 1)
      expect((await openSignIn(api(), links, token)).people).toMatchObject([{ id: own.id, signInName: own.email }]);
    const all = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(useSignIn(api(), links, { token, personId: own.id }))));
    expect(all.filter((one) => one === 'done')).toHaveLength(1);
    expect(all.filter((one) => one === 'link_invalid')).toHaveLength(19);
    expect(await outcomeOf(openSignIn(api(), links, token))).toBe('link_invalid');
  });

  it('of an older mail stays good when a newer one is asked for, each for its own time and once', async () => {
    const own = await person();
    const [older, newer] = [await ask(own.email), await ask(own.email)];
    expect(await useSignIn(api(), links, { token: newer.token, personId: own.id })).toBe(own.userId);
    expect(await useSignIn(api(), links, { token: older.token, personId: own.id })).toBe(own.userId);
  });

  it('that has run out, is forged, cut, of another key or another kind lets nobody in', async () => {
    const own = await person();
    const { token, id } = await ask(own.email);
    const late = api(minutes(15.1));
    const other = createSignInLinks({ publicUrl: 'https://portal.example', secret: 'another secret that only tests know, 32+' });
    const forged = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.slice(2),
      `${token}A`,
      '',
      'x',
      other.linkOf(id).split('/').pop() as string,
    ];
    expect(await outcomeOf(openSignIn(late, links, token))).toBe('link_invalid');
    expect(await outcomeOf(useSignIn(late, links, { token, personId: own.id }))).toBe('link_invalid');
    for (const bad of forged) {
      expect(await outcomeOf(openSignIn(api(), links, bad)), bad).toBe('link_invalid');
      expect(await outcomeOf(useSignIn(api(), links, { token: bad, personId: own.id })), bad).toBe('link_invalid');
    }
    for (const personId of ['', 'x', "' or 1=1"])
      expect(await outcomeOf(useSignIn(api(), links, { token, personId }))).toBe('link_invalid');
    // None of that has used it up.
    expect(await useSignIn(api(), links, { token, personId: own.id })).toBe(own.userId);
  });

  it('lets in nobody of another mailbox', async () => {
    const [own, other] = [await person(), await person()];
    const { token } = await ask(own.email);
    expect(await outcomeOf(useSignIn(api(), links, { token, personId: other.id }))).toBe('link_invalid');
    expect(await useSignIn(api(), links, { token, personId: own.id })).toBe(own.userId);
  });

  it('lets a person in who has never had a password, under the sign-in name of the account', async () => {
    const made = await madePerson();
    const { token } = await ask(made.email);
    const userId = await useSignIn(api(), links, { token, personId: made.id });
    expect(await usersOf(made.organization.id)).toEqual([made.email.toLowerCase()]);
    // The next time it is the same user.
    expect(await useSignIn(api(), links, { token: (await ask(made.email)).token, personId: made.id })).toBe(userId);
  });

  it('gives a mailbox that is recorded for two organisations both to choose from, apart', async () => {
    const mailbox = `both-${process.pid}@people.example`;
    const [one, two] = [await madePerson(mailbox), await madePerson(mailbox)];
    const { token } = await ask(one.email);
    expect((await openSignIn(api(), links, token)).people.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    await useSignIn(api(), links, { token, personId: two.id });
    expect([await usersOf(one.organization.id), await usersOf(two.organization.id)]).toEqual([[], [two.email.toLowerCase()]]);
  });

  it('to one mailbox does not open an account that has another address', async () => {
    // A person answered for a second organisation with the sign-in of the first: its mailbox there opens nothing here.
    const user = await aUser(test.sql);
    const organization = await anOrganization(test.sql);
    const shared = await aCustomerUser(test.sql, organization, { userId: user.id, email: `shared-${process.pid}@people.example` });
    expect((await ask(shared.email)).mailbox).toBeUndefined();
  });

  it('takes nobody’s account over whose address is the sign-in name already', async () => {
    const made = await madePerson();
    await aUser(test.sql, { email: made.email.toLowerCase() });
    const { token } = await ask(made.email);
    expect(await outcomeOf(useSignIn(api(), links, { token, personId: made.id }))).toBe('link_invalid');
    expect(await usersOf(made.organization.id)).toEqual([]);
  });

  it('is not moved by a partner that changes the contact of its customer', async () => {
    const partner = await aPartner(test.sql);
    const made = await madePerson();
    await aCustomer(test.sql, partner, {
      organizationId: made.organization.id,
      domain: made.organization.domain,
      contact: { firstName: 'Not', lastName: 'Them', email: 'partner@own.example' },
    });
    expect((await ask('partner@own.example')).mailbox).toBeUndefined();
    expect((await ask(made.email)).mailbox).toBe(made.mailbox);
  });
});

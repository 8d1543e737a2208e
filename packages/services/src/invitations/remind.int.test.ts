import { aContext, aDelivery, anInvitation, aPartner, aPartnerUser, aSuppression, useTestDatabase } from '@clientele/db/testing';
import type { PartnerSettings, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { declineInvitation } from '../index.ts';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { expireInvitation, resendInvitation, revokeInvitation } from './change.ts';
import { createInvitation } from './create.ts';
import { getInvitation } from './list.ts';
import { remindInvitation, switchReminders } from './remind.ts';

const test = useTestDatabase();
const day = 86_400_000;
const at = (text: string) => new Date(text);

async function setting(settings: Partial<PartnerSettings> = {}, roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, roles);
  await test.sql`insert into partner_settings values (${partner.id}, ${test.sql.json(settings as never)}, 1, ${author.id}, now())`;
  const ctx = (now = new Date()) => aContext(test.api, partner, author, { now });
  const worker = (now: Date) => ({ ...ctx(now), db: test.worker, actor: { kind: 'system', id: 'invitations.remind' } as const });
  const create = async (now: Date, more: object = {}) => {
    const order = { companyName: 'Contoso', language: 'en', delegatedAdmin: false, message: 'Please {link}', sendMail: true } as const;
    const view = await createInvitation(ctx(now), links, { ...order, email: `it-${Math.random()}@contoso.example`, ...more });
    await sent();
    return view;
  };
  /** The mail server takes whatever is queued. */
  const sent = () => test.sql`update deliveries set state = 'sent' where partner_id = ${partner.id} and state = 'queued'`;
  const due = async (now: Date) => {
    const rows = await test.worker.sql<{ id: string; partner_id: string }[]>`select * from due_reminders(${now.toISOString()}, 500)`;
    return rows.filter((row) => row.partner_id === partner.id).map(({ id }) => id);
  };
  /** What the sweeper does, at a moment. */
  const sweep = async (now: Date) => {
    for (const id of await due(now)) await remindInvitation(worker(now), id);
  };
  const reminders = async () =>
    test.sql`select recipient, language from deliveries where partner_id = ${partner.id} and kind = 'invitation_reminder' order by queued_at`;
  const stateOf = async (id: string) => {
    const [row] = await test.sql`select next_reminder_at, reminders_sent, reminders_off from invitations where id = ${id}`;
    return row as { next_reminder_at: Date | null; reminders_sent: number; reminders_off: boolean };
  };
  return { partner, author, ctx, worker, create, sent, due, sweep, reminders, stateOf };
}

describe('reminders of an invitation', () => {
  it('go out after 3 and 10 days while nobody has answered, and no more of them', async () => {
    const { create, sweep, sent, reminders, stateOf, due, partner } = await setting();
    const begun = at('2026-05-01T09:00:00Z');
    const invitation = await create(begun);
    expect(invitation).toMatchObject({ nextReminderAt: at('2026-05-04T09:00:00Z'), remindersSent: 0, remindersOff: false });
    expect(await due(at('2026-05-04T08:59:59Z'))).toEqual([]);
    await sweep(at('2026-05-04T09:00:10Z'));
    expect(await reminders()).toEqual([{ recipient: invitation.email, language: 'en' }]);
    expect(await stateOf(invitation.id)).toMatchObject({ next_reminder_at: at('2026-05-11T09:00:00Z'), reminders_sent: 1 });
    await sent();
    for (let days = 4; days < 14; days += 1) {
      await sweep(new Date(begun.getTime() + days * day));
      await sent();
    }
    expect(await reminders()).toHaveLength(2);
    expect(await stateOf(invitation.id)).toMatchObject({ next_reminder_at: null, reminders_sent: 2 });
    const events = await test.sql`select data from events where partner_id = ${partner.id} and type = 'invitation.reminded' order by id`;
    expect(events.map(({ data }) => data)).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('keep to days of 24 hours across daylight saving and a leap day', async () => {
    const { create } = await setting({ reminderDays: [1, 2] });
    for (const begun of ['2028-02-28T23:30:00Z', '2026-03-07T23:30:00-05:00', '2026-03-28T23:30:00+01:00', '2026-10-31T23:30:00-04:00'])
      expect((await create(at(begun))).nextReminderAt?.getTime()).toBe(at(begun).getTime() + day);
  });

  it('are one when two workers find the same that is due, also twenty at once', async () => {
    const { create, worker, reminders } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'));
    const now = at('2026-05-04T09:01:00Z');
    await Promise.all(Array.from({ length: 20 }, () => remindInvitation(worker(now), invitation.id)));
    expect(await reminders()).toHaveLength(1);
  });

  it('are none after an answer, a revocation or the end, whatever was found due before', async () => {
    const { create, worker, ctx, reminders } = await setting();
    const begun = at('2026-05-01T09:00:00Z');
    const later = at('2026-05-04T10:00:00Z');
    const [declined, revoked, expired] = [await create(begun), await create(begun), await create(begun, { days: 3 })];
    await declineInvitation(visit(test.api, later), links, { token: tokenOf(declined) }, null);
    await revokeInvitation(ctx(later), links, revoked.id);
    for (const { id } of [declined, revoked, expired]) await remindInvitation(worker(later), id);
    await test.sql`update invitations set next_reminder_at = ${begun} where id = ${expired.id}`;
    await remindInvitation(worker(later), expired.id);
    await expireInvitation(worker(later), expired.id);
    await remindInvitation(worker(later), expired.id);
    expect(await reminders()).toEqual([]);
  });

  it('are not planned where the partner has none, nor when the invitation is over before', async () => {
    const off = await setting({ reminderDays: [] });
    expect((await off.create(new Date())).nextReminderAt).toBeNull();
    const { create } = await setting();
    expect((await create(new Date(), { days: 3 })).nextReminderAt).toBeNull();
    expect((await create(new Date(), { days: 4 })).nextReminderAt).not.toBeNull();
  });

  it('stop when the partner switches them off later', async () => {
    const { create, sweep, reminders, stateOf, partner } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'));
    await test.sql`update partner_settings set settings = '{"reminderDays": []}' where partner_id = ${partner.id}`;
    await sweep(at('2026-05-04T09:01:00Z'));
    expect(await reminders()).toEqual([]);
    expect((await stateOf(invitation.id)).next_reminder_at).toBeNull();
  });

  it('do not remind of a mail that has not arrived: they wait a day', async () => {
    const { create, sweep, reminders, stateOf } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'));
    await test.sql`update deliveries set state = 'deferred' where invitation_id = ${invitation.id}`;
    await sweep(at('2026-05-04T09:01:00Z'));
    expect(await reminders()).toEqual([]);
    expect(await stateOf(invitation.id)).toMatchObject({ next_reminder_at: at('2026-05-05T09:01:00Z'), reminders_sent: 0 });
    await test.sql`update deliveries set state = 'sent' where invitation_id = ${invitation.id}`;
    await sweep(at('2026-05-05T09:02:00Z'));
    expect(await reminders()).toHaveLength(1);
  });

  it('do not go to an address that gets no mail any more', async () => {
    const { create, sweep, reminders, stateOf, partner } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'));
    await aSuppression(test.sql, partner, { email: invitation.email.toLowerCase(), reason: 'unsubscribed' });
    await sweep(at('2026-05-04T09:01:00Z'));
    expect(await reminders()).toEqual([]);
    expect((await stateOf(invitation.id)).next_reminder_at).toBeNull();
  });

  it('are put off by a day when a person sends the mail again', async () => {
    const { create, ctx, sweep, reminders, stateOf } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'));
    await resendInvitation(ctx(at('2026-05-04T08:00:00Z')), links, { invitationId: invitation.id });
    expect((await stateOf(invitation.id)).next_reminder_at).toEqual(at('2026-05-05T08:00:00Z'));
    await sweep(at('2026-05-04T09:01:00Z'));
    expect(await reminders()).toEqual([]);
  });

  it('begin with the first mail, where the partner first brought the link itself', async () => {
    const { create, ctx, stateOf } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'), { sendMail: false });
    expect(invitation.nextReminderAt).toBeNull();
    await resendInvitation(ctx(at('2026-05-02T08:00:00Z')), links, { invitationId: invitation.id });
    expect((await stateOf(invitation.id)).next_reminder_at).toEqual(at('2026-05-05T08:00:00Z'));
  });
});

describe('the switch of one invitation', () => {
  it('stops its reminders and lets them go on', async () => {
    const { create, ctx, sweep, reminders, partner } = await setting();
    const invitation = await create(at('2026-05-01T09:00:00Z'));
    const off = await switchReminders(ctx(at('2026-05-02T09:00:00Z')), links, { invitationId: invitation.id, on: false });
    expect(off).toMatchObject({ remindersOff: true, nextReminderAt: null });
    await sweep(at('2026-05-06T09:00:00Z'));
    expect(await reminders()).toEqual([]);
    const on = await switchReminders(ctx(at('2026-05-06T09:00:00Z')), links, { invitationId: invitation.id, on: true });
    expect(on).toMatchObject({ remindersOff: false, nextReminderAt: at('2026-05-09T09:00:00Z') });
    // Again: nothing happens, and nothing is noted.
    await switchReminders(ctx(at('2026-05-06T09:00:00Z')), links, { invitationId: invitation.id, on: true });
    const events =
      await test.sql`select type from events where partner_id = ${partner.id} and type like 'invitation.reminders%' order by id`;
    expect(events.map(({ type }) => type)).toEqual(['invitation.reminders_stopped', 'invitation.reminders_resumed']);
  });

  it('is for who may send, of this partner, while the invitation is open', async () => {
    const { author, partner, ctx } = await setting();
    const open = await anInvitation(test.sql, partner, author);
    const over = await anInvitation(test.sql, partner, author, { state: 'revoked' });
    const helpdesk = await setting({}, ['helpdesk-agent']);
    expect(await refusalOf(switchReminders(helpdesk.ctx(), links, { invitationId: open.id, on: false }))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'invitations.send' },
    });
    const other = await setting();
    expect(await outcomeOf(switchReminders(other.ctx(), links, { invitationId: open.id, on: false }))).toBe('not_found');
    expect(await refusalOf(switchReminders(ctx(), links, { invitationId: over.id, on: false }))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'revoked' },
    });
    expect((await getInvitation(ctx(), links, over.id)).actions.switchReminders).toMatchObject({ allowed: false, state: 'revoked' });
    await aDelivery(test.sql, partner, { invitationId: open.id });
  });
});

describe('finding what is due', () => {
  it('looks at nothing but what is due, among 100,000 invitations', async () => {
    const { partner, author } = await setting();
    const now = at('2026-06-01T00:00:00Z');
    await test.sql`
      insert into invitations (id, partner_id, purpose, email, company_name, language, delegated_admin, message, state, expires_at, created_by, created_at, next_reminder_at)
      select gen_random_uuid(), ${partner.id}, 'relationship', 'p' || n || '@many.example', 'Company', 'en', false, '{link}',
        case when n % 2 = 0 then 'pending' else 'accepted' end, ${now}::timestamptz + interval '30 days', ${author.id}, ${now}::timestamptz,
        ${now}::timestamptz + make_interval(mins => n)
      from generate_series(1, 100000) n`;
    await test.sql`analyze invitations`;
    const [source] = await test.sql<{ prosrc: string }[]>`select prosrc from pg_proc where proname = 'due_reminders'`;
    const query = (source?.prosrc ?? '').replace('at_time', `'2026-06-01T00:20:00Z'::timestamptz`).replace('most', '500');
    const plan = await test.sql.unsafe(`explain (analyze, format json) ${query}`);
    const text = JSON.stringify(plan[0]);
    expect(text).toContain('invitations_to_remind');
    expect(text).not.toContain('Seq Scan');
    const rows = await test.worker.sql<{ partner_id: string }[]>`select partner_id from due_reminders('2026-06-01T00:20:00Z', 500)`;
    expect(rows.filter((row) => row.partner_id === partner.id)).toHaveLength(10);
  });
});

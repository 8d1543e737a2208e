import { newId, transact } from '@clientele/db';
import {
  aContext,
  aCustomer,
  aDelivery,
  anEvent,
  anInvitation,
  anOperation,
  aPartner,
  aPartnerUser,
  aVisit,
  useTestDatabase,
} from '@clientele/db/testing';
import { answerBuckets } from '@clientele/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCustomer } from '../customers/add.ts';
import { claimMails, recordMails } from '../deliveries/send.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { resendInvitation, revokeInvitation } from '../invitations/change.ts';
import { createInvitation } from '../invitations/create.ts';
import { declineInvitation } from '../invitations/decline.ts';
import { observeVisit } from '../invitations/visits.ts';
import { cancelOperation, retryOperation } from '../operations/control.ts';
import { endRelationship } from '../relationships/end.ts';
import { reinstateRelationship } from '../relationships/reinstate.ts';
import { createReturnAddresses } from '../returned-mails/addresses.ts';
import { takeReturnedMail } from '../returned-mails/take.ts';
import { links, outcomeOf, runAsWorker, tokenOf, visit } from '../testing/acts.ts';
import { addUpFigures, recountFigures } from './add-up.ts';

const test = useTestDatabase();
const day = 86_400_000;
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const returns = createReturnAddresses({ bounceAddress: 'bounce@returns.example', secret: 'a secret that only tests know, 32+ characters' });
let count = 0;

/** A customer to be added; of all that are `alike` one gets its domain. */
function order(alike = false) {
  count += 1;
  return {
    ...{ companyName: 'New', country: 'JP', language: 'en' as const, subscriptions: [{ productId: 'azure-plan', quantity: 1 }] },
    domainPrefix: alike ? `figures${process.pid}` : `figures${process.pid}x${count}`,
    address: { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' },
    contact: { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@new.example' },
    agreement: { by: 'partner' as const, firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@new.example', date: '2025-01-31' },
  };
}

async function setting() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const ctx = (now = new Date()) => aContext(test.api, partner, author, { now });
  const worker = (now = new Date()) => aContext(test.worker, partner, author, { actor: { kind: 'system', id: 'figures' }, now });
  /** Figures as screens read them: with what waits. */
  const figures = async () =>
    Object.fromEntries(
      (
        await test.sql<{ name: string; day: string; value: number }[]>`
          select name, to_char(day, 'YYYY-MM-DD') as day, sum(value)::int as value from (
            select name, day, value from figures where partner_id = ${partner.id} union all select name, day, value from figure_changes where partner_id = ${partner.id}) f
          group by 1, 2 having sum(value) <> 0 order by 1, 2`
      ).map(({ name, day: on, value }) => [`${name} ${on}`, value]),
    );
  const differences = () => test.sql`select name, day, value from figure_differences(${partner.id})`;
  const invite = async (now = new Date()) => {
    count += 1;
    const email = `asked-${process.pid}-${count}@figures.example`;
    return createInvitation(ctx(now), links, {
      ...{ email, companyName: 'Asked', domain: `asked-${process.pid}-${count}.example`, language: 'en', delegatedAdmin: false },
      ...{ message: 'Please {link}', sendMail: true },
    });
  };
  /** The mail server's answer to all mails of an invitation that wait. */
  const send = async (invitationId: string, outcome: 'sent' | 'bounced' | 'failed' | 'deferred') => {
    const rows = await test.sql<{ id: string }[]>`
      select id from deliveries where invitation_id = ${invitationId} and state in ('queued', 'deferred') and kind = 'invitation' order by id`;
    const later = worker(new Date(Date.now() + 60_000));
    const claimed = await claimMails(
      later,
      rows.map(({ id }) => id),
    );
    await recordMails(
      later,
      claimed.map(({ delivery }) => ({ delivery, outcome, response: `${outcome}` })),
    );
  };
  const comesBack = async (invitationId: string) => {
    const [mail] = await test.sql<{ id: string; recipient: string; message_id: string }[]>`
      select id, recipient, message_id from deliveries where invitation_id = ${invitationId} and state = 'sent' and kind = 'invitation' order by id limit 1`;
    if (!mail) return;
    const recipients = [{ addresses: [mail.recipient], verdict: 'failed' as const, answer: '552 full' }];
    const base = { db: test.worker, requestId: 'test', now: new Date(Date.now() + 120_000) };
    await takeReturnedMail(base, returns, { recipients: [returns.addressOf(mail.id)], report: { recipients, messageId: mail.message_id } });
  };
  const current = async (invitationId: string) => {
    const [row] = await test.sql<{ id: string; tokenVersion: number; domain: string }[]>`
      select id, token_version as "tokenVersion", domain from invitations where id = ${invitationId}`;
    if (!row) throw new Error('gone');
    return row;
  };
  const open = async (invitationId: string) =>
    observeVisit(visit(test.api), links, {
      ...{ token: tokenOf(await current(invitationId)), method: 'POST', userAgent: 'Mozilla/5.0 Firefox/133.0', accept: 'text/html' },
      ...{ acceptLanguage: 'en', purpose: undefined, partnerId: null, acted: 'moved' },
    });
  const accept = async (invitationId: string, now = new Date()) => {
    const { domain, ...invitation } = await current(invitationId);
    // Whoever has accepted before signs in.
    const [person] = await test.sql<{ userId: string }[]>`
      select u.user_id as "userId" from customer_users u join organizations o on o.id = u.organization_id where o.domain = ${domain} and u.user_id is not null limit 1`;
    const organization = {
      companyName: 'Asked',
      domain,
      country: 'JP',
      firstName: 'Aiko',
      lastName: 'Tanaka',
      password: 'quite a long secret phrase',
    };
    const input = { token: tokenOf(invitation), agreementAccepted: true, ...(person ? {} : { organization }) };
    return acceptInvitation(visit(test.api, now), links, input, person ?? null);
  };
  return { partner, author, ctx, worker, figures, differences, invite, send, comesBack, current, open, accept };
}

describe('figures', () => {
  it('go along with an invitation from its mail to the answer, on the day on which it was made', async () => {
    const { figures, invite, send, open, accept, differences } = await setting();
    const made = new Date(Date.now() - 2 * day - 3_600_000);
    const { id } = await invite(made);
    const [on, today] = [dayOf(made), dayOf(new Date())];
    expect(await figures()).toEqual({ [`invitations.sent ${on}`]: 1 });
    await send(id, 'sent');
    await open(id);
    await open(id);
    expect(await figures()).toEqual({ [`invitations.sent ${on}`]: 1, [`invitations.delivered ${on}`]: 1, [`invitations.opened ${on}`]: 1 });
    await accept(id);
    expect(await figures()).toMatchObject({ [`invitations.accepted ${on}`]: 1, [`answers.3d ${today}`]: 1, [`customers ${today}`]: 1 });
    expect(await differences()).toEqual([]);
  });

  it('count an invitation as delivered once, whatever becomes of its mails, and no more when all came back', async () => {
    const { figures, ctx, invite, send, comesBack, differences } = await setting();
    const { id } = await invite();
    const delivered = async () => (await figures())[`invitations.delivered ${dayOf(new Date())}`] ?? 0;
    await send(id, 'bounced');
    expect(await delivered()).toBe(0);
    await test.sql`delete from suppressions`;
    for (const _ of ['once', 'again']) {
      await resendInvitation(ctx(), links, { invitationId: id });
      await send(id, 'sent');
      expect(await delivered()).toBe(1);
    }
    await comesBack(id);
    expect(await delivered()).toBe(1);
    await comesBack(id);
    expect(await delivered()).toBe(0);
    expect(await differences()).toEqual([]);
  });

  it('count two mails of one invitation that arrive at the same moment once, and so two links that are opened', async () => {
    const { partner, author, figures, differences } = await setting();
    const invitation = await anInvitation(test.sql, partner, author);
    const { id: invitationId } = invitation;
    await anEvent(test.sql, partner, { type: 'invitation.created', invitationId });
    const mails = [
      await aDelivery(test.sql, partner, { invitationId }),
      await aDelivery(test.sql, partner, { invitationId, kind: 'invitation_reminder' }),
    ];
    const acts = [
      mails.map(({ id, kind }) => async (sql: typeof test.sql) => {
        await sql`update deliveries set state = 'sent', sent_at = now() where id = ${id}`;
        await anEvent(sql, partner, { type: 'mail.sent', invitationId, data: { deliveryId: id, kind } });
      }),
      [1, 2].map((tokenVersion) => async (sql: typeof test.sql) => void (await aVisit(sql, { ...invitation, tokenVersion }))),
    ];
    for (const [first, second] of acts) {
      const [one, other] = [await test.sql.reserve(), await test.sql.reserve()];
      await one`begin`;
      await first?.(one);
      const done = second?.(other);
      // The second looks only when the first is done.
      await expect
        .poll(
          async () =>
            (
              await test.sql`select from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`
            ).length,
        )
        .toBe(1);
      await one`commit`;
      await done;
      one.release();
      other.release();
    }
    const today = dayOf(new Date());
    expect(await figures()).toEqual({
      [`invitations.sent ${today}`]: 1,
      [`invitations.delivered ${today}`]: 1,
      [`invitations.opened ${today}`]: 1,
    });
    expect(await differences()).toEqual([]);
  });

  it('know the customer that goes and comes back, and the onboarding that is taken back', async () => {
    const { partner, ctx, figures, invite, accept, differences } = await setting();
    const today = dayOf(new Date());
    const { id } = await invite();
    const { customerId } = await accept(id);
    const [{ domain = '' } = {}] = await test.sql<{ domain: string }[]>`select domain from customers where id = ${customerId}`;
    const operation = await endRelationship(ctx(), { customerId, domain });
    await runAsWorker(test.worker, partner, operation.id);
    expect(await figures()).toMatchObject({ [`operations.succeeded ${today}`]: 1 });
    expect((await figures())[`customers ${today}`]).toBeUndefined();
    const again = await reinstateRelationship(ctx(), links, { customerId, message: 'Again? {link}', delegatedAdmin: false });
    await accept(again.id);
    expect((await figures())[`customers ${today}`]).toBe(1);
    expect(await differences()).toEqual([]);

    // One came to a halt behind the relationship and is cancelled, the other before it has begun.
    const [halted, early] = [await addCustomer(ctx(), order()), await addCustomer(ctx(), order())];
    await runAsWorker(test.worker, partner, halted.id);
    expect((await figures())[`customers ${today}`]).toBe(2);
    await test.sql`update operations set state = 'failed' where id = ${halted.id}`;
    for (const { id: operationId } of [halted, early]) await cancelOperation(ctx(), operationId);
    expect((await figures())[`customers ${today}`]).toBe(1);
    expect(await differences()).toEqual([]);
  });

  it('sort answers into the same steps as the domain', async () => {
    const edges = answerBuckets.flatMap(({ upTo }) => (upTo === null ? [] : [upTo - 1, upTo]));
    const rows = await test.sql<{ name: string }[]>`
      select answer_bucket(ms * interval '1 millisecond') as name from unnest(${edges}::float8[]) with ordinality as e(ms, n) order by n`;
    expect(rows.map(({ name }) => name)).toEqual(edges.map((ms) => answerBuckets.find(({ upTo }) => upTo === null || ms < upTo)?.name));
  });

  it('are the same by counting along as by a recount, whatever happens at once, is tried twice or dies in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(
            fc.record({
              act: fc.constantFrom(
                ...([
                  'invite',
                  'sent',
                  'bounced',
                  'deferred',
                  'comesBack',
                  'open',
                  'accept',
                  'accept',
                  'decline',
                  'revoke',
                  'resend',
                ] as const),
                ...(['add', 'run', 'run', 'cancel', 'retry', 'end', 'reinstate', 'addUp', 'crash'] as const),
              ),
              which: fc.nat(7),
            }),
            { minLength: 1, maxLength: 5, size: 'max' },
          ),
          { minLength: 8, maxLength: 16, size: 'max' },
        ),
        async (rounds) => {
          const on = await setting();
          const { partner } = on;
          await test.sql`delete from suppressions`;
          const pick = async (table: 'invitations' | 'customers' | 'operations', which: number) => {
            const rows = await test.sql<{ id: string; domain: string | null }[]>`
              select id, ${table === 'operations' ? test.sql`null as domain` : test.sql`domain`} from ${test.sql(table)} where partner_id = ${partner.id} order by id`;
            return rows.length > 0 ? rows[which % rows.length] : undefined;
          };
          const act = async (name: string, which: number): Promise<unknown> => {
            if (name === 'invite') return on.invite(new Date(Date.now() - which * day));
            // Every other one is for a domain that is taken when it comes to it.
            if (name === 'add') return addCustomer(on.ctx(), order(which % 2 === 0));
            if (name === 'addUp') return addUpFigures(on.worker(), 1 + which);
            if (name === 'crash')
              return transact(on.worker(), async () => ({
                result: null,
                events: [{ type: 'operation.failed', data: { operationId: newId(), kind: 'x', step: 'y', code: 'z' } }],
                writes: [{ toSQL: () => ({ sql: 'select 1 / 0', params: [] }) }],
              })).catch(() => {});
            if (['run', 'cancel', 'retry'].includes(name)) {
              const operation = await pick('operations', which);
              if (!operation) return;
              if (name === 'run') return runAsWorker(test.worker, partner, operation.id);
              return name === 'cancel' ? cancelOperation(on.ctx(), operation.id) : retryOperation(on.ctx(), operation.id);
            }
            if (name === 'end' || name === 'reinstate') {
              const customer = await pick('customers', which);
              if (!customer) return;
              if (name === 'end') return endRelationship(on.ctx(), { customerId: customer.id, domain: customer.domain ?? '' });
              return reinstateRelationship(on.ctx(), links, { customerId: customer.id, message: 'Again? {link}', delegatedAdmin: false });
            }
            const invitation = await pick('invitations', which);
            if (!invitation) return;
            const { id } = invitation;
            if (name === 'sent' || name === 'bounced' || name === 'deferred') return on.send(id, name);
            if (name === 'comesBack') return on.comesBack(id);
            if (name === 'open') return on.open(id);
            if (name === 'accept') return on.accept(id);
            if (name === 'resend') return resendInvitation(on.ctx(), links, { invitationId: id });
            if (name === 'revoke') return revokeInvitation(on.ctx(), links, id);
            return declineInvitation(visit(test.api), links, { token: tokenOf(await on.current(id)) }, null);
          };
          for (const begun of ['invite', 'invite', 'invite', 'add', 'add']) await act(begun, 1);
          for (const round of rounds) {
            await Promise.all(round.map(({ act: name, which }) => outcomeOf(act(name, which))));
            expect(await on.differences()).toEqual([]);
          }
          const before = await on.figures();
          while ((await addUpFigures(on.worker(), 3)) > 0);
          expect(await test.sql`select from figure_changes where partner_id = ${partner.id}`).toHaveLength(0);
          expect(await on.figures()).toEqual(before);
          const [{ live = 0 } = {}] = await test.sql<{ live: number }[]>`
            select count(*)::int as live from customers where partner_id = ${partner.id} and relationship in ('active', 'ending') and onboarding_operation_id is null`;
          expect(Object.entries(before).reduce((sum, [name, value]) => sum + (name.startsWith('customers ') ? value : 0), 0)).toBe(live);
        },
      ),
      { numRuns: Number(process.env.FIGURES_RUNS ?? 12), timeout: 60_000 },
    );
  }, 180_000);
});

describe('adding up', () => {
  it('takes each change once, with six workers at it while events go on, and keeps the partners apart', async () => {
    const [one, other] = [await setting(), await setting()];
    const write = (who: typeof one, events: number) =>
      transact(who.worker(), async () => ({
        result: null,
        events: Array.from({ length: events }, () => ({
          type: 'operation.succeeded' as const,
          data: { operationId: newId(), kind: 'customers-tag' },
        })),
      }));
    await Promise.all([
      ...Array.from({ length: 40 }, (_, index) => write(index % 4 ? one : other, 1 + (index % 3))),
      ...Array.from({ length: 6 }, () => addUpFigures(one.worker(), 2)),
    ]);
    while ((await addUpFigures(one.worker(), 5)) > 0);
    const [waiting] = await test.sql`select count(*)::int as count from figure_changes where partner_id = ${one.partner.id}`;
    expect(waiting?.count).toBe(0);
    for (const who of [one, other]) {
      const [{ events = 0 } = {}] = await test.sql<
        { events: number }[]
      >`select count(*)::int as events from events where partner_id = ${who.partner.id}`;
      expect(await who.figures()).toEqual({ [`operations.succeeded ${dayOf(new Date())}`]: events });
      expect(await who.differences()).toEqual([]);
    }
    // Of many events at once there is one change for each figure and day.
    await write(other, 500);
    const [many] = await test.sql`select value::int from figure_changes where partner_id = ${other.partner.id} order by value desc limit 1`;
    expect(many?.value).toBe(500);
  });

  it('makes nobody who writes wait: neither for a worker that is at it, nor for others who write', async () => {
    const { worker, partner } = await setting();
    const write = () =>
      transact(worker(), async () => ({
        result: null,
        events: [{ type: 'operation.succeeded' as const, data: { operationId: newId(), kind: 'x' } }],
      }));
    await write();
    const connection = await test.sql.reserve();
    await connection`begin`;
    await connection`select set_config('app.partner_id', ${partner.id}, true)`;
    await connection`select pg_advisory_xact_lock(hashtextextended('figures ' || ${partner.id}, 0))`;
    await connection`insert into figures select partner_id, name, day, value from figure_changes where partner_id = ${partner.id}`;
    await connection`insert into figure_changes (partner_id, name, day, value) select partner_id, name, day, value from figures where partner_id = ${partner.id}`;
    await Promise.all(Array.from({ length: 20 }, write));
    expect(await addUpFigures(worker())).toBe(0);
    await connection`rollback`;
    connection.release();
    expect(await addUpFigures(worker())).toBe(21);
  });
});

describe('a recount', () => {
  it('says by how much a figure was wrong, puts it right, and finds nothing the second time', async () => {
    const { partner, worker, invite, accept, figures } = await setting();
    const { id } = await invite();
    await accept(id);
    const right = await figures();
    expect(await recountFigures(worker())).toEqual([]);
    await addUpFigures(worker());
    const today = dayOf(new Date());
    await test.sql`update figures set value = value + 4 where partner_id = ${partner.id} and name = 'customers'`;
    await test.sql`delete from figures where partner_id = ${partner.id} and name = 'invitations.accepted'`;
    expect(await recountFigures(worker())).toEqual([
      { name: 'customers', day: today, value: -4 },
      { name: 'invitations.accepted', day: today, value: 1 },
    ]);
    expect(await figures()).toEqual(right);
    expect(await recountFigures(worker())).toEqual([]);
    await addUpFigures(worker());
    expect(await figures()).toEqual(right);
  });

  it('puts it right once when two do it at the same moment, and leaves another partner alone', async () => {
    const { partner, worker, figures } = await setting();
    const other = await setting();
    await aCustomer(test.sql, partner);
    await aCustomer(test.sql, other.partner);
    await Promise.all(Array.from({ length: 5 }, () => recountFigures(worker())));
    expect(await figures()).toEqual({ [`customers ${dayOf(new Date())}`]: 1 });
    expect(await other.figures()).toEqual({});
    // Even asked for another's it says nothing: the walls stand.
    const seen = await transact(worker(), async (_tx, send) => ({
      result: await send('select * from figure_differences($1)', [other.partner.id]),
      events: [],
    }));
    expect(seen).toEqual([]);
  });

  it('leaves the figures of days whose records retention has removed, and keeps the sum of customers', async () => {
    const { partner, worker, figures } = await setting();
    const old = new Date(Date.now() - 800 * day);
    const [customer, leaving] = [await aCustomer(test.sql, partner), await aCustomer(test.sql, partner)];
    for (const { id } of [customer, leaving])
      await anEvent(test.sql, partner, { type: 'relationship.established', customerId: id, at: old });
    await anEvent(test.sql, partner, { type: 'operation.failed', at: old });
    await test.sql`update customers set relationship = 'ended' where id = ${leaving.id}`;
    await anEvent(test.sql, partner, { type: 'relationship.ended', customerId: leaving.id });
    await addUpFigures(worker());
    const right = await figures();
    expect(right).toEqual({
      [`customers ${dayOf(old)}`]: 2,
      [`operations.failed ${dayOf(old)}`]: 1,
      [`customers ${dayOf(new Date())}`]: -1,
    });
    await test.sql`delete from events where partner_id = ${partner.id} and at = ${old}`;
    await anEvent(test.sql, partner, {
      type: 'log.records_removed',
      data: { records: 3, seq: 3, before: new Date(Date.now() - 365 * day).toISOString() },
    });
    expect(await recountFigures(worker())).toEqual([]);
    expect(await figures()).toEqual(right);
  });

  it('counts what no event tells of from the rows: mails, visits and answers of long ago', async () => {
    const { partner, author, worker, figures } = await setting();
    const made = new Date(Date.now() - 100 * day);
    const invitation = await anInvitation(test.sql, partner, author, { state: 'accepted', createdAt: made });
    await test.sql`update invitations set answered_at = ${new Date(made.getTime() + 90 * 60_000)} where id = ${invitation.id}`;
    await aDelivery(test.sql, partner, { invitationId: invitation.id, state: 'sent' });
    await anOperation(test.sql, partner, author);
    await recountFigures(worker());
    const on = dayOf(made);
    expect(await figures()).toEqual({
      ...{ [`invitations.sent ${on}`]: 1, [`invitations.delivered ${on}`]: 1, [`invitations.accepted ${on}`]: 1 },
      [`answers.4h ${dayOf(new Date(made.getTime() + 90 * 60_000))}`]: 1,
    });
  });
});

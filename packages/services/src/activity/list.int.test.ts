import type { Readable } from 'node:stream';
import { aContext, aCustomer, anEvent, anInvitation, anOperation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/acts.ts';
import { type ActivityFilters, exportActivity, listActivity } from './list.ts';
import { sealLog } from './seal.ts';
import { createLogKey } from './signing-key.ts';

const test = useTestDatabase();
const day = 86_400_000;

async function setting() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, ['helpdesk-agent'], { name: '=Anna 100% Weber' });
  const ctx = aContext(test.api, partner, author);
  const customer = await aCustomer(test.sql, partner, { companyName: '=株式会社' });
  const invitation = await anInvitation(test.sql, partner, author);
  const event = (more: Record<string, unknown> = {}) =>
    anEvent(test.sql, partner, { actorKind: 'partner-user', actorId: author.id, ...more });
  const idsOf = async (filters: ActivityFilters) => (await listActivity(ctx, { ...filters, limit: 100 })).items.map((item) => item.id);
  return { partner, author, ctx, customer, invitation, event, idsOf };
}

async function linesOf(stream: Readable): Promise<string[]> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text.trimEnd().split('\n');
}

describe('the activity log', () => {
  it('shows the last month, newest first, unless it is about one customer or invitation', async () => {
    const { event, idsOf, customer, invitation } = await setting();
    const old = await event({ at: new Date(Date.now() - 60 * day), customerId: customer.id, invitationId: invitation.id });
    const first = await event();
    const second = await event();
    expect(await idsOf({})).toEqual([second, first]);
    expect(await idsOf({ customerId: customer.id })).toEqual([old]);
    expect(await idsOf({ invitationId: invitation.id })).toEqual([old]);
    expect(await idsOf({ from: new Date(Date.now() - 90 * day).toISOString() })).toEqual([second, first, old]);
    expect(await idsOf({ from: new Date(Date.now() - 90 * day).toISOString(), to: new Date(Date.now() - 30 * day).toISOString() })).toEqual(
      [old],
    );
  });

  it('filters by action and by any part of the person’s name', async () => {
    const { event, idsOf, partner } = await setting();
    const mine = await event({ type: 'customer.edited' });
    const system = await anEvent(test.sql, partner, { type: 'mail.sent' });
    expect(await idsOf({ type: 'mail.sent' })).toEqual([system]);
    expect(await idsOf({ actor: 'anna 100%' })).toEqual([mine]);
    expect(await idsOf({ actor: 'anna_100' })).toEqual([]);
    expect(await idsOf({ actor: 'anna', type: 'mail.sent' })).toEqual([]);
  });

  it('pages through every record exactly once while records are added', async () => {
    const { event, ctx } = await setting();
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) ids.unshift(await event());
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listActivity(ctx, { limit: 5, after });
      seen.push(...page.items.map((item) => item.id));
      await event();
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(ids);
    expect(await refusalOf(listActivity(ctx, { limit: 5, after: 'forged' }))).toMatchObject({
      fields: [{ path: 'after', rule: 'cursor' }],
    });
  });

  it('exports exactly what is filtered, harmless in a spreadsheet, also for a helpdesk agent', async () => {
    const { event, ctx, customer } = await setting();
    const concerned = await event({ customerId: customer.id, data: { fields: ['notes', '"quoted"'] } });
    await event({ type: 'mail.sent' });
    const [head, ...lines] = await linesOf(await exportActivity(ctx, { type: 'customer.edited' }));
    expect(head).toBe(
      'Date (UTC),Action,Actor kind,Actor,Customer ID,Company name,Invitation ID,Request ID,Details,In operation,IP address,User agent,Record ID,Place in the chain,Hash',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(",'=Anna 100% Weber,");
    expect(lines[0]).toContain(",'=株式会社,");
    expect(lines[0]).toContain(customer.id);
    expect(concerned).toBeTruthy();
    expect(await linesOf(await exportActivity(ctx, { actor: "x' or true --" }))).toEqual([head]);
  });

  it('searches company, domain, person, operation and address, and the export holds exactly the same', async () => {
    const { event, ctx, idsOf, customer, invitation, partner, author } = await setting();
    const about = await event({ customerId: customer.id });
    const asked = await event({ invitationId: invitation.id, type: 'invitation.created' });
    const operation = await anOperation(test.sql, partner, author, { subject: 'Contoso_1 GmbH' });
    const started = await anEvent(test.sql, partner, { type: 'operation.queued', data: { operationId: operation.id } });
    const from = await anEvent(test.sql, partner, { ip: '203.0.113.9', requestId: 'request-1' });
    const imported = await anEvent(test.sql, partner, { type: 'customer.imported', data: { domain: 'fabrikam.example' } });
    const expected: [string, string[]][] = [
      ['=株式', [about]],
      [customer.domain.toUpperCase(), [about]],
      [invitation.companyName.slice(2), [asked]],
      ['ANNA 100%', [asked, about]],
      ['contoso_1', [started]],
      ['contoso%1', []],
      ['203.0.113.9', [from]],
      ['203.0.113', []],
      ['request-1', [from]],
      ['FABRIKAM', [imported]],
      [from.toUpperCase(), [from]],
      ["x' or true --", []],
      ['\\', []],
      ['$1', []],
    ];
    for (const [search, ids] of expected) {
      expect(await idsOf({ search }), search).toEqual(ids);
      const [, ...lines] = await linesOf(await exportActivity(ctx, { search }));
      expect(
        lines.map((line) => ids.find((id) => line.includes(id))),
        search,
      ).toEqual(ids);
    }
    expect(await idsOf({ search: 'anna', group: 'invitations' })).toEqual([asked]);
  });

  it('says from where, in which operation, and the place in the chain as soon as there is one', async () => {
    const { event, ctx, partner, author } = await setting();
    const operation = await anOperation(test.sql, partner, author);
    await event({ ip: '2001:db8::1', userAgent: 'a browser', requestId: 'r1' });
    await event({ operationId: operation.id, requestId: 'r2' });
    const one = async () =>
      (await listActivity(ctx, { limit: 10 })).items.map(({ ip, userAgent, requestId, operationId, seq }) => [
        ip,
        userAgent,
        requestId,
        operationId,
        seq,
      ]);
    expect(await one()).toEqual([
      [null, null, 'r2', operation.id, null],
      ['2001:db8::1', 'a browser', 'r1', null, null],
    ]);
    await sealLog({ db: test.worker, partner }, createLogKey('a secret of the installation, long enough'));
    expect((await one()).map((row) => row.at(-1))).toEqual([2, 1]);
  });

  it('holds nothing of another partner', async () => {
    const one = await setting();
    await one.event({ customerId: one.customer.id });
    const other = await setting();
    expect(await other.idsOf({ customerId: one.customer.id })).toEqual([]);
    expect(await linesOf(await exportActivity(other.ctx, {}))).toHaveLength(1);
  });
});

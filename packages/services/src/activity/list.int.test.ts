import type { Readable } from 'node:stream';
import { aContext, aCustomer, anEvent, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/acts.ts';
import { type ActivityFilters, exportActivity, listActivity } from './list.ts';

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

  it('holds nothing of another partner', async () => {
    const one = await setting();
    await one.event({ customerId: one.customer.id });
    const other = await setting();
    expect(await other.idsOf({ customerId: one.customer.id })).toEqual([]);
    expect(await linesOf(await exportActivity(other.ctx, {}))).toHaveLength(1);
  });
});

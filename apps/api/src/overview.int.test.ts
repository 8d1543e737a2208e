import { aCustomer, aFigure, anInvitation, aPartner, aPartnerUser } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { asker, usePortal } from './testing/portal.ts';

const portal = usePortal();

describe('the overview over the API', () => {
  it('is one answer of what needs somebody and of the figures, for either period', async () => {
    const partner = await aPartner(portal.sql);
    const author = await aPartnerUser(portal.sql, partner);
    await anInvitation(portal.sql, partner, author, { companyName: 'Litware', expiresAt: new Date(Date.now() + 86_400_000) });
    await aFigure(portal.sql, partner, { name: 'customers', day: '2020-02-29', value: 12 });
    const { ask } = await portal.signedIn(partner);
    const { status, json } = await ask('GET', '/api/overview');
    expect(status).toBe(200);
    expect(json.attention).toMatchObject([
      { kind: 'invitation-running-out', count: 1, lines: [{ subject: 'Litware', act: { allowed: true } }] },
    ]);
    expect(json.counts).toMatchObject({ customers: 12, pending: { count: 1, isMore: false } });
    expect([json.charts.customers.length, json.charts.customers.at(-1).value, json.charts.zone]).toEqual([90, 12, 'UTC']);
    expect((await ask('GET', '/api/overview?period=12-months')).json.charts.operations).toHaveLength(52);
  });

  it('refuses another period at its field, and somebody who is not signed in', async () => {
    const { ask } = await portal.signedIn(await aPartner(portal.sql));
    const wrong = await ask('GET', '/api/overview?period=ever');
    expect([wrong.status, wrong.json.code, wrong.json.errors]).toMatchObject([
      422,
      'validation_failed',
      [{ path: 'period', rule: 'choice' }],
    ]);
    expect((await asker(portal.url)('GET', '/api/overview')).status).toBe(401);
  });

  it('shows nothing of another partner', async () => {
    const other = await aPartner(portal.sql);
    await aCustomer(portal.sql, other, { delegatedAdminUntil: new Date(Date.now() + 86_400_000) });
    await aFigure(portal.sql, other, { name: 'customers', value: 5 });
    const { ask } = await portal.signedIn(await aPartner(portal.sql));
    expect((await ask('GET', '/api/overview')).json).toMatchObject({ attention: [], counts: { customers: 0 } });
  });
});

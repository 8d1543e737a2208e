import { aContext, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { type Role, usualSettings } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { changeSettings } from './change.ts';
import { getSettings } from './view.ts';

const test = useTestDatabase();

async function setting(roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, roles);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}
const eventsOf = (partner: { id: string }) =>
  test.sql`select type, data from events where partner_id = ${partner.id} and type = 'partner.settings_changed' order by id`;

describe('settings of a partner', () => {
  it('are the usual until somebody sets something, and everybody sees them', async () => {
    const { ctx, partner } = await setting();
    expect(await getSettings(ctx)).toEqual({
      ...usualSettings,
      version: 0,
      changedBy: null,
      changedAt: null,
      actions: { change: { allowed: true } },
    });
    const helpdesk = await aPartnerUser(test.sql, partner, ['helpdesk-agent']);
    expect((await getSettings(aContext(test.api, partner, helpdesk))).actions.change).toEqual({
      allowed: false,
      reason: 'role',
      needs: ['global-admin'],
      grantedBy: 'global-admin',
    });
  });

  it('are changed by a global admin, only those that are given, and the log says which', async () => {
    const { ctx, partner, author } = await setting();
    const first = await changeSettings(ctx, { version: 0, invitationDays: 30 });
    expect(first).toMatchObject({ ...usualSettings, invitationDays: 30, version: 1, changedBy: author.name, changedAt: ctx.now });
    const second = await changeSettings(ctx, { version: 1, reminderDays: [], invitationDays: undefined });
    expect(second).toMatchObject({ invitationDays: 30, reminderDays: [], version: 2 });
    expect(await eventsOf(partner)).toEqual([
      {
        type: 'partner.settings_changed',
        data: { settings: ['invitationDays'], version: 1, changes: { invitationDays: { from: '14', to: '30' } } },
      },
      {
        type: 'partner.settings_changed',
        data: { settings: ['reminderDays'], version: 2, changes: { reminderDays: { from: '3, 10', to: null } } },
      },
    ]);
    // Another partner has its own.
    expect(await getSettings((await setting()).ctx)).toMatchObject({ ...usualSettings, version: 0 });
  });

  it('that are the same as before change nothing', async () => {
    const { ctx, partner } = await setting();
    expect(await changeSettings(ctx, { version: 0, invitationDays: 14 })).toMatchObject({ version: 0 });
    expect(await eventsOf(partner)).toEqual([]);
  });

  it('are refused at the fields that break a rule, also by what was set before', async () => {
    const { ctx } = await setting();
    await changeSettings(ctx, { version: 0, reminderDays: [20], invitationDays: 30 });
    expect(await refusalOf(changeSettings(ctx, { version: 1, invitationDays: 14 }))).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'reminderDays.0', rule: 'reminder_too_late', params: { days: 14 } }],
    });
    expect((await getSettings(ctx)).invitationDays).toBe(30);
  });

  it('need the role, which the refusal names', async () => {
    for (const role of ['admin-agent', 'sales-agent', 'helpdesk-agent'] as const) {
      const { ctx } = await setting([role]);
      expect(await refusalOf(changeSettings(ctx, { version: 0, invitationDays: 20 }))).toMatchObject({
        code: 'forbidden',
        details: { permission: 'partner.manage', needs: ['global-admin'] },
      });
    }
  });

  it('changed by two at once are changed by one, and the other hears who was quicker', async () => {
    const { ctx, partner, author } = await setting();
    const outcomes = await Promise.all(
      [20, 21, 22, 23].map((invitationDays) => outcomeOf(changeSettings(ctx, { version: 0, invitationDays }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(3);
    const again = await Promise.all([30, 31].map((invitationDays) => outcomeOf(changeSettings(ctx, { version: 1, invitationDays }))));
    expect(again.sort()).toEqual(['conflict', 'done']);
    expect(await refusalOf(changeSettings(ctx, { version: 0, invitationDays: 40 }))).toMatchObject({
      details: { version: 2, by: [author.name] },
    });
    expect(await eventsOf(partner)).toHaveLength(2);
  });
});

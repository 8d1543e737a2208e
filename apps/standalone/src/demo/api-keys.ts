import type { Context } from '@clientele/db';
import type { Role } from '@clientele/domain';
import { createApiKey, revokeApiKey } from '@clientele/services';
import type postgres from 'postgres';

const keys: { name: string; roles: Role[]; days: number; madeDaysAgo: number; usedMinutesAgo?: number; isRevoked?: true }[] = [
  { name: 'First try', roles: ['helpdesk-agent'], days: 30, madeDaysAgo: 200, usedMinutesAgo: 280_000 },
  { name: 'Old portal', roles: ['global-admin'], days: 365, madeDaysAgo: 120, usedMinutesAgo: 60_000, isRevoked: true },
  { name: 'Report for finance', roles: ['helpdesk-agent'], days: 90, madeDaysAgo: 84, usedMinutesAgo: 610 },
  { name: 'Nightly import', roles: ['sales-agent'], days: 180, madeDaysAgo: 30, usedMinutesAgo: 3 },
];

/** Keys of programs: in use, soon over, over, and taken back. */
export async function addApiKeys(owner: postgres.Sql, ctx: () => Context): Promise<void> {
  for (const { name, roles, days, madeDaysAgo, usedMinutesAgo, isRevoked } of keys) {
    const now = new Date(Date.now() - madeDaysAgo * 86_400_000);
    const { apiKey } = await createApiKey({ ...ctx(), now }, { name, roles, days });
    if (usedMinutesAgo)
      await owner`update api_keys set last_used_at = ${new Date(Date.now() - usedMinutesAgo * 60_000)} where id = ${apiKey.id}`;
    if (isRevoked) await revokeApiKey(ctx(), apiKey.id);
  }
}

import { apiKeys, type Context, read, users } from '@clientele/db';
import { desc, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { type ApiKeyView, viewApiKey } from './view.ts';

/** So many of a partner's keys are shown, newest first: those that are over stay for a look. */
const most = 200;

/** The partner's API keys, newest first, also those that are over. */
export async function listApiKeys(ctx: Context): Promise<{ items: ApiKeyView[] }> {
  demand(ctx, 'partner.manage');
  const rows = await read(ctx, (tx) =>
    tx
      .select({ record: apiKeys, createdBy: users.name })
      .from(apiKeys)
      .innerJoin(users, eq(users.id, apiKeys.createdBy))
      .orderBy(desc(apiKeys.id))
      .limit(most),
  );
  return { items: rows.map(({ record, createdBy }) => viewApiKey(ctx, record, createdBy)) };
}

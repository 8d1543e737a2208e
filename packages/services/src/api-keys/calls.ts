import { type Context, transact } from '@clientele/db';
import { Refusal } from '@clientele/domain';

/** What a key was used for in some time. */
export interface KeyCallCounts {
  calls: number;
  /** Those that changed something or set it going. */
  writes: number;
  refused: number;
  /** When the first of them came. */
  since: Date;
}

/** Writes the calls of a key into the activity log, as that key. */
export async function noteKeyCalls(ctx: Context, { since, ...counts }: KeyCallCounts): Promise<void> {
  if (ctx.actor.kind !== 'api-key') throw new Refusal('internal', 'Only the calls of a key are counted.');
  const { id: apiKeyId } = ctx.actor;
  await transact(ctx, async () => ({
    result: undefined,
    events: [{ type: 'api_key.used', data: { apiKeyId, ...counts, since: since.toISOString() } }],
  }));
}

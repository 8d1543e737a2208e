import type { Context, PlannedEndRecord, Transaction } from '@clientele/db';
import type { Language, NewEvent } from '@clientele/domain';
import { userIdOf } from '../access.ts';
import { queueMail } from '../deliveries/queue.ts';
import { authorOf, otherGlobalAdmins } from './planned.ts';

/** Mails each of the other global admins that an end waits for one of them: a customer's, or that of many at once. */
export async function askTheOthers(
  ctx: Context,
  tx: Transaction,
  what: { customerId: string; plannedEndId: string } | { operationId: string },
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const admin of await otherGlobalAdmins(ctx, tx))
    events.push(
      await queueMail(ctx, tx, {
        kind: 'end_approval_partner',
        recipient: admin.email,
        language: admin.language as Language,
        customerId: 'customerId' in what ? what.customerId : null,
        facts: {
          userId: userIdOf(ctx),
          ...('operationId' in what ? { operationId: what.operationId } : { plannedEndId: what.plannedEndId }),
        },
      }),
    );
  return events;
}

/** Mails the global admins that an end was stopped: who asked for it may not end relationships any more, and one of them decides anew. */
export async function tellGlobalAdmins(
  ctx: Context,
  tx: Transaction,
  plan: Pick<PlannedEndRecord, 'id' | 'customerId' | 'requestedBy'>,
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const admin of await otherGlobalAdmins(ctx, tx))
    events.push(
      await queueMail(ctx, tx, {
        kind: 'end_news_partner',
        recipient: admin.email,
        language: admin.language as Language,
        customerId: plan.customerId,
        facts: { userId: plan.requestedBy, plannedEndId: plan.id, news: 'stopped' },
      }),
    );
  return events;
}

/** Mails the person who asked what became of the plan. */
export async function tellRequester(
  ctx: Context,
  tx: Transaction,
  plan: Pick<PlannedEndRecord, 'id' | 'customerId' | 'requestedBy'>,
  news: 'held-up' | 'failed' | 'refused',
): Promise<NewEvent[]> {
  const author = await authorOf(tx, plan.requestedBy);
  if (!author) return [];
  return [
    await queueMail(ctx, tx, {
      kind: 'end_news_partner',
      recipient: author.email,
      language: author.language as Language,
      customerId: plan.customerId,
      facts: { userId: plan.requestedBy, plannedEndId: plan.id, news },
    }),
  ];
}

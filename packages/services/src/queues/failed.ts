import { type Context, customers, deliveries, invitations, operations, read, transact } from '@clientele/db';
import type { DeliveryState, OperationKind, OperationState } from '@clientele/domain';
import { eq, inArray, sql } from 'drizzle-orm';
import { demand } from '../access.ts';

/** What a job is about, in words that a person knows: the mail or the operation as it stands now. */
export type JobSubject =
  | { thing: 'operation'; operationId: string; kind: OperationKind; subject: string; state: OperationState }
  | {
      thing: 'mail';
      deliveryId: string;
      kind: string;
      recipient: string;
      subject: string;
      state: DeliveryState;
      invitationId: string | null;
      customerId: string | null;
    };

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The id that a payload carries under a name, if it is one; of many mails the first. */
function idIn(payload: unknown, name: 'operationId' | 'deliveryId'): string | null {
  const given = payload as Record<string, unknown> | null;
  const many = name === 'deliveryId' && Array.isArray(given?.deliveryIds) ? given.deliveryIds[0] : undefined;
  const value = given?.[name] ?? many;
  return typeof value === 'string' && uuid.test(value) ? value : null;
}

/** What each of these jobs is about; null for one whose thing is gone, or that cannot be read. Only what is the partner's own is told. */
export async function describeJobs<Job extends { payload: unknown }>(
  ctx: Context,
  jobs: Job[],
): Promise<(Omit<Job, 'payload'> & { about: JobSubject | null })[]> {
  demand(ctx, 'queues.see');
  const ids = (name: 'operationId' | 'deliveryId') => jobs.map(({ payload }) => idIn(payload, name)).filter((id) => id !== null);
  const [operationIds, deliveryIds] = [ids('operationId'), ids('deliveryId')];
  const about = await read(ctx, async (tx) => {
    const [work, mails] = await Promise.all([
      operationIds.length === 0 ? [] : tx.select().from(operations).where(inArray(operations.id, operationIds)),
      deliveryIds.length === 0
        ? []
        : tx
            .select({
              delivery: deliveries,
              subject: sql<string>`coalesce(${customers.companyName}, ${invitations.companyName}, '')`,
            })
            .from(deliveries)
            .leftJoin(customers, eq(customers.id, deliveries.customerId))
            .leftJoin(invitations, eq(invitations.id, deliveries.invitationId))
            .where(inArray(deliveries.id, deliveryIds)),
    ]);
    return new Map<string, JobSubject>([
      ...work.map(({ id, kind, subject, state }): [string, JobSubject] => [
        id,
        { thing: 'operation', operationId: id, kind, subject, state },
      ]),
      ...mails.map(({ delivery: { id, kind, recipient, state, invitationId, customerId }, subject }): [string, JobSubject] => [
        id,
        { thing: 'mail', deliveryId: id, kind, recipient, subject, state, invitationId, customerId },
      ]),
    ]);
  });
  return jobs.map(({ payload, ...job }) => ({
    ...job,
    about: about.get(idIn(payload, 'operationId') ?? idIn(payload, 'deliveryId') ?? '') ?? null,
  }));
}

/** Takes a failed job out of its queue for good, and writes that down. When it cannot be taken out nothing is written. */
export async function discardJob(ctx: Context, job: { name: string; payload: unknown; remove: () => Promise<void> }): Promise<void> {
  demand(ctx, 'queues.manage');
  const [operationId, deliveryId] = [idIn(job.payload, 'operationId'), idIn(job.payload, 'deliveryId')];
  await transact({ ...ctx, idempotency: undefined }, async () => {
    await job.remove();
    const data = { job: job.name, ...(operationId ? { operationId } : {}), ...(deliveryId ? { deliveryId } : {}) };
    return { result: undefined, events: [{ type: 'job.discarded', data }] };
  });
}

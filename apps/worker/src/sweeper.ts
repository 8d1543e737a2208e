import { randomUUID } from 'node:crypto';
import type { NewJob, Producer, QueueName, Relay } from '@clientele/queue';
import { expireInvitation } from '@clientele/services';
import type { WorkerParts } from './index.ts';

const most = 500;

interface SweeperOptions {
  relay: Relay;
  producer: Producer;
}

/**
 * The slow second path of everything: events that the quick path left, mails and operations whose job is gone (a crash, a queue
 * that was emptied), invitations that ran out. Several workers may sweep at once: claims and job ids make repeats harmless.
 */
export function startSweeper(parts: WorkerParts, { relay, producer }: SweeperOptions) {
  const { sweepEveryMs, sweepPatienceMs: patienceMs } = parts.pace;
  const timers: NodeJS.Timeout[] = [];
  const running = new Set<Promise<void>>();

  function every(ms: number, name: string, sweep: () => Promise<unknown>): void {
    let busy = false;
    timers.push(
      setInterval(() => {
        if (busy) return;
        busy = true;
        const run: Promise<void> = sweep()
          .then(() => {})
          .catch((error: unknown) => parts.logger.warn({ err: error, sweep: name }, 'a sweep failed; the next one tries again'))
          .finally(() => {
            busy = false;
            running.delete(run);
          });
        running.add(run);
      }, ms),
    );
  }

  /** Only when nothing waits in the queue is a mail or operation that is due a lost one. */
  async function isIdle(queue: QueueName): Promise<boolean> {
    const counts = await producer.queues[queue].getJobCounts('waiting', 'prioritized');
    return (counts.waiting ?? 0) + (counts.prioritized ?? 0) === 0;
  }

  async function bringBack(
    queue: QueueName,
    find: () => Promise<{ id: string; partner_id: string }[]>,
    jobOf: (id: string, partnerId: string) => NewJob,
  ): Promise<void> {
    if (!(await isIdle(queue))) return;
    const lost = await find();
    if (lost.length > 0) await producer.add(lost.map((row) => jobOf(row.id, row.partner_id)));
  }

  // A new job id per sweep window: the one of the lost job may be kept as failed, and would be ignored.
  const again = (id: string) => `${id}-again-${Math.floor(Date.now() / patienceMs)}`;
  const { sql } = parts.db;
  every(1000, 'outbox', () => relay.sweep());
  every(sweepEveryMs, 'mails', () =>
    bringBack(
      'mails',
      () => sql`select * from undone_deliveries(now() - ${`${patienceMs} milliseconds`}::interval, ${most})`,
      (id, partnerId) => ({ name: 'mail.send', id: again(id), payload: { partnerId, deliveryId: id } }),
    ),
  );
  every(sweepEveryMs, 'operations', () =>
    bringBack(
      'operations',
      () => sql`select * from undone_operations(now() - ${`${patienceMs} milliseconds`}::interval, ${most})`,
      (id, partnerId) => ({ name: 'operation.run', id: again(id), payload: { partnerId, operationId: id } }),
    ),
  );
  every(20_000, 'invitations', async () => {
    const over = await sql<{ id: string; partner_id: string }[]>`select * from expired_invitations(now(), ${most})`;
    for (const { id, partner_id } of over) {
      const ctx = await parts.contextOf(partner_id, { kind: 'system', id: 'invitations.expire' }, randomUUID());
      if (ctx) await expireInvitation(ctx, id);
    }
  });
  every(3_600_000, 'idempotency keys', () => relay.forgetOldKeys());

  return {
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
    },
  };
}

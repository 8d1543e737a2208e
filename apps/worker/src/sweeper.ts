import { randomUUID } from 'node:crypto';
import type { Context } from '@clientele/db';
import { type AnyQueue, jobOfOperation, type NewJob, type Producer, queueOf, type Relay } from '@clientele/queue';
import {
  addUpFigures,
  carryOutPlannedEnd,
  carryOutVerification,
  createLogKey,
  endCustomerPermission,
  expireDelegatedAdmin,
  expireInvitation,
  expireLead,
  failOverdue,
  forgetOldAttempts,
  forgetOldEnquiries,
  lapseOrder,
  recountFigures,
  remindInvitation,
  removeOldRecords,
  sealBatch,
  sealLog,
  warnOfEnds,
  warnOfLeads,
} from '@clientele/services';
import type { WorkerParts } from './index.ts';
import { forgetOldSignIns, lostSignIns } from './sign-ins.ts';

const most = 500;
/** So many are brought back at a time while other jobs wait. */
const mostWhileBusy = 100;

/** What a question that crosses the walls between partners gives. */
interface Due {
  id: string;
  partner_id: string;
}

interface SweeperOptions {
  relay: Relay;
  producer: Producer;
}

/**
 * The slow second path of everything: events that the quick path left, mails and operations whose job is gone (a crash, a queue
 * that was emptied), invitations that ran out, ends that waited. Several workers may sweep at once: claims and job ids make repeats harmless.
 */
export function startSweeper(parts: WorkerParts, { relay, producer }: SweeperOptions) {
  const { sweepEveryMs, sweepPatienceMs: patienceMs, outboxEveryMs, expireEveryMs, sealEveryMs } = parts.pace;
  const timers: NodeJS.Timeout[] = [];
  /** Long sweeps end between two batches when the worker stops. */
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  function every(ms: number, name: string, sweep: () => Promise<unknown>): void {
    let busy = false;
    timers.push(
      setInterval(() => {
        if (busy) return;
        busy = true;
        const run: Promise<void> = sweep()
          .then(() => {})
          .catch((error: unknown) => {
            if (!stopping.signal.aborted) parts.logger.warn({ err: error, sweep: name }, 'a sweep failed; the next one tries again');
          })
          .finally(() => {
            busy = false;
            running.delete(run);
          });
        running.add(run);
      }, ms),
    );
  }

  /** Under which id this sweeper has brought something back. */
  const broughtBack = new Map<string, string>();
  // A new id each time: the one of the lost job may be kept as failed, and would be ignored.
  const again = (id: string) => `${id}-again-${Math.floor(Date.now() / patienceMs)}`;

  /**
   * Gives a job to what is due and has none. While jobs wait, most of what is due has one that only was not reached yet; but a queue
   * that is never empty must not keep the lost ones for ever, so some are brought back even then, each once at a time. A second job
   * for the same thing finds it claimed or done.
   */
  async function bringBack(lost: { id: string; job: (id: string) => NewJob }[], queue: AnyQueue): Promise<void> {
    const counts = await queue.getJobCounts('waiting', 'prioritized');
    const isIdle = (counts.waiting ?? 0) + (counts.prioritized ?? 0) === 0;
    const jobs: NewJob[] = [];
    for (const { id, job } of isIdle ? lost : lost.slice(0, mostWhileBusy)) {
      const earlier = broughtBack.get(id);
      if (earlier && (await isInQueue(queue, earlier))) continue;
      broughtBack.set(id, again(id));
      jobs.push(job(again(id)));
    }
    if (jobs.length > 0) await producer.add(jobs);
  }

  async function isInQueue(queue: AnyQueue, jobId: string): Promise<boolean> {
    const job = await queue.getJob(jobId);
    return job !== undefined && job.finishedOn === undefined;
  }

  const { sql } = parts.db;
  /** Does what is due, one after the other, each in the context of its partner. */
  async function each(actorId: string, question: PromiseLike<Due[]>, act: (ctx: Context, id: string) => Promise<unknown>): Promise<void> {
    for (const { id, partner_id } of await question) {
      const ctx = await parts.contextOf(partner_id, { kind: 'system', id: actorId }, randomUUID());
      if (ctx) await act(ctx, id);
    }
  }
  const before = () => new Date(parts.db.clock.now().getTime() - patienceMs).toISOString();
  every(sweepEveryMs, 'sign-ins', async () => bringBack(await lostSignIns(parts, patienceMs, most), producer.queues.mails));
  every(3_600_000, 'old sign-ins', () => forgetOldSignIns(parts));
  // An hour after they were over: by then no clock of ours takes one for open.
  every(Math.min(600_000, expireEveryMs * 10), 'old attempts', () =>
    forgetOldAttempts({ db: parts.db, now: new Date(Date.now() - 3_600_000) }),
  );
  every(outboxEveryMs, 'outbox', () => relay.sweep());
  every(sweepEveryMs, 'mails', async () => {
    const lost = await sql<{ id: string; partner_id: string }[]>`select * from undone_deliveries(${before()}, ${most})`;
    const jobs = lost.map(({ id, partner_id: partnerId }) => ({
      id,
      job: (jobId: string): NewJob => ({ name: 'mail.send', id: jobId, payload: { partnerId, deliveryId: id } }),
    }));
    await bringBack(jobs, producer.queues.mails);
  });
  every(sweepEveryMs, 'operations', async () => {
    const lost = await sql<{ id: string; partner_id: string; kind: string }[]>`select * from undone_operations(${before()}, ${most})`;
    const jobs = lost.map(({ id, partner_id: partnerId, kind }) => ({
      id,
      job: (jobId: string) => jobOfOperation(jobId, kind, { partnerId, operationId: id }),
    }));
    for (const queue of ['operations', 'bulk'] as const)
      await bringBack(
        jobs.filter(({ job }) => queueOf(job('')) === queue),
        producer.queues[queue],
      );
  });
  every(sweepEveryMs, 'deadlines', () =>
    each('operations.overdue', sql<Due[]>`select * from overdue_operations(now(), ${most})`, failOverdue),
  );
  every(3_600_000, 'what was brought back', async () => broughtBack.clear());
  every(expireEveryMs, 'invitations', () =>
    each('invitations.expire', sql<Due[]>`select * from expired_invitations(now(), ${most})`, expireInvitation),
  );
  every(expireEveryMs, 'reminders', () =>
    each('invitations.remind', sql<Due[]>`select * from due_reminders(now(), ${most})`, remindInvitation),
  );
  every(Math.min(sweepEveryMs, 5000), 'planned ends', () =>
    each('ends.carry-out', sql<Due[]>`select * from due_planned_ends(now(), ${most})`, carryOutPlannedEnd),
  );
  every(expireEveryMs, 'orders', () => each('orders.lapse', sql<Due[]>`select * from lapsing_orders(now(), ${most})`, lapseOrder));
  every(expireEveryMs, 'customer permissions', () =>
    each('customer-permissions.end', sql<Due[]>`select * from ending_customer_permissions(now(), ${most})`, endCustomerPermission),
  );
  every(sweepEveryMs, 'delegated admin that ends', async () => {
    const over = await sql<{ id: string; partner_id: string }[]>`select * from ended_delegated_admin(now(), ${most})`;
    for (const partnerId of new Set(over.map(({ partner_id }) => partner_id))) {
      const ctx = await parts.contextOf(partnerId, { kind: 'system', id: 'delegated-admin.expire' }, randomUUID());
      const ids = over.filter(({ partner_id }) => partner_id === partnerId).map(({ id }) => id);
      if (ctx) await expireDelegatedAdmin(ctx, ids);
    }
  });
  every(20_000, 'delegated admin that ends soon', async () => {
    const due = await sql<{ partner_id: string }[]>`select * from partners_to_warn(now(), ${most})`;
    for (const { partner_id } of due) {
      const ctx = await parts.contextOf(partner_id, { kind: 'system', id: 'delegated-admin.warn' }, randomUUID());
      if (ctx) await warnOfEnds(ctx);
    }
  });
  every(sweepEveryMs, 'figures', async () => {
    for (const { id } of await sql<{ id: string }[]>`select id from partners_with_figure_changes(${most}) id`) {
      const ctx = await parts.contextOf(id, { kind: 'system', id: 'figures.add-up' }, randomUUID());
      if (ctx) await addUpFigures(ctx);
    }
  });
  // Each partner at an hour of its own, once a day.
  every(3_600_000, 'recount of figures', async () => {
    const due = await sql<{ id: string }[]>`
      select id from partners_with_log() where get_byte(uuid_send(id), 15) % 24 = extract(hour from now() at time zone 'UTC')`;
    for (const { id } of due) {
      const ctx = await parts.contextOf(id, { kind: 'system', id: 'figures.recount' }, randomUUID());
      const wrong = ctx && !stopping.signal.aborted ? await recountFigures(ctx) : [];
      if (wrong.length > 0) parts.logger.warn({ partnerId: id, wrong }, 'figures were wrong, and have been put right by a recount');
    }
  });
  every(expireEveryMs, 'leads', () => each('leads.expire', sql<Due[]>`select * from expired_leads(now(), ${most})`, expireLead));
  every(20_000, 'leads that run out soon', async () => {
    const due = await sql<{ partner_id: string }[]>`select * from partners_with_expiring_leads(now(), ${most})`;
    for (const { partner_id } of due) {
      const ctx = await parts.contextOf(partner_id, { kind: 'system', id: 'leads.warn' }, randomUUID());
      if (ctx) await warnOfLeads(ctx);
    }
  });
  every(Math.min(3_600_000, expireEveryMs * 60), 'old enquiries', () => forgetOldEnquiries({ db: parts.db, now: parts.db.clock.now() }));
  const logKey = createLogKey(parts.config.secret);
  every(sealEveryMs, 'seals', async () => {
    for (const { id } of await sql<{ id: string }[]>`select id from partners_to_seal(${most}) id`)
      await sealLog({ db: parts.db, partner: { id } }, logKey, sealBatch, stopping.signal);
  });
  every(Math.min(60_000, sealEveryMs), 'verifications', async () => {
    const before = new Date(parts.db.clock.now().getTime() - 86_400_000).toISOString();
    for (const { id } of await sql<{ id: string }[]>`select id from logs_to_verify(${before}, ${most}) id`) {
      const ctx = await parts.contextOf(id, { kind: 'system', id: 'log.verify' }, randomUUID());
      // What waits is sealed first, so that the verification is of everything up to now.
      if (ctx) await sealLog(ctx, logKey, sealBatch, stopping.signal);
      const { problems } = ctx
        ? await carryOutVerification(ctx, { keys: [logKey.publicKey], stopping: stopping.signal })
        : { problems: [] };
      if (problems.length > 0) parts.logger.error({ partnerId: id, problems }, 'the activity log was tampered with; run verify-log');
    }
  });
  every(Math.min(3_600_000, sealEveryMs * 360), 'old records', async () => {
    for (const { id } of await sql<{ id: string }[]>`select id from partners_with_retention() id`) {
      const ctx = await parts.contextOf(id, { kind: 'system', id: 'log.remove-old' }, randomUUID());
      if (ctx) await removeOldRecords(ctx, logKey);
    }
  });
  every(3_600_000, 'idempotency keys', () => relay.forgetOldKeys());

  return {
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      stopping.abort();
      await Promise.all(running);
    },
  };
}

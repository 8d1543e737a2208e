import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Database, isPassing } from '@clientele/db';
import { type Cloud, clouds } from '@clientele/domain';
import { type MailKind as Kind, render, type Transport } from '@clientele/mail';
import type { JobHandlers, Producer } from '@clientele/queue';
import {
  type ClaimedMail,
  type CloudHosts,
  claimMails,
  createLinks,
  holdMails,
  Interrupted,
  type Links,
  type MailOutcome,
  type MailRecord,
  type PutOff,
  type ReturnAddresses,
  recordMails,
} from '@clientele/services';
import pLimit from 'p-limit';
import type { WorkerParts } from './index.ts';
import { propsOf } from './mail-props.ts';

/** Links and pages of a cloud's own host. */
type LinksOf = (cloud: Cloud) => { links: Links; publicUrl: string };

interface MailParts {
  transport: Transport;
  hosts: CloudHosts;
  /** Where mails come back to; undefined when nobody reads what does. */
  returns: ReturnAddresses | undefined;
  producer: Producer;
  /** Aborted when the process is asked to stop: mails that were not taken are given back. */
  stopping: AbortSignal;
}

/** What the server has said is written down together, this often. */
const recordEveryMs = 50;

/**
 * Sends mails: claims them in the database, hands each to the mail server as soon as a connection is free, and writes down what the server
 * said. A crash between the server's 250 and that record sends a mail again, with the same link and Message-ID.
 */
export function createMailHandlers(
  parts: WorkerParts,
  { transport, hosts, returns, producer, stopping }: MailParts,
): Pick<JobHandlers, 'mail.send' | 'mails.send'> {
  const made = new Map(clouds.map((cloud) => [cloud, { links: createLinks(hosts.of(cloud)), publicUrl: hosts.of(cloud).publicUrl }]));
  const linksOf: LinksOf = (cloud) => made.get(cloud) as ReturnType<LinksOf>;
  // However many jobs: what waits for a connection is not taken, and its time does not run.
  const whenFree = pLimit(parts.config.mailConnections);

  async function sendAll(partnerId: string, deliveryIds: readonly string[]): Promise<void> {
    const ctx = await parts.contextOf(partnerId, { kind: 'system', id: 'mail.send' }, randomUUID());
    if (!ctx) return;
    const { mailLeaseMs } = parts.pace;
    const mails = await claimMails(ctx, deliveryIds, mailLeaseMs);
    if (mails.length === 0) return;
    const claim = startHolding(ctx, mails, mailLeaseMs);
    const records = startRecording(ctx, claim.until, (later) => addLater(partnerId, later));
    await Promise.all(
      mails.map((mail) =>
        whenFree(async () => {
          if (stopping.aborted || !claim.take(mail.delivery.id)) return;
          records.add({ delivery: mail.delivery, ...(await send(mail, { transport, linksOf, returns }, parts)) });
        }),
      ),
    );
    const givenBack = await claim.end();
    await records.flush();
    if (stopping.aborted && givenBack > 0) throw new Interrupted();
  }

  /** The sweeper would find them, too; this is sooner. */
  async function addLater(partnerId: string, later: PutOff[]): Promise<void> {
    if (later.length === 0) return;
    const jobs = later.map(({ deliveryId, retryAt, attempts }) => ({
      name: 'mail.send' as const,
      id: `${deliveryId}-${attempts}`,
      payload: { partnerId, deliveryId },
      delayMs: retryAt.getTime() - parts.db.clock.now().getTime() + 50,
    }));
    await producer
      .add(jobs)
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'queue not reachable; the sweeper will bring the mails'));
  }

  return {
    'mail.send': ({ partnerId, deliveryId }) => sendAll(partnerId, [deliveryId]),
    'mails.send': ({ partnerId, deliveryIds }) => sendAll(partnerId, deliveryIds),
  };
}

/** Keeps the claim on mails that wait for a connection. */
function startHolding(ctx: Context, mails: readonly ClaimedMail[], leaseMs: number) {
  let heldUntil = new Date(ctx.now.getTime() + leaseMs);
  const held = new Set(mails.map(({ delivery }) => delivery.id));
  const { clock } = ctx.db;
  const taken = new Set<string>();
  async function move(until: Date): Promise<void> {
    // What is taken may be written down in this very moment, by us; it is ours whatever the answer says.
    const waiting = [...held].filter((id) => !taken.has(id));
    const ours = await holdMails({ ...ctx, now: clock.now() }, [...held], { heldUntil, until });
    for (const id of waiting) if (!ours.has(id)) held.delete(id);
    heldUntil = until;
  }
  // A database that is away for a moment: the next time, or the end of the claim.
  let moving = Promise.resolve();
  const timer = setInterval(() => {
    moving = moving.then(() => move(new Date(clock.now().getTime() + leaseMs))).catch(() => {});
  }, leaseMs / 3);
  return {
    /** Whether a mail may be sent; from then on it is never given back. */
    take(id: string): boolean {
      const isOurs = held.has(id) && heldUntil.getTime() > clock.now().getTime();
      if (isOurs) taken.add(id);
      return isOurs;
    },
    until: () => heldUntil.getTime(),
    /** Gives back what was not taken; how many these are. */
    async end(): Promise<number> {
      clearInterval(timer);
      await moving;
      const left = [...held].filter((id) => !taken.has(id));
      await holdMails({ ...ctx, now: clock.now() }, left, { heldUntil, until: clock.now() }).catch(() => {});
      return left.length;
    },
  };
}

/** Writes down what the mail server said, several mails at a time: soon, since a crash before it sends them again. */
function startRecording(ctx: Context, until: () => number, putOff: (later: PutOff[]) => Promise<void>) {
  let waiting: MailRecord[] = [];
  let writing: Promise<void> | undefined;
  let failure: unknown;
  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const records = waiting;
      waiting = [];
      try {
        await putOff(await insist(ctx.db, until(), () => recordMails({ ...ctx, now: ctx.db.clock.now() }, records)));
      } catch (error) {
        failure = error;
      }
    }
  }
  /** Nothing waits: there is nothing to begin, or the one that is under way takes it along. */
  function writeNow(): Promise<void> | undefined {
    if (waiting.length > 0)
      writing ??= write().finally(() => {
        writing = undefined;
      });
    return writing;
  }
  return {
    add(record: MailRecord) {
      waiting.push(record);
      if (waiting.length === 1) setTimeout(writeNow, recordEveryMs);
    },
    /** Throws what kept one from being written. */
    async flush(): Promise<void> {
      while (waiting.length > 0 || writing) await writeNow();
      if (failure) throw failure;
    },
  };
}

/** What a mail server has said must not be lost to a database that is away for a moment, or the mail would go out again. */
export async function insist<Result>({ clock }: Pick<Database, 'clock'>, until: number, record: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await record();
    } catch (error) {
      if (!isPassing(error) || clock.now().getTime() > until) throw error;
      await sleep(250);
    }
  }
}

/** RFC 2369 and RFC 8058: the reader's program shows a way to unsubscribe, and one press is enough. */
const unsubscribeHeaders = (link: string | undefined): Record<string, string> =>
  link ? { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {};

async function send(
  claimed: ClaimedMail,
  { transport, linksOf, returns }: Pick<MailParts, 'transport' | 'returns'> & { linksOf: LinksOf },
  { logger, db }: WorkerParts,
): Promise<MailOutcome> {
  const { delivery, partner, author } = claimed;
  try {
    const props = propsOf(claimed, { ...linksOf(partner.cloud), now: db.clock.now() });
    const mail = render(delivery.kind as Kind, props as never, delivery.language);
    return await transport.send({
      to: delivery.recipient,
      messageId: delivery.messageId,
      mail,
      fromName: partner.name,
      ...('unsubscribeLink' in props ? { headers: unsubscribeHeaders(props.unsubscribeLink) } : {}),
      returnPath: returns?.addressOf(delivery.id),
      ...(author.email && author.email !== delivery.recipient ? { replyTo: author.email } : {}),
    });
  } catch (error) {
    logger.error({ err: error, deliveryId: delivery.id, kind: delivery.kind }, 'a mail could not be made');
    return { outcome: 'failed', response: 'Not sent: the mail could not be made. Your administrator finds the reason in the log.' };
  }
}

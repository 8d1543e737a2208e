import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '@clientele/db';
import { type MailKind as Kind, render, type Transport } from '@clientele/mail';
import type { JobHandlers, Producer } from '@clientele/queue';
import { type ClaimedMail, claimMail, type Links, type MailOutcome, recordMail } from '@clientele/services';
import type { WorkerParts } from './index.ts';
import { propsOf } from './mail-props.ts';

interface MailParts {
  transport: Transport;
  links: Links;
  producer: Producer;
}

/**
 * Sends one mail: claim it in the database, render it, hand it to the mail server, write down what the server said. A crash
 * between the server's 250 and that record sends it again, with the same link and Message-ID.
 */
export function createMailHandler(parts: WorkerParts, { transport, links, producer }: MailParts): JobHandlers['mail.send'] {
  return async ({ partnerId, deliveryId }) => {
    const ctx = await parts.contextOf(partnerId, { kind: 'system', id: 'mail.send' }, randomUUID());
    const claimed = ctx && (await claimMail(ctx, deliveryId, parts.pace.mailLeaseMs));
    if (!claimed) return;
    const outcome = await send(claimed, transport, links, parts);
    const leaseEnds = ctx.now.getTime() + parts.pace.mailLeaseMs;
    const { retryAt } = await insist(leaseEnds, () => recordMail({ ...ctx, now: new Date() }, claimed.delivery, outcome));
    if (!retryAt) return;
    // The sweeper would find it, too; this is sooner.
    const job = {
      name: 'mail.send',
      id: `${deliveryId}-${claimed.delivery.attempts + 1}`,
      payload: { partnerId, deliveryId },
      delayMs: retryAt.getTime() - Date.now() + 50,
    } as const;
    await producer
      .add([job])
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'queue not reachable; the sweeper will bring the mail'));
  };
}

/** What a mail server has said must not be lost to a database that is away for a moment, or the mail would go out again. */
async function insist<Result>(until: number, record: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await record();
    } catch (error) {
      if (!isPassing(error) || Date.now() > until) throw error;
      await sleep(250);
    }
  }
}

async function send(claimed: ClaimedMail, transport: Transport, links: Links, { config, logger }: WorkerParts): Promise<MailOutcome> {
  const { delivery, partner, author } = claimed;
  try {
    const props = propsOf(claimed, { links, publicUrl: config.publicUrl });
    const mail = render(delivery.kind as Kind, props as never, delivery.language);
    return await transport.send({
      to: delivery.recipient,
      messageId: delivery.messageId,
      mail,
      fromName: partner.name,
      ...(author.email && author.email !== delivery.recipient ? { replyTo: author.email } : {}),
    });
  } catch (error) {
    logger.error({ err: error, deliveryId: delivery.id, kind: delivery.kind }, 'a mail could not be made');
    return { outcome: 'failed', response: 'Not sent: the mail could not be made. Your administrator finds the reason in the log.' };
  }
}

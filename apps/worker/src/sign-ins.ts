import { signInLinkMinutes } from '@clientele/domain';
import { formatMoment, render, type Transport } from '@clientele/mail';
import type { JobHandlers, NewJob, Producer } from '@clientele/queue';
import {
  type ClaimedSignIn,
  type CloudHosts,
  claimSignIn,
  createSignInLinks,
  forgetSignIns,
  type MailOutcome,
  recordSignIn,
  undoneSignIns,
} from '@clientele/services';
import type { WorkerParts } from './index.ts';
import { insist } from './mails.ts';

interface SignInParts {
  transport: Transport;
  hosts: CloudHosts;
  producer: Producer;
}

/** Sends a link to sign in with, if somebody has the address that was typed. Claimed and recorded as every other mail is. */
export function createSignInHandler(parts: WorkerParts, { transport, hosts, producer }: SignInParts): JobHandlers['sign-in.mail'] {
  const { db, pace } = parts;
  return async ({ signInRequestId }) => {
    const began = db.clock.now();
    const claimed = await claimSignIn({ db, now: began }, signInRequestId, pace.mailLeaseMs);
    if (!claimed) return;
    const outcome = await send(claimed, transport, hosts, parts);
    const { retryAt } = await insist(db, began.getTime() + pace.mailLeaseMs, () =>
      recordSignIn({ db, now: db.clock.now() }, claimed, outcome),
    );
    if (!retryAt) return;
    const job = {
      name: 'sign-in.mail',
      id: `${signInRequestId}-${claimed.attempts + 1}`,
      payload: { signInRequestId },
      delayMs: retryAt.getTime() - db.clock.now().getTime() + 50,
    } as const;
    await producer
      .add([job])
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'queue not reachable; the sweeper will bring the mail'));
  };
}

async function send(request: ClaimedSignIn, transport: Transport, hosts: CloudHosts, { logger }: WorkerParts): Promise<MailOutcome> {
  try {
    // As the page behind the link says it.
    const expiresAt = formatMoment(request.expiresAt, request.language, request.language === 'ja' ? 'Asia/Tokyo' : 'UTC');
    const mail = render(
      'sign_in_link',
      { link: createSignInLinks(hosts.of(request.cloud)).linkOf(request.id), expiresAt, minutes: signInLinkMinutes },
      request.language,
    );
    return await transport.send({ to: request.mailbox, messageId: `<${request.id}@clientele.mail>`, mail });
  } catch (error) {
    logger.error({ err: error, signInRequestId: request.id }, 'a mail could not be made');
    return { outcome: 'failed', response: 'Not sent: the mail could not be made. Your administrator finds the reason in the log.' };
  }
}

/** Requests that are due and whose job is gone, and how to give them one again. */
export async function lostSignIns(
  { db }: WorkerParts,
  patienceMs: number,
  most: number,
): Promise<{ id: string; job: (jobId: string) => NewJob }[]> {
  const now = db.clock.now();
  const lost = await undoneSignIns({ db, now }, new Date(now.getTime() - patienceMs), most);
  return lost.map((id) => ({ id, job: (jobId) => ({ name: 'sign-in.mail', id: jobId, payload: { signInRequestId: id } }) }));
}

export const forgetOldSignIns = ({ db }: WorkerParts): Promise<void> => forgetSignIns({ db, now: db.clock.now() });

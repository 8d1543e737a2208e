import { randomUUID } from 'node:crypto';
import type { Context, Database } from '@clientele/db';
import { type ReturnServer, readReturnedMail, startReturnServer } from '@clientele/mail';
import type { Logger } from '@clientele/runtime';
import { type ReturnAddresses, takeReturnedMail } from '@clientele/services';

interface ReturnedMailsOptions {
  db: Database;
  logger: Logger;
  committed: NonNullable<Context['committed']>;
  returns: ReturnAddresses;
  host: string;
  port: number;
}

/** How long until the port is tried again: another worker of this machine has it, and may end. */
const againMs = 5000;

/** Takes in mails that come back, by SMTP. Of several workers on one machine one listens, and another one takes over when it ends. */
export function startReturnedMails({ db, logger, committed, returns, host, port }: ReturnedMailsOptions): { stop(): Promise<void> } {
  let server: ReturnServer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isTold = false;

  async function take(raw: Buffer, recipients: string[]): Promise<void> {
    const { report } = readReturnedMail(raw);
    const base = { db, committed, requestId: randomUUID(), now: db.clock.now() };
    // Ids and outcomes only: what stands in such a mail is a person's.
    for (const { deliveryId, came } of await takeReturnedMail(base, returns, { recipients, report }))
      logger.info({ deliveryId, came, bytes: raw.length }, 'a mail came back');
  }

  async function listen(): Promise<void> {
    try {
      server = await startReturnServer({
        host,
        port,
        accepts: (address) => returns.deliveryIdOf(address) !== null,
        take,
        onError: (error) => logger.warn({ err: error }, 'a returned mail could not be taken in; it is brought again'),
      });
      logger.info({ port: server.port }, 'returned mails are taken in');
      if (isStopped) await server.stop();
    } catch (error) {
      if (!isTold) logger.warn({ err: error, port }, 'no returned mails are taken in here: the port cannot be had; it is tried again');
      isTold = true;
      if (isStopped) return;
      timer = setTimeout(() => {
        listening = listen();
      }, againMs);
    }
  }

  let listening = listen();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await listening;
      await server?.stop();
    },
  };
}

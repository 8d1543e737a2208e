import {
  type ChangePublisher,
  type CommittedEvent,
  type Context,
  createChangePublisher,
  type Database,
  findPartner,
  openDatabase,
  type PartnerOfContext,
  requireDatabase,
} from '@clientele/db';
import { createTransport } from '@clientele/mail';
import { createProducer, createRelay, type JobHandlers, startConsumers } from '@clientele/queue';
import { createShutdown, type Logger, type ReadyConfig } from '@clientele/runtime';
import { createCloudHosts, createReturnAddresses, Interrupted } from '@clientele/services';
import { createMailHandlers } from './mails.ts';
import { createOperationHandler } from './operations.ts';
import { type Pace, usualPace } from './pace.ts';
import { startReturnedMails } from './returned-mails.ts';
import { createSignInHandler } from './sign-ins.ts';
import { startSweeper } from './sweeper.ts';

export { runVerifyLog } from './verify-log.ts';

export interface WorkerProcess {
  /** Takes no new jobs, finishes the running ones, and closes everything. */
  stop(): Promise<void>;
}

/** What the handlers work with. */
export interface WorkerParts {
  config: ReadyConfig;
  logger: Logger;
  pace: Pace;
  db: Database;
  publisher: ChangePublisher;
  /** A context for a job of a partner; undefined when the partner is gone. */
  contextOf(partnerId: string, actor: Context['actor'], requestId: string): Promise<Context | undefined>;
}

export interface WorkerOptions {
  config: ReadyConfig;
  logger: Logger;
  pace?: Pace;
}

function dkimOf({ dkimPrivateKey: privateKey, dkimSelectors: [selector], mailFrom }: ReadyConfig) {
  return privateKey && selector ? { privateKey, selector, domain: mailFrom.slice(mailFrom.lastIndexOf('@') + 1) } : undefined;
}

/** Starts a worker: relay, sweeper and the job handlers. Any number of them can run side by side. */
export async function startWorker({ config, logger, pace = usualPace }: WorkerOptions): Promise<WorkerProcess> {
  const shutdown = createShutdown(logger, { partDeadlineMs: 20_000 });
  try {
    const db = openDatabase({ url: config.databaseUrl, role: 'clientele_worker', connections: config.databaseConnections });
    shutdown.add('database', db.close);
    await requireDatabase(db);
    const connection = { ...config, role: 'clientele_worker' } as const;
    const producer = createProducer(connection);
    shutdown.add('queue', () => producer.close());
    const relay = createRelay({
      databaseUrl: config.databaseUrl,
      producer,
      onUnknown: (type) => logger.warn({ type }, 'event of an unknown type left for a newer release'),
      onError: (error) => logger.warn({ err: error }, 'queue not reachable; the outbox keeps the events'),
    });
    shutdown.add('relay', () => relay.close());
    const publisher = createChangePublisher(db);
    shutdown.add('publisher', () => publisher.close());
    const transport = createTransport({
      smtpUrl: config.smtpUrl,
      from: { name: 'Clientele', address: config.mailFrom },
      dkim: dkimOf(config),
      pool: { connections: config.mailConnections },
      timeouts: pace.mailTimeoutsMs,
    });
    shutdown.add('mail', () => transport.close());

    const committed = (events: CommittedEvent[], partnerId: string) => {
      relay.dispatch(events);
      publisher.publishEvents(events, partnerId);
    };
    const partners = new Map<string, PartnerOfContext>();
    const parts: WorkerParts = {
      config,
      logger,
      pace,
      db,
      publisher,
      async contextOf(partnerId, actor, requestId) {
        const partner = partners.get(partnerId) ?? (await findPartner(db, partnerId));
        if (!partner) return undefined;
        partners.set(partnerId, partner);
        return { db, partner, actor, requestId, now: db.clock.now(), committed };
      },
    };
    const { bounceAddress, secret } = config;
    const returns = bounceAddress ? createReturnAddresses({ bounceAddress, secret }) : undefined;
    if (returns && config.bounceSmtpPort !== undefined) {
      const returned = startReturnedMails({ db, logger, committed, returns, host: config.host, port: config.bounceSmtpPort });
      shutdown.add('returned mails', returned.stop);
    }
    const hosts = createCloudHosts(config);
    const signIns = createSignInHandler(parts, { transport, hosts, producer });
    const stopping = new AbortController();
    const mails = createMailHandlers(parts, { transport, hosts, returns, producer, stopping: stopping.signal });
    const operations = createOperationHandler(parts, stopping.signal);
    const handlers: JobHandlers = { ...mails, 'sign-in.mail': signIns, 'operation.run': operations, 'bulk.run': operations };
    const consumers = startConsumers(connection, handlers, {
      concurrency: { mails: config.mailConnections, operations: pace.operationsAtOnce, bulk: pace.bulkAtOnce },
      lockMs: pace.jobLockMs,
      onError: (error, job) =>
        error instanceof Interrupted
          ? logger.info({ job: job?.name, jobId: job?.id }, 'stopped between two chunks; another worker goes on')
          : logger.warn({ err: error, job: job?.name, jobId: job?.id }, job ? 'job failed, it will be tried again' : 'queue connection'),
    });
    shutdown.add('jobs', () => {
      stopping.abort();
      return consumers.close();
    });
    await Promise.all([producer.ready(), consumers.ready()]);
    const sweeper = startSweeper(parts, { relay, producer });
    shutdown.add('sweeper', () => sweeper.stop());
    logger.info('worker is running');
    return { stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

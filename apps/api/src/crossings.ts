import { randomUUID } from 'node:crypto';
import type { Context, Database } from '@clientele/db';
import type { Logger } from '@clientele/runtime';
import { type CloudHost, type CloudHosts, noteCrossing, partnerOfUser } from '@clientele/services';
import type { Request } from 'express';
import type { Guard } from './attempts.ts';
import type { Base } from './mount.ts';
import { actorOf } from './session.ts';

interface Parts {
  db: Database;
  hosts: CloudHosts;
  committed: NonNullable<Context['committed']>;
  logger: Logger;
  guard: Guard;
}

/** What of another cloud comes to this one's host is nothing here; its partner is told of it in the activity log, at most once an hour for each person. */
export function createCrossings(host: CloudHost, { db, hosts, committed, logger, guard }: Parts) {
  const others = hosts.served.filter((cloud) => cloud !== host.cloud).map(hosts.of);
  return {
    /** A request that nobody here has sent: whether its session is one of another cloud. */
    async note(request: Request, base: Base): Promise<void> {
      for (const other of others) {
        const actor = await actorOf(request, { db, ...other });
        if (actor?.partner && (await guard.allow('crossing-record', `session ${actor.userId}`)))
          await noteCrossing(base, actor.partner, { means: 'session', userId: actor.userId });
      }
    },
    /** Somebody has the right password of an account of another cloud. The answer does not wait for the record. */
    crossed(userId: string): void {
      guard
        .allow('crossing-record', `password ${userId}`)
        .then((mayRecord) => (mayRecord ? partnerOfUser(db, userId) : null))
        .then(
          (partner) =>
            partner &&
            noteCrossing({ db, committed, requestId: randomUUID(), now: db.clock.now() }, partner, { means: 'password', userId }),
        )
        .catch((error: unknown) => logger.error({ err: error }, 'a sign-in at the wrong host could not be written down'));
    },
  };
}

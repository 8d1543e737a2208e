import { createHash, timingSafeEqual } from 'node:crypto';
import { takeReturnedMail as endpoint } from '@clientele/contracts';
import { Refusal } from '@clientele/domain';
import { readReturnedMail } from '@clientele/mail';
import type { Logger, ReadyConfig } from '@clientele/runtime';
import { createReturnAddresses, takeReturnedMail } from '@clientele/services';
import express, { type IRouter, type Request } from 'express';
import { baseOf, type MountOptions } from './mount.ts';
import { addressOf } from './session.ts';

/** Larger ones are refused; of a report the first megabyte is read. */
const most = '25mb';
const accepted = ['message/rfc822', 'message/global', 'text/plain', 'application/octet-stream'];

/** The way in for mails that come back, for a mail server or service that brings them by HTTP. Off unless it has a secret of its own. */
export function mountReturnedMails(router: IRouter, options: MountOptions & { config: ReadyConfig; logger: Logger }): void {
  const { bounceAddress, bounceSecret, secret } = options.config;
  if (!bounceAddress || !bounceSecret) return;
  const returns = createReturnAddresses({ bounceAddress, secret });

  const demandSecret = async (request: Request) => {
    const [, given = ''] = /^Bearer (.{1,1000})$/i.exec(request.get('authorization') ?? '') ?? [];
    if (timingSafeEqual(hashed(given), hashed(bounceSecret))) return;
    await options.guard.demand('wrong-api-key', addressOf(request));
    throw new Refusal('unauthenticated', 'Send the secret of this installation as a Bearer token.');
  };

  router.post(
    endpoint.path,
    // Before the mail is read.
    async (request, _response, next) => {
      await demandSecret(request);
      if (!accepted.includes((request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''))
        throw new Refusal('validation_failed', 'Send the mail as it is, as message/rfc822.', {
          fields: [{ path: 'body', rule: 'wrong_type' }],
        });
      next();
    },
    express.raw({ type: () => true, limit: most }),
    async (request, response) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (raw.length === 0)
        throw new Refusal('validation_failed', 'The mail is missing.', { fields: [{ path: 'body', rule: 'required' }] });
      const { report, to } = readReturnedMail(raw);
      const named = [request.query.recipient ?? []].flat().filter((address) => typeof address === 'string');
      const recipients = named.length > 0 ? named.slice(0, 100) : to;
      const outcomes = await takeReturnedMail(baseOf(response, options), returns, { recipients, report });
      for (const { deliveryId, came } of outcomes) options.logger.info({ deliveryId, came, bytes: raw.length }, 'a mail came back');
      response.json(endpoint.result.parse({ outcomes: outcomes.map(({ came }) => came) }));
    },
  );
}

const hashed = (text: string) => createHash('sha256').update(text).digest();

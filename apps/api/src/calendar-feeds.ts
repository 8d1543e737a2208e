import { createHash } from 'node:crypto';
import type { Database } from '@clientele/db';
import { Refusal } from '@clientele/domain';
import type { Logger } from '@clientele/runtime';
import { type Links, readCalendarFeed } from '@clientele/services';
import type { IRouter } from 'express';
import { renderCalendar } from './icalendar.ts';

/**
 * The expiries for a calendar program: the address is the key, there is no session. Reading changes nothing. A program that has the newest version is
 * told so (304); nobody between may keep a copy.
 */
export function mountCalendarFeeds(router: IRouter, options: { db: Database; links: Links; publicUrl: string; logger: Logger }): void {
  router.get('/calendar/:file', async (request, response) => {
    const [, token] = /^([\w-]{1,200})\.ics$/.exec(String(request.params.file ?? '')) ?? [];
    response.setHeader('x-robots-tag', 'noindex');
    try {
      if (!token) throw new Refusal('link_invalid', '');
      const body = renderCalendar(
        await readCalendarFeed({ db: options.db, now: options.db.clock.now() }, options.links, token),
        options.publicUrl,
      );
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
      response.setHeader('cache-control', 'private, max-age=900');
      response.setHeader('etag', etag);
      if (request.get('if-none-match')?.split(/,\s*/).includes(etag)) {
        response.status(304).end();
        return;
      }
      response.setHeader('content-disposition', 'inline; filename="expiries.ics"');
      response.status(200).type('text/calendar; charset=utf-8').send(body);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        options.logger.error({ err: error, requestId: response.locals.requestId }, 'a calendar could not be made');
        response.status(503).setHeader('retry-after', '300').type('text/plain').send('Try again later.\n');
        return;
      }
      response.setHeader('cache-control', 'no-store');
      response.status(404).type('text/plain').send('This calendar address is not one of ours, or it has been replaced.\n');
    }
  });
}

import type { Change } from '@clientele/contracts';
import type { ChangeHint, Database, listenToChanges } from '@clientele/db';
import { forgetCustomerCounts } from '@clientele/services';
import type { Response } from 'express';

/** The live channel: hints about what has changed, to every open screen of the partner concerned. */
export function createLiveChannel(db: Database, listen: typeof listenToChanges) {
  const screens = new Map<string, Set<Response>>();
  let unlisten: (() => Promise<void>) | undefined;

  function send(response: Response, event: string, data: unknown): void {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function spread({ partnerId, ...change }: ChangeHint): void {
    forgetCustomerCounts(partnerId);
    for (const response of screens.get(partnerId) ?? []) send(response, 'change', change satisfies Change);
  }

  let isClosed = false;
  const heartbeat = setInterval(() => {
    for (const responses of screens.values()) for (const response of responses) response.write(': still here\n\n');
  }, 15_000);
  heartbeat.unref();

  return {
    async start(): Promise<void> {
      // After a lost connection something may have been missed: every screen reads again.
      unlisten = await listen(db, spread, () => {
        for (const responses of screens.values()) for (const response of responses) send(response, 'reconnected', {});
      });
    },
    /** Keeps the response open and sends hints until the screen goes away. */
    follow(response: Response, partnerId: string): void {
      if (isClosed) return void response.status(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      response.write('retry: 2000\n\n');
      send(response, 'ready', {});
      const responses = screens.get(partnerId) ?? new Set();
      screens.set(partnerId, responses.add(response));
      response.on('close', () => {
        responses.delete(response);
        if (responses.size === 0) screens.delete(partnerId);
      });
    },
    async close(): Promise<void> {
      isClosed = true;
      clearInterval(heartbeat);
      for (const responses of screens.values()) for (const response of responses) response.end();
      await unlisten?.().catch(() => {});
    },
  };
}

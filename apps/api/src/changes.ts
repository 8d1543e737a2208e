import type { Change } from '@clientele/contracts';
import type { ChangeHint, Database, listenToChanges } from '@clientele/db';
import type { EventType } from '@clientele/domain';
import { forgetCustomerCounts } from '@clientele/services';
import type { Response } from 'express';

/** What ends sessions. */
const signsOut: ReadonlySet<string> = new Set<EventType>([
  'partner_user.deactivated',
  'partner_user.signed_out',
  'partner_user.password_changed',
  'api_key.revoked',
]);

/** The live channel: hints about what has changed, to every open screen of the partner concerned. */
export function createLiveChannel(db: Database, listen: typeof listenToChanges, { checkEveryMs = 60_000 } = {}) {
  const screens = new Map<string, Map<Response, () => Promise<boolean>>>();
  let unlisten: (() => Promise<void>) | undefined;

  function send(response: Response, event: string, data: unknown): void {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function spread({ partnerId, ...change }: ChangeHint): void {
    forgetCustomerCounts(partnerId);
    for (const [response, isSignedIn] of screens.get(partnerId) ?? []) {
      send(response, 'change', change satisfies Change);
      if (change.types.some((type) => signsOut.has(type))) void endUnless(isSignedIn, response);
    }
  }

  /** A screen whose session is over hears nothing more; one of which that cannot be told just now goes on. */
  async function endUnless(isSignedIn: () => Promise<boolean>, response: Response): Promise<void> {
    if (!(await isSignedIn().catch(() => true))) response.end();
  }

  let isClosed = false;
  const heartbeat = setInterval(() => {
    for (const responses of screens.values()) for (const response of responses.keys()) response.write(': still here\n\n');
  }, 15_000);
  heartbeat.unref();
  // A session that runs out, and a key that is revoked, send no hint.
  const check = setInterval(() => {
    for (const responses of screens.values()) for (const [response, isSignedIn] of responses) void endUnless(isSignedIn, response);
  }, checkEveryMs);
  check.unref();

  return {
    async start(): Promise<void> {
      // After a lost connection something may have been missed: every screen reads again.
      unlisten = await listen(db, spread, () => {
        for (const responses of screens.values()) for (const response of responses.keys()) send(response, 'reconnected', {});
      });
    },
    /** Keeps the response open and sends hints until the screen goes away, or its session is over. */
    follow(response: Response, partnerId: string, isSignedIn: () => Promise<boolean>): void {
      if (isClosed) return void response.status(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      response.write('retry: 2000\n\n');
      send(response, 'ready', {});
      const responses = screens.get(partnerId) ?? new Map<Response, () => Promise<boolean>>();
      screens.set(partnerId, responses.set(response, isSignedIn));
      response.on('close', () => {
        responses.delete(response);
        if (responses.size === 0) screens.delete(partnerId);
      });
    },
    async close(): Promise<void> {
      isClosed = true;
      clearInterval(heartbeat);
      clearInterval(check);
      for (const responses of screens.values()) for (const response of responses.keys()) response.end();
      await unlisten?.().catch(() => {});
    },
  };
}
export type LiveChannel = ReturnType<typeof createLiveChannel>;

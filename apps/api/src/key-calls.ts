import type { Context } from '@clientele/db';
import { type KeyCallCounts, noteKeyCalls } from '@clientele/services';
import type { Request, Response } from 'express';

/** The calls of a key in this time are one record: what it changes has records of its own, and a program can call a thousand times a minute. */
const windowMs = 15 * 60_000;

interface Window extends KeyCallCounts {
  timer: NodeJS.Timeout;
  last: Context;
}

export interface KeyCalls {
  /** Counts a call with a key, once it is answered. */
  count(ctx: Context, request: Request, response: Response): void;
  /** Writes down what is counted, and waits for what is being written. */
  stop(): Promise<void>;
}

/** Brings every call with a key into the activity log, under the key's name: so many in a quarter of an hour, in each process. */
export function createKeyCalls(onError: (error: unknown) => void): KeyCalls {
  const windows = new Map<string, Window>();
  const running = new Set<Promise<unknown>>();

  function close(key: string): void {
    const window = windows.get(key);
    if (!window) return;
    clearTimeout(window.timer);
    windows.delete(key);
    const { timer: _timer, last, ...counts } = window;
    const run: Promise<unknown> = noteKeyCalls({ ...last, now: last.db.clock.now(), idempotency: undefined }, counts)
      .catch(onError)
      .finally(() => running.delete(run));
    running.add(run);
  }

  return {
    count(ctx, request, response) {
      const { id } = ctx.actor;
      if (ctx.actor.kind !== 'api-key' || !id) return;
      response.once('close', () => {
        let window = windows.get(id);
        if (!window) {
          window = { calls: 0, writes: 0, refused: 0, since: ctx.now, last: ctx, timer: setTimeout(() => close(id), windowMs).unref() };
          windows.set(id, window);
        }
        window.calls += 1;
        window.last = ctx;
        if (response.statusCode >= 400) window.refused += 1;
        else if (request.method !== 'GET' && request.method !== 'HEAD') window.writes += 1;
      });
    },
    async stop() {
      for (const key of [...windows.keys()]) close(key);
      await Promise.all(running);
    },
  };
}

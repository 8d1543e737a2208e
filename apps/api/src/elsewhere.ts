import type { Context } from '@clientele/db';
import { type Named, noteElsewhere } from '@clientele/services';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { refusalOf } from './problems.ts';

/** So many of an actor's requests in a window are looked at one by one; the ids of the others are counted, and told of in one record at its end. */
const mostAtOnce = 10;
const windowMs = 60_000;
/** An address and its body name no more than these. */
const mostOfOne = 3;
/** More ids of one request or window are not looked up. */
const mostHeld = 1000;

interface Window {
  timer: NodeJS.Timeout;
  requests: number;
  held: Named[];
  last: Context;
}

export interface ElsewhereNotes {
  /** For a request whose ids led to nothing, once it is answered. */
  after(response: Response, ids: Named[]): void;
  /** Sees every refusal on its way to the answer. */
  watch: ErrorRequestHandler;
  /** Writes down what is held, and waits for what is being written. */
  stop(): Promise<void>;
}

/**
 * Notes in the activity log of whoever asks that an id was another partner's. It begins when the answer is out, and is the same look-up for an id that is
 * nowhere: the answer tells no difference, nor does its time. What one actor can set going is bounded: ten look-ups and one for all the rest a minute, in
 * each process.
 */
export function createElsewhereNotes(onError: (error: unknown) => void): ElsewhereNotes {
  const windows = new Map<string, Window>();
  const running = new Set<Promise<unknown>>();

  function look(ctx: Context, named: Named[], asOne: boolean): void {
    const run: Promise<unknown> = noteElsewhere({ ...ctx, now: ctx.db.clock.now() }, named, { asOne })
      .catch(onError)
      .finally(() => running.delete(run));
    running.add(run);
  }

  function close(key: string): void {
    const window = windows.get(key);
    if (!window) return;
    clearTimeout(window.timer);
    windows.delete(key);
    if (window.held.length > 0) look(window.last, window.held, true);
  }

  function note(ctx: Context, named: Named[]): void {
    const key = `${ctx.actor.kind} ${ctx.actor.id}`;
    let window = windows.get(key);
    if (!window) {
      window = { timer: setTimeout(() => close(key), windowMs).unref(), requests: 0, held: [], last: ctx };
      windows.set(key, window);
    }
    window.requests += 1;
    window.last = ctx;
    // A list of ids is told of in one record, too.
    if (window.requests <= mostAtOnce) look(ctx, named.slice(0, mostHeld), named.length > mostOfOne);
    else window.held.push(...named.slice(0, mostHeld - window.held.length));
  }

  const after = (response: Response, ids: Named[]): void => {
    const { ctx } = response.locals as { ctx?: Context };
    if (ctx && ids.length > 0) response.once('close', () => note(ctx, ids));
  };

  return {
    after,
    watch(error, request, response, next) {
      if (refusalOf(error).code === 'not_found') after(response, idsOf(request, response));
      next(error);
    },
    async stop() {
      for (const key of [...windows.keys()]) close(key);
      await Promise.all(running);
    },
  };
}

/** What cannot be an id of ours is nobody's, and is not written down. */
const idShape = /^[\w-]{8,100}$/;

/** The ids that a request names: in its address, its query and its body. */
export function idsOf(request: Request, response: Response): Named[] {
  const { params = {} } = response.locals as { params?: Request['params'] };
  const named = new Map<string, Named>();
  for (const part of [params, request.query, request.body] as unknown[])
    for (const [name, id] of Object.entries(part ?? {})) {
      const [, thing] = /^(\w+)Id$/.exec(name) ?? [];
      if (thing && typeof id === 'string' && idShape.test(id)) named.set(id, { thing, id });
    }
  const { selection } = (request.body ?? {}) as { selection?: { ids?: unknown } };
  for (const id of Array.isArray(selection?.ids) ? selection.ids : [])
    if (typeof id === 'string' && idShape.test(id)) named.set(id, { thing: 'customer', id });
  return [...named.values()];
}

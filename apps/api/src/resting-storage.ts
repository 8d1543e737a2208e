import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * An AsyncLocalStorage that is off while nothing runs in it. Before Node 24, one that was used once makes every promise of the process dearer ever
 * after. What goes on behind the end of `run` without being waited for finds no store any more.
 */
export class RestingStorage<Store> extends AsyncLocalStorage<Store> {
  #running = 0;

  override run<Result, Args extends unknown[]>(store: Store, callback: (...args: Args) => Result, ...args: Args): Result {
    this.#running += 1;
    let isLeft = false;
    try {
      const result = super.run(store, callback, ...args);
      if (!(result instanceof Promise)) return result;
      isLeft = true;
      return result.finally(() => this.#end()) as Result;
    } finally {
      if (!isLeft) this.#end();
    }
  }

  #end(): void {
    this.#running -= 1;
    if (this.#running === 0) this.disable();
  }
}

/** Where better-auth keeps its storages, and under which names; it makes those that it does not find. */
const place = Symbol.for('better-auth:global');
const names = ['requestStateAsyncStorage', 'endpointContextAsyncStorage', 'adapterAsyncStorage'];

/** Puts resting storages where better-auth looks for its own. Call it before better-auth is made. */
export function restAuthStorages(): void {
  const places = globalThis as unknown as Record<symbol, { version: string; epoch: number; context: Record<string, unknown> }>;
  places[place] ??= { version: '', epoch: 0, context: {} };
  for (const name of names) places[place].context[name] ??= new RestingStorage();
}

import type { Logger } from './logger.ts';

export interface Shutdown {
  /** Adds something to stop. The newest is stopped first. */
  add(name: string, stop: () => Promise<void> | void): void;
  /** Stops everything, once, in the reverse order of adding; each part and the whole have a deadline. */
  run(): Promise<void>;
}

/** An ordered shutdown. A part that fails or hangs is named and left behind. */
export function createShutdown(logger: Pick<Logger, 'warn'>, { partDeadlineMs = 10_000 } = {}): Shutdown {
  const parts: { name: string; stop: () => Promise<void> | void }[] = [];
  let running: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const { name, stop } of parts.reverse()) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve('late'), partDeadlineMs);
      });
      try {
        const outcome = await Promise.race([Promise.resolve(stop()), late]);
        if (outcome === 'late') logger.warn({ part: name }, 'did not stop in time');
      } catch (error) {
        logger.warn({ part: name, err: error }, 'failed to stop');
      } finally {
        clearTimeout(timer);
      }
    }
  }

  return {
    add: (name, stop) => void parts.push({ name, stop }),
    run: () => {
      running ??= stopAll();
      return running;
    },
  };
}

/** Runs the shutdown at SIGINT and SIGTERM and then exits; a second signal exits at once. */
export function stopOnSignals(shutdown: Shutdown): void {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(130);
      asked = true;
      void shutdown.run().then(() => process.exit(0));
    });
  }
}

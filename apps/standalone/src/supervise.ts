import { ConfigError, createShutdown, type Shutdown } from '@clientele/runtime';
import { StartError } from './start-error.ts';
import type { Terminal } from './terminal.ts';

/** A part of Clientele that runs and can be stopped. */
interface Part {
  stop(): Promise<void> | void;
}

/** Starts parts one after the other, and ends all of them when one fails, when a signal comes or when the launcher is gone. */
export interface Supervisor {
  /** Starts a part; `what` names it in the sentence told when that fails. */
  start<Started extends Part>(what: string, begin: () => Started | Promise<Started>): Promise<Started>;
  /** Tells what went wrong, stops everything and ends this process with code 1. */
  fail(error: unknown): Promise<never>;
}

/** A second signal this soon is the same Ctrl-C: npm passes on what the terminal has sent to everyone already. */
const SAME_KEYSTROKE = 700;
const PART_DEADLINE = 25_000;
const WHOLE_DEADLINE = 50_000;

/** The sentence for an error, whoever threw it. */
function sentenceFor(error: unknown, what?: string): string {
  if (error instanceof StartError) return error.message;
  if (error instanceof ConfigError)
    return `The configuration has ${error.problems.length === 1 ? 'a mistake' : 'mistakes'}:\n${error.problems.map((problem) => `    ${problem}`).join('\n')}`;
  const message = error instanceof Error ? error.message || error.name : String(error);
  return what ? `${what} could not be started: ${message}` : message;
}

/** Makes this process's supervisor: there is one, since signals and exit code belong to the process. */
export function superviseProcess(terminal: Terminal, remember: (error: unknown) => void = () => undefined): Supervisor {
  const shutdown: Shutdown = createShutdown(
    { warn: (context: unknown) => terminal.complain(`${(context as { part?: string }).part ?? 'A part'} did not stop properly`) },
    { partDeadlineMs: PART_DEADLINE },
  );
  let ending: Promise<void> | undefined;
  let askedAt = 0;

  const end = (code: number): Promise<void> => {
    ending ??= (async () => {
      setTimeout(() => process.exit(code || 1), WHOLE_DEADLINE).unref();
      await shutdown.run();
      process.exit(code);
    })();
    return ending;
  };
  const never = new Promise<never>(() => undefined);

  const onSignal = () => {
    if (!ending) {
      askedAt = performance.now();
      terminal.say('Stopping. Ctrl-C again stops at once.');
      void end(0);
    } else if (askedAt && performance.now() - askedAt > SAME_KEYSTROKE) process.exit(130);
    else askedAt ||= performance.now();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // Started by another process (`pnpm dev`): its end is ours.
  process.on('disconnect', () => void end(0));

  const fail = (error: unknown, what?: string): Promise<never> => {
    if (!ending) {
      terminal.complain(sentenceFor(error, what));
      remember(error);
    }
    void end(1);
    return never;
  };
  process.on('uncaughtException', (error) => void fail(error, undefined));
  process.on('unhandledRejection', (error) => void fail(error, undefined));

  return {
    async start(what, begin) {
      if (ending) return never;
      const beginning = (async () => begin())();
      // Also when the end comes while it is still beginning: then it is stopped as soon as it runs.
      shutdown.add(what, async () => {
        const part = await beginning.catch(() => undefined);
        await part?.stop();
      });
      try {
        const part = await beginning;
        return ending ? await never : part;
      } catch (error) {
        return fail(error, what);
      }
    },
    fail: (error) => fail(error),
  };
}

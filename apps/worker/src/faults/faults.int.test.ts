import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../testing/portal.ts';
import { bundlePrograms } from '../testing/processes.ts';
import { comeToRest, differences } from './checks.ts';
import { type Installation, startInstallation } from './installation.ts';
import { Violation } from './model.ts';
import { type Command, planOf } from './plan.ts';
import { walk } from './walk.ts';

/** `pnpm faults` sets these (scripts/faults.mjs). */
const runs = Number(process.env.FAULT_RUNS || 4);
const firstSeed = Number(process.env.FAULT_SEED || Math.floor(Math.random() * 2 ** 31));
const length = Number(process.env.FAULT_COMMANDS || 30);
const isOnItsOwn = process.env.FAULT_RUNS !== undefined;
/** Without these commands (their numbers in the plan), to find out which ones matter. */
const left = new Set((process.env.FAULT_WITHOUT || '').split(',').filter(Boolean).map(Number));

/**
 * Installations, each on a backend: runs go to whichever is free. What a run takes was measured on two processors that others used, too:
 *
 * - Of 8 s, 6 were commands and 2 the wait for leases of dead workers at the end. A run uses 2.7 s of a processor (APIs 1.2, workers 1.0, Postgres
 *   0.4, this process 0.1) and waits for the rest: so there are more installations than processors.
 * - Half of what a process needs to load was compiling (0.38 s of a processor); what is compiled is kept now (0.25 s).
 * - Leases of the dead are released when a run comes to its end, Postgres does not wait for its disk, and done jobs are forgotten after each run:
 *   on Postgres, BullMQ reads each with a statement of its own.
 *
 * 16 runs took 71 s before, on two installations; 40 take 80 s on four.
 */
const backends: Backend[] = redisServer ? ['redis', 'postgres'] : ['postgres'];
const lanes = Number(process.env.FAULT_LANES || (isOnItsOwn ? 4 : 2));

describe('random commands with random faults', () => {
  let programs: Awaited<ReturnType<typeof bundlePrograms>>;
  const installations = new Set<Installation>();

  beforeAll(async () => {
    programs = await bundlePrograms();
  });
  afterAll(async () => {
    await Promise.all([...installations].map((installation) => installation.stop()));
    programs?.remove();
  });

  /** How often each act came to what: a run that does nothing would find nothing. */
  const answers = new Map<string, number>();
  function count(lines: string[]): void {
    for (const [index, line] of lines.entries()) {
      const act = line.match(/^\d+ ([\w-]+)/)?.[1];
      const [answer = ''] = lines[index + 1]?.startsWith('  ') ? [lines[index + 1]?.trim()] : [];
      const key = `${act}: ${answer}`;
      if (act) answers.set(key, (answers.get(key) ?? 0) + 1);
    }
  }

  /** Undefined when all is as the model says; otherwise the story. */
  async function run(installation: Installation, seed: number, commands: Command[]): Promise<string | undefined> {
    const lines: string[] = [];
    try {
      const walked = await walk(installation, commands, (line) => lines.push(line));
      await comeToRest(installation, walked);
      const found = await differences(installation, walked);
      if (found.length > 0) throw new Violation(found.join('\n'));
      installation.portal.mail.received.length = 0;
      await installation.forgetJobs();
      count(lines);
      return undefined;
    } catch (error) {
      const what = error instanceof Error ? `${error.message}${error instanceof Violation ? '' : `\n${error.stack}`}` : String(error);
      const again = `pnpm faults --runs 1 --seed ${seed} --commands ${length} --on ${installation.backend}`;
      return `seed ${seed} on ${installation.backend}:\n${lines.join('\n')}\n\nVIOLATION: ${what}\n\nOnce more: ${again}`;
    }
  }

  it(
    `are ${runs} times what the model says (seed ${firstSeed})`,
    async () => {
      let next = 0;
      let done = 0;
      const stories: string[] = [];
      const began = performance.now();
      const only = process.env.FAULT_ON as Backend | undefined;
      const lane = async (backend: Backend) => {
        let kept: Installation | undefined;
        while (next < runs) {
          const seed = firstSeed + next++;
          const installation = kept ?? (await startInstallation(backend, programs));
          kept = installation;
          installations.add(installation);
          const started = performance.now();
          const story = await run(
            installation,
            seed,
            planOf(seed, length).filter((_, index) => !left.has(index)),
          );
          done += 1;
          if (story) {
            stories.push(story);
            // What is left of it must not disturb the next run.
            kept = undefined;
            installations.delete(installation);
            await installation.stop();
          }
          if (isOnItsOwn) {
            if (story) console.log(`\n${story}\n`);
            const seconds = ((performance.now() - started) / 1000).toFixed(1);
            console.log(
              `${done}/${runs} seed ${seed} on ${backend}: ${story ? 'VIOLATION' : 'ok'}, ${seconds} s; ${stories.length} violations in ${((performance.now() - began) / 60_000).toFixed(1)} min`,
            );
          }
        }
      };
      const kinds = only ? [only] : backends;
      await Promise.all(Array.from({ length: Math.max(lanes, kinds.length) }, (_, nth) => lane(kinds[nth % kinds.length] as Backend)));
      if (isOnItsOwn)
        console.log(
          [...answers]
            .sort()
            .map(([answer, times]) => `${String(times).padStart(6)} ${answer}`)
            .join('\n'),
        );
      expect(stories.join('\n\n')).toBe('');
    },
    120_000 + runs * 60_000,
  );
});

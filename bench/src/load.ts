import autocannon from 'autocannon';
import { median } from './figures.ts';
import { processorTimeOf } from './processes.ts';

export interface Target {
  name: string;
  /** The process that answers; its processor time is told too, which another load on this machine changes less than the rate. */
  pid: number;
  options: Omit<autocannon.Options, 'duration' | 'connections'>;
}

/** How often and how long each target is measured; medians are taken over the rounds. */
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const duration = Number(process.env.BENCH_SECONDS ?? 4);
/** Until V8 has compiled what is hot. */
const warmUp = 5;
const connections = 16;

/**
 * Answers per second of each target, from 16 connections: the median of several rounds in which the targets take turns, so that
 * whatever else this machine does meets all of them alike. A wrong answer is an error.
 */
export async function takeTurns(targets: Target[], postgresPid: number, log: (sentence: string) => void): Promise<Map<string, number>> {
  const results = targets.map((target) => ({ ...target, rates: [] as number[], own: [] as number[], database: [] as number[] }));
  for (const { options } of targets) await autocannon({ ...options, connections, duration: warmUp });
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, pid, options, rates, own, database } of results) {
      const before = [processorTimeOf(pid), processorTimeOf(postgresPid)] as const;
      const result = await autocannon({ ...options, connections, duration });
      const wrong = result.non2xx + result.errors + result.timeouts;
      if (wrong > 0) throw new Error(`${name}: ${wrong} answers were not what they should be (${JSON.stringify(result.statusCodeStats)})`);
      rates.push(result['2xx'] / result.duration);
      own.push((processorTimeOf(pid) - before[0]) / result['2xx']);
      database.push((processorTimeOf(postgresPid) - before[1]) / result['2xx']);
    }
    log(`round ${round} of ${rounds}: ${results.map(({ name, rates }) => `${name} ${rates.at(-1)?.toFixed(0)}/s`).join(', ')}`);
  }
  for (const { name, own, database } of results)
    log(`${name}: ${median(own).toFixed(2)} ms of processor time per request, and ${median(database).toFixed(2)} ms of Postgres'`);
  return new Map(results.map(({ name, rates }) => [name, median(rates)]));
}

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, mebibytes } from './figures.ts';
import { familyOf, memoryOf } from './processes.ts';
import { startStandalone } from './standalone.ts';

const idleMs = 20_000;

/** Every process of `npm start`, 20 seconds after a person has set it up and signed in. Linux only. */
export async function memory(log: (sentence: string) => void): Promise<Figure[]> {
  const { program, stop } = await startStandalone({});
  try {
    await sleep(idleMs);
    const family = familyOf(program.pid).map((pid) => ({ pid, name: nameOf(pid), ...memoryOf(pid) }));
    const sum = (of: 'rss' | 'pss') => family.reduce((total, member) => total + member[of], 0);
    for (const { name, rss, pss } of family.sort((a, b) => b.pss - a.pss).slice(0, 6))
      log(`${mebibytes(pss)} PSS, ${mebibytes(rss)} RSS: ${name}`);
    return [
      {
        bench: 'memory',
        what: `npm start, idle, its ${family.length} processes together (PSS)`,
        floor: '',
        ours: mebibytes(sum('pss')),
        ratio: '',
        wanted: '< 700 MiB',
        isMet: sum('pss') < 700 * 2 ** 20,
      },
      {
        bench: 'memory',
        what: 'the same as a sum of RSS (pages that processes share counted in each)',
        floor: '',
        ours: mebibytes(sum('rss')),
        ratio: '',
        wanted: '',
        isMet: undefined,
      },
    ];
  } finally {
    await stop();
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 60).trim();
  } catch {
    return String(pid);
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Figure, kilobytes } from './figures.ts';
import { root } from './processes.ts';

const dist = join(root, 'apps/web/dist');
const zipped = (path: string) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
const total = (paths: string[]) => paths.reduce((sum, path) => sum + zipped(path), 0);

/** What a browser loads before the portal's first screen: every script that index.html names, and its styles. */
export async function size(log: (sentence: string) => void): Promise<Figure[]> {
  const index = readFileSync(join(dist, 'index.html'), 'utf8');
  const named = (pattern: RegExp) => [...index.matchAll(pattern)].map((match) => match[1] ?? '');
  const scripts = [...named(/<script[^>]+src="([^"]+)"/g), ...named(/<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g)];
  const styles = named(/<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/g);
  for (const path of scripts.toSorted((a, b) => zipped(b) - zipped(a)).slice(0, 5)) log(`${kilobytes(zipped(path))} ${path}`);
  const script = total(scripts);
  return [
    {
      bench: 'size',
      what: `the portal's first load: ${scripts.length} scripts, gzip`,
      floor: '',
      ours: kilobytes(script),
      ratio: '',
      wanted: '< 220 kB',
      isMet: script < 220_000,
    },
    { bench: 'size', what: 'its styles, gzip', floor: '', ours: kilobytes(total(styles)), ratio: '', wanted: '', isMet: undefined },
  ];
}

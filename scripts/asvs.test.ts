import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const lines = readFileSync(join(root, 'docs/asvs.md'), 'utf8').split('\n');
const cells = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
const rows = lines
  .filter((line) => /^\| \d+\.\d+\.\d+ \|/.test(line))
  .map((line) => {
    const [number = '', level = '', asks = '', status = '', note = ''] = cells(line);
    return { number, level, asks, status, note, chapter: number.split('.')[0] ?? '' };
  });
const kindOf = (status: string) => (status.startsWith('open') ? 'open' : status);
const kinds = ['met', 'met, no test', 'n/a', 'open'];

describe('the table of ASVS', () => {
  it('has each of the 70 requirements of level 1 and the 183 of level 2 once', () => {
    expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
    expect([rows.filter(({ level }) => level === '1').length, rows.filter(({ level }) => level === '2').length]).toEqual([70, 183]);
  });

  it.each(rows)('says of $number whether it is met, and shows it or says why not', ({ status, note, asks }) => {
    expect(status).toMatch(/^(met|met, no test|n\/a|open( \([A-D](, [A-D])*\))?)$/);
    expect(asks).not.toBe('');
    const files = [...note.matchAll(/`((?:apps|packages|scripts|e2e|docs)\/[^`]+|[\w-]+\.(?:yaml|json|md))`/g)].map(
      ([, file]) => file as string,
    );
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    if (status === 'met') expect(files.length, note).toBeGreaterThan(0);
    if (status !== 'met' && !status.startsWith('open (')) expect(note).not.toBe('');
  });

  it('adds up', () => {
    const sums = lines.filter((line) => /^\| V\d+ /.test(line)).map(cells);
    expect(sums.map(([name = '']) => /^V(\d+)/.exec(name)?.[1])).toEqual([...new Set(rows.map(({ chapter }) => chapter))]);
    const counted = (of: typeof rows) =>
      ['1', '2'].flatMap((level) => kinds.map((kind) => of.filter((row) => row.level === level && kindOf(row.status) === kind).length));
    for (const [name = '', ...numbers] of sums)
      expect(numbers.map(Number), name).toEqual(counted(rows.filter(({ chapter }) => name.startsWith(`V${chapter} `))));
    const [, ...all] = cells(lines.find((line) => line.startsWith('| **all** |')) ?? '');
    expect(all.map((number) => Number(number.replaceAll('*', '')))).toEqual(counted(rows));
  });
});

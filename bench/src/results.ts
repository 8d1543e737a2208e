import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Figure, tableOf } from './figures.ts';
import { root } from './processes.ts';

const file = join(root, 'bench/results.md');

/** Puts a bench's table into bench/results.md, in the place of its earlier one; the others stay. `order` is that of all benches. */
export function keep(name: string, figures: Figure[], order: readonly string[]): void {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`;
  const when = `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.versions.node}, embedded PostgreSQL 18`;
  const sections = new Map(earlier());
  sections.set(name, `${when}\n\n${tableOf(figures)}`);
  const shown = order.filter((one) => sections.has(one)).map((one) => `## ${one}\n\n${sections.get(one)}\n`);
  writeFileSync(
    file,
    `# Results of \`pnpm bench\`

Ratios to a floor that was measured in the same run and in turns with ours; medians of the rounds. What the floors are: [README.md](README.md).

${shown.join('\n')}`,
  );
}

/** What stands in the file under the name of each bench. */
function earlier(): [name: string, text: string][] {
  if (!existsSync(file)) return [];
  const parts = readFileSync(file, 'utf8').split(/^## (\w+)\n/m);
  return parts
    .slice(1)
    .flatMap((name, index, rest) => (index % 2 === 0 ? [[name, (rest[index + 1] ?? '').trim()] as [string, string]] : []));
}

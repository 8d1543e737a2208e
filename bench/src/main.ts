import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { add } from './add.ts';
import { bulk } from './bulk.ts';
import { exportCustomers } from './export.ts';
import { type Figure, tableOf } from './figures.ts';
import { importCustomers } from './import.ts';
import { list } from './list.ts';
import { mail } from './mail.ts';
import { memory } from './memory.ts';
import { root } from './processes.ts';
import { search } from './search.ts';
import { size } from './size.ts';

const benches = { list, search, bulk, add, mail, export: exportCustomers, import: importCustomers, memory, size };
type Name = keyof typeof benches;
const names = Object.keys(benches) as Name[];

/** `main.ts [name …]`: runs all or the named benches and prints one table. A full run is also kept in bench/results.md. */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const unknown = given.find((name) => !names.includes(name as Name));
  if (unknown) throw new Error(`There is no bench "${unknown}"; there are ${names.join(', ')}.`);
  const chosen = given.length > 0 ? (given as Name[]) : names;
  const figures: Figure[] = [];
  for (const name of chosen) {
    console.log(`${name}`);
    figures.push(...(await benches[name]((sentence) => console.log(`  ${sentence}`))));
  }
  const table = tableOf(figures);
  console.log(`\n${table}\n`);
  if (given.length === 0) {
    writeFileSync(join(root, 'bench/results.md'), resultsOf(table));
    console.log('Kept in bench/results.md.');
  }
  if (figures.some(({ isMet }) => isMet === false)) process.exitCode = 1;
}

function resultsOf(table: string): string {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`;
  return `# Results of \`pnpm bench\`

${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.versions.node}, embedded PostgreSQL 18.

Ratios to a floor that was measured in the same run and in turns with ours; medians of the rounds. What the floors are: [README.md](README.md).

${table}
`;
}

await main();

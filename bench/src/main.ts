import { add } from './add.ts';
import { bulk } from './bulk.ts';
import { exportCustomers } from './export.ts';
import { type Figure, tableOf } from './figures.ts';
import { find } from './find.ts';
import { importCustomers } from './import.ts';
import { invite } from './invite.ts';
import { leads } from './leads.ts';
import { list } from './list.ts';
import { mail } from './mail.ts';
import { memory } from './memory.ts';
import { overview } from './overview.ts';
import { keep } from './results.ts';
import { search } from './search.ts';
import { size } from './size.ts';
import { walls } from './walls.ts';

const benches = {
  list,
  leads,
  walls,
  search,
  find,
  overview,
  bulk,
  add,
  mail,
  invite,
  export: exportCustomers,
  import: importCustomers,
  memory,
  size,
};
type Name = keyof typeof benches;
const names = Object.keys(benches) as Name[];

/** `main.ts [name …]`: runs all or the named benches, keeps the table of each in bench/results.md, and prints them as one. */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const unknown = given.find((name) => !names.includes(name as Name));
  if (unknown) throw new Error(`There is no bench "${unknown}"; there are ${names.join(', ')}.`);
  const all: Figure[] = [];
  for (const name of given.length > 0 ? (given as Name[]) : names) {
    console.log(`${name}`);
    const figures = await benches[name]((sentence) => console.log(`  ${sentence}`));
    keep(name, figures, names);
    all.push(...figures);
  }
  console.log(`\n${tableOf(all)}\n`);
  if (all.some(({ isMet }) => isMet === false)) process.exitCode = 1;
}

await main();

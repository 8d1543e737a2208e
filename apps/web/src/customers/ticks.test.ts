import { type CustomerRow, mostNamed } from '@clientele/contracts';
import { expect, it } from 'vitest';
import { usualList } from './list-address.ts';
import { useTicks } from './ticks.ts';

const rows = Array.from({ length: mostNamed + 5 }, (_, n) => ({ id: `${n}` }) as CustomerRow);

it('as many are ticked one by one as may be named, and it is said when one more was not taken', () => {
  const ticks = useTicks(
    () => rows,
    () => usualList,
    () => ({ count: rows.length, estimated: false }),
  );
  for (const row of rows.slice(0, mostNamed)) ticks.toggle(row, false);
  expect([ticks.count.value.count, ticks.full.value]).toEqual([mostNamed, false]);
  const [first, last] = [rows[0] as CustomerRow, rows[mostNamed] as CustomerRow];
  ticks.toggle(last, false);
  expect([ticks.count.value.count, ticks.has(last), ticks.full.value]).toEqual([mostNamed, false, true]);
  ticks.toggle(first, false);
  expect([ticks.count.value.count, ticks.full.value]).toEqual([mostNamed - 1, false]);
  ticks.togglePage();
  expect([ticks.count.value.count, ticks.page.value, ticks.full.value]).toEqual([mostNamed, 'indeterminate', true]);
  ticks.takeAll();
  expect([ticks.selection.value, ticks.full.value]).toEqual([{ filters: usualList, except: [] }, false]);
});

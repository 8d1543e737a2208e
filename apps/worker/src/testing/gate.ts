import type { Portal } from './portal.ts';
import { until } from './processes.ts';

/** A place inside a transaction of the worker where a test can hold it. */
export interface Gate {
  /** Waits until so many transactions stand before the gate: their effects are written and not committed. */
  reached(count: number): Promise<void>;
  /** Lets through whoever stands there and everybody after. */
  open(): Promise<void>;
}

/**
 * Makes gates in a portal's database: a trigger that asks for an advisory lock which the test holds. `condition` is SQL over the
 * row as it is being written (`new`).
 */
export async function makeGate(portal: Portal, table: 'operations' | 'deliveries', condition: string): Promise<Gate> {
  const holder = await portal.sql.reserve();
  const number = Math.floor(Math.random() * 2 ** 31);
  await holder`select pg_advisory_lock(${number})`;
  const name = `gate_${number}`;
  // The owner's rights: the worker's role may not see the table that says who is to be held.
  await portal.sql.unsafe(`
    create function ${name}() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      if ${condition} then perform pg_advisory_xact_lock_shared(${number}); end if;
      return new;
    end $$;
    create trigger ${name} before update on ${table} for each row execute function ${name}();`);
  return {
    async reached(count) {
      await until(
        `${count} transactions stand before the gate`,
        async () => {
          const [row] = await portal.sql`select count(*)::int as count from pg_locks
            where locktype = 'advisory' and objid = ${number} and not granted and database = (select oid from pg_database where datname = current_database())`;
          return row?.count === count;
        },
        20,
        portal.outputs,
      );
    },
    async open() {
      await holder`select pg_advisory_unlock(${number})`;
      holder.release();
    },
  };
}

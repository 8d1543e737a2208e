import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js';
import { escapeLiteral } from 'pg';
import postgres from 'postgres';

/** What is done to the database in a transaction. A transaction in a transaction does not compile. */
export type Transaction = Omit<PostgresJsDatabase, 'transaction'>;

/** A statement with its parameters, as Drizzle's builders are before they are awaited. */
export interface Statement {
  toSQL(): { sql: string; params: unknown[] };
}

/** Sends a statement after all that were sent before, without waiting for them. */
export type Send = <Row extends object>(text: string, parameters?: unknown[]) => Promise<Row[]>;

export interface TransactionOptions {
  /** The partner whose rows are seen; none for the relay. */
  partnerId: string | null;
  mode: 'read write' | 'read only';
  /** Sends the first statement right behind the begin. Only for one that does nothing should the begin fail. */
  eager?: boolean;
}

export interface Work<Result> {
  result: Result;
  /** Statements whose outcome nobody looks at; they go out together with the commit. */
  writes?: Statement[];
}

interface Current {
  lost: boolean;
  over: boolean;
  /** The first statement that failed: even when somebody caught that, the transaction is void. */
  failure: unknown;
}

class ConnectionLost extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

/** What PostgreSQL calls serialization_failure: nothing of it is kept, and it may be done again. */
class NotKept extends Error {
  readonly code = '40001';
}

const dialect = new PgDialect({ casing: 'snake_case' });

/** Drizzle over one transaction; it sends everything through `unsafe`. */
function ormOver(client: postgres.Sql, unsafe: (text: string, parameters?: never[]) => unknown): Transaction {
  const bound = { options: client.options, unsafe } as unknown as postgres.Sql;
  return new PostgresJsDatabase(dialect, new PostgresJsSession(bound, dialect, undefined), undefined);
}

/**
 * Connections for transactions, one transaction at a time on each.
 *
 * postgres.js' own `begin` waits for three answers where one is enough (here begin and partner, the last writes and the commit travel
 * together), and when its connection is lost on the way it writes to a closed socket, which ends the process. A lane is a client with
 * a single connection: what is sent through it keeps its order, and a lost connection is its own.
 */
class Lane {
  readonly #client: postgres.Sql;
  /** The connection stands, and no transaction is open there. */
  #isClean = false;
  #current: Current | undefined;

  constructor(url: string, options: postgres.Options<Record<string, never>>) {
    this.#client = postgres(url, {
      ...options,
      max: 1,
      onclose: () => {
        this.#isClean = false;
        if (this.#current) this.#current.lost = true;
      },
    });
    // For what it does to the client: times come and go as text.
    drizzle(this.#client);
  }

  /** Prepared, unless it has no parameters: then it is parsed each time, and may be several statements. */
  #send(current: Current, text: string, parameters: never[] = []) {
    if (current.over) throw new Error('this transaction is over');
    if (current.lost) {
      current.failure ??= new ConnectionLost('the connection was lost');
      throw current.failure;
    }
    const query = this.#client.unsafe(text, parameters, { prepare: parameters.length > 0 });
    // Begins at once: the order of statements is the order of calls.
    query.then(undefined, (error: unknown) => {
      current.failure ??= error;
    });
    return query;
  }

  /**
   * Ends whatever may be open. A transaction that begins while its connection is being lost begins on the next one, and nobody has ended it there: another
   * one would go on in it, and a statement alone would be told of as done and never be kept.
   */
  async #clear(): Promise<void> {
    if (this.#isClean) return;
    await this.#client.unsafe('rollback');
    this.#isClean = true;
  }

  async run<Result>(options: TransactionOptions, work: (tx: Transaction, send: Send) => Promise<Work<Result>>): Promise<Result> {
    await this.#clear();
    this.#isClean = false;
    const current: Current = { lost: false, over: false, failure: undefined };
    this.#current = current;
    // Bound to this transaction: a statement of it that comes too late is refused and never part of the next partner's.
    const send: Send = (text, parameters = []) => this.#send(current, text, parameters as never[]) as unknown as Promise<never[]>;
    try {
      const partner = options.partnerId === null ? '' : `; set local app.partner_id = ${escapeLiteral(options.partnerId)}`;
      const begun = send(`begin ${options.mode}${partner}`);
      if (!options.eager) await begun;
      const { result, writes = [] } = await work(
        ormOver(this.#client, (text, parameters) => this.#send(current, text, parameters)),
        send,
      );
      if (current.failure) throw current.failure;
      const sent = writes.map((statement) => {
        const { sql, params } = statement.toSQL();
        return send(sql, params);
      });
      const committed = send('commit');
      current.over = true;
      await Promise.allSettled([begun, ...sent, committed]);
      if (current.failure) throw current.failure;
      // The commit of a void transaction is no error: it says ROLLBACK. And a failed statement need not have been told of, for postgres.js
      // sends one whose plan is void once more by itself, behind the commit.
      const { command } = (await committed) as unknown as { command: string };
      if (command !== 'COMMIT') throw new NotKept('the database did not keep this transaction');
      this.#isClean = !current.lost;
      return result;
    } catch (error) {
      const begun = !current.over && !current.lost;
      // Before the rollback goes out: behind it, a statement would be a transaction of its own.
      current.over = true;
      if (begun) await this.#clear().catch(() => {});
      throw isAborted(error) ? (current.failure ?? error) : error;
    }
  }

  /** One statement, which PostgreSQL makes a transaction by itself: it is kept once this resolves. */
  async runAlone(statement: Statement): Promise<void> {
    await this.#clear();
    const { sql, params } = statement.toSQL();
    await this.#client.unsafe(sql, params as never[], { prepare: true });
  }

  end(): Promise<void> {
    return this.#client.end({ timeout: 5 });
  }
}

/** "Current transaction is aborted": the statement before is the one to tell of. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === '25P02') || isAborted(error.cause));

/** Opens so many lanes; each connects when it is first needed. */
export function openLanes(url: string, count: number, options: postgres.Options<Record<string, never>>) {
  const all = Array.from({ length: count }, () => new Lane(url, options));
  const free = [...all];
  const waiting: ((lane: Lane) => void)[] = [];
  async function onLane<Result>(work: (lane: Lane) => Promise<Result>): Promise<Result> {
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
    try {
      return await work(lane);
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    }
  }
  return {
    /** Runs `work` in a transaction; what it throws undoes everything. */
    transaction: <Result>(options: TransactionOptions, work: (tx: Transaction, send: Send) => Promise<Work<Result>>): Promise<Result> =>
      onLane((lane) => lane.run(options, work)),
    /** Runs one statement as a transaction of its own, in a single round trip. Of partners' rows it sees none unless it sets the partner itself. */
    alone: (statement: Statement): Promise<void> => onLane((lane) => lane.runAlone(statement)),
    close: async () => void (await Promise.all(all.map((lane) => lane.end()))),
  };
}

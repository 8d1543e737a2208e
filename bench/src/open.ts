import { createApp } from '@clientele/api';
import { createChangePublisher, type Database, type DatabaseRole, listenToChanges, openDatabase, type Transaction } from '@clientele/db';
import { createProducer, createRelay } from '@clientele/queue';
import { createLogger, loadConfig, requireScaled } from '@clientele/runtime';

/**
 * Our own API with nobody asked who they are: the session is looked up once and never again, and the database is asked as the owner of everything, whom no
 * policy holds. What belongs to the walls is left out, too: no transaction that sets the partner; each connection has it from its beginning.
 */
const config = requireScaled(loadConfig(process.env));
const logger = createLogger({ level: config.logLevel, name: 'open' });
const url = new URL(config.databaseUrl);
url.searchParams.set('app.partner_id', process.env.PARTNER_ID ?? '');
// A fifth of them is for single statements, and these are all that are used: as many as the API has.
const opened = openDatabase({ url: url.href, role: url.username as DatabaseRole, connections: config.databaseConnections * 5 });
// Prepared, as ours are.
const unsafe = opened.sql.unsafe.bind(opened.sql);
opened.sql.unsafe = ((text: string, parameters: never[] = []) =>
  unsafe(text, parameters, { prepare: parameters.length > 0 })) as typeof opened.sql.unsafe;
let session: Promise<unknown> | undefined;
const sql = new Proxy(opened.sql, {
  apply(target, self, given: [TemplateStringsArray]) {
    if (!given[0]?.raw?.join('').includes('session_actor')) return Reflect.apply(target, self, given);
    session ??= Promise.resolve(Reflect.apply(target, self, given) as PromiseLike<unknown>);
    return session;
  },
});
const db: Database = {
  ...opened,
  sql,
  lanes: {
    ...opened.lanes,
    async transaction(_options, work) {
      const orm = opened.orm as unknown as Transaction;
      return (await work(orm, (text, parameters = []) => opened.sql.unsafe(text, parameters as never[]) as never)).result;
    },
  },
};

const producer = createProducer({ ...config, role: 'clientele_api' });
const relay = createRelay({ databaseUrl: config.databaseUrl, producer, onUnknown: () => {}, onError: () => {} });
const { app } = createApp({
  ...{ config, logger, db, producer, relay, listen: listenToChanges, publisher: createChangePublisher(opened), webDist: undefined },
  authTables: { user: {}, session: {}, account: {}, verification: {} },
});
app.listen(config.port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));

import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@clientele/db';
import { prepareQueues } from '@clientele/queue';
import { startPostgres } from '@clientele/standalone';
import postgres from 'postgres';
import { answers, freePort, type Running, root, startProgram } from './processes.ts';

/** A folder that is gone afterwards; the embedded Postgres' own user may go through it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'clientele-bench-'));
  chmodSync(path, 0o711);
  return {
    path,
    remove() {
      const database = join(path, 'postgres');
      if (lstatSync(database, { throwIfNoEntry: false })?.isSymbolicLink())
        rmSync(readlinkSync(database), { recursive: true, force: true });
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** The embedded Postgres with an empty, migrated database, as the embedded default has it. */
export interface Server {
  url: string;
  /** The postmaster's. */
  pid: number;
  /** As the owner of the tables, past every wall. */
  sql: postgres.Sql;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const folder = temporaryFolder();
  const server = await startPostgres({ dataDir: folder.path, log: () => {} });
  await migrate(server.url);
  await prepareQueues({ databaseUrl: server.url });
  const sql = postgres(server.url, { max: 2, onnotice: () => {} });
  return {
    url: server.url,
    pid: server.pid,
    sql,
    async stop() {
      await sql.end();
      await server.stop();
      folder.remove();
    },
  };
}

/** A signed-in person: what a browser sends along. */
export interface Portal {
  url: string;
  cookie: string;
  partnerId: string;
}

/** Sets the installation up as a person does, with the code, and signs in. */
export async function signUp(url: string, code: string): Promise<Portal> {
  const admin = { email: 'aiko@bench.example', password: 'a password of the bench' };
  const post = (path: string, body: object) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify(body) });
  const partner = { name: 'Bench Partner', type: 'direct-partner', cloud: 'public', country: 'US' };
  const made = await post('/api/setup', { code, partner, admin: { ...admin, firstName: 'Aiko', lastName: 'Tanaka', language: 'en' } });
  if (!made.ok) throw new Error(`set-up answered ${made.status}: ${await made.text()}`);
  const signedIn = await post('/api/auth/sign-in/email', admin);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  if (!cookie) throw new Error(`sign-in answered ${signedIn.status}: ${await signedIn.text()}`);
  const session = (await (await fetch(`${url}/api/session`, { headers: { cookie } })).json()) as { partner: { id: string } };
  return { url, cookie, partnerId: session.partner.id };
}

/** BENCH_PROFILE is a folder for CPU profiles of the API and the worker. */
const profiled = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];

/** One API process of a scaled installation (no worker), with the first partner signed in. */
export async function startApi(
  databaseUrl: string,
  more: Record<string, string> = {},
): Promise<{ portal: Portal; api: Running; env: Record<string, string> }> {
  const main = join(root, 'apps/api/dist/main.js');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:9',
    SECRET: randomBytes(32).toString('hex'),
    PORT: String(port),
    ...more,
  };
  const shape = /[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}/;
  const code = await startProgram(process.execPath, [main, 'set-up-code'], env, (output) => shape.test(output));
  const api = await startProgram(process.execPath, [...profiled, main], env, answers(`${url}/readyz`));
  return { portal: await signUp(url, shape.exec(code.output())?.[0] ?? ''), api, env };
}

/** One worker process of a scaled installation. */
export async function startWorker(databaseUrl: string, more: Record<string, string> = {}): Promise<Running> {
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:9',
    SECRET: randomBytes(32).toString('hex'),
    ...more,
  };
  return startProgram(process.execPath, [...profiled, join(root, 'apps/worker/dist/main.js')], env, (output) => /\S/.test(output));
}

/** The bare Express routes that ours are measured against, in a process of their own. */
export const startFloor = (databaseUrl: string, partnerId: string) => startBeside('floor.ts', databaseUrl, partnerId);
/** Our own API without the look-up of a session and without row-level security; `more` is the environment of the one that it is held against. */
export const startOpen = (databaseUrl: string, partnerId: string, more: Record<string, string>) =>
  startBeside('open.ts', databaseUrl, partnerId, more);

async function startBeside(
  file: string,
  databaseUrl: string,
  partnerId: string,
  more: Record<string, string> = {},
): Promise<{ url: string; floor: Running }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...more, NODE_ENV: 'production', DATABASE_URL: databaseUrl, PORT: String(port), PARTNER_ID: partnerId };
  const floor = await startProgram(process.execPath, ['--import', 'tsx', join(root, 'bench/src', file)], env, answers(`${url}/readyz`));
  return { url, floor };
}

/** Customers of a partner, made by the database itself; `begin` keeps the domains of several calls apart. */
export async function addCustomers(sql: postgres.Sql, partnerId: string, count: number, begin: number): Promise<void> {
  await sql`
    insert into organizations (id, cloud, domain, created_at)
    select uuidv7(), 'public', 'customer-' || n || '.example', now() from generate_series(${begin}::int, ${begin + count - 1}::int) n`;
  await sql`
    insert into customers (id, partner_id, organization_id, company_name, domain, country, address, contact, language, tags, notes, support_contact,
      relationship, delegated_admin, relationship_since, agreement_accepted_at, agreement_by, created_at)
    select uuidv7(), ${partnerId}, o.id,
      (array['Alpine', 'Amber', 'Aurora', 'Blue', 'Cedar', 'Coral', 'Delta', 'Falcon', 'Granite', 'Harbor', 'Indigo', 'Juniper', 'Lunar', 'Maple', 'Nimbus', 'Orchard', 'Pine', '朝日', '東海', '富士'])[1 + (o.h % 20)]
        || ' ' || (array['Analytics', 'Bakery', 'Biotech', 'Clinic', 'Design', 'Energy', 'Farms', 'Foods', 'Freight', 'Labs', 'Legal', 'Media', 'Motors', 'Optics', 'Robotics', 'School', 'Systems', 'Toys', 'Travel'])[1 + (o.h / 20 % 19)]
        || ' ' || (o.h / 380 % 900 + 100) || (array[' Inc.', ' LLC', ' Ltd', ' GmbH', ''])[1 + (o.h / 7 % 5)],
      o.domain, (array['US', 'JP', 'GB', 'DE', 'FR', 'AU', 'CA'])[1 + (o.h % 7)],
      '{"line1": "1 Harbor Way", "city": "Seattle", "state": "WA", "postalCode": "98101"}', jsonb_build_object('firstName', 'Emma', 'lastName', 'Clark', 'email', 'it@' || o.domain),
      'en', case when o.h % 3 = 0 then array['gold'] when o.h % 7 = 0 then array['silver', 'renewal'] else '{}' end, case when o.h % 5 = 0 then 'Renewal talks in spring.' else '' end, 'Service desk',
      case when o.h % 100 < 93 then 'active' else 'ended' end, o.h % 4 <> 0, now(), now(), 'partner', now() - (o.h % 63072000) * interval '1 second'
    from (select id, domain, abs(hashtext(domain)::bigint) as h from organizations
      where domain in (select 'customer-' || n || '.example' from generate_series(${begin}::int, ${begin + count - 1}::int) n)) o`;
}

/** Loads customers of the signed-in partner and of two others, with the indexes made afterwards, which is many times quicker. */
export async function fill(sql: postgres.Sql, partnerId: string, count: number): Promise<void> {
  const others = [
    { id: crypto.randomUUID(), count: Math.ceil(count / 5) },
    { id: crypto.randomUUID(), count: Math.ceil(count / 20) },
  ];
  for (const { id } of others)
    await sql`insert into partners (id, name, type, cloud, country, created_at) values (${id}, ${`Other ${id}`}, 'direct-partner', 'public', 'US', now())`;
  const indexes = await sql<{ name: string; definition: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
    where i.indrelid = 'customers'::regclass and not i.indisunique`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  await sql`alter table customers disable trigger customers_add_words`;
  let begin = 0;
  for (const target of [{ id: partnerId, count }, ...others]) {
    await addCustomers(sql, target.id, target.count, begin);
    begin += target.count;
  }
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`alter table customers enable trigger customers_add_words`;
  await sql`
    insert into customer_words select c.partner_id, word, c.company_name, c.id from customers c, words_of(searched_name(c.search_text, c.domain)) word
    order by 1, 2, 3, 4 on conflict do nothing`;
  for (const table of ['customers', 'customer_words']) await sql`vacuum (analyze) ${sql(table)}`;
  await sql`vacuum (analyze) organizations`;
}

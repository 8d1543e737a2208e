import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerOfContext } from '@clientele/db';
import {
  aCustomer,
  aHandOver,
  anAgreementRequest,
  anApiKey,
  anImport,
  anInvitation,
  anOperation,
  aPartner,
  aPartnership,
  aPartnerUser,
  aPartnerUserInvitation,
  aPlannedEnd,
  aPurchase,
  aSession,
  aSubscription,
  createTestDatabase,
  sessionCookie,
  type TestDatabase,
} from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { createLogger, loadConfig, requireScaled } from '@clientele/runtime';
import { createLinks, setUpCode } from '@clientele/services';
import { afterAll, beforeAll } from 'vitest';
import { type Patience, patience as usualPatience } from '../http-server.ts';
import { startApi } from '../index.ts';

export const secret = 'a secret that only the tests know, 32 characters and more';
const links = createLinks({ publicUrl: 'http://localhost', secret });
/** The token that mail servers show when they bring a mail that came back. */
export const bounceSecret = 'another secret of the tests, for mail servers only';
export const theSetUpCode = setUpCode(secret);
/** The token in an invitation's link. */
export const tokenOf = (invitation: { id: string; tokenVersion?: number }) =>
  links
    .linkOf({ tokenVersion: 1, ...invitation })
    .split('/')
    .at(-1) as string;

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; what does not parse is undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at, not worked with
  json: any;
}
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Requests to a portal, in the name of whoever the cookie belongs to. */
export function asker(url: string, cookie?: string): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { ...(cookie ? { cookie } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
  };
}

/** A real API on a port of its own, over a database of its own. No worker: what is queued stays queued. */
export async function openPortal(env: Record<string, string> = {}, patience: Patience = usualPatience) {
  const database = await createTestDatabase();
  const logged: string[] = [];
  const config = requireScaled(
    loadConfig({
      ...{ PORT: '0', DATABASE_URL: database.url, SMTP_URL: 'smtp://127.0.0.1:9', SECRET: secret, WEB_DIST: '/nowhere' },
      ...{ BOUNCE_ADDRESS: 'bounce@returns.example', BOUNCE_SECRET: bounceSecret },
      ...env,
    }),
  );
  const logger = createLogger({ level: 'debug', name: 'api', destination: { write: (line) => void logged.push(line) } });
  const api = await startApi({ config, logger, patience });
  const others: { stop(): Promise<void> }[] = [];
  return {
    url: api.url,
    /** One more API process over the same database. */
    async another() {
      const other = await startApi({ config, logger });
      others.push(other);
      return other.url;
    },
    database,
    logged,
    /** With `keep` only the APIs: their database can be looked at until it is closed once more. */
    async close({ keep = false } = {}) {
      await Promise.all([api, ...others].map((one) => one.stop()));
      if (!keep) await database.drop();
    },
  };
}
export type Portal = Awaited<ReturnType<typeof openPortal>>;

/** A portal for the file that calls it. */
export function usePortal() {
  let portal: Portal | undefined;
  const opened = (): Portal => {
    if (!portal) throw new Error('the portal is there only while tests run');
    return portal;
  };
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal?.close());

  return {
    get url() {
      return opened().url;
    },
    another: () => opened().another(),
    get sql() {
      return opened().database.sql;
    },
    get logged() {
      return opened().logged;
    },
    /** Nobody in particular. */
    get visitor() {
      return asker(opened().url);
    },
    /** A user with these roles, signed in. */
    async signedIn(partner: PartnerOfContext, roles: Role[] = ['global-admin']) {
      const { sql } = opened().database;
      const user = await aPartnerUser(sql, partner, roles);
      const cookie = sessionCookie(await aSession(sql, user), secret);
      return { user, cookie, ask: asker(opened().url, cookie) };
    },
    /** A partner with one of everything. */
    async furnished(more: { type?: PartnerType; cloud?: 'public' | 'us-government' } = {}) {
      const { sql } = opened().database;
      const partner = await aPartner(sql, more);
      const author = await aPartnerUser(sql, partner);
      return { partner, author, ...(await furnish(sql, partner, author)) };
    },
  };
}

export async function furnish(sql: TestDatabase['sql'], partner: PartnerOfContext, author: { id: string }) {
  const customer = await aCustomer(sql, partner, { tags: ['one'] });
  const subscription = await aSubscription(sql, customer);
  const [unaccepted, asked] = [
    await aCustomer(sql, partner, { agreementAcceptedAt: null, agreementBy: null }),
    await aCustomer(sql, partner, { agreementAcceptedAt: null, agreementBy: null }),
  ];
  const purchase = await aPurchase(sql, asked);
  await anAgreementRequest(sql, asked, author);
  const invitation = await anInvitation(sql, partner, author);
  const handOver = await aHandOver(sql, await anInvitation(sql, partner, author));
  const operation = await anOperation(sql, partner, author, { state: 'failed' });
  const importId = await anImport(sql, partner, author);
  const apiKey = await anApiKey(sql, partner, author);
  const planned = await aCustomer(sql, partner);
  // Somebody else asked for it: nobody is a second person to himself.
  const plannedEnd = await aPlannedEnd(sql, planned, { id: 'somebody-else' }, { state: 'awaiting-approval', checkAt: null });
  const colleague = await aPartnerUser(sql, partner, ['sales-agent']);
  const invited = await aPartnerUserInvitation(sql, partner, author);
  // Seen from either side; of a direct partner it is only there to be refused.
  const other = await aPartner(sql, { type: partner.type === 'indirect-reseller' ? 'indirect-provider' : 'indirect-reseller' });
  const partnership = await (partner.type === 'indirect-reseller' ? aPartnership(sql, other, partner) : aPartnership(sql, partner, other));
  return {
    ...{ customer, subscription, purchase, unaccepted, asked, invitation, handOver, operation, importId, apiKey, planned, plannedEnd },
    ...{ colleague, invited, partnership },
  };
}
export type Furnished = Awaited<ReturnType<typeof furnish>>;

/** Every row of every table but the counts of attempts, as one text per table, once the relay has stamped what was committed: it does that by itself, a moment later. */
export async function wholeDatabase(sql: TestDatabase['sql']): Promise<Record<string, string>> {
  const undispatched = async () => (await sql`select from events where dispatched_at is null`).length > 0;
  for (const end = Date.now() + 3000; (await undispatched()) && Date.now() < end; ) await sleep(20);
  const tables = await sql<
    { tablename: string }[]
  >`select tablename from pg_tables where schemaname = 'public' and tablename <> 'attempts' order by 1`;
  const entries = await Promise.all(
    tables.map(async ({ tablename }) => {
      const [row] = await sql<
        { rows: string }[]
      >`select coalesce(string_agg(md5(row_to_json(t)::text), ' ' order by md5(row_to_json(t)::text)), '') as rows from ${sql(tablename)} as t`;
      return [tablename, row?.rows ?? ''] as const;
    }),
  );
  return Object.fromEntries(entries);
}

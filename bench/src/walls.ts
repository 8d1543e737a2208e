import { createHmac } from 'node:crypto';
import type postgres from 'postgres';
import type { Figure } from './figures.ts';
import { perSecond } from './figures.ts';
import { fill, startApi, startOpen, startServer } from './installation.ts';
import { takeTurns } from './load.ts';

const count = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
const most = 1.5;

/** What a session and row-level security cost: the signed-in request against the same with neither. */
export async function walls(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api, env } = await startApi(server.url);
    log(`loading ${count.toLocaleString('en')} customers, and a quarter as many of other partners`);
    await fill(server.sql, portal.partnerId, count);
    const { url, floor } = await startOpen(server.url, portal.partnerId, env);
    const [one] = await server.sql<{ id: string }[]>`
      select id from customers where partner_id = ${portal.partnerId} and relationship = 'active' offset 1000 limit 1`;
    const paths = { 'customers page of 25': '/api/customers?limit=25', 'one customer': `/api/customers/${one?.id}` };
    // Requests of one session that come at the same time share its look-up; so there are many sessions.
    const cookies = await manySessions(server.sql, env.SECRET ?? '');
    const signedIn = (address: string) => ({
      url: address,
      requests: [
        { setupRequest: (request: object) => ({ ...request, headers: { cookie: cookies[Math.floor(Math.random() * cookies.length)] } }) },
      ],
    });
    const rates = await takeTurns(
      Object.entries(paths).flatMap(([name, path]) => [
        { name: `${name}, open`, pid: floor.pid, options: signedIn(url + path) },
        { name, pid: api.pid, options: signedIn(portal.url + path) },
      ]),
      server.pid,
      log,
    );
    await api.stop();
    await floor.stop();
    return Object.keys(paths).map((name) => {
      const [open, ours] = [rates.get(`${name}, open`) ?? 0, rates.get(name) ?? 0];
      const cost = open / ours;
      return {
        bench: 'walls',
        what: `${name} at ${count.toLocaleString('en')} customers, signed in and under row-level security, to the same without both`,
        floor: perSecond(open),
        ours: perSecond(ours),
        ratio: `× ${cost.toFixed(2)}`,
        wanted: `≤ × ${most}`,
        isMet: cost <= most,
      };
    });
  } finally {
    await server.stop();
  }
}

/** The cookies of a hundred more sessions of whoever is signed in. */
async function manySessions(sql: postgres.Sql, secret: string): Promise<string[]> {
  const rows = await sql<{ token: string }[]>`
    insert into sessions (id, token, user_id, expires_at) select gen_random_uuid()::text, gen_random_uuid()::text, user_id, expires_at
    from (select user_id, expires_at from sessions limit 1) one, generate_series(1, 100) returning token`;
  return rows.map(({ token }) => {
    const mark = createHmac('sha256', secret).update(token).digest('base64');
    return `better-auth.session_token=${encodeURIComponent(`${token}.${mark}`)}`;
  });
}

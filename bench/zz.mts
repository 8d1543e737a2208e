import { writeFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { fill, startApi, startFloor, startServer } from './src/installation.ts';
import { processorTimeOf } from './src/processes.ts';
const what = process.argv[2];
const s = await startServer();
const { portal, api } = await startApi(s.url);
if (what === 'list') await fill(s.sql, portal.partnerId, 30000);
const { url, floor } = await startFloor(s.url, portal.partnerId);
const order = (n: number) => ({ companyName: `Bench ${n}`, domainPrefix: `bench-${n}`, country: 'US', address: { line1: '1 Harbor Way', city: 'Seattle', state: 'WA', postalCode: '98101' }, contact: { firstName: 'E', lastName: 'C', email: 'e@c.example' }, language: 'en', agreement: { by: 'customer' }, subscriptions: [] });
let n = 0;
const add = (u: string, key: boolean) => ({ url: u, method: 'POST' as const, requests: [{ setupRequest: (r: object) => ({ ...r, headers: { cookie: portal.cookie, 'content-type': 'application/json', ...(key ? { 'idempotency-key': crypto.randomUUID() } : {}) }, body: JSON.stringify(order(n++)) }) }] });
const targets: Record<string, [number, object]> = what === 'list'
  ? { floor: [floor.pid, { url: `${url}/list` }], ours: [api.pid, { url: `${portal.url}/api/customers?limit=25`, headers: { cookie: portal.cookie } }] }
  : { floor: [floor.pid, add(`${url}/add`, false)], ours: [api.pid, add(`${portal.url}/api/customers`, false)], 'with key': [api.pid, add(`${portal.url}/api/customers`, true)] };
for (const [, o] of Object.values(targets)) await autocannon({ ...o, connections: 16, duration: 1 } as never);
writeFileSync('/proc/self/autogroup', '-12'); writeFileSync(`/proc/${s.pid}/autogroup`, '-12');
for (const round of [1, 2]) for (const [name, [pid, o]] of Object.entries(targets)) {
  const c0 = processorTimeOf(pid), p0 = processorTimeOf(s.pid), m0 = process.cpuUsage();
  const r = await autocannon({ ...o, connections: 16, duration: 2 } as never);
  const m = process.cpuUsage(m0); if (round === 2 && name !== 'floor') { const { readdirSync, readFileSync } = await import('node:fs'); const all = readdirSync('/proc').filter((x) => /^[0-9]+$/.test(x)).map((x) => { try { const st = readFileSync('/proc/' + x + '/stat', 'utf8'); const f = st.slice(st.lastIndexOf(')') + 2).split(' '); return f[1] === String(s.pid) ? [readFileSync('/proc/' + x + '/cmdline', 'utf8').replaceAll('\0', ' ').slice(0, 60), (Number(f[11]) + Number(f[12])) * 10] as const : undefined; } catch { return undefined; } }).filter((x) => x && x[1] > 100); console.log(all, n); const apps = await s.sql`select application_name, pid from pg_stat_activity where application_name <> '' order by 1`; for (const a of apps) { const st = readFileSync('/proc/' + a.pid + '/stat', 'utf8'); const f = st.slice(st.lastIndexOf(')') + 2).split(' '); console.log(a.application_name, 'user', Number(f[11]) * 10, 'sys', Number(f[12]) * 10); } const st = readFileSync('/proc/' + api.pid + '/stat', 'utf8'); const f = st.slice(st.lastIndexOf(')') + 2).split(' '); console.log('api user', Number(f[11]) * 10, 'sys', Number(f[12]) * 10); }
  console.log(round, name.padEnd(9), (r['2xx'] / r.duration).toFixed(0).padStart(5), '/s  cpu ms/request: own', ((processorTimeOf(pid) - c0) / r['2xx']).toFixed(3), 'pg', ((processorTimeOf(s.pid) - p0) / r['2xx']).toFixed(3), 'cannon', ((m.user + m.system) / 1000 / r['2xx']).toFixed(3), 'p50', r.latency.p50);
}
writeFileSync('/proc/self/autogroup', '0');
await api.stop(); await floor.stop(); await s.stop(); process.exit();

import { readFileSync, readdirSync } from 'node:fs';
import { startPortal } from './portal.ts';
import { Partner } from './partner.ts';
const portal = await startPortal({ queue: 'postgres', env: { LOG_LEVEL: 'info' } });
const partner = await Partner.of(portal);
await partner.customers().catch((e) => console.log(String(e.message).slice(0, 300)));
const dir = readdirSync('/tmp').filter((n) => n.startsWith('clientele-e2e')).at(-1);
for (const f of readdirSync(`/tmp/${dir}/data`)) { console.log(f); if (f.endsWith('.log')) console.log(readFileSync(`/tmp/${dir}/data/${f}`, 'utf8').split('\n').filter((l) => /error/i.test(l)).join('\n').slice(0, 3000)); }
await portal.stop();

// Known vulnerabilities of what we deliver, as the registry tells them: `pnpm audit` of the production dependencies, from "high" on. What is accepted for a
// while stands in accepted-advisories.json, each with a reason and a day on which it ends. `node scripts/audit.mjs` runs it alone.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { environment } from './pnpm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const ACCEPTED = new URL('accepted-advisories.json', import.meta.url);

/** What is wrong with the list itself, one line each. */
function mistakesOf(accepted) {
  return accepted.flatMap(({ advisory, package: name, reason, until }) => [
    ...(/^GHSA(-[a-z0-9]{4}){3}$/.test(advisory ?? '') ? [] : [`accepted-advisories.json: ${advisory} is no id of an advisory (GHSA-…)`]),
    ...(name && reason?.length >= 20 ? [] : [`accepted-advisories.json: ${advisory} needs its package, and a reason in a sentence`]),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(until ?? '') ? [] : [`accepted-advisories.json: ${advisory} needs a day on which it ends (until)`]),
  ]);
}

/**
 * Holds a report of pnpm against what is accepted. `findings`: what fails the build; `notes`: what somebody should know.
 * @param {{ advisories: Record<string, { github_advisory_id: string, module_name: string, severity: string, title: string, url: string }> }} report
 * @param {{ advisory: string, package: string, reason: string, until: string }[]} accepted
 * @param {string} today as 2026-01-31
 * @returns {{ findings: string[], notes: string[] }}
 */
export function judge(report, accepted, today) {
  const found = Object.values(report.advisories);
  const isFor = (one, entry) => entry.advisory === one.github_advisory_id && entry.package === one.module_name;
  const findings = mistakesOf(accepted);
  const notes = [];
  for (const one of found) {
    const entry = accepted.find((candidate) => isFor(one, candidate));
    const what = `${one.module_name}: ${one.severity}, ${one.title} (${one.url})`;
    if (!entry) findings.push(what);
    else if (entry.until < today) findings.push(`${what}; it was accepted until ${entry.until}`);
    else notes.push(`accepted until ${entry.until}: ${what}: ${entry.reason}`);
  }
  for (const entry of accepted)
    if (!found.some((one) => isFor(one, entry)))
      notes.push(`accepted-advisories.json: ${entry.advisory} of ${entry.package} is found no more; take it out`);
  return { findings, notes };
}

/**
 * Asks the registry. A registry that does not answer is no finding: `missing` says why nothing is known.
 * @param {{ env?: NodeJS.ProcessEnv, program?: string, accepted?: object[], today?: string }} options
 */
export function audit({ env, program = 'pnpm', accepted, today = new Date().toISOString().slice(0, 10) } = {}) {
  const { stdout, stderr, error } = spawnSync(program, ['audit', '--prod', '--audit-level', 'high', '--json'], {
    ...{ cwd: root, env, encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
  });
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {}
  if (!report?.advisories) {
    const why = error?.message ?? `${stderr || stdout}`.replace(/[\s│×├╰─▶]+/g, ' ').trim();
    return { findings: [], notes: [], missing: why.slice(0, 200) || 'the registry gave no report' };
  }
  return judge(report, accepted ?? JSON.parse(readFileSync(ACCEPTED, 'utf8')), today);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { findings, notes, missing } = audit({ env: environment() });
  for (const line of notes) console.log(`note: ${line}`);
  for (const line of findings) console.log(line);
  console.log(missing ? `nothing is known: ${missing}` : `${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

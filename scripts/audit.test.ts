import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { audit, judge } from './audit.mjs';

const advisory = {
  ...{ github_advisory_id: 'GHSA-aaaa-bbbb-cccc', module_name: 'express', severity: 'high', title: 'Made up' },
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
};
const report = { advisories: { 1: advisory } };
const accepted = (more: object = {}) => [
  {
    advisory: advisory.github_advisory_id,
    package: 'express',
    reason: 'The part with the mistake is not used here.',
    until: '2026-03-31',
    ...more,
  },
];

describe('the audit of dependencies', () => {
  it('fails for what is known, and for nothing else', () => {
    expect(judge(report, [], '2026-03-01').findings).toEqual([`express: high, Made up (${advisory.url})`]);
    expect(judge({ advisories: {} }, [], '2026-03-01')).toEqual({ findings: [], notes: [] });
  });

  it('lets pass what is accepted, until its day, and says so', () => {
    expect(judge(report, accepted(), '2026-03-31')).toEqual({
      findings: [],
      notes: [expect.stringMatching(/^accepted until 2026-03-31: express: .*not used here\.$/)],
    });
    expect(judge(report, accepted(), '2026-04-01').findings).toEqual([expect.stringContaining('it was accepted until 2026-03-31')]);
    // The same advisory in another package was not looked at.
    expect(judge(report, accepted({ package: 'send' }), '2026-03-01').findings).toHaveLength(1);
  });

  it('says which entry is of no use any more', () => {
    expect(judge({ advisories: {} }, accepted(), '2026-03-01').notes).toEqual([expect.stringContaining('take it out')]);
  });

  it('takes no entry without a reason and an end', () => {
    for (const wrong of [{ reason: 'wontfix' }, { reason: undefined }, { until: undefined }, { until: 'some day' }, { advisory: '1234' }])
      expect(judge(report, accepted(wrong), '2026-03-01').findings.length, JSON.stringify(wrong)).toBeGreaterThan(0);
    expect(
      judge({ advisories: {} }, JSON.parse(readFileSync(new URL('accepted-advisories.json', import.meta.url), 'utf8')), '2000-01-01')
        .findings,
    ).toEqual([]);
  });
});

describe('asking the registry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clientele-audit-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  /** A program that prints and ends as pnpm would. */
  function pnpmThat(prints: string, code: number): string {
    const path = join(folder, `pnpm-${code}-${prints.length}`);
    writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${prints}\nEND\nexit ${code}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('reads its report, whatever the exit code is', () => {
    expect(audit({ program: pnpmThat(JSON.stringify(report), 1), accepted: [] }).findings).toHaveLength(1);
    expect(audit({ program: pnpmThat(JSON.stringify({ advisories: {} }), 0), accepted: [] })).toEqual({ findings: [], notes: [] });
  });

  it('that does not answer finds nothing, and says that nothing is known', () => {
    const away = 'Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n\n  × The audit endpoint responded with 405:';
    expect(audit({ program: pnpmThat(away, 1), accepted: [] })).toEqual({
      findings: [],
      notes: [],
      missing: 'Error: ERR_PNPM_AUDIT_BAD_RESPONSE The audit endpoint responded with 405:',
    });
    expect(audit({ program: '/nowhere/pnpm', accepted: [] }).missing).toContain('ENOENT');
  });
});

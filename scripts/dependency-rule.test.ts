import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findViolations } from './dependency-rule.mjs';

let root = '';
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Violations of a house that holds just these files, as `path:line message`. */
function check(files: Record<string, string>): string[] {
  root = mkdtempSync(join(tmpdir(), 'dependency-rule-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return findViolations(root).map(({ path, line, message }) => `${path}:${line} ${message}`);
}

describe('who may import whom', () => {
  it('lets every floor import what stands below it', () => {
    expect(
      check({
        'packages/domain/src/customers.ts': "import { other } from './other';",
        'packages/contracts/src/customers.ts': "import { z } from 'zod';\nimport type { Customer } from '@clientele/domain';",
        'packages/services/src/add.ts': "import { transact } from '@clientele/db';",
        'packages/queue/src/bullmq.ts': "import { Queue } from 'bullmq';\nimport { Redis } from 'ioredis';",
        'packages/mail/src/transport.ts': "import nodemailer from 'nodemailer';",
        'apps/api/src/customers.ts': "import { addCustomer } from '@clientele/services';",
        'apps/web/src/App.vue': '<script setup lang="ts">\nimport { customer } from \'@clientele/contracts\';\n</script>',
      }),
    ).toEqual([]);
  });

  it.each([
    ['packages/domain/src/a.ts', "import { z } from 'zod';", 'imports zod (a library)'],
    ['packages/domain/src/a.ts', "import { randomUUID } from 'node:crypto';", 'imports node:crypto (Node itself)'],
    ['packages/contracts/src/a.ts', "import { readFileSync } from 'fs';", 'imports fs (Node itself)'],
    ['packages/contracts/src/a.ts', "export type { Row } from '@clientele/db';", 'imports @clientele/db'],
    ['packages/services/src/a.ts', "import { queue } from '@clientele/queue';", 'imports @clientele/queue'],
    ['packages/db/src/a.ts', "const { verb } = await import('@clientele/services');", 'imports @clientele/services'],
    ['apps/worker/src/a.ts', "import { Job } from 'bullmq';", 'imports bullmq, which only packages/queue may'],
    ['apps/worker/src/main.ts', "import { Redis } from 'ioredis';", 'imports ioredis, which only packages/queue may'],
    ['apps/api/src/a.ts', "import nodemailer from 'nodemailer';", 'imports nodemailer, which only packages/mail may'],
    ['apps/api/src/a.ts', "import { schema } from '@clientele/db/testing';", 'imports @clientele/db'],
    ['apps/web/src/main.ts', "import { verb } from '@clientele/services';", 'imports @clientele/services'],
    ['apps/web/src/App.vue', "<script setup>import { verb } from '@clientele/services';</script>", 'imports @clientele/services'],
    ['apps/api/src/a.ts', "import { row } from '../../../packages/db/src/schema';", 'reaches into packages/db by a relative path'],
  ])('refuses in %s: %s', (path, source, message) => {
    const violations = check({ [path]: source });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`${path}:1 ${message}`);
  });

  it('lets a composition root import the whole house', () => {
    expect(
      check({
        'apps/api/src/main.ts': "import { connect } from '@clientele/db';",
        'apps/api/src/index.ts': "import { connect } from '@clientele/db';",
        'apps/worker/src/main.ts': "import { endpoints } from '@clientele/contracts';",
        'apps/standalone/src/inbox.ts': "import { startWorker } from '@clientele/worker';",
      }),
    ).toEqual([]);
  });

  it('gives tests their test libraries and the API its test database, but no hidden library', () => {
    expect(
      check({
        'packages/domain/src/a.test.ts': "import { it } from 'vitest';",
        'apps/api/src/a.int.test.ts': "import { builders } from '@clientele/db';",
        'apps/worker/src/a.int.test.ts': "import { Queue } from 'bullmq';",
      }),
    ).toEqual([expect.stringContaining('apps/worker/src/a.int.test.ts:1 imports bullmq')]);
  });

  it('reads code, neither comments nor texts', () => {
    expect(
      check({
        'packages/domain/src/a.ts':
          "// import { z } from 'zod';\n/* db.transaction( */\nexport const text = `import { z } from 'zod'; db.transaction(`;",
      }),
    ).toEqual([]);
  });

  it('wants a line in the table for a new package', () => {
    expect(check({ 'packages/billing/package.json': '{ "name": "@clientele/billing" }' })).toEqual([
      expect.stringContaining('packages/billing has no line in the dependency rule'),
    ]);
  });
});

describe('code that has one place', () => {
  it('lets packages/db alone start a transaction', () => {
    const source =
      'export const save = (db) =>\n  db.transaction(async (tx) => tx);\nexport const bare = (sql) => sql.begin((s) => [s`select 1`]);';
    expect(check({ 'packages/db/src/transact.ts': source })).toEqual([]);
    expect(check({ 'packages/services/src/a.ts': source })).toEqual([
      expect.stringContaining('packages/services/src/a.ts:2 starts a transaction outside packages/db'),
      expect.stringContaining('packages/services/src/a.ts:3 starts a transaction outside packages/db'),
    ]);
  });

  it('lets the API show mail templates but never make a transport', () => {
    expect(check({ 'apps/api/src/previews.ts': "import { invitation } from '@clientele/mail';" })).toEqual([]);
    const violations = check({ 'apps/api/src/main.ts': "import { createTransport } from '@clientele/mail';" });
    expect(violations).toEqual([expect.stringContaining('apps/api/src/main.ts:1 makes a mail transport')]);
  });
});

describe('names', () => {
  it.each([
    ['packages/db/src/utils/dates.ts', 'packages/db/src/utils'],
    ['apps/web/src/types.ts', 'apps/web/src/types.ts'],
    ['apps/web/src/customers.types.ts', 'apps/web/src/customers.types.ts'],
    ['apps/web/src/helpers.test.ts', 'apps/web/src/helpers.test.ts'],
    ['apps/web/src/dateUtils.ts', 'apps/web/src/dateUtils.ts'],
    ['e2e/test-helpers.ts', 'e2e/test-helpers.ts'],
    ['docs/common/a.md', 'docs/common'],
  ])('refuses %s', (path, named) => {
    expect(check({ [path]: '' })).toEqual([expect.stringContaining(`${named}:0 is named`)]);
  });

  it('refuses a package called so', () => {
    expect(check({ 'packages/domain/package.json': '{ "name": "@clientele/shared" }' })).toEqual([
      expect.stringContaining('package is named "shared"'),
    ]);
  });
});

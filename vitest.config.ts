import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One embedded Postgres for the whole run; gives each test file its address. */
const postgres = fileURLToPath(new URL('packages/db/src/testing/globalSetup.ts', import.meta.url));

// Workspace packages resolve to their source, so tests need no build.
const conditions = ['development', 'module', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    pool: 'forks',
    exclude: ['**/node_modules/**', '**/dist/**'],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['{packages,apps,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.int.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['{packages,apps,scripts}/**/*.int.test.ts'],
          globalSetup: existsSync(postgres) ? [postgres] : [],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          teardownTimeout: 30_000,
          maxWorkers: 2,
          // After the pure ones, when both run: these have real servers to wait for.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './chromium.ts';
import type { PortalOptions } from './portal.ts';

/** The browser tests: a real Chromium, a portal started as `npm start` starts it, a real inbox. Once per queue backend. */
export default defineConfig<object, PortalOptions>({
  testDir: '.',
  outputDir: 'test-results',
  // One portal at a time: Postgres, worker, API and a browser share the machine's two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI === 'true',
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: chromiumOptions(),
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'postgres', testMatch: /.*\.spec\.ts/, use: { queue: 'postgres' } },
    // What does not depend on the queue is looked at once.
    { name: 'redis', testMatch: /main-job\.spec\.ts/, use: { queue: 'redis' } },
  ],
});

import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.js';

const ci = process.env.CI === 'true';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'results',
  globalSetup: './support/server.js',
  reporter: [['list'], ['./support/counts.js']],
  forbidOnly: ci,
  retries: 0, // a test that passes now and then is a failure
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    actionTimeout: 15_000,
    viewport: { width: 1280, height: 800 },
    timezoneId: 'Europe/Berlin',
    launchOptions: chromium(),
  },
});

// Where staff change what all customers see: a demo of its own, and a browser for each of them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BillingSystem } from './demo.js';
import { serve } from './server.js';
import { test as base, expect } from './test.js';
import { watch } from './watch.js';

export { expect };

export const test = base.extend({
  /** The demo that the tests of one file share. */
  site: [async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'candor-e2e-office-'));
    const stop = await serve(folder, { programs: process.env.CANDOR_E2E, more: ['--customers', '40'] });
    await use(JSON.parse(readFileSync(join(folder, 'data', 'demo.json'), 'utf8')));
    await stop();
    rmSync(folder, { recursive: true });
  }, { scope: 'worker', timeout: 240_000 }],

  baseURL: async ({ site }, use) => use(site.base_url),

  billing: async ({ playwright, site }, use) => {
    const request = await playwright.request.newContext();
    await use(new BillingSystem(request, site));
    await request.dispose();
  },

  /** Signs somebody of the staff in, in a browser of their own that is watched like any other; answers its page. */
  staff: async ({ browser, baseURL, lang, expectedStatuses }, use) => {
    const opened = [];
    await use(async (role, more = {}) => {
      const context = await browser.newContext({ baseURL, locale: lang, ...more });
      opened.push({ context, wrong: watch(context, baseURL, expectedStatuses) });
      await context.addCookies([{ name: 'candor_lang', value: lang, url: baseURL }]);
      const answer = await context.request.post('/demo/sign-in', { form: { staff: role }, headers: { Origin: baseURL } });
      expect(answer.ok()).toBe(true);
      return context.newPage();
    });
    const wrong = opened.flatMap((one) => one.wrong);
    for (const { context } of opened) await context.close();
    expect(wrong, 'what went wrong in the browsers of staff').toEqual([]);
  },
});

/** Four ways to look at a page. */
export const looks = [
  { name: 'on a desk', use: {}, lang: 'en' },
  { name: 'on a phone', use: { viewport: { width: 320, height: 640 } }, lang: 'de' },
  { name: 'in Arabic', use: { viewport: { width: 390, height: 844 } }, lang: 'ar' },
  { name: 'in the dark', use: { colorScheme: 'dark' }, lang: 'pl' },
];

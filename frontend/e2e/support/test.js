// The test function of this folder. Every page it hands out fails the test when it asks anyone but
// our server for anything, when a script throws, or when the browser reports an error or a violation
// of the page's security policy.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { BillingSystem, demo } from './demo.js';
import { watch } from './watch.js';
import { wordsOf } from './words.js';

export { expect };

/** The first customer from number 20 on whom no test has taken; a folder each is what workers share. */
function take() {
  for (const { ref } of demo.customers.slice(20)) {
    try {
      mkdirSync(join(process.env.CANDOR_E2E, 'taken', ref));
      return ref;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  throw new Error('there are more tests than customers');
}

export const test = base.extend({
  lang: ['en', { option: true }],

  /** Status codes of pages that a test goes to on purpose; the browser reports each as an error. */
  expectedStatuses: [[], { option: true }],

  baseURL: async ({}, use) => use(demo.base_url),

  locale: async ({ lang }, use) => use(lang),

  say: async ({ lang }, use) => use(wordsOf(lang)),

  billing: async ({ playwright }, use) => {
    const request = await playwright.request.newContext();
    await use(new BillingSystem(request));
    await request.dispose();
  },

  /** A customer whom no other test touches. */
  customer: async ({}, use) => use(take()),

  context: async ({ context, lang, baseURL, expectedStatuses }, use) => {
    const wrong = watch(context, baseURL, expectedStatuses);
    await context.addCookies([{ name: 'candor_lang', value: lang, url: baseURL }]);
    await use(context);
    expect(wrong, 'what went wrong inside the browser').toEqual([]);
  },
});

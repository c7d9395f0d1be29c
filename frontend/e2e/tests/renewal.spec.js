// Legal publishes a text that ends consents, and one that asks anew: what their customers and billing systems see of it. It
// changes where everybody stands, so it is done in a demo of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as browserOf } from '@playwright/test';
import { violations } from '../support/axe.js';
import { chromium } from '../support/chromium.js';
import { BillingSystem } from '../support/demo.js';
import { fits } from '../support/layout.js';
import { publish } from '../support/legal.js';
import { Choice, signedIn } from '../support/pages.js';
import { serve } from '../support/server.js';
import { test as base, expect } from '../support/test.js';

const ended = 'usage_analytics';
const asks = 'special_support';

/** What each of the texts is to say in short from now on. */
const summaries = {
  en: 'From now on also without names, for a year.',
  de: 'Von jetzt an auch ohne Namen, ein Jahr lang.',
  fr: 'Désormais aussi sans noms, pendant un an.',
  es: 'A partir de ahora también sin nombres, durante un año.',
  pl: 'Odtąd także bez nazwisk, przez rok.',
  ar: 'من الآن أيضًا من دون أسماء، لمدة عام.',
};

const test = base.extend({
  /** A demo whose legal department has just published both; agreed are those who had consented to both texts before. */
  changed: [async ({ playwright }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'candor-e2e-renewal-'));
    const stop = await serve(folder, { programs: process.env.CANDOR_E2E, more: ['--customers', '90'] });
    const site = JSON.parse(readFileSync(join(folder, 'data', 'demo.json'), 'utf8'));
    const request = await playwright.request.newContext();
    const billing = new BillingSystem(request, site);
    const agreed = [];
    for (const { ref } of site.customers) {
      const { consents } = await billing.consents(ref);
      if ([ended, asks].every((key) => consents.find(({ purpose }) => purpose === key).state === 'given')) agreed.push(ref);
    }
    const browser = await browserOf.launch(chromium());
    const version = await publish(browser, site.base_url, ended, { effect: 'invalidate', summaries });
    await publish(browser, site.base_url, asks, { effect: 'ask', summaries });
    await browser.close();
    await use({ site, billing, agreed, version });
    await request.dispose();
    await stop();
    rmSync(folder, { recursive: true });
  }, { scope: 'worker', timeout: 240_000 }],

  baseURL: async ({ changed }, use) => use(changed.site.base_url),

  billing: async ({ changed }, use) => use(changed.billing),

  customer: async ({ changed }, use) => {
    expect(changed.agreed.length, 'customers who had agreed').toBeGreaterThan(0);
    await use(changed.agreed.shift());
  },
});

test.describe.configure({ mode: 'default' }); // one after the other, in one demo

/** What a customer's consent to a purpose is, as billing systems read it. */
async function consentOf(billing, customer, key) {
  const { consents } = await billing.consents(customer);
  return consents.find(({ purpose }) => purpose === key);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('a text that ends consents: denied until they decide, asked first, allowed again', async ({ page, context, customer, baseURL, billing, changed, say }) => {
      const denied = { decision: false, context: { reason: 'consent_invalidated' } };
      expect(await billing.decide(customer, ended)).toMatchObject(denied);

      await signedIn(context, baseURL, customer);
      await page.goto('/');
      await page.locator('.hero .attention a').focus();
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/#anew$/);
      await expect(page.locator('main .section').first()).toHaveAttribute('aria-labelledby', 'anew');
      const choice = new Choice(page, ended);
      await expect(choice.panel).toHaveCount(1);
      await expect(page.locator('.renewals .choice')).toHaveCount(2);
      await expect(choice.panel.locator('.renewal')).toContainText(summaries.en);
      await expect(choice.panel.locator(`.renewal-texts a[href="/notices/${ended}/versions/${changed.version}"]`)).toBeVisible();
      await expect(page.locator('.renewals [aria-pressed=true]')).toHaveCount(0);
      const [on, off] = [await choice.on.boundingBox(), await choice.off.boundingBox()];
      expect([off.width, off.height, off.y], 'both answers are as large, and side by side').toEqual([on.width, on.height, on.y]);
      expect(await billing.decide(customer, ended), 'asked, and not answered').toMatchObject(denied);

      await choice.on.focus();
      await page.keyboard.press('Enter');
      await expect(choice.confirmation).toBeVisible();
      const entry = await choice.entry();
      expect(await billing.decide(customer, ended)).toMatchObject({ decision: true, context: { reason: 'consent_given', log_index: entry } });
      await page.goto('/');
      await expect(page.locator('.renewals .choice')).toHaveCount(1);
      expect(await choice.chosen()).toBe('on');

      await page.goto('/history?show=choices');
      const label = await consentLabel(page, ended);
      for (const event of ['consent.given', 'renewal.asked']) {
        await expect(page.locator('.event', { hasText: say(`event.${event}`, { purpose: label }) }).first()).toBeVisible();
      }
    });
  });
}

/** The name of a purpose, from the page where it is decided. */
async function consentLabel(page, key) {
  const other = await page.context().newPage();
  await other.goto('/consents');
  const label = await other.locator(`#choice-${key}-name`).textContent();
  await other.close();
  return label;
}

test('a text that asks: nothing is denied, to leave it records no answer, and a no is as easy', async ({ page, context, customer, baseURL, billing, say }) => {
  const before = await consentOf(billing, customer, asks);
  await signedIn(context, baseURL, customer);
  const choice = new Choice(page, asks);
  for (const path of ['/', '/consents', '/history', '/consents']) await page.goto(path);
  await expect(choice.panel.locator('.renewal')).toContainText(say('renewal.stands'));
  expect(await choice.chosen()).toBe('none');
  expect(await consentOf(billing, customer, asks)).toEqual(before);
  expect(await billing.decide(customer, asks)).toMatchObject({ decision: true });
  await page.goto('/history?show=choices');
  const label = await consentLabel(page, asks);
  await expect(page.locator('.event', { hasText: say('event.renewal.asked', { purpose: label }) })).toHaveCount(1);

  await page.goto('/consents');
  await choice.choose(choice.off);
  expect(await billing.decide(customer, asks)).toMatchObject({ decision: false, context: { reason: 'consent_withdrawn' } });
  await page.goto('/consents');
  await expect(choice.panel.locator('.renewal')).toHaveCount(0);
});

for (const { name, use, lang } of [
  { name: 'on a desk', use: {}, lang: 'en' },
  { name: 'on a phone', use: { viewport: { width: 320, height: 640 } }, lang: 'de' },
  { name: 'in Arabic', use: { viewport: { width: 390, height: 844 } }, lang: 'ar' },
  { name: 'in the dark', use: { colorScheme: 'dark' }, lang: 'pl' },
]) {
  test.describe(name, () => {
    test.use({ ...use, lang });

    test(`the pages that ask are sound ${name}`, async ({ page, context, baseURL, changed }) => {
      await signedIn(context, baseURL, changed.agreed[0]); // whom nobody lets answer
      for (const path of ['/', '/consents']) {
        await page.goto(path);
        await expect(page.locator('.renewals .choice')).toHaveCount(2);
        await expect(page.locator(`#choice-${ended} .renewal`)).toContainText(summaries[lang]);
        expect(await violations(page), path).toEqual([]);
        await fits(page);
      }
    });
  });
}

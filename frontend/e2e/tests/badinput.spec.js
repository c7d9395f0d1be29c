// Forms that are old, forged or foreign: a page that says so, with a way on; nothing is changed.
import { demo, rich } from '../support/demo.js';
import { Choice, signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

test.use({ expectedStatuses: [401, 403, 404, 409, 422] });

for (const lang of ['en', 'ar']) {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(`${lang}, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
      test.use({ lang, javaScriptEnabled });

      test('a yes to a text shown too long ago is not taken; a no always is', async ({ page, context, baseURL, customer, say, billing }) => {
        await signedIn(context, baseURL, customer);
        await page.goto('/consents');
        const choice = new Choice(page, 'usage_analytics');
        if ((await choice.chosen()) === 'on') await choice.choose(choice.off);
        await page.locator('#choice-usage_analytics input[name=served]').evaluateAll((inputs) => {
          for (const input of inputs) input.value = 'a.stale.token';
        });
        const answer = page.waitForResponse((r) => r.request().isNavigationRequest() && r.request().method() === 'POST');
        await choice.on.click();
        expect((await answer).status()).toBe(409);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('error.notice_changed'));
        expect((await billing.decide(customer, 'usage_analytics')).decision).toBe(false);

        await page.getByRole('link', { name: say('error.read_again') }).click();
        await choice.choose(choice.on);
        expect((await billing.decide(customer, 'usage_analytics')).decision).toBe(true);

        await page.locator('#choice-usage_analytics input[name=served]').evaluateAll((inputs) => {
          for (const input of inputs) input.value = '';
        });
        await choice.choose(choice.off);
        expect((await billing.decide(customer, 'usage_analytics')).decision).toBe(false);
      });
    });
  }
}

test('a form without its token is refused, and nothing changes', async ({ page, context, baseURL, customer, billing, say }) => {
  await signedIn(context, baseURL, customer);
  const before = await billing.consents(customer);
  await page.goto('/consents');
  await page.locator('#choice-usage_analytics input[name=csrf]').evaluateAll((inputs) => inputs.forEach((input) => input.remove()));
  const answer = page.waitForResponse((r) => r.request().isNavigationRequest() && r.request().method() === 'POST');
  await new Choice(page, 'usage_analytics').off.click();
  expect((await answer).status()).toBe(403);
  await expect(page.locator('main a.button')).toBeVisible();
  await expect(page.locator('.error-safe')).toHaveText(say('error.nothing_lost'));
  expect(await billing.consents(customer)).toEqual(before);

  for (const path of ['/sign-out', '/download']) {
    expect((await context.request.post(path, { form: { csrf: 'forged' } })).status(), path).toBe(403);
  }
  expect((await context.request.get('/consents')).status(), 'still signed in').toBe(200);
});

test('a token of one purpose is no token of another', async ({ page, context, baseURL, customer, billing }) => {
  await signedIn(context, baseURL, customer);
  await page.goto('/consents');
  const form = (purpose) => page.locator(`#choice-${purpose} form.options`);
  const value = (purpose, name) => form(purpose).locator(`input[name=${name}]`).inputValue();
  const before = await billing.consents(customer);
  const answer = await context.request.post('/consents/marketing_email', {
    form: { choice: 'give', csrf: await value('marketing_email', 'csrf'), served: await value('usage_analytics', 'served') },
  });
  expect(answer.status()).toBe(409);
  expect(await billing.consents(customer)).toEqual(before);
});

test('the same form sent twice is one entry', async ({ page, context, baseURL, customer, billing }) => {
  await signedIn(context, baseURL, customer);
  await page.goto('/consents');
  const choice = new Choice(page, 'special_support');
  const wanted = (await choice.chosen()) === 'on' ? 'withdraw' : 'give';
  const values = { choice: wanted };
  for (const name of ['csrf', 'served']) values[name] = await choice.panel.locator(`form.options input[name=${name}]`).inputValue();
  const entries = [];
  for (let sent = 0; sent < 2; sent += 1) {
    const answer = await context.request.post('/consents/special_support', { form: values, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
    const { consents } = await billing.consents(customer);
    entries.push(consents.find(({ purpose }) => purpose === 'special_support').log_index);
  }
  expect(entries[0]).toBeGreaterThan(0);
  expect(entries[1]).toBe(entries[0]);
});

test("pages that are not there, or somebody else's", async ({ page, context, baseURL, customer, billing, browser }) => {
  const { consents } = await billing.consents(rich);
  const foreign = consents.find(({ log_index: index }) => index !== undefined && index !== null).log_index;
  await signedIn(context, baseURL, customer);
  for (const path of ['/no-such-page', '/data/no_such_category', `/receipts/${foreign}`, `/receipts/${foreign}.jwt`,
    '/receipts/999999999', '/receipts/x', '/notices/no_such_notice', '/notices/privacy/versions/99', '/assets/no-such.css']) {
    const answer = await context.request.get(path, { headers: { Accept: 'text/html' } });
    expect(answer.status(), path).toBe(404);
  }
  for (const path of ['/', '/consents']) {
    await page.goto(path);
    await expect(page.locator('body')).not.toContainText(demo.customers[0].name);
  }
  await page.goto('/no-such-page');
  await page.locator('main a.button').click();
  await expect(page.locator('.view-overview')).toBeVisible();

  const nobody = await browser.newContext({ baseURL });
  for (const path of ['/consents', '/history', '/download', '/check', '/check.json', '/data/contact', `/receipts/${foreign}`]) {
    expect((await nobody.request.get(path, { headers: { Accept: 'text/html' } })).status(), path).toBe(401);
  }
  expect((await nobody.request.get('/staff', { headers: { Accept: 'text/html' } })).status()).toBe(401);
  await nobody.close();
  expect((await context.request.get('/staff', { headers: { Accept: 'text/html' } })).status()).toBe(403);
});

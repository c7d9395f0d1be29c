// Signing in by a code, seeing where one is signed in, and a link that leads to a page and back.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { expect, test } from '../support/test.js';

/** The address on file of a customer, as the billing system knows it. */
async function address(billing, customer) {
  return (await billing.call('GET', `/api/v1/customers/${customer}`)).email;
}

/** The code in the newest mail to an address, as the demo shows it. */
async function code(request, to) {
  let found;
  await expect(async () => {
    const page = await (await request.get('/demo/mail')).text();
    const mail = page.split('<article').find((part) => part.includes(`<bdi>${to}</bdi>`));
    found = mail?.match(/\d{4} \d{4}/)?.[0];
    expect(found).toBeTruthy();
  }).toPass();
  return found;
}

for (const [lang, width, scripts] of [['en', 1280, true], ['ar', 320, true], ['en', 390, false]]) {
  test.describe(`${lang}, ${width} px, scripts ${scripts}`, () => {
    test.use({ lang, viewport: { width, height: 800 }, javaScriptEnabled: scripts, expectedStatuses: [422] });

    test('a code from the mail leads in, by keyboard alone', async ({ page, say, billing, customer, request }) => {
      const to = await address(billing, customer);
      await page.goto('/');
      await page.locator('#email').focus();
      await page.keyboard.type(to);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('code.title'));
      await fits(page);
      const right = await code(request, to);
      await page.locator('#code').fill('0000 000');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('alert')).toContainText(say('code.problem.wrong'));
      await expect(page.locator('#code')).toHaveValue('0000 000');
      if (scripts) expect(await violations(page)).toEqual([]);
      await page.locator('#code').fill(right);
      await page.keyboard.press('Enter');
      await expect(page.locator('.view-overview')).toBeVisible();

      await page.goto('/account/sessions');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('sessions.title'));
      await expect(page.locator('.session').first()).toContainText(say('sessions.this'));
      await fits(page);
      if (scripts) expect(await violations(page)).toEqual([]);
    });
  });
}

test('a link leads to the choice that it names', async ({ page, billing, customer }) => {
  await page.goto(await billing.link(customer, { flow: 'choice:marketing_email' }));
  await page.locator('main form button').click();
  await expect(page.locator('#choice-marketing_email')).toBeInViewport();
});

test('another browser is signed out from the list', async ({ page, billing, customer, playwright, baseURL }) => {
  const phone = await playwright.request.newContext({ baseURL });
  expect((await phone.post(await billing.link(customer))).ok()).toBe(true);
  await page.goto(await billing.link(customer));
  await page.locator('main form button').click();
  await page.goto('/account/sessions');
  await page.locator('form[action$="/end-others"] button').click();
  await expect(page.locator('.session')).toHaveCount(1);
  expect((await phone.get('/consents')).status()).toBe(401);
  await phone.dispose();
});

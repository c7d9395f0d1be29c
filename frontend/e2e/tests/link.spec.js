// Signing in by the one-time link that a billing system makes.
import { signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

for (const lang of ['en', 'ar']) {
  test.describe(lang, () => {
    test.use({ lang, expectedStatuses: [410] });

    test('a link leads in once, however often it is looked at before', async ({ page, say, billing, customer, browser, baseURL }) => {
      const url = await billing.link(customer);
      expect(url.startsWith(`${baseURL}/sessions/`)).toBe(true);
      for (let scanner = 0; scanner < 3; scanner += 1) { // mail scanners follow links
        expect((await fetch(url)).status).toBe(200);
      }
      await page.goto(url);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('continue.title'));
      await page.getByRole('button', { name: say('continue.go') }).click();
      await expect(page.locator('.view-overview')).toBeVisible();
      expect(new URL(page.url()).pathname).toBe('/');

      const stranger = await browser.newContext({ locale: lang, baseURL });
      const again = await stranger.newPage();
      expect((await again.goto(url)).status()).toBe(410);
      await expect(again.getByRole('heading', { level: 1 })).toHaveText(say('error.link_used'));
      await expect(again.locator('main a.button')).toBeVisible();
      expect((await stranger.request.post(url, { headers: { Origin: baseURL } })).status()).toBe(410);
      await again.goto('/');
      await expect(again.locator('.view-sign_in')).toBeVisible();
      await stranger.close();
    });
  });
}

test.describe('a wrong link', () => {
  test.use({ expectedStatuses: [404, 410] });

  test('says so, and leads nowhere', async ({ page, baseURL }) => {
    const answer = await page.goto('/sessions/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    expect([404, 410]).toContain(answer.status());
    await expect(page.locator('main a.button')).toBeVisible();
    expect(await page.context().cookies(baseURL)).not.toContainEqual(expect.objectContaining({ name: 'candor_session' }));
  });
});

test('a form from another site signs nobody in', async ({ context, billing, customer }) => {
  const url = await billing.link(customer);
  const answer = await context.request.post(url, { headers: { Origin: 'https://elsewhere.example' } });
  expect(answer.status()).toBe(403);
  expect((await fetch(url)).status, 'the link is still good').toBe(200);
});

test('two links of one customer are two sessions, and signing out ends one', async ({ context, billing, customer, baseURL, playwright }) => {
  const phone = await playwright.request.newContext({ baseURL });
  await signedIn(context, baseURL, customer);
  expect((await phone.post(await billing.link(customer))).ok()).toBe(true);
  const page = await context.newPage();
  await page.goto('/');
  await page.locator('.menu').last().locator('summary').click();
  await page.locator('.menu-button').click();
  await expect(page.locator('.view-sign_in')).toBeVisible();
  expect((await phone.get('/consents')).status()).toBe(200);
  await phone.dispose();
});

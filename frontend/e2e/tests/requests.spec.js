// A request from the customer's question to the system's confirmation, as each of them sees it.
import { violations } from '../support/axe.js';
import { signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

const sound = 'cus_1010';

/** A browser of its own, signed in as staff. */
async function staff(browser, baseURL, role) {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  const answer = await context.request.post('/demo/sign-in', { form: { staff: role }, headers: { Origin: baseURL } });
  expect(answer.ok()).toBe(true);
  return page;
}

// Each has a customer of their own: what is erased cannot be erased again.
for (const { javaScriptEnabled, customer } of [{ javaScriptEnabled: true, customer: 'cus_1011' }, { javaScriptEnabled: false, customer: 'cus_1012' }]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('asks for erasure, an officer grants it, a system confirms, the customer sees it', async ({ page, context, browser, baseURL, billing, say }) => {
      const words = `Please erase it (${javaScriptEnabled}).`;
      await signedIn(context, baseURL, customer);
      await page.goto('/');
      await page.getByRole('link', { name: say('nav.requests'), exact: true }).click();
      await page.locator('.way a[href="/requests/new/erasure"]').focus();
      await page.keyboard.press('Enter');
      await page.locator('#words').fill(words);
      await page.locator('.staff-form button').focus();
      await page.keyboard.press('Enter');
      await expect(page.locator('[role=status]')).toContainText(say('request.sent'));
      await expect(page.locator('.request-open')).toBeVisible();
      const mine = new URL(page.url()).pathname;
      const id = mine.split('/').pop();

      const auditor = await staff(browser, baseURL, 'auditor');
      await auditor.goto('/staff/requests');
      await expect(auditor.getByText(customer).first()).toBeVisible();
      await expect(auditor.locator(`a[href="/staff/requests/${id}"]`)).toHaveCount(0);
      expect((await auditor.request.get(`/staff/requests/${id}`)).status()).toBe(403);

      const officer = await staff(browser, baseURL, 'privacy_officer');
      await officer.goto('/staff/requests');
      await officer.locator(`a[href="/staff/requests/${id}"]`).click();
      await expect(officer.locator('.words')).toHaveText(words);
      await officer.locator('input[name=erase]:not([disabled])').first().check();
      await officer.locator('form[action$="/accept"] button').click();
      await expect(officer.locator('.request-accepted').first()).toBeVisible();

      const { tasks } = await billing.call('GET', '/api/v1/tasks?state=open');
      const task = tasks.find(({ request }) => request === id);
      expect(task.kind).toBe('request.erasure');
      await page.goto(mine);
      await expect(page.locator('.credentials')).toContainText(say('request.system.open'));
      await billing.call('POST', `/api/v1/tasks/${task.id}/confirm`, { outcome: 'done' });
      await page.reload();
      await expect(page.locator('.credentials')).toContainText(say('request.system.done'));
      await expect(page.locator('.credentials')).toContainText(say('request.system.open')); // the CRM has not
      await officer.reload();
      await officer.locator('form[action$="/answer"]').locator('xpath=..').locator('summary').click();
      await officer.locator('form[action$="/answer"] button').click();
      await page.reload();
      await expect(page.locator('.request-answered')).toBeVisible();

      await page.goto('/history');
      await expect(page.getByText(say('event.reason_request')).first()).toBeVisible();
      await expect(page.getByText(say('event.request.erasure')).first()).toBeVisible();
    });
  });
}

test('its pages are sound', async ({ page, context, browser, baseURL }) => {
  await signedIn(context, baseURL, sound);
  for (const path of ['/requests', '/requests/new/erasure', '/requests/new/rectification', '/requests/new/restriction']) {
    await page.goto(path);
    expect(await violations(page), path).toEqual([]);
  }
  const officer = await staff(browser, baseURL, 'privacy_officer');
  await officer.goto('/staff/requests');
  expect(await violations(officer)).toEqual([]);
  await officer.locator('a[href^="/staff/requests/"]').first().click();
  expect(await violations(officer)).toEqual([]);
});

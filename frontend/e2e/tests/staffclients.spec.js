// API clients, as an administrator manages them: to see, by keyboard, without scripts, on a phone.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { expect, test } from '../support/test.js';

/** Signs a member of staff in without a page. */
async function asAdmin(context) {
  const answer = await context.request.post('/demo/sign-in', { form: { staff: 'admin' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The addresses of the pages about clients: the list, the form, each client's own, and one's revocation. */
async function clientPages(page) {
  await page.goto('/staff/clients');
  const own = await page.locator('.table-dense tbody a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(own.length, 'the demo has a few clients').toBeGreaterThanOrEqual(4);
  return ['/staff', '/staff/clients', '/staff/clients/new', ...own, `${own[0]}/revoke`];
}

for (const [lang, colorScheme] of [['en', 'light'], ['de', 'dark'], ['ar', 'light']]) {
  test.describe(`${lang}, ${colorScheme}`, () => {
    test.use({ lang, colorScheme });

    test('nothing stands in anybody’s way', async ({ page, context }) => {
      await asAdmin(context);
      for (const path of await clientPages(page)) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(path);
        expect(await violations(page), `${path} in ${lang}`).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        await fits(page);
      }
    });
  });
}

test.describe('by keyboard', () => {
  test.use({ expectedStatuses: [422] });

  test('adds, rotates and revokes', async ({ page, context, say }) => {
    await asAdmin(context);
    await page.goto('/staff');
    await page.getByRole('link', { name: say('nav.staff_clients'), exact: true }).press('Enter');
    await page.getByRole('link', { name: say('clients.add') }).press('Enter');
    const name = page.getByRole('textbox', { name: say('clients.field.name') });
    await name.focus();
    await page.keyboard.type('Keyboard');
    await page.keyboard.press('Enter'); // no scope yet: said beside the form, which keeps the name
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(name).toHaveValue('Keyboard');
    await page.getByRole('checkbox', { name: say('scope.records') }).press('Space');
    await page.getByRole('button', { name: say('clients.make') }).press('Enter');
    await expect(page.locator('.once .copy')).toHaveCount(3);

    await page.goto('/staff/clients');
    await page.getByRole('link', { name: 'Keyboard' }).press('Enter');
    await page.getByRole('button', { name: say('clients.new_secret') }).press('Enter');
    await expect(page.locator('.once')).toBeVisible();
    await page.getByRole('button', { name: say('clients.end_old') }).press('Enter');
    await expect(page.getByRole('status')).toContainText(say('clients.done.secret_ended'));
    await page.getByRole('link', { name: say('clients.revoke') }).press('Enter');
    await page.getByRole('button', { name: say('clients.revoke_yes') }).press('Enter');
    await expect(page.getByRole('status')).toContainText(say('clients.done.revoked'));
  });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false, expectedStatuses: [401] });

  test('a secret is shown once, and works', async ({ page, context, say, request, baseURL }) => {
    await asAdmin(context);
    await page.goto('/staff/clients/new');
    await page.getByRole('textbox', { name: say('clients.field.name') }).fill('No scripts');
    await page.getByRole('checkbox', { name: say('scope.consents_read') }).check();
    await page.getByRole('button', { name: say('clients.make') }).click();
    const [id, secret] = await page.locator('.once .copy').allTextContents();
    const ask = () => request.post(`${baseURL}/oauth/token`, { form: { grant_type: 'client_credentials', client_id: id, client_secret: secret } });
    expect((await ask()).status()).toBe(200);
    expect(page.url()).not.toContain(secret);
    await page.goto(`/staff/clients/${id}`);
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('link', { name: say('clients.revoke') }).click();
    await page.getByRole('button', { name: say('clients.revoke_yes') }).click();
    expect((await ask()).status()).toBe(401);
  });
});

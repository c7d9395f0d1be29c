// Members of staff make a passkey by a link that works once, sign in with it, see where they are signed in, and end a
// session elsewhere. The authenticator is the browser's own virtual one.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { expect, test } from '../support/test.js';

/** This site under the name that passkeys can be bound to. */
function named(baseURL) {
  const url = new URL(baseURL);
  url.hostname = 'localhost';
  return url.origin;
}

/** A browser of its own with an authenticator in it that verifies its person. */
async function withPasskeys(browser, baseURL) {
  const context = await browser.newContext({ baseURL: named(baseURL) });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { context, page, devtools, authenticatorId };
}

/** An administrator adds somebody, and is shown their link once. */
async function addPerson(browser, baseURL, name) {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  const answer = await context.request.post('/demo/sign-in', { form: { staff: 'admin' }, headers: { Origin: baseURL } });
  expect(answer.ok()).toBe(true);
  await page.goto('/staff/people/new');
  await page.locator('#name').fill(name);
  await page.locator('#email').fill('new.person@example.test');
  await page.locator('input[name=role][value=auditor]').check();
  await page.locator('form.panel button').click();
  const link = (await page.locator('.once .copy').textContent()).trim();
  expect(link).toMatch(/^http:\/\/localhost:\d+\/staff\/enrol\/[\w-]{43}$/);
  expect(await violations(page)).toEqual([]);
  return { context, link };
}

test('a member enrols by a link, signs in by passkey, and ends a session elsewhere', async ({ browser, baseURL }) => {
  const admin = await addPerson(browser, baseURL, 'Passkey Person');
  const first = await withPasskeys(browser, baseURL);
  for (let i = 0; i < 2; i++) await first.page.goto(admin.link); // looking uses nothing up
  await expect(first.page.locator('h1')).toContainText('Passkey Person');
  expect(await violations(first.page)).toEqual([]);
  await first.page.locator('form[data-passkey] button').click();
  await expect(first.page).toHaveURL(/\/staff$/);

  const again = await withPasskeys(browser, baseURL);
  const answer = await again.page.goto(admin.link);
  expect(answer.status()).toBe(410);
  await expect(again.page.getByRole('alert').first()).toBeVisible();

  // The same person at another device that knows the passkey.
  const { credentials } = await first.devtools.send('WebAuthn.getCredentials', { authenticatorId: first.authenticatorId });
  const second = await withPasskeys(browser, baseURL);
  await second.devtools.send('WebAuthn.addCredential', { authenticatorId: second.authenticatorId, credential: credentials[0] });
  await second.page.goto('/staff/sign-in');
  expect(await violations(second.page)).toEqual([]);
  await second.page.locator('form[data-passkey] button').click();
  await expect(second.page).toHaveURL(/\/staff$/);

  await second.page.goto('/staff/account');
  expect(await violations(second.page)).toEqual([]);
  await second.page.locator('form[action*="/sessions/"][action$="/end"] button').first().click();
  await expect(second.page.getByRole('status').first()).toBeVisible();
  await first.page.goto('/staff/account');
  await expect(first.page.locator('.credentials')).toHaveCount(0);
  for (const one of [first, again, second, admin]) await one.context.close();
});

test('an unknown passkey, and none at all, let nobody in', async ({ browser, baseURL }) => {
  const one = await withPasskeys(browser, baseURL);
  await one.page.goto('/staff/sign-in');
  await one.devtools.send('WebAuthn.setUserVerified', { authenticatorId: one.authenticatorId, isUserVerified: false });
  await one.page.locator('form[data-passkey] button').click();
  await expect(one.page.locator('[data-when=failed]')).toBeVisible();
  await expect(one.page).toHaveURL(/\/staff\/sign-in$/);
  await one.context.close();
});

test('without scripts the page says what is needed', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: named(baseURL), javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/staff/sign-in');
  await expect(page.locator('[data-when=none]')).toBeVisible();
  await expect(page.locator('form[data-passkey] button')).toBeHidden();
  await context.close();
});

for (const [what, more] of Object.entries({
  'a phone': { viewport: { width: 320, height: 700 } },
  'the dark': { colorScheme: 'dark' },
  Arabic: { locale: 'ar' },
})) {
  test(`the staff's own pages on ${what}`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL, ...more });
    const page = await context.newPage();
    await context.request.post('/demo/sign-in', { form: { staff: 'admin' }, headers: { Origin: baseURL } });
    for (const path of ['/staff/sign-in', '/staff/people', '/staff/people/new', '/staff/account']) {
      await page.goto(path);
      expect(await violations(page), path).toEqual([]);
      await fits(page);
    }
    await context.close();
  });
}

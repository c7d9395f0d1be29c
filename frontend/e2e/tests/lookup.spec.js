// Staff look a customer up with a reason, and the customer sees who looked, at what and why.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

const looked = 'cus_1013';
const inNeed = 'cus_1014';
const sound = 'cus_1015';

/** A browser of its own, signed in as staff. */
async function staff(browser, baseURL, role, more = {}) {
  const context = await browser.newContext({ baseURL, ...more });
  const page = await context.newPage();
  const answer = await context.request.post('/demo/sign-in', { form: { staff: role }, headers: { Origin: baseURL } });
  expect(answer.ok()).toBe(true);
  return page;
}

/** Finds a customer by keyboard alone, and gives a reason. */
async function lookUp(page, wanted, reason) {
  await page.goto('/staff/customers');
  await page.locator('#customer').focus();
  await page.keyboard.type(wanted);
  await page.keyboard.press('Enter');
  await expect(page.locator('#reason')).toBeFocused();
  await page.locator('input[name=kind][value=text]').check();
  await page.locator('#reason').focus();
  await page.keyboard.type(reason);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('an officer looks a customer up with a reason, sees masks, shows one value, and the customer sees it', async ({ page, context, browser, baseURL, billing, say }) => {
      const { email } = await billing.call('GET', `/api/v1/customers/${looked}`);
      const reason = `You asked which address we write to (${javaScriptEnabled}).`;
      const officer = await staff(browser, baseURL, 'privacy_officer', { javaScriptEnabled });
      const visited = [];
      officer.on('request', (request) => visited.push(request.url()));
      if (javaScriptEnabled) await lookUp(officer, email, reason);
      else {
        await officer.goto('/staff/customers');
        await officer.locator('#customer').fill(email);
        await officer.getByRole('button', { name: say('lookup.search') }).click();
        await officer.locator('input[name=kind][value=text]').check();
        await officer.locator('#reason').fill(reason);
        await officer.getByRole('button', { name: say('lookup.open') }).click();
      }
      await expect(officer.locator('.looking')).toContainText(reason);
      const contact = officer.locator('a[href$="/data/contact"]');
      await contact.focus();
      await officer.keyboard.press('Enter');
      await officer.locator('a[href$="/data/contact/profile"]').click();
      expect(await officer.content()).not.toContain(email);
      await officer.locator('#field-email button').focus();
      await officer.keyboard.press('Enter');
      await expect(officer.locator('#field-email .value')).toContainText(email);
      await expect(officer.locator('#field-phone .masked')).toBeVisible();
      await officer.locator('.looking button').click();
      await expect(officer.locator('#customer')).toBeVisible();
      expect(visited.filter((url) => url.includes('@') || url.includes('%40'))).toEqual([]);

      await signedIn(context, baseURL, looked);
      await page.goto('/history?show=access');
      const event = page.locator('.event', { hasText: reason });
      await expect(event).toContainText(say('role.privacy_officer'));
      await event.locator('summary').click();
      await expect(event.locator('.looked')).toContainText(say('looked.profile'));
      expect(await page.content()).not.toContain('Ingrid');
    });
  });
}

test('in an emergency an administrator asks, an officer approves, and the customer sees both', async ({ page, context, browser, baseURL, say }) => {
  test.slow(); // three browsers
  const reason = 'The bank must be told the mandate before noon.';
  const admin = await staff(browser, baseURL, 'admin');
  await lookUp(admin, inNeed, reason);
  await expect(admin.locator('#mine ~ table')).toContainText(say('lookup.waits'));
  const officer = await staff(browser, baseURL, 'privacy_officer');
  await officer.goto('/staff/emergencies');
  const asked = officer.locator('tr', { hasText: reason });
  await expect(asked).toContainText(inNeed);
  expect(await violations(officer)).toEqual([]);
  await asked.getByRole('button', { name: say('emergency.approve') }).click();
  await admin.reload();
  await admin.locator(`#mine ~ table a:has-text("${inNeed}")`).first().click();
  await expect(admin.locator('.looking-emergency')).toContainText(reason);
  expect(await violations(admin)).toEqual([]);
  await signedIn(context, baseURL, inNeed);
  await page.goto('/history?show=access');
  const event = page.locator('.event', { hasText: reason });
  await expect(event).toContainText(say('role.admin'));
  await expect(event).toContainText(say('event.approved', { role: say('role.privacy_officer') }));
  await officer.locator('tr', { hasText: reason }).getByRole('button', { name: say('lookup.end') }).click();
  expect((await admin.reload()).status()).toBe(410);
});

for (const { name, use, lang } of [
  { name: 'on a desk', use: {}, lang: 'en' },
  { name: 'on a phone', use: { viewport: { width: 320, height: 640 } }, lang: 'de' },
  { name: 'in Arabic', use: { viewport: { width: 390, height: 844 } }, lang: 'ar' },
  { name: 'in the dark', use: { colorScheme: 'dark' }, lang: 'pl' },
]) {
  test(`its pages are sound ${name}`, async ({ browser, baseURL }) => {
    test.slow(); // axe reads seven pages
    const officer = await staff(browser, baseURL, 'privacy_officer', use);
    await officer.goto(`/staff/customers?lang=${lang}`);
    const look = async () => {
      expect(await violations(officer), officer.url()).toEqual([]);
      await fits(officer);
    };
    await look();
    await officer.locator('#customer').fill(sound);
    await officer.keyboard.press('Enter');
    await expect(officer.locator('#reason')).toBeVisible();
    await look();
    await officer.locator('#reason').fill('CARE-20417');
    await officer.locator('form[action="/staff/look-ups"] button').click();
    await expect(officer.locator('.looking')).toBeVisible();
    await look();
    await officer.locator('a[href$="/data/contact"]').click();
    await look();
    await officer.locator('a[href$="/data/contact/profile"]').click();
    await officer.locator('#field-email button').click();
    await expect(officer.locator('#field-email .chip')).toBeVisible();
    await look();
    for (const path of ['/staff/emergencies', '/staff/accesses']) {
      await officer.goto(path);
      await look();
    }
  });
}

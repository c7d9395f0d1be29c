// What somebody was shown when they decided: they see it, staff see it with a reason, and they see that staff did.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { Choice, signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

/** A browser of its own, signed in as staff. */
async function staff(browser, baseURL, role, more = {}) {
  const context = await browser.newContext({ baseURL, ...more });
  const page = await context.newPage();
  const answer = await context.request.post('/demo/sign-in', { form: { staff: role }, headers: { Origin: baseURL } });
  expect(answer.ok()).toBe(true);
  return page;
}

/** The customer changes their mind about a purpose; answers the number of the entry, and the name of the button. */
async function decide(page, purpose) {
  await page.goto('/consents');
  const choice = new Choice(page, purpose);
  const button = (await choice.chosen()) === 'on' ? choice.off : choice.on;
  const name = await button.locator('.option-name').innerText();
  return { entry: await choice.choose(button), name, title: await choice.panel.locator('h3').innerText() };
}

test('what somebody was shown is given back to them and, with a reason, to an officer', async ({ page, context, browser, baseURL, customer, say }) => {
  await signedIn(context, baseURL, customer);
  const { entry, name, title } = await decide(page, 'usage_analytics');
  await page.goto(`/receipts/${entry}`);
  await page.locator(`a[href="/receipts/${entry}/shown"]`).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.shown')).toContainText(title);
  await expect(page.locator('.shown-chosen')).toContainText(name);
  await expect(page.locator('.shown .notice-text')).toBeVisible();
  await expect(page.locator('.shown-parts .proof-good')).toHaveText([say('shown.same'), say('shown.same')]);
  for (const part of await page.locator('.shown-parts article').all()) {
    const [named, hash] = await part.locator('.hash').allInnerTexts();
    expect(hash.replaceAll(/\s/g, '')).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).toBe(named);
  }

  const reason = `The ombudsman asks about entry ${entry}.`;
  const officer = await staff(browser, baseURL, 'privacy_officer');
  await officer.goto('/staff/evidence');
  await expect(officer.locator('#entry')).toBeFocused();
  await officer.keyboard.type(String(entry));
  await officer.keyboard.press('Enter');
  await expect(officer.locator('#reason')).toBeFocused();
  expect(await officer.locator('main').innerText()).not.toContain(title);
  await officer.keyboard.type(reason);
  await officer.keyboard.press('Enter');
  await expect(officer.locator('.shown')).toContainText(title);
  await expect(officer.locator('.shown-chosen')).toContainText(name);
  await expect(officer.locator('.shown-parts .proof-good')).toHaveText([say('shown.same'), say('shown.same')]);
  expect(await officer.content()).not.toContain(customer);

  await page.goto('/history?show=access');
  const event = page.locator('.event', { hasText: reason });
  await expect(event).toContainText(say('role.privacy_officer'));
  await event.locator('summary').click();
  await expect(event.locator('.looked')).toContainText(say('looked.entry', { entry: String(entry) }));
});

for (const { name, use, lang } of [
  { name: 'on a desk', use: {}, lang: 'en' },
  { name: 'on a phone', use: { viewport: { width: 320, height: 640 } }, lang: 'de' },
  { name: 'in Arabic', use: { viewport: { width: 390, height: 844 } }, lang: 'ar' },
  { name: 'in the dark', use: { colorScheme: 'dark' }, lang: 'pl' },
]) {
  test.describe(name, () => {
    test.use({ ...use, lang });

    test('the pages of what was shown are sound', async ({ page, context, browser, baseURL, customer }) => {
      const look = async (one) => {
        expect(await violations(one), one.url()).toEqual([]);
        await fits(one);
      };
      await signedIn(context, baseURL, customer);
      const { entry } = await decide(page, 'usage_analytics');
      await page.goto(`/receipts/${entry}/shown`);
      await look(page);
      const auditor = await staff(browser, baseURL, 'auditor', use);
      await auditor.goto(`/staff/evidence?lang=${lang}`);
      await look(auditor);
      await auditor.goto('/staff/evidence?entry=999999999');
      await expect(auditor.locator('#problem')).toBeVisible();
      await look(auditor);
      await auditor.goto(`/staff/evidence/${entry}`);
      await look(auditor);
      await auditor.locator('#reason').fill('CARE-20417');
      await auditor.keyboard.press('Enter');
      await expect(auditor.locator('.shown')).toBeVisible();
      await look(auditor);
    });
  });
}

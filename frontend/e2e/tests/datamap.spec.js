// An officer changes what a purpose says and how long a yes lasts, somebody else approves and publishes it, and customers see it
// at once.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { expect, looks, test } from '../support/office.js';
import { signedIn } from '../support/pages.js';

test.describe.configure({ mode: 'default' }); // one after the other, in one demo

const changed = 'marketing_email'; // has a draft in review in the demo
const element = `/staff/data-map/edit/purposes/${changed}`;
const wording = 'You get an offer by e-mail now and then, four times a year at most.';

for (const { name, use, lang } of looks) {
  test.describe(name, () => {
    test.use({ lang });

    test(`its pages are sound ${name}`, async ({ staff }) => {
      test.slow(); // axe reads eight pages
      for (const [role, paths] of [
        ['privacy_officer', ['/staff/data-map', element, '/staff/data-map/edit/categories/usage_detail', '/staff/data-map/edit/operator', '/staff/data-map/new/recipients']],
        ['legal_approver', ['/staff/data-map', '/staff/data-map/versions', '/staff/data-map/record']],
      ]) {
        const page = await staff(role, use);
        for (const path of paths) {
          await page.goto(path);
          expect(await violations(page), path).toEqual([]);
          await fits(page);
        }
      }
    });
  });
}

test.describe('a change', () => {
  test.use({ expectedStatuses: [400, 403, 409, 422] });

  test('an officer changes a wording and a period, cannot approve it, another does, and customers see it at once', async ({ page, context, staff, site, baseURL, say }) => {
    test.slow(); // three browsers
    await signedIn(context, baseURL, site.customers[0].ref);
    await page.goto('/consents');
    const choice = page.locator(`#choice-${changed}`);
    await expect(choice).not.toContainText(wording);

    const officer = await staff('privacy_officer');
    await officer.goto('/staff/data-map');
    await officer.locator(`td a[href="${element}"]`).focus();
    await officer.keyboard.press('Enter');
    await officer.locator('#renewal').fill('half a year');
    await officer.locator('[id="on.en"]').fill(wording);
    await officer.locator('button[value=save]').press('Enter');
    await expect(officer.locator('.map-missing a[href$="#renewal"]'), 'a draft may be wrong; the page says where').toBeVisible();
    await expect(officer.locator('#renewal')).toHaveAttribute('aria-invalid', 'true');
    await expect(officer.locator('[id="on.en"]')).toHaveValue(wording);
    await officer.locator('#renewal').fill('P6M');
    await officer.locator('button[value=save]').press('Enter');
    await expect(officer.locator('.map-missing')).toHaveCount(0);
    await expect(officer.locator('[aria-labelledby="preview-en"]').first()).toContainText(wording);

    await officer.goto('/staff/data-map');
    await officer.getByRole('button', { name: say('map.submit') }).press('Enter');
    await expect(officer.locator('.flash')).toContainText(say('map.done.submitted'));
    await expect(officer.getByText(say('map.turn.in_review'))).toBeVisible();
    await expect(officer.getByRole('button', { name: say('map.approve') })).toHaveCount(0);
    await page.reload();
    await expect(choice).not.toContainText(wording);

    const approver = await staff('legal_approver');
    await approver.goto('/staff/data-map');
    await expect(approver.locator('td ins', { hasText: 'four times' })).toBeVisible();
    await expect(approver.locator('[aria-labelledby=consequences]')).toBeVisible();
    const approve = approver.getByRole('button', { name: say('map.approve') });
    await approver.locator('input[name=material]').press('Space');
    await approver.locator('#approve-note').fill('It promises less mail; the notice says so already.');
    await approve.press('Enter');
    await expect(approver.locator('.flash')).toContainText(say('map.done.approved'));
    await approver.getByRole('button', { name: say('map.schedule') }).press('Enter');
    await expect(approver.locator('.flash')).toContainText(say('map.done.scheduled'));

    await page.reload();
    await expect(choice).toContainText(wording);
  });
});

// The pages where the data map is edited, approved and published, while a draft waits for its approver.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { expect, looks, test } from '../support/office.js';

test.describe.configure({ mode: 'default' }); // one after the other, in one demo

const changed = 'marketing_email'; // has a draft in review in the demo
const element = `/staff/data-map/edit/purposes/${changed}`;

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

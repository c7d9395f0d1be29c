// Every page in a browser whose text is set to twice the usual size.
import { chromium } from '../support/chromium.js';
import { rich } from '../support/demo.js';
import { fits } from '../support/layout.js';
import { signedIn } from '../support/pages.js';
import { customerPages, publicPages } from '../support/tour.js';
import { expect, test } from '../support/test.js';

test.use({ launchOptions: chromium('--blink-settings=defaultFontSize=32'), expectedStatuses: [404, 410] });

for (const lang of ['en', 'de', 'ar']) {
  test.describe(lang, () => {
    test.use({ lang });

    test('text at 200 %', async ({ page, context, baseURL }) => {
      const size = () => page.locator('main p').last().evaluate((p) => parseFloat(getComputedStyle(p).fontSize));
      for (const path of publicPages) {
        await page.goto(path);
        await fits(page);
      }
      await signedIn(context, baseURL, rich);
      for (const path of customerPages) {
        await page.goto(path);
        expect(await size(), `text of ${path} follows the size that a person sets`).toBeGreaterThan(24);
        await fits(page);
      }
    });
  });
}

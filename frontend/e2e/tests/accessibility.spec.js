// axe finds nothing on any page, in light and dark.
import { violations } from '../support/axe.js';
import { rich } from '../support/demo.js';
import { signedIn } from '../support/pages.js';
import { customerPages, publicPages, states } from '../support/tour.js';
import { expect, test } from '../support/test.js';

test.use({ expectedStatuses: [404, 410] });

/** Looks at a page as it is, in both themes. */
async function clean(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await violations(page), `${what}, ${colorScheme}`).toEqual([]);
  }
}

for (const lang of ['en', 'ar']) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the door and what everybody may read', async ({ page, billing, customer }) => {
      for (const path of [...publicPages, new URL(await billing.link(customer)).pathname]) {
        await page.goto(path);
        await clean(page, path.replace(/(sessions\/).*/, '$1…'));
      }
    });

    test("a customer's pages", async ({ page, context, baseURL }) => {
      await signedIn(context, baseURL, rich);
      for (const path of customerPages) {
        await page.goto(path);
        await clean(page, path);
      }
    });

    test('what is just happening', async ({ page, context, baseURL, customer }) => {
      await signedIn(context, baseURL, customer);
      await states(page, (what) => clean(page, what));
    });
  });
}

for (const lang of ['de', 'fr', 'es', 'pl']) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the door, the overview and the choices', async ({ page, context, baseURL }) => {
      await page.goto('/');
      await clean(page, 'the door');
      await signedIn(context, baseURL, rich);
      for (const path of ['/', '/consents']) {
        await page.goto(path);
        await expect(page.locator('html')).toHaveAttribute('lang', lang);
        await clean(page, path);
      }
    });
  });
}

test('the pages of staff', async ({ page, context }) => {
  await context.request.post('/demo/sign-in', { form: { staff: 'privacy_officer' } });
  await page.goto('/staff');
  await clean(page, '/staff');
});

test('axe finds what is wrong', async ({ page }) => {
  await page.goto('/');
  await page.evaluate(() => {
    document.documentElement.removeAttribute('lang');
    document.querySelector('main h1').style.color = '#eee';
  });
  const found = (await violations(page)).map((line) => line.split(':')[0]);
  expect(found).toEqual(expect.arrayContaining(['html-has-lang', 'color-contrast']));
});

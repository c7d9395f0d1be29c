// Every page on a small phone, at twice its size, and in the colours a person forces on it.
import { rich } from '../support/demo.js';
import { fits } from '../support/layout.js';
import { Choice, signedIn } from '../support/pages.js';
import { customerPages, publicPages } from '../support/tour.js';
import { expect, test } from '../support/test.js';

test.use({ expectedStatuses: [404, 410] });

for (const lang of ['en', 'de', 'ar']) {
  test.describe(lang, () => {
    test.use({ lang });

    // 640 px is what a window of 1,280 has left at 200 %.
    for (const width of [320, 640]) test(`${width} px wide`, async ({ page, context, baseURL }) => {
      await page.setViewportSize({ width, height: 640 });
      for (const path of publicPages) {
        await page.goto(path);
        await fits(page);
      }
      await signedIn(context, baseURL, rich);
      for (const path of customerPages) {
        await page.goto(path);
        await fits(page);
      }
    });
  });
}

test('forced colours keep the chosen button apart from the other', async ({ page, context, baseURL, customer }, info) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await signedIn(context, baseURL, customer);
  await page.goto('/consents');
  const choice = new Choice(page, 'usage_analytics');
  await choice.choose((await choice.chosen()) === 'on' ? choice.off : choice.on);
  const looks = (button) => button.evaluate((element) => {
    const { borderTopWidth, borderTopColor, borderTopStyle, outlineWidth, backgroundColor, color } = getComputedStyle(element);
    const mark = getComputedStyle(element.querySelector('.option-mark svg'));
    return { borderTopWidth, borderTopColor, borderTopStyle, outlineWidth, backgroundColor, color, mark: [mark.visibility, mark.display, mark.opacity] };
  });
  await page.mouse.move(0, 0);
  expect(await looks(choice.on)).not.toEqual(await looks(choice.off));
  await page.screenshot({ path: info.outputPath('forced-colors.png'), fullPage: true });
});

test('less motion for whoever wants less', async ({ page, context, baseURL }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signedIn(context, baseURL, rich);
  await page.goto('/');
  const moving = await page.evaluate(() => document.getAnimations().filter(({ effect }) => effect.getTiming().iterations === Infinity).length);
  expect(moving).toBe(0);
});

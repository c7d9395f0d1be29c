// Every page on a small phone, with text at twice its size, and in the colours a person forces on it.
import { rich } from '../support/demo.js';
import { fits } from '../support/layout.js';
import { Choice, signedIn } from '../support/pages.js';
import { customerPages, publicPages } from '../support/tour.js';
import { expect, test } from '../support/test.js';

test.use({ expectedStatuses: [404, 410] });

for (const lang of ['en', 'de', 'ar']) {
  test.describe(lang, () => {
    test.use({ lang });

    test('320 px wide', async ({ page, context, baseURL }) => {
      await page.setViewportSize({ width: 320, height: 640 });
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

    test('text at 200 %', async ({ page, context, baseURL }) => {
      await signedIn(context, baseURL, rich);
      for (const path of customerPages) {
        await page.goto(path);
        const size = () => page.locator('main p').first().evaluate((p) => parseFloat(getComputedStyle(p).fontSize));
        const before = await size();
        await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
        expect(await size(), 'text grows with the size a person sets').toBeGreaterThan(before * 1.7);
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

// The whole way by keyboard alone, the focus always to be seen.
import { expect, test } from '../support/test.js';
import { Choice } from '../support/pages.js';

/** What has the focus, and whether a person sees that it has. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const ring = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const box = element.getBoundingClientRect();
    return {
      name: `${element.tagName.toLowerCase()} ${element.textContent.trim().slice(0, 40)}`,
      body: element === document.body,
      // A date field gives its focus on to the button inside, which Chromium rings by itself.
      ring: ring(getComputedStyle(element)) || ring(getComputedStyle(element, '::after')) || !element.matches(':focus'),
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    };
  });
}

/** Presses Tab until the target has the focus; every stop on the way must show that it has it. */
async function tabTo(page, target, key = 'Tab') {
  await expect(target).toBeVisible();
  const name = await target.innerText();
  for (let pressed = 0; pressed < 150; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    const stop = await focused(page);
    if (stop.body) continue; // from the last stop to the first
    expect(stop, `the focus on "${stop.name}" can be seen`).toMatchObject({ ring: true, seen: true });
  }
  throw new Error(`the Tab key does not reach "${name}"`);
}

test('signs in, decides, undoes, reads the text, asks for an archive, signs out', async ({ page, say }) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: say('frame.skip') });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();

  await tabTo(page, page.locator('form:has(input[value=cus_1008]) button'));
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-overview')).toBeVisible();

  await tabTo(page, page.getByRole('link', { name: say('nav.choices'), exact: true }));
  await page.keyboard.press('Enter');
  const choice = new Choice(page, 'marketing_email');
  await expect(choice.panel).toBeVisible();
  const [wanted, other] = (await choice.chosen()) === 'on' ? [choice.off, choice.on] : [choice.on, choice.off];
  await tabTo(page, wanted);
  await page.keyboard.press('Space');
  await expect(choice.confirmation).toBeVisible();
  await expect(wanted).toHaveAttribute('aria-pressed', 'true');
  await expect(wanted).toBeFocused();

  await tabTo(page, choice.undo, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(other).toHaveAttribute('aria-pressed', 'true');
  await expect(other).toBeFocused();

  const text = choice.panel.locator('details summary');
  await tabTo(page, text);
  await page.keyboard.press('Enter');
  await expect(choice.panel.locator('.notice-text')).toBeVisible();

  const languages = page.locator('.menu').first();
  await tabTo(page, languages.locator('summary'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(languages.getByRole('link', { name: 'Deutsch' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(languages.getByRole('link', { name: 'Deutsch' })).toBeHidden();
  await expect(languages.locator('summary')).toBeFocused();

  await tabTo(page, page.getByRole('link', { name: say('nav.download'), exact: true }));
  await page.keyboard.press('Enter');
  const category = page.locator('input[name=category][value=contact]');
  await tabTo(page, category);
  await page.keyboard.press('Space');
  await expect(category).toBeChecked();
  await tabTo(page, page.getByRole('button', { name: say('download.make') }));
  await page.keyboard.press('Enter');
  await expect(page.locator('#archive')).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
  await tabTo(page, page.locator('a[href$="/archive.zip"]'));
  const saving = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect(await (await saving).failure()).toBeNull();

  await tabTo(page, page.locator('.menu').last().locator('summary'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: say('frame.sign_out') }));
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-sign_in')).toBeVisible();
});

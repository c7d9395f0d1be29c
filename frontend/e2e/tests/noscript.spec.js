// The same way without JavaScript: plain links and forms.
import { demo, logverify, rich } from '../support/demo.js';
import { Choice, signedIn, signIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

test.use({ javaScriptEnabled: false });

for (const { lang, customer } of [{ lang: 'en', customer: 'cus_1004' }, { lang: 'ar', customer: 'cus_1006' }]) {
  test.describe(lang, () => {
    test.use({ lang });

    test('signs in, decides, looks back, takes it along, leaves', async ({ page, say, billing }, info) => {
      await signIn(page, customer);

      await page.getByRole('link', { name: say('nav.choices'), exact: true }).click();
      const choice = new Choice(page, 'partner_sharing');
      if ((await choice.chosen()) !== 'off') await choice.choose(choice.off);
      const given = await choice.allowAgain();
      expect(new URL(page.url()).hash, 'the answer shows the choice').toBe('#choice-partner_sharing');
      expect((await billing.decide(customer, 'partner_sharing')).decision).toBe(true);
      await choice.undo.click();
      await expect(choice.confirmation).toContainText(say('choice.confirmed.withdrawn'));
      expect((await billing.decide(customer, 'partner_sharing')).decision).toBe(false);
      expect(await choice.entry()).toBeGreaterThan(given);

      await choice.receipt.click();
      await expect(page.locator('.proof-good')).toBeVisible();
      await page.getByRole('link', { name: say('nav.check'), exact: true }).click();
      await expect(page.locator('.proof-good').first()).toBeVisible();
      await expect(page.locator('noscript p')).toBeVisible();
      expect(await page.locator('noscript p').textContent()).toBe(say('check.no_script'));
      await expect(page.getByRole('button', { name: say('check.start') })).toBeHidden();

      await page.getByRole('link', { name: say('nav.download'), exact: true }).click();
      await page.locator('form.download-form button').click();
      await expect(async () => {
        const again = page.getByRole('link', { name: say('download.look_again') });
        if (await again.count()) await again.click();
        await expect(page.locator('#archive')).toHaveAttribute('data-state', 'ready', { timeout: 500 });
      }).toPass({ timeout: 60_000 });
      const saving = page.waitForEvent('download');
      await page.locator('a[href$="/archive.zip"]').click();
      const archive = info.outputPath('archive.zip');
      await (await saving).saveAs(archive);
      const { code, said } = logverify('--vkey', demo.log.vkey, archive);
      expect(code, said).toBe(0);

      await page.locator('.menu').last().locator('summary').click();
      await page.getByRole('button', { name: say('frame.sign_out') }).click();
      await expect(page.locator('.view-sign_in')).toBeVisible();
    });
  });
}

test('pages, searches and unmasks records', async ({ page, context, baseURL, say }) => {
  await signedIn(context, baseURL, rich);
  await page.goto('/data/usage_detail');
  await page.locator('a[rel=next]').click();
  await expect(page.locator('a[rel=prev]')).toBeVisible();
  await page.goto('/data/contact');
  await page.locator('a.reveal').first().click();
  await expect(page.locator('.records')).toContainText('@example.test');
  await page.goto('/data/invoices?q=nothing-like-it');
  await expect(page.locator('.empty')).toContainText(say('records.none_found'));
});

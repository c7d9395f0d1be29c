// What a customer comes for, from the door and back to it, in a language read from the left and in one
// read from the right.
import { readFileSync } from 'node:fs';
import { demo, logverify, arabic } from '../support/demo.js';
import { fits } from '../support/layout.js';
import { Choice, makeArchive, signIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

for (const { lang, dir, customer } of [
  { lang: 'en', dir: 'ltr', customer: 'cus_1007' },
  { lang: 'ar', dir: 'rtl', customer: arabic },
]) {
  test.describe(lang, () => {
    test.use({ lang });

    test('sees what is held, decides, looks back, checks, takes it along, leaves', async ({ page, say, billing }, info) => {
      await test.step('sign in', async () => {
        await page.goto('/');
        await expect(page.locator('h1')).toHaveText(say('sign_in.title', { operator: await page.locator('.brand').innerText() }));
        await signIn(page, customer);
        await expect(page.locator('html')).toHaveAttribute('lang', lang);
        await expect(page.locator('html')).toHaveAttribute('dir', dir);
      });

      await test.step('see what is held, and why', async () => {
        const { name } = demo.customers.find(({ ref }) => ref === customer);
        await expect(page.locator('.greeting')).toHaveText(say('overview.greeting', { name }));
        const cards = page.locator('.cards .card');
        expect(await cards.count()).toBeGreaterThan(8);
        for (const card of await cards.all()) {
          await expect(card.locator('h3 a')).not.toBeEmpty();
          await expect(card.locator('.card-why')).not.toBeEmpty();
          await expect(card.locator('.chip').first()).toBeVisible();
        }
        await expect(page.getByRole('img', { name: say('flow.description') })).toBeVisible();
        await fits(page);
      });

      const analytics = new Choice(page, 'usage_analytics');
      await test.step('allow a use, and take it back on the spot', async () => {
        await page.getByRole('link', { name: say('nav.choices'), exact: true }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('choices.title'));
        await expect(analytics.on).toContainText(say('choice.consent.on'));
        await expect(analytics.off).toContainText(say('choice.consent.off'));
        if ((await analytics.chosen()) === 'on') await analytics.choose(analytics.off);

        const given = await analytics.choose(analytics.on);
        await expect(analytics.on).toBeFocused();
        await expect(analytics.confirmation).toContainText(say('choice.confirmed.given'));
        expect((await billing.decide(customer, 'usage_analytics', 'usage_detail')).decision).toBe(true);

        await analytics.undo.click();
        await expect(analytics.confirmation).toContainText(say('choice.confirmed.withdrawn'));
        await expect(analytics.off).toHaveAttribute('aria-pressed', 'true');
        await expect.poll(() => analytics.entry()).toBeGreaterThan(given);
        const decision = await billing.decide(customer, 'usage_analytics', 'usage_detail');
        expect(decision).toMatchObject({
          decision: false, context: { reason: 'consent_withdrawn', log_index: await analytics.entry() },
        });
      });

      const receipt = await analytics.entry();
      await test.step('look back', async () => {
        await page.getByRole('link', { name: say('nav.history'), exact: true }).click();
        const newest = page.locator('.event').first();
        await expect(newest.locator(`a[href="/receipts/${receipt}"]`)).toBeVisible();
        await expect(newest.locator('a[href^="/notices/usage_analytics/versions/"]')).toBeVisible();
        await fits(page);
        await newest.locator(`a[href="/receipts/${receipt}"]`).click();
        await expect(page.locator('.proof-good')).toHaveText(say('proof.verified'));
        await expect(page.locator('.sheet')).toContainText(say('state.withdrawn'));
        await fits(page);
      });

      await test.step('check in the browser that nobody rewrote it', async () => {
        await page.getByRole('link', { name: say('nav.check'), exact: true }).click();
        await page.getByRole('button', { name: say('check.start') }).click();
        await expect(page.locator('#check-result')).toContainText(say('check.good'));
        await expect(page.locator('.step[data-state=passed]')).toHaveCount(4);
        await fits(page);
      });

      await test.step('take it along', async () => {
        await makeArchive(page);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('download.ready'));
        await fits(page);
        const saving = page.waitForEvent('download');
        await page.locator('a[href$="/archive.zip"]').click();
        const archive = info.outputPath('archive.zip');
        await (await saving).saveAs(archive);
        expect(readFileSync(archive).subarray(0, 2).toString()).toBe('PK');
        const { code, said } = logverify('--vkey', demo.log.vkey, archive);
        expect(code, said).toBe(0);
      });

      await test.step('leave', async () => {
        await page.locator('.menu').last().locator('summary').click();
        await page.getByRole('button', { name: say('frame.sign_out') }).click();
        await expect(page.locator('.view-sign_in')).toBeVisible();
        const answer = await page.context().request.get('/consents', { headers: { Accept: 'text/html' } });
        expect(answer.status(), 'the session is over').toBe(401);
      });
    });
  });
}

test('changes the language in the menu, and keeps it', async ({ page }) => {
  await signIn(page, 'cus_1005');
  await page.locator('.menu').first().locator('summary').click();
  await page.getByRole('link', { name: 'Polski' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'pl');
  await page.locator('.tabs a[href="/history"]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'pl');
});

// Every single record: searched, sorted, paged, and masked until asked for.
import { rich } from '../support/demo.js';
import { fits } from '../support/layout.js';
import { signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

for (const lang of ['en', 'ar']) {
  test.describe(lang, () => {
    test.use({ lang });

    test.beforeEach(({ context, baseURL }) => signedIn(context, baseURL, rich));

    test('pages through a year of meter readings, newest or oldest first', async ({ page, say }) => {
      await page.goto('/');
      await page.locator('a[href="/data/usage_detail"]').click();
      await expect(page.locator('.why-list > div')).toHaveCount(5);
      const rows = page.locator('.records tbody tr');
      await expect(rows).toHaveCount(50);
      const newest = await rows.first().getAttribute('id');

      await page.locator('a[rel=next]').click();
      await expect(page.locator('a[rel=prev]')).toBeVisible();
      expect(await rows.first().getAttribute('id')).not.toBe(newest);
      await fits(page);

      await page.locator('a[rel=prev]').click();
      await expect(page.locator(`[id="${newest}"]`)).toBeVisible();
      await page.locator('th[aria-sort=descending] a').click();
      await expect(page.locator('th[aria-sort=ascending]')).toBeVisible();
      await expect(page.locator(`[id="${newest}"]`)).toHaveCount(0);
      await expect(page.getByRole('img', { name: /./ }).first()).toBeVisible();
      await expect(page.locator('#over-time')).toHaveText(say('chart.title'));
    });

    test('finds a bill by its number, and opens it as issued', async ({ page, say, context }) => {
      await page.goto('/data/invoices');
      const number = await page.locator('.records tbody tr').nth(3).locator('td').nth(1).innerText();
      await page.getByLabel(say('records.search')).fill(number.toLowerCase());
      await page.getByRole('button', { name: say('records.find') }).click();
      await expect(page.locator('.records tbody tr')).toHaveCount(1);
      await expect(page.locator('.records')).toContainText(number);
      const bill = await context.request.get(await page.locator('a.document').first().getAttribute('href'));
      expect(bill.headers()['content-type']).toContain('application/pdf');
      expect((await bill.body()).subarray(0, 5).toString()).toBe('%PDF-');

      await page.getByLabel(say('records.search')).fill('there is no such bill');
      await page.getByRole('button', { name: say('records.find') }).click();
      await expect(page.locator('.empty')).toContainText(say('records.none_found'));
      await page.getByRole('link', { name: say('records.clear') }).click();
      await expect(page.locator('.records tbody tr').nth(3)).toBeVisible();
    });

    test('shows a masked value when asked, and hides it again', async ({ page, say }) => {
      await page.goto('/data/contact');
      const row = page.locator('.records tbody tr').first();
      const masked = row.locator('.masked');
      await expect(masked.first()).toContainText('•');
      const before = await masked.count();
      await row.locator('a.reveal').first().click();
      await expect(masked).toHaveCount(0);
      expect(before).toBeGreaterThan(0);
      await expect(row).toContainText('@example.test');
      await row.getByRole('link', { name: say('records.hide') }).click();
      await expect(masked).toHaveCount(before);
    });
  });
}

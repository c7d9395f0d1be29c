// Every page there is, so that what must hold on all of them is tried on all of them.
import { Choice, makeArchive } from './pages.js';

/** Pages of nobody in particular. */
export const publicPages = ['/', '/notices/privacy', '/notices/usage_analytics/versions/1', '/no-such-page', '/sessions/no-such-link'];

/** Pages of a customer; categories are those of the demo's utility. */
export const customerPages = [
  '/', '/consents', '/history', '/history?show=access', '/download', '/check', '/no-such-page',
  '/data/identity', '/data/contact?reveal=profile', '/data/tax', '/data/payment_method', '/data/contract', '/data/invoices',
  '/data/payments', '/data/usage_summary', '/data/usage_detail', '/data/usage_detail?q=nothing-like-it', '/data/credit',
  '/data/support_notes', '/data/special_needs', '/data/marketing', '/data/access_log',
];

/** Leads a signed-in page through states that an address alone does not show; calls look at each. */
export async function states(page, look) {
  await page.goto('/consents');
  const choice = new Choice(page, 'usage_analytics');
  await choice.choose((await choice.chosen()) === 'on' ? choice.off : choice.on);
  await choice.panel.locator('details summary').click();
  await look('a choice just made, its text open');

  await choice.receipt.click();
  await page.locator('details.more summary').first().click();
  await look('a receipt');

  await page.goto('/consents');
  const sale = new Choice(page, 'partner_sharing');
  if ((await sale.chosen()) !== 'off') await sale.choose(sale.off);
  await sale.allowAgain(() => look('a sale about to be allowed again'));

  await page.goto('/');
  await page.locator('details.more summary').first().click();
  await page.locator('.menu').first().locator('summary').click();
  await look('the overview, its table and the menu open');

  await page.goto('/check');
  await page.locator('#check-start').click();
  await page.locator('#check-result .verdict').waitFor();
  await look('a check that passed');

  await makeArchive(page, ['contact']);
  await look('an archive that is ready');
  await page.goto('/download');
  await look('archives made earlier');
}

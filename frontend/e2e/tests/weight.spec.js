// What a page costs over the wire, with nothing in the cache: document, styles and scripts.
import { rich } from '../support/demo.js';
import { signedIn } from '../support/pages.js';
import { customerPages } from '../support/tour.js';
import { expect, test } from '../support/test.js';

const limit = 60_000; // bytes

test.use({ expectedStatuses: [404] });

test('no page weighs more than 60 KB', async ({ page, context, baseURL }) => {
  await signedIn(context, baseURL, rich);
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  wire.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  for (const path of customerPages) {
    bytes = 0;
    await page.goto(path, { waitUntil: 'networkidle' });
    expect.soft(bytes, `bytes of ${path}`).toBeLessThanOrEqual(limit);
    expect(bytes, 'something was measured').toBeGreaterThan(2_000);
  }
});

test('styles and scripts are fetched once and for all', async ({ page, context, baseURL }) => {
  await signedIn(context, baseURL, rich);
  await page.goto('/');
  const assets = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(assets.length).toBeGreaterThan(2);
  for (const url of assets) {
    const { 'cache-control': cache } = (await context.request.get(url)).headers();
    expect(cache, url).toContain('immutable');
  }
});

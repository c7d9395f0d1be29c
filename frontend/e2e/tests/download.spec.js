// Taking everything along: progress, the file, a download that broke off.
import { createHash } from 'node:crypto';
import { demo, rich } from '../support/demo.js';
import { makeArchive, signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

test('everything about somebody with a year of meter readings, with progress', async ({ page, context, baseURL }) => {
  await signedIn(context, baseURL, rich);
  const path = await makeArchive(page);
  const status = await context.request.get(path, { headers: { Accept: 'application/json' } });
  const { state, done, total, bytes, expires_at: expires } = await status.json();
  expect(state).toBe('ready');
  expect(done).toBe(total);
  expect(total).toBeGreaterThan(35_000);
  expect(new Date(expires).getTime()).toBeGreaterThan(Date.now());
  const file = await context.request.get(`${path}/archive.zip`);
  expect((await file.body()).length).toBe(bytes);
});

test('a download that broke off goes on where it stopped', async ({ page, context, baseURL, customer }) => {
  await signedIn(context, baseURL, customer);
  const path = `${await makeArchive(page, ['contact', 'contract'])}/archive.zip`;
  const get = (headers) => context.request.get(path, { headers });
  const whole = await get({});
  const { etag, 'accept-ranges': ranges } = whole.headers();
  expect(ranges).toBe('bytes');
  const body = await whole.body();
  const middle = Math.floor(body.length / 2);

  const first = await get({ Range: `bytes=0-${middle - 1}` });
  const second = await get({ Range: `bytes=${middle}-`, 'If-Range': etag });
  expect([first.status(), second.status()]).toEqual([206, 206]);
  expect(second.headers()['content-range']).toBe(`bytes ${middle}-${body.length - 1}/${body.length}`);
  expect(sha256(Buffer.concat([await first.body(), await second.body()]))).toBe(sha256(body));

  const other = await get({ Range: 'bytes=1-', 'If-Range': '"another file"' });
  expect(other.status()).toBe(200);
  expect((await other.body()).length).toBe(body.length);
  expect((await get({ Range: `bytes=${body.length}-` })).status()).toBe(416);
});

test.describe('without what it needs', () => {
  test.use({ expectedStatuses: [404, 422] });

  test("somebody else's archive is not there", async ({ page, context, baseURL, customer, browser }) => {
    await signedIn(context, baseURL, customer);
    const path = await makeArchive(page, ['contact']);
    const stranger = await browser.newContext({ baseURL });
    await signedIn(stranger, baseURL, demo.customers.at(-1).ref);
    for (const foreign of [path, `${path}/archive.zip`, '/download/no-such-archive']) {
      const answer = await stranger.request.get(foreign);
      expect(answer.status(), foreign).toBe(404);
      expect(await answer.text()).not.toContain(demo.customers[0].name);
    }
    await stranger.close();
    const nobody = await browser.newContext({ baseURL });
    expect((await nobody.request.get(`${path}/archive.zip`)).status()).toBe(401);
    await nobody.close();
  });

  test('dates the wrong way round are pointed out, and what was ticked stays ticked', async ({ page, context, baseURL, customer, say }) => {
    await signedIn(context, baseURL, customer);
    await page.goto('/download');
    await page.locator('input[name=category][value=contact]').check();
    await page.locator('#from').fill('2026-05-02');
    await page.locator('#to').fill('2026-05-01');
    await page.getByRole('button', { name: say('download.make') }).click();
    await expect(page.getByRole('alert')).toHaveText(say('download.problem.dates_swapped'));
    await expect(page.locator('input[name=category][value=contact]')).toBeChecked();
    await expect(page.locator('#from')).toHaveValue('2026-05-02');
    await expect(page.locator('#from')).toHaveAttribute('aria-invalid', 'true');
  });
});

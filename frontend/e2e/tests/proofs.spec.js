// What the log and the receipts prove, checked with a JOSE library that is not ours.
import { createHash } from 'node:crypto';
import { compactVerify, createLocalJWKSet } from 'jose';
import { demo, logverify } from '../support/demo.js';
import { Choice, signedIn } from '../support/pages.js';
import { expect, test } from '../support/test.js';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const jsonOf = (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8'));

async function text(request, path) {
  const answer = await request.get(path);
  expect(answer.status(), path).toBe(200);
  return answer.text();
}

/** The published keys, of one use alone. */
async function keysFor(request) {
  return createLocalJWKSet(JSON.parse(await text(request, '/.well-known/jwks.json')));
}

/** The path of the n-th bundle of entries of a log of a size. */
function bundlePath(n, size) {
  const full = (n + 1) * 256 <= size;
  const group = String(n % 1000).padStart(3, '0');
  expect(n, 'this test reads small logs').toBeLessThan(1000);
  return `/log/tile/entries/${group}${full ? '' : `.p/${size - n * 256}`}`;
}

/** All entries under the checkpoint of now. */
async function readLog(request) {
  const [origin, size] = (await text(request, '/log/checkpoint')).split('\n');
  const entries = [];
  for (let n = 0; n * 256 < Number(size); n += 1) {
    const answer = await request.get(bundlePath(n, Number(size)));
    expect(answer.headers()['content-type']).toBe('application/octet-stream');
    let rest = await answer.body();
    while (rest.length > 0) {
      const length = rest.readUInt16BE(0);
      entries.push(rest.subarray(2, 2 + length).toString('ascii'));
      rest = rest.subarray(2 + length);
    }
  }
  expect(entries).toHaveLength(Number(size));
  return { origin, entries };
}

test('every entry of the log verifies, and the chain holds', async ({ request }) => {
  const keys = await keysFor(request);
  const { origin, entries } = await readLog(request);
  expect(origin).toBe(demo.log.origin);
  let before = '';
  let time = '';
  for (const [seq, entry] of entries.entries()) {
    const { payload, protectedHeader } = await compactVerify(entry, keys, { algorithms: ['EdDSA'] });
    expect(protectedHeader.typ).toBe('candor-entry+jwt');
    const said = jsonOf(payload);
    expect(said).toMatchObject({ v: 1, log: origin, seq, prev: sha256(before).toString('base64url') });
    expect(said.time >= time).toBe(true);
    time = said.time;
    before = entry.slice(0, entry.lastIndexOf('.'));
  }
});

test('a receipt verifies, and holds the entry that the log holds', async ({ context, page, baseURL, customer, request }, info) => {
  await signedIn(context, baseURL, customer);
  await page.goto('/consents');
  const choice = new Choice(page, 'usage_analytics');
  const wanted = (await choice.chosen()) === 'on' ? choice.off : choice.on;
  const seq = await choice.choose(wanted);
  await choice.receipt.click();
  await expect(page.locator('.proof-good')).toBeVisible();
  const saving = page.waitForEvent('download');
  await page.locator('a[href$=".jwt"]').click();
  const file = info.outputPath('receipt.jwt');
  await (await saving).saveAs(file);
  const verified = logverify('--vkey', demo.log.vkey, file);
  expect(verified.code, verified.said).toBe(0);

  const jwt = (await text(context.request, `/receipts/${seq}.jwt`)).trim();
  const keys = await keysFor(request);
  const { payload, protectedHeader } = await compactVerify(jwt, keys, { algorithms: ['EdDSA'] });
  expect(protectedHeader.typ).toBe('consent-receipt+jwt');
  const { log } = jsonOf(payload);
  const { entries } = await readLog(request);
  expect(log).toMatchObject({ origin: demo.log.origin, index: seq, entry: entries[seq] });
  const { commit } = jsonOf((await compactVerify(log.entry, keys)).payload);
  const sealed = Buffer.concat([Buffer.from(log.salt, 'base64url'), Buffer.from(log.detail, 'base64url')]);
  expect(commit).toBe(sha256(sealed).toString('base64url'));
  expect(jsonOf(Buffer.from(log.detail, 'base64url'))).toMatchObject({ purpose: 'usage_analytics', channel: 'web' });

  expect(await context.request.get(`/receipts/${seq}.json`).then((r) => r.json())).toMatchObject({ log: { index: seq } });
  expect(await text(context.request, `/receipts/${seq}.tlog-proof`)).toMatch(new RegExp(`^c2sp\\.org/tlog-proof@v1\n(extra .*\n)?index ${seq}\n`));

  const [header, claims, signature] = jwt.split('.');
  const flipped = `${header}.${claims.slice(0, -2)}${claims.at(-2) === 'A' ? 'B' : 'A'}${claims.at(-1)}.${signature}`;
  await expect(compactVerify(flipped, keys)).rejects.toThrow();
});

test('logverify accepts the whole log of the running server', () => {
  const { code, said } = logverify('--vkey', demo.log.vkey, `${demo.base_url}/log`);
  expect(code, said).toBe(0);
});

test.describe('the check in the browser', () => {
  test.beforeEach(async ({ context, page, baseURL, customer }) => {
    await signedIn(context, baseURL, customer);
    await page.goto('/consents');
    const choice = new Choice(page, 'marketing_email');
    await choice.choose((await choice.chosen()) === 'on' ? choice.off : choice.on);
  });

  test('passes what the server holds', async ({ page, say }) => {
    await page.goto('/check');
    await page.getByRole('button', { name: say('check.start') }).click();
    await expect(page.locator('#check-result')).toContainText(say('check.good'));
  });

  for (const [what, step, edit] of [
    ['another signature', 'signature', (log) => { log.entries[0].entry = altered(log.entries[0].entry, -10); }],
    ['other details', 'commitment', (log) => { log.entries[0].salt = altered(log.entries[0].salt, 5); }],
    ['another proof', 'inclusion', (log) => { log.entries[0].proof = log.entries[0].proof.replace(/\nindex \d+/, '\nindex 0'); }],
    ['another checkpoint', 'checkpoint', (log) => { log.checkpoint = log.checkpoint.replace(/\n\d+\n/, '\n9\n'); }],
  ]) {
    test(`finds ${what}`, async ({ page, say }) => {
      await page.route('**/check.json', async (route) => {
        const answer = await route.fetch();
        const log = await answer.json();
        edit(log);
        await route.fulfill({ response: answer, json: log });
      });
      await page.goto('/check');
      await page.getByRole('button', { name: say('check.start') }).click();
      await expect(page.locator('#check-result')).toContainText(say('check.bad'));
      await expect(page.locator('.step[data-state=failed]')).toHaveAttribute('data-step', step);
    });
  }
});

/** The text with another letter at a place, from the end if it is negative. */
function altered(of, at) {
  const place = at < 0 ? of.length + at : at;
  return of.slice(0, place) + (of[place] === 'A' ? 'B' : 'A') + of.slice(place + 1);
}

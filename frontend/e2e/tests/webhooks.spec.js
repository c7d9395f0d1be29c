// A billing system that hears of changes: a receiver with the library that the specification's authors publish.
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { expect, test as base } from '../support/test.js';

/** A receiver that keeps what it was sent, and answers with the statuses it is given, then 204. */
const test = base.extend({
  receiver: async ({}, use) => {
    const receiver = { calls: [], statuses: [] };
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      receiver.calls.push({ headers: request.headers, body });
      response.writeHead(receiver.statuses.shift() ?? 204).end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${server.address().port}/candor`;
    await use(receiver);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },
});

/** Whether a signature v1a is good: the npm library knows v1 alone. */
function signedFor(publicKey, { headers, body }) {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return headers['webhook-signature'].split(' ').filter((s) => s.startsWith('v1a,'))
    .some((s) => verify(null, signed, key, Buffer.from(s.slice(4), 'base64')));
}

test('a choice is told, signed, in order, and again until it is taken', async ({ billing, customer, receiver }) => {
  receiver.statuses = [500];
  const hook = await billing.call('POST', '/api/v1/webhooks', {
    url: receiver.url, kinds: ['objection.*', 'consent.*'], purposes: ['fraud_prevention', 'partner_sharing'],
  });
  const made = [];
  for (const [purpose, choice] of [['fraud_prevention', 'object'], ['partner_sharing', 'withdraw']]) {
    const answer = await billing.call('PUT', `/api/v1/customers/${customer}/consents/${purpose}`, {
      choice, channel: 'phone', occurred_at: new Date().toISOString(),
    });
    made.push({ purpose, state: answer.state });
  }
  const told = () => receiver.calls.filter(({ body }) => JSON.parse(body).data.customer === customer);
  await expect.poll(() => new Set(told().map(({ headers }) => headers['webhook-id'])).size, { timeout: 60_000 }).toBe(made.length);

  const webhook = new Webhook(hook.secret);
  for (const call of receiver.calls) {
    expect(webhook.verify(call.body, call.headers)).toMatchObject({ data: { channel: expect.any(String) } });
    expect(signedFor(hook.public_keys[0], call)).toBe(true);
    expect(() => webhook.verify(`${call.body} `, call.headers)).toThrow();
  }
  const [first, again] = receiver.calls;
  expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']); // the one that was answered with 500
  const messages = told().map(({ body }) => JSON.parse(body));
  expect(messages.slice(-2).map(({ data: { purpose, state } }) => ({ purpose, state }))).toEqual(made);
  expect(messages.at(-1)).toMatchObject({ type: messages.at(-1).data.kind, timestamp: messages.at(-1).data.time });
  await billing.remove(`/api/v1/webhooks/${hook.id}`);
});

test('while a secret is exchanged, messages are good under both', async ({ billing, receiver }) => {
  const hook = await billing.call('POST', '/api/v1/webhooks', { url: receiver.url, kinds: ['request.*'] });
  const fresh = await billing.call('POST', `/api/v1/webhooks/${hook.id}/rotate-secret`, { overlap: 3600 });
  expect(fresh.secret).not.toBe(hook.secret);
  expect(await billing.call('POST', `/api/v1/webhooks/${hook.id}/test`)).toMatchObject({ state: 'delivered', response_code: 204 });
  const [call] = receiver.calls;
  for (const secret of [hook.secret, fresh.secret]) {
    expect(new Webhook(secret).verify(call.body, call.headers)).toMatchObject({ type: 'webhook.test' });
  }
  for (const key of fresh.public_keys) expect(signedFor(key, call)).toBe(true);
  await billing.call('POST', `/api/v1/webhooks/${hook.id}/rotate-secret`, { overlap: 0 });
  await billing.call('POST', `/api/v1/webhooks/${hook.id}/test`);
  const last = receiver.calls.at(-1);
  expect(() => new Webhook(fresh.secret).verify(last.body, last.headers)).toThrow();
  await billing.remove(`/api/v1/webhooks/${hook.id}`);
});

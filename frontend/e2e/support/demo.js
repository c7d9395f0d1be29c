// The running demo, as its demo.json describes it, and its API.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.CANDOR_E2E;

export const demo = folder ? JSON.parse(readFileSync(join(folder, 'data', 'demo.json'), 'utf8')) : {};

/** The customers that tests lean on. */
export const rich = 'cus_1001'; // has a year of meter readings; tests only read here
export const arabic = 'cus_1003'; // speaks Arabic

/** Runs logverify; answers its exit code and what it said. */
export function logverify(...args) {
  try {
    return { code: 0, said: execFileSync(join(folder, 'logverify'), args, { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    return { code: error.status, said: `${error.stdout}${error.stderr}` };
  }
}

/** A billing system: calls the API with the demo's client. */
export class BillingSystem {
  constructor(request, site = demo) {
    this.request = request;
    this.site = site;
  }

  async authorization() {
    if (!this.token) {
      const answer = await this.request.post(`${this.site.base_url}/oauth/token`, {
        form: { grant_type: 'client_credentials', client_id: this.site.api.client_id, client_secret: this.site.api.client_secret },
      });
      if (!answer.ok()) throw new Error(`POST /oauth/token: ${answer.status()} ${await answer.text()}`);
      this.token = (await answer.json()).access_token;
    }
    return { Authorization: `Bearer ${this.token}` };
  }

  async call(method, path, data) {
    const answer = await this.request.fetch(`${this.site.base_url}${path}`, { method, data, headers: await this.authorization() });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  async remove(path) {
    const answer = await this.request.delete(`${this.site.base_url}${path}`, { headers: await this.authorization() });
    if (answer.status() !== 204) throw new Error(`DELETE ${path}: ${answer.status()} ${await answer.text()}`);
  }

  /** A one-time link that signs a customer in. */
  async link(customer, more = {}) {
    return (await this.call('POST', '/api/v1/portal-sessions', { customer, ...more })).url;
  }

  /** "May I use this customer's data for this purpose?" */
  decide(customer, purpose, category) {
    return this.call('POST', '/access/v1/evaluation', {
      subject: { type: 'service', id: 'billing-rating' },
      action: { name: purpose },
      resource: { type: 'customer', id: customer, ...(category && { properties: { category } }) },
    });
  }

  consents(customer) {
    return this.call('GET', `/api/v1/customers/${customer}/consents`);
  }
}

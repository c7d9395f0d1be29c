// The pages, as far as several tests go through them.
import { expect } from '@playwright/test';

/** Signs in on the demo's front page. */
export async function signIn(page, customer) {
  await page.goto('/');
  await page.locator(`form:has(input[name=customer][value="${customer}"]) button`).click();
  await expect(page.locator('.view-overview')).toBeVisible();
}

/** Signs in without a page: for tests about something else. */
export async function signedIn(context, baseURL, customer) {
  const answer = await context.request.post('/demo/sign-in', { form: { customer }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** A purpose's panel, and what can be done there. */
export class Choice {
  constructor(page, purpose) {
    this.page = page;
    this.purpose = purpose;
    this.panel = page.locator(`#choice-${purpose}`);
    this.on = this.panel.locator('.options button').first();
    this.off = this.panel.locator('.options button').last();
    this.confirmation = this.panel.locator('.confirmed');
    this.undo = this.confirmation.locator('button');
    this.record = this.panel.locator('.choice-record').first();
    this.receipt = this.confirmation.locator('a[href^="/receipts/"]');
  }

  async chosen() {
    if ((await this.on.getAttribute('aria-pressed')) === 'true') return 'on';
    return (await this.off.getAttribute('aria-pressed')) === 'true' ? 'off' : 'none';
  }

  /** Presses a button and waits for the confirmation; answers the number of the log's entry. */
  async choose(button) {
    await button.click();
    await expect(this.confirmation).toBeVisible();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    return this.entry();
  }

  /** Allows again a sale that was refused: asked once more, on a page of its own. */
  async allowAgain(look = async () => {}) {
    await this.on.click();
    const yes = this.page.locator(`form[action="/consents/${this.purpose}"]:has(input[name=confirmed]) button`);
    await expect(yes).toBeVisible();
    await look();
    await yes.click();
    await expect(this.confirmation).toBeVisible();
    return this.entry();
  }

  async entry() {
    return Number((await this.receipt.getAttribute('href')).split('/').at(-1));
  }
}

/** Asks for an archive and waits until it can be fetched; answers its page's path. */
export async function makeArchive(page, categories = []) {
  await page.goto('/download');
  for (const category of categories) await page.locator(`input[name=category][value=${category}]`).check();
  await page.locator('form.download-form button').click();
  await expect(page).toHaveURL(/\/download\/[^/]+$/);
  await expect(page.locator('#archive')).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
  return new URL(page.url()).pathname;
}

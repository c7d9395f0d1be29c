// What legal does before a text is in force, on the pages where they do it.
import { expect } from '@playwright/test';

/** A page of its own in a browser of its own, signed in as staff. */
export async function asStaff(browser, baseURL, role, more = {}) {
  const context = await browser.newContext({ baseURL, ...more });
  const page = await context.newPage();
  const answer = await context.request.post('/demo/sign-in', { form: { staff: role }, headers: { Origin: baseURL } });
  expect(answer.ok()).toBe(true);
  return page;
}

/** Says of every element of a version's checklist that is open that it does not apply. */
export async function settle(page, url) {
  await page.goto(`${url}/checklist`);
  const open = page.locator('tr:has(.state-failed)');
  if (!(await open.count())) return;
  for (const row of await open.all()) {
    await row.locator('select').selectOption('not_applicable');
    await row.locator('input[type=text]').fill('Not for this text.');
  }
  await page.locator('form.checklist .actions button').press('Enter');
  await expect(page.locator('.flash')).toBeVisible();
}

/**
 * Publishes the next version of a notice at once: one person writes what it says in short, in each language, another approves it
 * and says what becomes of consents given to earlier ones (keep, ask or invalidate). Answers the new version's number.
 */
export async function publish(browser, baseURL, key, { effect, summaries }) {
  const editor = await asStaff(browser, baseURL, 'legal_editor');
  await editor.goto(`/staff/notices/${key}`);
  const start = editor.locator(`form[action="/staff/notices/${key}/versions"] button`);
  if (await start.count()) await start.click();
  else await editor.locator(`a[href^="/staff/notices/${key}/versions/"][href*="/edit"]`).first().click();
  await expect(editor).toHaveURL(/\/versions\/\d+\/edit/);
  const url = new URL(editor.url()).pathname.replace(/\/edit$/, '');
  for (const [language, summary] of Object.entries(summaries)) {
    await editor.goto(`${url}/edit?language=${language}`);
    await editor.locator('#summary').fill(summary);
    const stillRight = editor.locator('input[name=current]');
    if (await stillRight.count()) await stillRight.check();
    await editor.locator('#text .actions button').first().click();
    await expect(editor.locator('.flash')).toBeVisible();
  }
  await settle(editor, url);
  await editor.goto(`${url}/review`);
  await editor.locator(`form[action="${url}/submit"] button`).click();
  await expect(editor.locator('.flash')).toBeVisible();

  const approver = await asStaff(browser, baseURL, 'legal_approver');
  await approver.goto(`${url}/review`);
  const decide = approver.locator(`form[action="${url}/approve"]`);
  await decide.locator('input[name=material][value=yes]').check();
  await decide.locator(`input[name=effect][value=${effect}]`).check();
  await decide.locator('button').click();
  await expect(approver.locator('.flash')).toBeVisible();
  await approver.locator(`form[action="${url}/schedule"]:has(input[name=now]) button`).click();
  await expect(approver.locator('.flash')).toBeVisible();
  await editor.context().close();
  await approver.context().close();
  return Number(url.split('/').at(-1));
}

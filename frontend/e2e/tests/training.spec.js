// What staff must know: an officer whose training has expired is kept out, trains by keyboard, and gets in.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { expect, test } from '../support/test.js';

async function signIn(context, staff) {
  const answer = await context.request.post('/demo/sign-in', { form: { staff }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

for (const [lang, colorScheme] of [['en', 'light'], ['de', 'dark'], ['ar', 'light']]) {
  test.describe(`${lang}, ${colorScheme}`, () => {
    test.use({ lang, colorScheme });

    test('nothing stands in anybody’s way', async ({ page, context }) => {
      await signIn(context, 'auditor');
      const paths = ['/staff/training', '/staff/training/privacy_policy', '/staff/training/data_protection', '/staff/attestations', '/staff/requirements', '/staff/requirements/data_protection/versions/1', '/staff/requirements/security_policy/versions/2'];
      for (const path of paths) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(path);
        expect(await violations(page), `${path} in ${lang}`).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        await fits(page);
      }
    });
  });
}

test('whoever may approve a policy finds it on the overview', async ({ page, context, say }) => {
  await signIn(context, 'legal_approver');
  await page.goto('/staff');
  await page.locator('a[href="/staff/requirements/security_policy/versions/2"]').press('Enter');
  await expect(page.getByRole('button', { name: say('workspace.approve') }).first()).toBeVisible();
});

test('an officer whose training has expired is kept out, trains by keyboard, and gets in', async ({ page, context, say }) => {
  await signIn(context, 'untrained_officer');
  await page.goto('/staff/requests');
  const request = page.locator('table a[href^="/staff/requests/"]').first();
  const wanted = await request.getAttribute('href');
  await request.press('Enter');
  await expect(page).toHaveURL(/\/staff\/training\?return=/);
  await expect(page.getByRole('alert')).toContainText(say('training.withheld'));
  await page.locator('tr', { has: page.locator('.standing-missing') }).getByRole('link').press('Enter');

  const choose = (question, answer) => page.locator(`input[name=${question}][value=${answer}]`).press('Space');
  await choose('reason', 'curious');
  await choose('deadline', 'confirm');
  for (const answer of ['erase', 'copy', 'optout']) await choose('rights', answer);
  await page.getByRole('button', { name: say('training.hand_in') }).press('Enter');
  await expect(page.getByText(say('training.wrong'))).toBeVisible();
  await page.getByRole('link', { name: say('training.again') }).press('Enter');
  await choose('reason', 'ticket');
  await choose('deadline', 'confirm');
  for (const answer of ['erase', 'copy', 'optout']) await choose('rights', answer);
  await page.getByRole('button', { name: say('training.hand_in') }).press('Enter');
  await page.getByRole('link', { name: say('training.go_on') }).press('Enter');
  await expect(page).toHaveURL(new RegExp(`${wanted}$`));
});

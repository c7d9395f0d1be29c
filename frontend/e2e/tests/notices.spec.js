// Legal writes, translates, approves and puts into force what customers read, and systems are told no until customers have
// decided again.
import { violations } from '../support/axe.js';
import { fits } from '../support/layout.js';
import { settle } from '../support/legal.js';
import { expect, looks, test } from '../support/office.js';
import { Choice, signedIn } from '../support/pages.js';

test.describe.configure({ mode: 'default' }); // one after the other, in one demo

const ends = 'usage_analytics'; // being written in the demo; three languages lag behind
const edited = 'special_support'; // returned in the demo, with elements open
const read = 'partner_sharing'; // in review in the demo
const coming = 'marketing_email'; // scheduled in the demo
const version = `/staff/notices/${edited}/versions/2`;

const save = (page) => page.locator('#text .actions button').first();
const todo = (page, key) => page.locator(`.tasks a[href^="/staff/notices/${key}/"]`).first();

/** Says something new, in short and as a paragraph of the text. */
async function write(page, words) {
  await page.locator('#summary').fill(words);
  const body = page.locator('#body');
  await body.fill(`${await body.inputValue()}\n\n${words}\n`);
}

/** Reads from the preview's frame, from outside: no script runs in it, the test's own neither. */
const inFrame = (page) => ({
  text: () => page.locator('#preview').evaluate((frame) => frame.contentDocument.getElementById('main')?.textContent ?? ''),
  html: () => page.locator('#preview').evaluate((frame) => frame.contentDocument.getElementById('main')?.innerHTML ?? ''),
  ground: () => page.locator('#preview').evaluate((frame) => getComputedStyle(frame.contentDocument.body).backgroundColor),
  dir: () => page.locator('#preview').evaluate((frame) => frame.contentDocument.documentElement.dir),
});

/** Saves what the editor's form holds. */
async function saved(page, say) {
  await save(page).press('Enter');
  await expect(page.locator('.flash')).toContainText(say('workspace.saved'));
}

test('a text is written, translated, approved by another and put into force by keyboard; systems are told no until customers agree anew', async ({ page, context, staff, billing, site, baseURL, say }) => {
  test.slow(); // three browsers
  let customer;
  for (const { ref } of site.customers) {
    const { consents } = await billing.consents(ref);
    if (consents.find(({ purpose }) => purpose === ends).state === 'given') customer = ref;
  }
  expect(customer, 'somebody who has agreed').toBeTruthy();
  expect(await billing.decide(customer, ends)).toMatchObject({ decision: true });

  const author = await staff('legal_editor');
  await author.goto('/staff/notices');
  await todo(author, ends).press('Enter');
  await expect(author).toHaveURL(/\/versions\/\d+\/(edit|review)/);
  const url = new URL(author.url()).pathname.replace(/\/(edit|review)$/, '');
  const news = 'From this day on we also learn from your meter at night.';
  await author.goto(`${url}/edit?language=en`);
  await write(author, news);
  await expect.poll(inFrame(author).text).toContain(news);
  await saved(author, say);

  const translations = { fr: 'Désormais, nous apprenons aussi de votre compteur la nuit.', ar: 'من اليوم نتعلم أيضًا من عدادك ليلًا.' };
  for (const language of ['fr', 'ar', 'de', 'es', 'pl']) {
    await author.goto(`${url}/edit?language=${language}`);
    await expect(author.locator('.desk-source')).toContainText(news);
    if (translations[language]) {
      await write(author, translations[language]);
      await expect.poll(inFrame(author).text).toContain(translations[language]);
    }
    await author.locator('input[name=current]').press('Space');
    await saved(author, say);
  }
  await author.locator(`form[action="${url}/submit"] button`).press('Enter');
  await expect(author.locator('.flash')).toContainText(say('workspace.done.submitted'));
  await expect(author.getByText(say('workspace.cannot.own'))).toBeVisible();
  await expect(author.locator('#decide')).toHaveCount(0);

  const approver = await staff('legal_approver');
  await approver.goto('/staff/notices');
  await todo(approver, ends).press('Enter');
  await expect(approver).toHaveURL(new RegExp(`${url}/review`));
  await expect(approver.locator('#impact')).toBeVisible();
  await approver.locator('input[name=material][value=yes]').press('Space');
  await approver.locator('input[name=effect][value=invalidate]').press('Space');
  await approver.getByRole('button', { name: say('workspace.approve') }).press('Enter');
  await expect(approver.locator('.flash')).toContainText(say('workspace.done.approved'));
  expect(await billing.decide(customer, ends), 'approved, not in force').toMatchObject({ decision: true });
  await approver.getByRole('button', { name: say('workspace.publish_now') }).press('Enter');
  await expect(approver.locator('.flash')).toContainText(say('workspace.done.scheduled'));

  expect(await billing.decide(customer, ends)).toMatchObject({ decision: false, context: { reason: 'consent_invalidated' } });
  await signedIn(context, baseURL, customer);
  await page.goto('/consents');
  const choice = new Choice(page, ends);
  await expect(choice.panel.locator('.renewal')).toContainText(news);
  expect(await billing.decide(customer, ends), 'asked, and not answered').toMatchObject({ decision: false });
  await choice.on.press('Enter');
  await expect(choice.confirmation).toBeVisible();
  expect(await billing.decide(customer, ends)).toMatchObject({ decision: true, context: { reason: 'consent_given', log_index: await choice.entry() } });
  await approver.goto(`/staff/notices/${ends}`);
  await expect(approver.locator('.reconsent')).toBeVisible();
});

test('what is scheduled is withdrawn before its date, and nothing of it is ever in force', async ({ page, staff, say }) => {
  const approver = await staff('legal_approver');
  await approver.goto('/staff/notices?show=scheduled');
  await approver.locator(`a[href="/staff/notices/${coming}"]`).press('Enter');
  await approver.locator('a[href$="/review"]').first().press('Enter');
  const withdraw = approver.locator('form[action$="/withdraw"]');
  await approver.locator('details:has(form[action$="/withdraw"]) summary').press('Enter');
  await withdraw.locator('textarea').fill('The date is not right.');
  await withdraw.locator('button').press('Enter');
  await expect(approver.locator('.flash')).toContainText(say('workspace.done.withdrawn'));
  await approver.goto('/staff/notices?show=scheduled');
  await expect(approver.locator(`a[href="/staff/notices/${coming}"]`)).toHaveCount(0);
  await page.goto(`/notices/${coming}`);
  await expect(page.locator('.sheet-kind')).toContainText(say('notice.version', { version: 1 }));
  await expect(page.locator('main')).not.toContainText(say('notice.to_come'));
});

test('the checklist says what is open until somebody says where it stands', async ({ staff, say }) => {
  const author = await staff('legal_editor');
  await author.goto(`${version}/checklist`);
  await expect(author.locator('.state-failed').first()).toBeVisible();
  await expect(author.getByText(say('workspace.checklist_done'))).toHaveCount(0);
  await settle(author, version);
  await expect(author.locator('.state-failed')).toHaveCount(0);
  await expect(author.getByText(say('workspace.checklist_done'))).toBeVisible();
});

test('what is being written shows as customers will read it: phone, large screen, dark, Arabic', async ({ staff, say }) => {
  const author = await staff('legal_editor', { viewport: { width: 1600, height: 900 } });
  await author.goto(`${version}/edit?language=en`);
  const frame = inFrame(author);
  const shown = author.locator('#preview');
  await author.locator('#body').fill('# Help\n\nA **call** is enough. <script>top.broken = 1</script>');
  await expect.poll(frame.html).toContain('<strong>call</strong>');
  expect(await frame.text(), 'a draft, with the choice that it is about').toContain(say('notice.draft'));
  expect(await frame.html()).toContain(`id="choice-${edited}"`);
  expect(await frame.html()).not.toContain('<script');
  expect((await shown.boundingBox()).width).toBeLessThan(400);
  await author.getByLabel(say('workspace.desk')).check();
  expect((await shown.boundingBox()).width).toBeGreaterThan(700);

  const light = await frame.ground();
  await author.getByLabel(say('workspace.dark')).check();
  await expect.poll(frame.ground).not.toBe(light);
  await author.getByLabel(say('workspace.dark')).uncheck();
  await expect.poll(frame.ground).toBe(light);
  await author.close();

  const translator = await staff('legal_editor');
  await translator.goto(`${version}/edit?language=ar`);
  await translator.locator('#body').fill('تكفي مكالمة.');
  await expect.poll(inFrame(translator).text).toContain('تكفي مكالمة.');
  expect(await inFrame(translator).dir()).toBe('rtl');
  await expect(translator.locator('#body')).toHaveCSS('direction', 'rtl');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a button shows what is being written, and saves nothing', async ({ staff, say }) => {
    const author = await staff('legal_editor', { javaScriptEnabled: false });
    await author.goto(`${version}/edit?language=en`);
    const before = await author.locator('#body').inputValue();
    await author.locator('#body').fill('Only to look at.');
    await author.getByRole('button', { name: say('workspace.preview_button') }).click();
    await expect.poll(inFrame(author).text).toContain('Only to look at.');
    await expect(author.locator('#body')).toHaveValue('Only to look at.');
    await author.goto(`${version}/edit?language=en`);
    await expect(author.locator('#body')).toHaveValue(before);
  });
});

test.describe('two at once', () => {
  test.use({ expectedStatuses: [409] });

  test('neither of two who save at once loses a word', async ({ staff, say }) => {
    const [first, second] = [await staff('legal_editor'), await staff('legal_editor')];
    for (const editor of [first, second]) await editor.goto(`${version}/edit?language=en`);
    await first.locator('#title').fill('Help that fits you');
    await first.locator('#body').fill('A call is enough.');
    await saved(first, say);
    await second.locator('#summary').fill('Tell us what you need.');
    await saved(second, say);
    await expect(second.locator('#title'), 'what the first wrote elsewhere').toHaveValue('Help that fits you');
    await expect(second.locator('#body')).toHaveValue('A call is enough.');

    await first.goto(`${version}/edit?language=en`);
    await first.locator('#body').fill('A call or a letter is enough.');
    await saved(first, say);
    await second.locator('#body').fill('A call is enough, at any hour.');
    await save(second).click();
    await expect(second.locator('.conflict')).toContainText('A call or a letter is enough.');
    await expect(second.locator('.conflict')).toContainText('A call is enough, at any hour.');
    await expect(second.locator('#body')).toHaveValue('A call is enough, at any hour.');
    expect(await violations(second)).toEqual([]);
    await second.locator('#body').fill('A call or a letter is enough, at any hour.');
    await saved(second, say);
    await expect(second.locator('#body')).toHaveValue('A call or a letter is enough, at any hour.');
  });
});

test('the keyboard alone is enough to write and save', async ({ staff, say }) => {
  const author = await staff('legal_editor');
  await author.goto(`${version}/edit?language=en`);
  await author.locator('#title').focus();
  await author.keyboard.press('End');
  await author.keyboard.type(', by keyboard');
  for (const id of ['summary', 'body']) {
    await author.keyboard.press('Tab');
    await expect(author.locator(`#${id}`)).toBeFocused();
  }
  await author.keyboard.press('Tab');
  await expect(save(author)).toBeFocused();
  await author.keyboard.press('Enter');
  await expect(author.locator('.flash')).toContainText(say('workspace.saved'));
  await expect(author.locator('#title')).toHaveValue(/, by keyboard$/);
});

for (const { name, use, lang } of looks) {
  test.describe(name, () => {
    test.use({ lang });

    test(`its pages are sound ${name}`, async ({ staff }) => {
      test.slow(); // axe reads ten pages
      const at = `/staff/notices/${read}`;
      const look = async (page, path) => {
        await page.goto(path);
        expect(await violations(page), path).toEqual([]);
        await fits(page);
      };
      const author = await staff('legal_editor', use);
      for (const path of [
        '/staff/notices', at, `${at}/versions/3/edit?language=en`, `${at}/versions/3/edit?language=ar`, `${at}/versions/3/checklist`,
        `${at}/versions/3/preview?language=${lang}`, `${at}/compare`, `/staff/notices/${ends}`,
      ]) await look(author, path);
      const approver = await staff('legal_approver', use);
      for (const path of ['/staff/notices', `${at}/versions/3/review`]) await look(approver, path);
    });
  });
}

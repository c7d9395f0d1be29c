// Shows a notice as customers will see it while it is written. Without JavaScript a button does the same once.
// The page comes from the server, from the template that customers see; its text is put into the frame without
// loading it anew, so that the place where one reads is kept.
import { fetchPage } from './app.js';

const form = document.getElementById('text');
const frame = document.getElementById('preview');
const button = document.getElementById('preview-button');
const pause = 400;
let waiting;
let latest = 0;

async function show() {
  const turn = ++latest;
  try {
    const page = await fetchPage(button.formAction, 'POST', new FormData(form));
    if (turn !== latest) return; // a newer one is on its way
    const here = frame.contentDocument;
    const old = here?.getElementById('main');
    const fresh = page.getElementById('main');
    if (!old || !fresh) return;
    old.replaceWith(here.adoptNode(fresh));
    here.documentElement.className = page.documentElement.className;
  } catch {
    // No connection for a moment: the next letter tries again, and the text stays in the form.
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(show, pause);
}

if (form && frame) {
  form.addEventListener('input', (event) => {
    if (event.target.name === 'device') return;
    soon();
  });
  // Leaving with words that were not saved asks first.
  const before = new URLSearchParams(new FormData(form)).toString();
  let sent = false;
  form.addEventListener('submit', (event) => {
    if (event.submitter !== button) sent = true;
  });
  addEventListener('beforeunload', (event) => {
    const now = new FormData(form);
    for (const choice of ['device', 'dark']) now.delete(choice);
    const then = new URLSearchParams(before);
    for (const choice of ['device', 'dark']) then.delete(choice);
    if (!sent && new URLSearchParams(now).toString() !== then.toString()) event.preventDefault();
  });
}

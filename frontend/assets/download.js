// Follows an archive while it is made. Without JavaScript the page has a link to look again.
import { fetchPage } from './app.js';

const pause = 1500;
const numbers = new Intl.NumberFormat(document.documentElement.lang);

async function look() {
  const archive = document.getElementById('archive');
  if (!archive || archive.dataset.state !== 'preparing') return;
  try {
    const answer = await fetch(archive.dataset.source, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(answer.statusText);
    const now = await answer.json();
    if (now.state !== 'preparing') {
      tell(archive, (await fetchPage(archive.dataset.source)).getElementById('archive'));
      return;
    }
    show(now);
  } catch {
    // No connection for a moment: the archive goes on being made, and so do we.
  }
  setTimeout(look, pause);
}

/** Takes over what became of it. The news stays the element it was, so that screen readers say it. */
function tell(archive, fresh) {
  for (const part of ['.archive-news', '.archive-more']) {
    const there = document.importNode(fresh.querySelector(part), true);
    archive.querySelector(part).replaceChildren(...there.childNodes);
  }
  archive.dataset.state = fresh.dataset.state;
}

/** Shows how far it is; done and total may be numbers or strings. */
function show({ done, total }) {
  if (!Number(total)) return;
  const bar = document.getElementById('archive-progress');
  bar.max = Number(total);
  bar.value = Number(done);
  const words = document.getElementById('archive-words').content.textContent;
  document.getElementById('archive-count').textContent = words
    .replace('#done#', numbers.format(done))
    .replace('#total#', numbers.format(total));
}

setTimeout(look, pause);

// Makes pages quieter where JavaScript runs: choices and hidden values change in place, menus close.
// Without it every form and link below works by itself. Markup comes from the server as a parsed
// document, never as a string, so that Trusted Types need no policy.

/** Fetches a page as a document; rejects if there is none. */
export function fetchPage(url, method = 'GET', body = null) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = 'document';
    request.timeout = 20000;
    request.onload = () => (request.response ? resolve(request.response) : reject(new Error('no page')));
    request.onerror = request.ontimeout = () => reject(new Error('no answer'));
    request.send(body);
  });
}

/** Puts the element with this id from a fetched page in the place of ours; false if it has none. */
export function swap(page, id) {
  const here = document.getElementById(id);
  const there = page.getElementById(id);
  if (!here || !there) return false;
  const fresh = document.importNode(there, true);
  here.replaceWith(fresh);
  return fresh;
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.dataset.swap || !button) return;
  event.preventDefault();
  if (form.getAttribute('aria-busy')) return;
  form.setAttribute('aria-busy', 'true');
  button.setAttribute('aria-busy', 'true');
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const fresh = swap(await fetchPage(form.action, 'POST', body), form.dataset.swap);
    if (!fresh) throw new Error('another page');
    focusChosen(fresh);
  } catch {
    // An error page, or no answer: let the browser ask and show it. A repeated choice is one event.
    form.removeAttribute('aria-busy');
    form.removeAttribute('data-swap');
    form.requestSubmit(button);
  }
});

/** Keeps the focus where the person was: on the button that is chosen now. */
function focusChosen(fresh) {
  const confirmation = fresh.querySelector('[role=status]');
  if (confirmation) {
    // A live region speaks when it changes, not when it arrives full.
    const words = [...confirmation.childNodes];
    confirmation.replaceChildren();
    requestAnimationFrame(() => confirmation.append(...words));
  }
  (fresh.querySelector('[aria-pressed=true]') || fresh).focus({ preventScroll: true });
}

document.addEventListener('click', async (event) => {
  const link = event.target.closest('a[data-swap]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  try {
    const fresh = swap(await fetchPage(link.href), link.dataset.swap);
    if (!fresh) throw new Error('another page');
    (fresh.querySelector('a[data-swap]') || fresh).focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
});

// Menus close by Escape, and when the person goes elsewhere.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const menu = document.querySelector('.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
for (const kind of ['click', 'focusin']) {
  document.addEventListener(kind, (event) => {
    for (const menu of document.querySelectorAll('.menu[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

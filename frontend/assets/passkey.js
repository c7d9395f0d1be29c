// Makes and uses passkeys (WebAuthn) for the forms that say so: it asks the server what to ask the person for, has the
// browser ask them, and sends the answer as the form's own field. Without it, or in a browser without passkeys, the form
// says what is needed and cannot be sent.

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const named = (list) => list?.map((c) => ({ ...c, id: decode(c.id) }));

/** The server's options with bytes in place of their base64url. */
function forBrowser(options) {
  const o = { ...options, challenge: decode(options.challenge) };
  if (o.user) o.user = { ...o.user, id: decode(o.user.id) };
  if (o.excludeCredentials) o.excludeCredentials = named(o.excludeCredentials);
  if (o.allowCredentials) o.allowCredentials = named(o.allowCredentials);
  return o;
}

/** What the browser answered, as the server reads it (WebAuthn Level 3, section 5.5.1). */
function forServer(credential) {
  const r = credential.response;
  const response = { clientDataJSON: encode(r.clientDataJSON) };
  if (r.attestationObject) {
    response.attestationObject = encode(r.attestationObject);
    response.transports = r.getTransports?.() ?? [];
  } else {
    response.authenticatorData = encode(r.authenticatorData);
    response.signature = encode(r.signature);
    if (r.userHandle) response.userHandle = encode(r.userHandle);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function ask(form) {
  const answer = await fetch(form.dataset.passkey, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(form.elements.csrf ? { csrf: form.elements.csrf.value } : {}),
  });
  if (!answer.ok) throw new Error('no options');
  const { publicKey } = await answer.json();
  return navigator.credentials[form.dataset.does]({ publicKey: forBrowser(publicKey) });
}

function prepare(form) {
  const button = form.querySelector('button');
  const failed = form.querySelector('[data-when=failed]');
  form.querySelector('[data-when=none]').hidden = true;
  button.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.getAttribute('aria-busy')) return;
    form.setAttribute('aria-busy', 'true');
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(forServer(await ask(form)));
      form.submit();
    } catch {
      // The person said no, the time is up, or this address has no passkeys: nothing was sent.
      failed.hidden = false;
    } finally {
      form.removeAttribute('aria-busy');
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll('form[data-passkey]')) prepare(form);
}

// Verifies in this browser that the person's entries are in the log: docs/log-format.md, step by step,
// with WebCrypto and nothing else. What it needs is fetched from the page's data-source; it believes
// none of it but the log's verifier key.

const utf8 = new TextEncoder();
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', concat(parts)));

function concat(parts) {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** A check that did not hold; entry is the number of the entry it was about, if it was about one. */
class Failure extends Error {
  constructor(why, entry) {
    super(why);
    this.entry = entry;
  }
}

function must(holds, why, entry) {
  if (!holds) throw new Failure(why, entry);
}

/** Standard base64; anything that does not encode back to the same text is refused. */
function base64(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  must(btoa(String.fromCharCode(...bytes)) === text, 'base64 is not canonical');
  return bytes;
}

/** base64url without padding, as in JOSE. */
function base64url(text) {
  must(/^[A-Za-z0-9_-]*$/.test(text), 'base64url has foreign characters');
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return base64(standard + '='.repeat((4 - (standard.length % 4)) % 4));
}

const ed25519 = (raw) => crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
const signedBy = (key, signature, message) => crypto.subtle.verify('Ed25519', key, signature, message);

/** Reads a verifier key of the C2SP signed note: name+hash+base64(0x01, 32 bytes). */
async function readVerifier(vkey) {
  const [name, hash] = vkey.split('+', 2);
  const raw = base64(vkey.slice(name.length + hash.length + 2));
  must(raw.length === 33 && raw[0] === 1, 'the verifier key is not Ed25519');
  const id = (await sha256(utf8.encode(name + '\n'), raw)).slice(0, 4);
  must(hash === [...id].map((b) => b.toString(16).padStart(2, '0')).join(''), 'the verifier key has another hash');
  return { name, id, key: await ed25519(raw.slice(1)) };
}

/** Opens a checkpoint: checks a signature of the verifier's and returns the tree's size and root. */
async function openCheckpoint(note, verifier) {
  const split = note.lastIndexOf('\n\n');
  must(split > 0 && note.endsWith('\n'), 'the checkpoint is no signed note');
  const text = note.slice(0, split + 1);
  let good = false;
  for (const line of note.slice(split + 2, -1).split('\n')) {
    const prefix = `\u2014 ${verifier.name} `;
    if (!line.startsWith(prefix)) continue;
    const signature = base64(line.slice(prefix.length));
    if (!equal(signature.slice(0, 4), verifier.id)) continue;
    must(await signedBy(verifier.key, signature.slice(4), utf8.encode(text)), 'the checkpoint has a wrong signature');
    good = true;
  }
  must(good, 'the checkpoint is not signed with the log’s key');
  const lines = text.split('\n');
  must(lines.length === 4 && lines[0] === verifier.name && /^(0|[1-9][0-9]*)$/.test(lines[1]), 'the checkpoint is malformed');
  return { origin: lines[0], size: Number(lines[1]), root: base64(lines[2]) };
}

/** The RFC 7638 thumbprint of an Ed25519 JWK, which is what an entry calls its key. */
async function thumbprint({ crv, kty, x }) {
  const hash = await sha256(utf8.encode(JSON.stringify({ crv, kty, x })));
  return btoa(String.fromCharCode(...hash)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const json = (bytes) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
const payloadOf = (entry) => json(base64url(entry.split('.')[1] ?? ''));

/** The keys that the log itself has added for signing entries; trust starts from the checkpoint alone. */
class Keyring {
  keys = new Map();

  /** Takes what the detail of entry index says about a key. */
  async learn(index, { kind, use, jwk }) {
    must(kind === 'key.added' || kind === 'key.retired', 'it is no entry about a key', index);
    const id = await thumbprint(jwk);
    if (kind === 'key.added') {
      must(!this.keys.has(id), 'a key was added twice', index);
      this.keys.set(id, { use, key: await ed25519(base64url(jwk.x)), from: index === 0 ? 0 : index + 1, until: Infinity });
    } else {
      must(this.keys.has(id), 'a key was retired that was never added', index);
      this.keys.get(id).until = index;
    }
  }

  at(index, id) {
    const life = this.keys.get(id);
    must(life?.use === 'entry' && life.from <= index && index <= life.until, 'the entry is signed with a key that did not count then', index);
    return life.key;
  }
}

async function checkSignature(index, { entry }, keys) {
  const parts = entry.split('.');
  must(parts.length === 3, 'the entry is no JWS', index);
  const header = json(base64url(parts[0]));
  must(header.alg === 'EdDSA' && header.typ === 'candor-entry+jwt', 'the entry is of another kind', index);
  const key = keys.at(index, header.kid);
  must(await signedBy(key, base64url(parts[2]), utf8.encode(`${parts[0]}.${parts[1]}`)), 'the entry has a wrong signature', index);
}

/** Checks that the entry is the one of that index in this log, and that it sealed this detail; returns the detail. */
async function openDetail(index, { entry, detail, salt }, origin) {
  const payload = payloadOf(entry);
  must(payload.log === origin && payload.seq === index, 'the entry belongs elsewhere', index);
  const sealed = await sha256(base64url(salt), base64url(detail));
  must(equal(sealed, base64url(payload.commit)), 'the details are not those that were sealed', index);
  return json(base64url(detail));
}

/** Reads a C2SP tlog-proof: header, extra data if any, index, hashes, a blank line, the checkpoint. */
function readProof(text) {
  const split = text.indexOf('\n\n');
  const lines = text.slice(0, split).split('\n');
  must(split > 0 && lines.shift() === 'c2sp.org/tlog-proof@v1', 'the proof is of another kind');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = lines.shift();
  must(/^index (0|[1-9][0-9]*)$/.test(index), 'the proof has no index');
  return { index: Number(index.slice(6)), hashes: lines.map(base64), checkpoint: text.slice(split + 2) };
}

async function checkInclusion(index, { entry, proof }, open) {
  const { index: at, hashes, checkpoint } = readProof(proof);
  must(at === index, 'the proof is of another entry', index);
  const { size, root } = await open(checkpoint);
  must(at < size, 'the entry is beyond the checkpoint', index);
  const leaf = await sha256(Uint8Array.of(0), utf8.encode(entry));
  const climbed = await climb(leaf, at, size, hashes);
  must(climbed && equal(climbed, root), 'the proof leads to another root', index);
}

/** Walks from a leaf to the root, RFC 9162 section 2.1.3.2; null if the path has a wrong length. */
async function climb(leaf, index, size, path) {
  let node = index;
  let last = size - 1;
  let hash = leaf;
  const half = () => {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  };
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = await sha256(Uint8Array.of(1), sibling, hash);
      while (node % 2 === 0 && node !== 0) half();
    } else {
      hash = await sha256(Uint8Array.of(1), hash, sibling);
    }
    half();
  }
  return last === 0 ? hash : null;
}

/**
 * The four steps, by the names of the page's list. shown says which kind of event the page shows for
 * an entry. begin, pass and progress are told how it goes; a failure is thrown, with its step and entry.
 */
export async function verify(log, shown, { begin, pass, progress }) {
  let step;
  const during = async (name, work) => {
    step = name;
    begin(name);
    await work();
    pass(name);
  };
  const each = async (check) => {
    for (const evidence of log.entries) {
      await about(Number(evidence.index), (index) => check(index, evidence));
      progress();
    }
  };
  const opened = new Map();
  let verifier;
  const open = async (note) => {
    if (!opened.has(note)) opened.set(note, await openCheckpoint(note, verifier));
    return opened.get(note);
  };
  try {
    await during('checkpoint', async () => {
      verifier = await readVerifier(log.vkey);
      must((await open(log.checkpoint)).origin === log.origin, 'the checkpoint is of another log');
    });
    await during('signature', async () => {
      const keys = await learnKeys(log, open);
      await each((index, evidence) => checkSignature(index, evidence, keys));
    });
    await during('commitment', () => each(async (index, evidence) => {
      const { kind } = await openDetail(index, evidence, log.origin);
      const onPage = shown.get(index);
      must(!onPage || onPage === kind, 'the page says something else', index);
    }));
    await during('inclusion', () => each((index, evidence) => checkInclusion(index, evidence, open)));
  } catch (error) {
    error.step = step;
    throw error;
  }
}

/** Runs a check about one entry; whatever is thrown becomes a failure of that entry. */
async function about(index, check) {
  try {
    await check(index);
  } catch (error) {
    throw new Failure(error.message, index);
  }
}

/** Reads the entries about keys, in the log's order, and checks each like any other entry. */
async function learnKeys(log, open) {
  const keys = new Keyring();
  for (const evidence of log.key_entries) {
    await about(payloadOf(evidence.entry).seq, async (index) => {
      await checkInclusion(index, evidence, open);
      await keys.learn(index, await openDetail(index, evidence, log.origin));
      await checkSignature(index, evidence, keys);
    });
  }
  return keys;
}

/** Whether this browser can verify Ed25519 at all. */
async function able() {
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    return true;
  } catch {
    return false;
  }
}

function start() {
  const panel = document.getElementById('checker');
  const button = document.getElementById('check-start');
  if (!panel || !button) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    await run(panel);
    button.removeAttribute('aria-busy');
  });
}

async function run(panel) {
  const view = viewOf(panel);
  view.clear();
  if (!(await able())) return view.verdict('check-unable');
  let log;
  try {
    const answer = await fetch(panel.dataset.source, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    if (!answer.ok) throw new Error(answer.statusText);
    log = await answer.json();
  } catch {
    return view.verdict('check-away');
  }
  view.expect(log.entries.length * 3);
  try {
    await verify(log, view.shown(), view);
    view.verdict('check-good');
  } catch (error) {
    view.fail(error);
  }
}

/** What the check shows on the page, all by DOM methods. */
function viewOf(panel) {
  const words = (name) => document.getElementById('check-words').content.querySelector(`[data-word=${name}]`).textContent;
  const step = (name) => panel.querySelector(`[data-step=${name}]`);
  const bar = document.getElementById('check-progress');
  const result = document.getElementById('check-result');
  const mark = (name, state, said) => {
    step(name).dataset.state = state;
    step(name).querySelector('.step-result').textContent = said;
  };
  return {
    clear() {
      result.replaceChildren();
      for (const item of panel.querySelectorAll('.step')) {
        delete item.dataset.state;
        item.querySelector('.step-result').textContent = '';
      }
    },
    expect(checks) {
      bar.max = checks;
      bar.value = 0;
      bar.hidden = false;
    },
    progress: () => { bar.value += 1; },
    begin: (name) => mark(name, 'running', ''),
    pass: (name) => mark(name, 'passed', words('passed')),
    shown: () => new Map([...document.querySelectorAll('[data-entry]')].map((row) => [Number(row.dataset.entry), row.dataset.kind])),
    verdict(id) {
      bar.hidden = true;
      const verdict = document.getElementById(id).content.cloneNode(true);
      result.replaceChildren(verdict);
      return result;
    },
    fail(error) {
      if (error.step) mark(error.step, 'failed', words('failed'));
      const where = this.verdict('check-bad').querySelector('.verdict-where');
      const why = document.createElement('code');
      why.lang = 'en';
      why.textContent = error.message;
      where.replaceChildren(error.entry === undefined ? '' : `${words('entry')} ${error.entry}: `, why);
    },
  };
}

start();

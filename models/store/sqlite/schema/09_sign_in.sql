-- A session has a name of its own by which it can be ended from another, and knows the link that started it, where
-- the person came from, and when they were last seen and last proved who they are.
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN return_url TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET id = lower(hex(randomblob(16))), seen = created, proved = created;
CREATE INDEX sessions_of_customer ON sessions (customer, created) WHERE customer <> '';

ALTER TABLE links ADD COLUMN flow TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN revoked INTEGER NOT NULL DEFAULT -62135596800000; -- the zero time while it is not

-- What people sign in by. Keys are HMACs: without the server's secret no address or account is found in here.
CREATE TABLE emails (
  customer TEXT PRIMARY KEY,
  key      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX emails_by_key ON emails (key, customer);

CREATE TABLE identities (
  key      TEXT PRIMARY KEY,
  customer TEXT    NOT NULL,
  created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_of_customer ON identities (customer);

CREATE TABLE challenges (
  id       TEXT PRIMARY KEY,
  kind     TEXT    NOT NULL,
  subject  TEXT    NOT NULL,
  session  TEXT    NOT NULL,
  target   TEXT    NOT NULL,
  tries    INTEGER NOT NULL, -- left
  created  INTEGER NOT NULL,
  expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX challenges_by_end ON challenges (expires);

CREATE TABLE counts (
  key   TEXT PRIMARY KEY,
  n     INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counts_by_end ON counts (until);

-- Mail to be written and sent: what about, never to which address or in which words.
CREATE TABLE mails (
  id       TEXT PRIMARY KEY,
  kind     TEXT    NOT NULL,
  subject  TEXT    NOT NULL,
  locale   TEXT    NOT NULL,
  tried    INTEGER NOT NULL, -- times
  due      INTEGER NOT NULL,
  expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_by_due ON mails (due);

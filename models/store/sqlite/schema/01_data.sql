-- Rows that hold blobs live in tables with a rowid: their tree stays shallow whatever a row's size.
-- Small rows live in their key's own tree (WITHOUT ROWID).

CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('applied', 0), ('customers', 0);

CREATE TABLE entries (
  seq     INTEGER PRIMARY KEY,
  event   TEXT    NOT NULL UNIQUE,
  subject TEXT    NOT NULL,
  public  INTEGER NOT NULL,
  hashes  BLOB    NOT NULL,
  raw     BLOB    NOT NULL,
  sealed  BLOB    NOT NULL
) STRICT;
CREATE INDEX entries_of_subject ON entries (subject, seq) WHERE subject <> '';
CREATE INDEX entries_public ON entries (seq) WHERE public;

CREATE TABLE standings (
  customer  TEXT    NOT NULL UNIQUE,
  seq       INTEGER NOT NULL,
  pseudonym BLOB    NOT NULL,
  choices   TEXT    NOT NULL -- JSON, by purpose
) STRICT;

CREATE TABLE customers (
  ref          TEXT PRIMARY KEY,
  locale       TEXT    NOT NULL,
  jurisdiction TEXT    NOT NULL,
  updated      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER customers_added AFTER INSERT ON customers BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'customers';
END;

CREATE TABLE records (
  customer TEXT    NOT NULL,
  category TEXT    NOT NULL,
  id       TEXT    NOT NULL,
  occurred INTEGER NOT NULL,
  source   TEXT    NOT NULL,
  sealed   BLOB    NOT NULL,
  UNIQUE (customer, category, id)
) STRICT;
CREATE INDEX records_by_time ON records (customer, category, occurred, id);

CREATE TABLE documents (
  customer   TEXT    NOT NULL,
  category   TEXT    NOT NULL,
  record     TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  media_type TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  sealed     BLOB    NOT NULL, -- last, so that a list does not read through it
  UNIQUE (customer, category, record, name),
  FOREIGN KEY (customer, category, record) REFERENCES records (customer, category, id) ON DELETE CASCADE
) STRICT;

-- What is held is counted as it comes and goes, so that nobody counts records to show a number.
CREATE TABLE tallies (
  customer TEXT    NOT NULL,
  category TEXT    NOT NULL,
  records  INTEGER NOT NULL,
  newest   INTEGER NOT NULL,
  PRIMARY KEY (customer, category)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER records_added AFTER INSERT ON records BEGIN
  INSERT INTO tallies (customer, category, records, newest)
    VALUES (NEW.customer, NEW.category, 1, NEW.occurred)
    ON CONFLICT (customer, category) DO UPDATE
      SET records = records + 1, newest = max(newest, excluded.newest);
END;
CREATE TRIGGER records_moved AFTER UPDATE OF occurred ON records WHEN NEW.occurred <> OLD.occurred BEGIN
  UPDATE tallies SET newest =
      (SELECT max(occurred) FROM records WHERE customer = NEW.customer AND category = NEW.category)
    WHERE customer = NEW.customer AND category = NEW.category;
END;
CREATE TRIGGER records_removed AFTER DELETE ON records BEGIN
  DELETE FROM tallies WHERE customer = OLD.customer AND category = OLD.category AND records = 1;
  UPDATE tallies SET records = records - 1, newest =
      (SELECT max(occurred) FROM records WHERE customer = OLD.customer AND category = OLD.category)
    WHERE customer = OLD.customer AND category = OLD.category;
END;

CREATE TABLE publications (
  kind      TEXT    NOT NULL,
  key       TEXT    NOT NULL,
  version   INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  published INTEGER NOT NULL,
  content   BLOB    NOT NULL,
  UNIQUE (kind, key, version)
) STRICT;

CREATE TABLE sessions (
  hash     TEXT PRIMARY KEY,
  customer TEXT    NOT NULL,
  role     TEXT    NOT NULL,
  method   TEXT    NOT NULL,
  created  INTEGER NOT NULL,
  expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires);

CREATE TABLE links (
  hash       TEXT PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  customer   TEXT    NOT NULL,
  return_url TEXT    NOT NULL,
  locale     TEXT    NOT NULL,
  created    INTEGER NOT NULL,
  expires    INTEGER NOT NULL,
  used       INTEGER NOT NULL -- the zero time while unused
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_end ON links (expires);

CREATE TABLE clients (
  id          TEXT PRIMARY KEY,
  name        TEXT    NOT NULL,
  secret_hash TEXT    NOT NULL,
  scopes      TEXT    NOT NULL, -- JSON array
  created     INTEGER NOT NULL,
  revoked     INTEGER NOT NULL -- the zero time while it may call
) STRICT, WITHOUT ROWID;

CREATE TABLE archives (
  id       TEXT    NOT NULL UNIQUE,
  customer TEXT    NOT NULL,
  state    TEXT    NOT NULL,
  request  BLOB    NOT NULL,
  done     INTEGER NOT NULL,
  total    INTEGER NOT NULL,
  bytes    INTEGER NOT NULL,
  chunks   INTEGER NOT NULL,
  created  INTEGER NOT NULL,
  expires  INTEGER NOT NULL,
  beat     INTEGER NOT NULL
) STRICT;
CREATE INDEX archives_of_customer ON archives (customer, created);
CREATE INDEX archives_by_state ON archives (state, expires);

CREATE TABLE chunks (
  archive TEXT    NOT NULL,
  n       INTEGER NOT NULL,
  sealed  BLOB    NOT NULL,
  UNIQUE (archive, n)
) STRICT;

CREATE TABLE endpoints (
  id          TEXT    NOT NULL UNIQUE,
  url         TEXT    NOT NULL,
  description TEXT    NOT NULL,
  kinds       TEXT    NOT NULL, -- JSON array
  purposes    TEXT    NOT NULL, -- JSON array
  state       TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  after       INTEGER NOT NULL,
  start       INTEGER NOT NULL,
  secrets     BLOB    NOT NULL,
  created     INTEGER NOT NULL,
  updated     INTEGER NOT NULL,
  revision    INTEGER NOT NULL
) STRICT;

CREATE TABLE endpoint_progress (
  endpoint TEXT    NOT NULL UNIQUE,
  start    INTEGER NOT NULL,
  cursor   INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  since    INTEGER NOT NULL, -- the zero time if it was not tried
  next     INTEGER NOT NULL, -- the zero time if it was not tried
  given_up INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE deliveries (
  endpoint TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  message  TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  state    TEXT    NOT NULL,
  attempts INTEGER NOT NULL,
  first    INTEGER NOT NULL,
  last     INTEGER NOT NULL,
  next     INTEGER NOT NULL, -- the zero time if it is not tried again
  code     INTEGER NOT NULL,
  problem  TEXT    NOT NULL,
  took     INTEGER NOT NULL, -- milliseconds
  PRIMARY KEY (endpoint, seq)
) STRICT, WITHOUT ROWID;

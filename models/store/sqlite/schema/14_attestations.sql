-- Which member of staff acknowledged and passed what, as the log says.

CREATE TABLE attestations (
  seq         INTEGER PRIMARY KEY,
  staff       TEXT    NOT NULL,
  requirement TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  locale      TEXT    NOT NULL,
  sha256      TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  score       INTEGER NOT NULL,
  at          INTEGER NOT NULL
) STRICT;
CREATE INDEX attestations_of_staff ON attestations (staff, seq);

INSERT INTO counters (name, value) VALUES ('attested', 0);

CREATE TABLE reminders (
  id     TEXT PRIMARY KEY,
  marked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reminders_by_age ON reminders (marked);

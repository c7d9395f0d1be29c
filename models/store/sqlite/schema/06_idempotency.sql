-- Writes that clients gave names (Idempotency-Key): who carries one out, and what was answered.
CREATE TABLE named_writes (
  id          TEXT PRIMARY KEY,
  fingerprint TEXT    NOT NULL,
  holder      TEXT    NOT NULL,
  until       INTEGER NOT NULL,
  answer      BLOB,
  expires     INTEGER NOT NULL
) STRICT;
CREATE INDEX named_writes_by_end ON named_writes (expires);

-- What is written by one person and approved by another, step by step.

CREATE TABLE revisions (
  kind     TEXT    NOT NULL,
  key      TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  content  BLOB    NOT NULL,
  UNIQUE (kind, key, version, revision)
) STRICT;

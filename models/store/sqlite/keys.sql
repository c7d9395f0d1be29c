-- SQLite's secure_delete leaves copies behind: when a tree is balanced, the bytes that a row had on
-- its old page may stay there, and are then missed by its deletion. So a wrapped key is written to a
-- slot that never moves (slots are only ever appended, never removed, never resized) and destroyed by
-- overwriting it in place with as many zeros. Only the names, which are no secret, are in a tree that
-- moves.

CREATE TABLE slots (
  slot    INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE scopes (
  customer TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  slot     INTEGER NOT NULL,
  PRIMARY KEY (customer, name)
) STRICT, WITHOUT ROWID;

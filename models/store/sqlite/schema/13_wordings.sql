-- The words of pages around choices, under the hash by which entries of the log name them. None is ever changed or removed.
CREATE TABLE wordings (
  sha256 TEXT PRIMARY KEY,
  text   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A client had one secret; now it has several that come and go, or keys instead. Each change counts its revision, so
-- that two changes at once are noticed.
ALTER TABLE clients ADD COLUMN secrets TEXT NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE clients ADD COLUMN keys TEXT NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE clients ADD COLUMN used TEXT NOT NULL DEFAULT '{}'; -- JSON object: time by the id of a secret or key
ALTER TABLE clients ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
UPDATE clients SET secrets = json_array(json_object('id', 'first', 'hash', secret_hash, 'created', created, 'ends', -62135596800000));
ALTER TABLE clients DROP COLUMN secret_hash;

-- What clients have signed to show who they are, until it has run out.
CREATE TABLE assertions (
  name  TEXT PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assertions_by_end ON assertions (until);

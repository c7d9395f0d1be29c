-- A session of the staff is a member's, and what they may do is read from the member. Sessions of a role alone were the
-- demo's, and end here.
ALTER TABLE sessions ADD COLUMN staff TEXT NOT NULL DEFAULT '';
DELETE FROM sessions WHERE customer = '';
ALTER TABLE sessions DROP COLUMN role;
CREATE INDEX sessions_of_staff ON sessions (staff, created) WHERE staff <> '';

CREATE TABLE members (
  id       TEXT PRIMARY KEY,
  origin   TEXT    NOT NULL,
  sealed   BLOB    NOT NULL,
  roles    TEXT    NOT NULL, -- JSON list
  owed     BLOB    NOT NULL,
  created  INTEGER NOT NULL,
  ended    INTEGER NOT NULL,
  seen     INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
  id       TEXT PRIMARY KEY,
  member   TEXT    NOT NULL,
  sealed   BLOB    NOT NULL,
  created  INTEGER NOT NULL,
  used     INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_of_member ON passkeys (member, created);

CREATE TABLE enrolments (
  hash     TEXT PRIMARY KEY,
  member   TEXT    NOT NULL,
  created  INTEGER NOT NULL,
  expires  INTEGER NOT NULL,
  used     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolments_of_member ON enrolments (member);
CREATE INDEX enrolments_by_end ON enrolments (expires);

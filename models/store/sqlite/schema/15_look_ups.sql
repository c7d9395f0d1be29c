CREATE TABLE look_ups (
  id         TEXT    NOT NULL UNIQUE,
  member     TEXT    NOT NULL,
  role       TEXT    NOT NULL,
  customer   TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  emergency  INTEGER NOT NULL, -- 0 or 1
  entry      INTEGER NOT NULL,
  began      INTEGER NOT NULL,
  opened     INTEGER NOT NULL, -- the zero time while it is not
  decided    INTEGER NOT NULL, -- the zero time while it is not
  ends       INTEGER NOT NULL,
  decided_by TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  sealed     BLOB    NOT NULL
) STRICT;
CREATE INDEX look_ups_by_time ON look_ups (began, id);
CREATE INDEX look_ups_of_member ON look_ups (member, began, id);
CREATE INDEX look_ups_by_end ON look_ups (ends);

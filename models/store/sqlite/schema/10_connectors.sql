-- What connectors to other systems remember.

CREATE TABLE connector_turns (
  connector TEXT PRIMARY KEY,
  turn      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connector_objects (
  connector TEXT    NOT NULL,
  id        TEXT    NOT NULL,
  owner     TEXT    NOT NULL,
  customer  TEXT    NOT NULL,
  category  TEXT    NOT NULL, -- empty: held nowhere
  record    TEXT    NOT NULL,
  turn      INTEGER NOT NULL,
  PRIMARY KEY (connector, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX connector_objects_of_owner ON connector_objects (connector, owner, id);

CREATE TABLE connector_events (
  connector TEXT    NOT NULL,
  event     TEXT    NOT NULL,
  marked    INTEGER NOT NULL,
  PRIMARY KEY (connector, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX connector_events_by_age ON connector_events (marked);

CREATE TABLE connector_states (
  connector TEXT NOT NULL,
  job       TEXT NOT NULL,
  state     BLOB NOT NULL,
  PRIMARY KEY (connector, job)
) STRICT;

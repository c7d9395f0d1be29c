CREATE TABLE requests (
  id           TEXT    NOT NULL UNIQUE,
  customer     TEXT    NOT NULL,
  kind         TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  channel      TEXT    NOT NULL,
  jurisdiction TEXT    NOT NULL,
  grounds      TEXT    NOT NULL, -- JSON array
  received     INTEGER NOT NULL,
  due          INTEGER NOT NULL,
  closed       INTEGER NOT NULL, -- the zero time while it is not
  wake         INTEGER NOT NULL, -- the zero time for never
  revision     INTEGER NOT NULL,
  sealed       BLOB    NOT NULL
) STRICT;
CREATE INDEX requests_of_customer ON requests (customer, received);
CREATE INDEX requests_to_do ON requests (due, id) WHERE closed < 0;
CREATE INDEX requests_closed ON requests (due, id) WHERE closed >= 0;
CREATE INDEX requests_by_wake ON requests (wake) WHERE wake >= 0;

CREATE TABLE tasks (
  id       TEXT    NOT NULL,
  client   TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  request  TEXT    NOT NULL,
  customer TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  state    TEXT    NOT NULL,
  asked    INTEGER NOT NULL,
  closed   INTEGER NOT NULL, -- the zero time while it is not
  revision INTEGER NOT NULL,
  sealed   BLOB    NOT NULL,
  UNIQUE (id, client)
) STRICT;
CREATE INDEX tasks_of_request ON tasks (request, id, client);
CREATE INDEX tasks_of_client ON tasks (client, seq);
CREATE INDEX tasks_open ON tasks (client, seq) WHERE state = 'open';

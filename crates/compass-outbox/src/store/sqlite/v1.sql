-- Version 1 of an outbox's file. Never changed: a later version is a step of its own (see schema.rs).
-- Moments are nanoseconds since 1970; `accepted_at` is RFC 3339, and frozen.

-- One row: the version once more. It stays where it is in every later version, so that damage of one of the two shows.
CREATE TABLE meta (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  version INTEGER NOT NULL
) STRICT;
INSERT INTO meta (only, version) VALUES (1, 1);

-- What was accepted, and what has become of it. A row says all there is to say of its message: everything else but
-- `permit`, `slow` and `closed` can be made from these rows. Its state is 'accepted' until it has a lane, and 'queued' then.
CREATE TABLE message (
  place INTEGER PRIMARY KEY, -- the order in which it was queued
  id BLOB NOT NULL,
  destination TEXT NOT NULL,
  cloud_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  entity TEXT NOT NULL,
  accepted_at TEXT NOT NULL,
  sequence INTEGER,
  coalesce_key TEXT,
  origin TEXT NOT NULL, -- JSON
  digest BLOB NOT NULL, -- of all that is frozen: a damaged row shows
  state TEXT NOT NULL, -- a word, because no damage of one bit makes another of it
  lane INTEGER, -- while it is queued
  attempts INTEGER NOT NULL DEFAULT 0,
  leases INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER,
  next_attempt_at INTEGER,
  ended_at INTEGER,
  answer TEXT, -- JSON
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_id ON message (id);
CREATE INDEX message_state ON message (state, id);
CREATE INDEX message_lane ON message (lane) WHERE lane IS NOT NULL;
CREATE INDEX message_coalesce ON message (lane, coalesce_key, sequence) WHERE lane IS NOT NULL AND coalesce_key IS NOT NULL;
CREATE INDEX message_ended ON message (ended_at) WHERE ended_at IS NOT NULL AND state <> 'dead';

CREATE TABLE destination (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE
) STRICT;

-- The lanes that have queued messages.
CREATE TABLE lane (
  id INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE, -- a digest of what makes the lane
  destination INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  head INTEGER NOT NULL, -- the place of its first message
  wait INTEGER NOT NULL DEFAULT 0, -- 0 ready, 1 waits for its next attempt, 2 its head is leased
  until INTEGER
) STRICT;
CREATE INDEX lane_ready ON lane (destination, urgency, head) WHERE wait = 0;
CREATE INDEX lane_waiting ON lane (destination, wait, until) WHERE wait > 0;

-- One row: what a status says, and what the bounds are held against.
CREATE TABLE tally (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  queued INTEGER NOT NULL DEFAULT 0,
  dead INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  superseded INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0, -- of the bodies of queued and dead messages
  last_success INTEGER
) STRICT;
INSERT INTO tally (only) VALUES (1);

-- Permits that were given to send requests.
CREATE TABLE permit (
  destination TEXT NOT NULL,
  email TEXT NOT NULL,
  at INTEGER NOT NULL,
  given INTEGER NOT NULL,
  PRIMARY KEY (destination, email, at)
) STRICT, WITHOUT ROWID;

-- Until when there are none, because a server has asked for it.
CREATE TABLE slow (
  destination TEXT NOT NULL,
  email TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (destination, email)
) STRICT, WITHOUT ROWID;

-- The ways that are closed. `fingerprint` is empty where a whole destination is held; `email` is then who found out.
CREATE TABLE closed (
  destination TEXT NOT NULL,
  paused_email TEXT NOT NULL, -- empty where the destination is held
  fingerprint TEXT NOT NULL, -- empty where the destination is held
  email TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  answer TEXT NOT NULL, -- JSON
  PRIMARY KEY (destination, paused_email, fingerprint)
) STRICT, WITHOUT ROWID;

/** Append-only: a step that has run anywhere is never changed. Each part adds its own. */
export const DESK_STEPS = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
  // Counted up: the order in which they began, and in which pages are read.
  `CREATE TABLE batches (number INTEGER PRIMARY KEY, batch_id TEXT NOT NULL UNIQUE, contract_id TEXT NOT NULL,
     state TEXT NOT NULL, pieces_done INTEGER NOT NULL, due_at INTEGER NOT NULL, about TEXT NOT NULL)`,
  `CREATE INDEX batches_open ON batches (contract_id, number) WHERE state IN ('queued', 'processing')`,
  `CREATE TABLE idempotency (key_hash TEXT PRIMARY KEY, batch_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
  // Batches whose folder in object storage is to be emptied.
  `CREATE TABLE litter (batch_id TEXT PRIMARY KEY) WITHOUT ROWID`,
  `CREATE TABLE subjects (number INTEGER PRIMARY KEY, subject_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, cell TEXT NOT NULL,
     state TEXT NOT NULL, consented INTEGER NOT NULL, consent_ends_at INTEGER, created_at INTEGER NOT NULL, sealed BLOB NOT NULL)`,
  `CREATE INDEX batches_receiving ON batches (number) WHERE state = 'receiving'`,
  `CREATE TABLE uploads (upload_id TEXT PRIMARY KEY, state TEXT NOT NULL, expires_at INTEGER NOT NULL, about TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE upload_parts (upload_id TEXT NOT NULL, part INTEGER NOT NULL, bytes INTEGER NOT NULL, hash TEXT NOT NULL,
     PRIMARY KEY (upload_id, part)) WITHOUT ROWID`,
  `CREATE TABLE pulls (pull_id TEXT PRIMARY KEY, state TEXT NOT NULL, due_at INTEGER NOT NULL, sealed TEXT NOT NULL,
     about TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE pull_objects (number INTEGER PRIMARY KEY, pull_id TEXT NOT NULL, object_hash TEXT NOT NULL, state TEXT NOT NULL,
     modified_at INTEGER NOT NULL, tries INTEGER NOT NULL, due_at INTEGER NOT NULL, batch_id TEXT, reason TEXT, sealed TEXT NOT NULL,
     UNIQUE (pull_id, object_hash))`,
  `CREATE INDEX pull_objects_waiting ON pull_objects (pull_id, modified_at, number) WHERE state = 'waiting'`,
]

/** Append-only: a step that has run anywhere is never changed. */
export const CELL_STEPS = [
  `CREATE TABLE connections (connection INTEGER PRIMARY KEY, user_id TEXT NOT NULL, state TEXT NOT NULL, about TEXT NOT NULL)`,
  // Slots are overwritten, not deleted: one row per commit, whatever the number of payloads in it.
  `CREATE TABLE inbox (slot INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, packed BLOB NOT NULL)`,
  // WITHOUT ROWID: the key is the table, so a write is one row.
  `CREATE TABLE records (
     connection INTEGER NOT NULL, type INTEGER NOT NULL, summary_id TEXT NOT NULL,
     seq INTEGER NOT NULL, revision INTEGER NOT NULL, origin TEXT NOT NULL,
     start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, appended_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
     trace TEXT NOT NULL, parts TEXT NOT NULL, hash TEXT NOT NULL, size INTEGER NOT NULL, large TEXT, body BLOB,
     PRIMARY KEY (connection, type, summary_id)) WITHOUT ROWID`,
  `CREATE TABLE destinations (destination_id TEXT PRIMARY KEY, number INTEGER NOT NULL, about TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE cursors (destination INTEGER PRIMARY KEY, packed BLOB NOT NULL)`,
  `CREATE TABLE lanes (destination INTEGER NOT NULL, connection INTEGER NOT NULL, about TEXT NOT NULL,
     PRIMARY KEY (destination, connection)) WITHOUT ROWID`,
  `CREATE TABLE parked (
     parked_id TEXT PRIMARY KEY, destination INTEGER NOT NULL, connection INTEGER NOT NULL, type INTEGER NOT NULL,
     summary_id TEXT NOT NULL, seq INTEGER NOT NULL, parked_at INTEGER NOT NULL, state TEXT NOT NULL,
     status INTEGER, about TEXT NOT NULL, body BLOB) WITHOUT ROWID`,
  `CREATE TABLE quarantine (connection INTEGER NOT NULL, payload INTEGER NOT NULL, path TEXT NOT NULL, about TEXT NOT NULL,
     PRIMARY KEY (connection, payload, path)) WITHOUT ROWID`,
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
  // Days that reads asked for in the hour, per connection.
  `CREATE TABLE requested_days (connection INTEGER PRIMARY KEY, hour INTEGER NOT NULL, days INTEGER NOT NULL)`,
  `CREATE INDEX parked_by_time ON parked (destination, parked_at, parked_id)`,
  // The job that sends it again, or did so last.
  `ALTER TABLE parked ADD COLUMN job INTEGER`,
  `CREATE TABLE jobs (number INTEGER PRIMARY KEY, destination INTEGER NOT NULL, job_id TEXT NOT NULL,
     open INTEGER NOT NULL, about TEXT NOT NULL)`,
  // Attempts at the first event of each held connection.
  `CREATE TABLE tries (destination INTEGER NOT NULL, connection INTEGER NOT NULL, about TEXT NOT NULL,
     PRIMARY KEY (destination, connection)) WITHOUT ROWID`,
  // What was delivered of a day (days since 1970), over all connections: one row, whatever their number.
  `CREATE TABLE manifests (destination INTEGER NOT NULL, day INTEGER NOT NULL, events INTEGER NOT NULL, packed BLOB NOT NULL,
     PRIMARY KEY (destination, day)) WITHOUT ROWID`,
  // The last seq of connections that are in no cursor's row any more.
  `CREATE TABLE passed (destination INTEGER PRIMARY KEY, packed BLOB NOT NULL)`,
  // Records whose contents are in object storage: one row for those that one object holds. Small columns first, so that
  // they are read without the others.
  `CREATE TABLE cold (connection INTEGER NOT NULL, month INTEGER NOT NULL, piece INTEGER NOT NULL, object TEXT NOT NULL,
     bytes INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, newest TEXT NOT NULL, keys BLOB NOT NULL,
     stubs BLOB NOT NULL, PRIMARY KEY (connection, month, piece)) WITHOUT ROWID`,
  // Objects that no row of it names, or not yet.
  `CREATE TABLE cold_gone (object TEXT PRIMARY KEY) WITHOUT ROWID`,
  // Files that were sent in; what they hold becomes payloads, page by page.
  `CREATE TABLE files (file_id TEXT PRIMARY KEY, connection INTEGER NOT NULL, state TEXT NOT NULL, hash TEXT NOT NULL,
     pages INTEGER NOT NULL, pages_done INTEGER NOT NULL, records INTEGER NOT NULL, quarantined INTEGER NOT NULL,
     about TEXT NOT NULL) WITHOUT ROWID`,
  // Jobs that run kept payloads again.
  `CREATE TABLE reruns (job_id TEXT PRIMARY KEY, open INTEGER NOT NULL, made_at INTEGER NOT NULL, about TEXT NOT NULL) WITHOUT ROWID`,
  // What they make of records of several payloads, until the last of them ran.
  `CREATE TABLE rerun_drafts (job_id TEXT NOT NULL, connection INTEGER NOT NULL, type INTEGER NOT NULL,
     summary_id TEXT NOT NULL, about TEXT NOT NULL, body BLOB, PRIMARY KEY (job_id, connection, type, summary_id)) WITHOUT ROWID`,
  // What became of the records of suppliers' batches, by payload, until its report has it.
  `CREATE TABLE outcomes (payload INTEGER PRIMARY KEY, made_at INTEGER NOT NULL, lines TEXT NOT NULL)`,
  // By the work that they are of instead: it names its payloads also where the inbox has forgotten them.
  `DROP TABLE outcomes`,
  `CREATE TABLE outcomes (work TEXT NOT NULL, first INTEGER NOT NULL, made_at INTEGER NOT NULL, told TEXT NOT NULL,
     PRIMARY KEY (work, first)) WITHOUT ROWID`,
]

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
  // From here to the mark: what parts made themselves before it stood here, and what desks of then have already.
  `CREATE TABLE IF NOT EXISTS reports (batch_id TEXT NOT NULL, first_line INTEGER NOT NULL, codes TEXT NOT NULL,
     problems TEXT NOT NULL, PRIMARY KEY (batch_id, first_line)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS quarantine (number INTEGER PRIMARY KEY, batch_id TEXT NOT NULL, line INTEGER NOT NULL,
     subject_hash TEXT, contract TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, held_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL, ended_at INTEGER, redrive TEXT, chunk INTEGER, about TEXT NOT NULL, sealed BLOB, corrected BLOB)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS quarantine_by_line ON quarantine (batch_id, line)`,
  `CREATE INDEX IF NOT EXISTS quarantine_by_end ON quarantine (expires_at) WHERE state = 'waiting'`,
  `CREATE INDEX IF NOT EXISTS quarantine_by_subject ON quarantine (subject_hash) WHERE subject_hash IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS quarantine_by_redrive ON quarantine (redrive, number) WHERE state = 'redriving'`,
  `CREATE TABLE IF NOT EXISTS redrives (number INTEGER PRIMARY KEY, redrive_id TEXT NOT NULL UNIQUE,
     made_at INTEGER NOT NULL, ended_at INTEGER, about TEXT NOT NULL)`,
  // Single records are batches too: there may be millions, and each look asks which is over first.
  `CREATE INDEX IF NOT EXISTS batches_ended ON batches (due_at) WHERE state NOT IN ('receiving', 'queued', 'processing')`,
  `CREATE TABLE IF NOT EXISTS usage (day INTEGER PRIMARY KEY, about TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS alerts (alert_id TEXT PRIMARY KEY, raised_at INTEGER NOT NULL, open INTEGER NOT NULL, about TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS alert_errands (event_id TEXT PRIMARY KEY, about TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS subject_days (contract TEXT, day INTEGER, kind TEXT, bits BLOB NOT NULL, PRIMARY KEY (contract, day, kind))`,
  `CREATE TABLE IF NOT EXISTS hook (id INTEGER PRIMARY KEY, about TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS hook_messages (message_id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
     body TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS quality_contracts (contract_id TEXT PRIMARY KEY, about TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS quality_hours (contract_id TEXT, hour INTEGER, counters TEXT NOT NULL, PRIMARY KEY (contract_id, hour))`,
  `CREATE TABLE IF NOT EXISTS quality_standings (name TEXT PRIMARY KEY, about TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS holds (contract TEXT PRIMARY KEY, about TEXT NOT NULL)`,
  // The mark. Records of people who are gone are kept no more.
  `UPDATE quarantine SET state = 'erased', subject_hash = NULL, redrive = NULL, chunk = NULL, sealed = NULL, corrected = NULL,
     ended_at = held_at WHERE reason = 'subject_closed' AND state IN ('waiting', 'redriving')`,
  // How many objects of a pull are in which state, so that nobody who looks counts millions.
  `CREATE TABLE pull_counts (pull_id TEXT PRIMARY KEY, waiting INTEGER NOT NULL, taken INTEGER NOT NULL, failed INTEGER NOT NULL)
     WITHOUT ROWID`,
  `INSERT INTO pull_counts SELECT pull_id, sum(state = 'waiting'), sum(state = 'taken'), sum(state = 'failed')
     FROM pull_objects GROUP BY pull_id`,
  `CREATE TRIGGER pull_objects_come AFTER INSERT ON pull_objects BEGIN
     INSERT INTO pull_counts VALUES (new.pull_id, new.state = 'waiting', new.state = 'taken', new.state = 'failed')
       ON CONFLICT DO UPDATE SET waiting = waiting + excluded.waiting, taken = taken + excluded.taken,
         failed = failed + excluded.failed;
   END`,
  `CREATE TRIGGER pull_objects_turn AFTER UPDATE OF state ON pull_objects WHEN old.state <> new.state BEGIN
     UPDATE pull_counts SET waiting = waiting + (new.state = 'waiting') - (old.state = 'waiting'),
       taken = taken + (new.state = 'taken') - (old.state = 'taken'),
       failed = failed + (new.state = 'failed') - (old.state = 'failed') WHERE pull_id = new.pull_id;
   END`,
  `CREATE TRIGGER pull_objects_go AFTER DELETE ON pull_objects BEGIN
     UPDATE pull_counts SET waiting = waiting - (old.state = 'waiting'), taken = taken - (old.state = 'taken'),
       failed = failed - (old.state = 'failed') WHERE pull_id = old.pull_id;
   END`,
  // Whether somebody has records that wait is asked with each piece: without a look at all that was ever held of them.
  `DROP INDEX quarantine_by_subject`,
  `CREATE INDEX quarantine_of_subject ON quarantine (subject_hash, state) WHERE subject_hash IS NOT NULL`,
]

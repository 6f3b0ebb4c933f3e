-- A developer has several keys, told apart by name; each may do what its scopes say.
ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT 'first key';
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
-- In place of the deployment's limit.
ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER;
-- What a request with an Idempotency-Key was answered; no answer yet: it is running, until its claim ends.
CREATE TABLE idempotent_answers (
  developer_id TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  claim TEXT NOT NULL,
  sealed TEXT,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (developer_id, key_hash)
) WITHOUT ROWID;
CREATE INDEX idempotent_answers_by_end ON idempotent_answers (expires_at);

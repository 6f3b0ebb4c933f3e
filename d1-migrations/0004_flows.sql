-- A sign-in is bound to the browser that opened it, and is remembered after its end so that a second use can be told.
DROP TABLE auth_sessions;
CREATE TABLE flows (
  flow_id TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  cell INTEGER NOT NULL,
  state TEXT NOT NULL,
  browser_hash TEXT,
  sealed TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX flows_by_end ON flows (expires_at);
CREATE TABLE widget_sessions (
  session_id TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);
-- Tokens that an app on a phone is let in with, once.
CREATE TABLE app_tokens (
  token_hash TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL,
  reference_id TEXT,
  expires_at INTEGER NOT NULL
);
-- What was written to a provider, so that the same write again is not done twice.
CREATE TABLE provider_writes (
  user_id TEXT NOT NULL,
  item_hash TEXT NOT NULL,
  log_id TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, item_hash)
) WITHOUT ROWID;
-- How the hosted page looks and what it offers, as JSON.
ALTER TABLE developers ADD COLUMN widget TEXT NOT NULL DEFAULT '{}';

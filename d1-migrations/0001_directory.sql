-- Everything small and relational. Nothing here is written on the hot path.
CREATE TABLE developers (
  developer_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  version TEXT NOT NULL,
  cells INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE TABLE api_keys (
  key_id TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL REFERENCES developers (developer_id),
  prefix TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
);
CREATE INDEX api_keys_by_developer ON api_keys (developer_id);
CREATE TABLE cells (
  developer_id TEXT NOT NULL REFERENCES developers (developer_id),
  cell INTEGER NOT NULL,
  region TEXT NOT NULL,
  -- Connected, plus sign-ins that may still connect.
  taken INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  swept_at INTEGER NOT NULL DEFAULT 0,
  oldest_inbox_at INTEGER,
  oldest_undelivered_at INTEGER,
  parked INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (developer_id, cell)
);
CREATE INDEX cells_by_sweep ON cells (swept_at);
CREATE TABLE connections (
  user_id TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL REFERENCES developers (developer_id),
  region TEXT NOT NULL,
  cell INTEGER NOT NULL,
  provider TEXT NOT NULL,
  provider_user_id TEXT NOT NULL,
  reference_id TEXT,
  state TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX connections_by_owner ON connections (provider, provider_user_id);
CREATE INDEX connections_by_reference ON connections (developer_id, reference_id);
CREATE INDEX connections_by_developer ON connections (developer_id, created_at);
CREATE TABLE destinations (
  destination_id TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL REFERENCES developers (developer_id),
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  version INTEGER NOT NULL,
  settings TEXT NOT NULL,
  secrets TEXT NOT NULL,
  delivery TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX destinations_by_developer ON destinations (developer_id);
CREATE TABLE auth_sessions (
  state_hash TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  sealed TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX auth_sessions_by_expiry ON auth_sessions (expires_at);
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  message TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL
);
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
);

-- Suppliers push data under contracts. Each is one developer's, and of their region.
CREATE TABLE suppliers (
  supplier_id TEXT PRIMARY KEY,
  developer_id TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  -- While it is suspended or closed: what it was before, and why.
  state_before TEXT,
  state_reason TEXT,
  -- In place of the deployment's limits, and the developer's rules for it: JSON.
  limits TEXT NOT NULL DEFAULT '{}',
  rules TEXT NOT NULL DEFAULT '{}',
  -- Where it proves who it is, by what, and since when it has.
  domain TEXT,
  domain_challenge TEXT NOT NULL,
  domain_proved_at INTEGER,
  certified_at INTEGER,
  created_at INTEGER NOT NULL,
  joined_at INTEGER,
  changed_at INTEGER NOT NULL
);
CREATE INDEX suppliers_by_developer ON suppliers (developer_id, created_at);

CREATE TABLE supplier_invitations (
  invitation_id TEXT PRIMARY KEY,
  supplier_id TEXT NOT NULL,
  developer_id TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  email TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked_at INTEGER
);
CREATE INDEX supplier_invitations_by_supplier ON supplier_invitations (supplier_id);

-- What a supplier proves itself with: a secret (its hash), or public keys. The id is the OAuth client_id.
CREATE TABLE supplier_credentials (
  credential_id TEXT PRIMARY KEY,
  supplier_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  method TEXT NOT NULL,
  prefix TEXT NOT NULL,
  secret_hash TEXT,
  public_keys TEXT NOT NULL DEFAULT '[]',
  scopes TEXT NOT NULL,
  -- Networks from which it is taken, as JSON; none: from everywhere.
  addresses TEXT NOT NULL DEFAULT '[]',
  signatures TEXT NOT NULL DEFAULT 'optional',
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER
);
CREATE INDEX supplier_credentials_by_supplier ON supplier_credentials (supplier_id);

CREATE TABLE contracts (
  contract_id TEXT PRIMARY KEY,
  supplier_id TEXT NOT NULL,
  developer_id TEXT NOT NULL,
  name TEXT NOT NULL,
  major INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  state TEXT NOT NULL,
  document TEXT NOT NULL,
  drafted_by TEXT NOT NULL,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  activated_at INTEGER,
  -- When a deprecated one is retired.
  sunset_at INTEGER
);
CREATE UNIQUE INDEX contracts_by_name ON contracts (supplier_id, name, major, minor);

-- Keys that sign the suppliers' access tokens, sealed; one is known for as long as its last token lives.
CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  public_jwk TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  signs_until INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
);
-- Ids of client assertions and of signatures, each taken once.
CREATE TABLE used_assertions (
  id_hash TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
);
CREATE INDEX used_assertions_by_end ON used_assertions (expires_at);

-- A supplier's subject has one connection, also where two records of it come at the same time.
DROP INDEX people_without_accounts;
CREATE UNIQUE INDEX people_without_accounts ON connections (developer_id, provider, provider_user_id)
WHERE provider IN ('live-stream', 'file-upload', 'supplier', 'supplier-sandbox') AND state <> 'closed';

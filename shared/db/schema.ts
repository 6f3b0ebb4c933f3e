import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The tables of d1-migrations/, as queries see them. Times in epoch ms. */
export const developers = sqliteTable('developers', {
  developer_id: text().primaryKey(),
  name: text().notNull(),
  region: text().notNull(),
  /** API version (date) that answers and events follow. */
  version: text().notNull(),
  /** How many cells there are: the highest cell number. */
  cells: integer().notNull().default(0),
  /** How the hosted page looks and what it offers: JSON. */
  widget: text().notNull().default('{}'),
  /** How records of one person's connections become one: JSON. */
  merge_rules: text().notNull().default('{}'),
  /** What streams become: JSON. */
  stream: text().notNull().default('{}'),
  created_at: integer().notNull(),
})

export const apiKeys = sqliteTable('api_keys', {
  key_id: text().primaryKey(),
  developer_id: text().notNull(),
  name: text().notNull().default('first key'),
  /** The first characters, to tell keys apart. */
  prefix: text().notNull(),
  hash: text().notNull().unique(),
  /** Comma-separated. */
  scopes: text().notNull(),
  created_at: integer().notNull(),
  expires_at: integer(),
  revoked_at: integer(),
  last_used_at: integer(),
  /** In place of the deployment's limit. */
  requests_per_minute: integer(),
})
export type ApiKeyRow = typeof apiKeys.$inferSelect

export const cells = sqliteTable(
  'cells',
  {
    developer_id: text().notNull(),
    cell: integer().notNull(),
    region: text().notNull(),
    taken: integer().notNull().default(0),
    /** 1: knows the developer's destinations, and takes connections. */
    ready: integer().notNull().default(0),
    created_at: integer().notNull(),
    swept_at: integer().notNull().default(0),
    oldest_inbox_at: integer(),
    oldest_undelivered_at: integer(),
    parked: integer().notNull().default(0),
    /** Size of the cell's database when it was looked at last. */
    bytes: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.developer_id, table.cell] }), index('cells_by_sweep').on(table.swept_at)],
)

export const connections = sqliteTable('connections', {
  user_id: text().primaryKey(),
  developer_id: text().notNull(),
  region: text().notNull(),
  cell: integer().notNull(),
  provider: text().notNull(),
  provider_user_id: text().notNull(),
  reference_id: text(),
  state: text({ enum: ['active', 'inactive', 'closed'] }).notNull(),
  scopes: text().notNull(),
  created_at: integer().notNull(),
})
export type ConnectionRow = typeof connections.$inferSelect

export const destinations = sqliteTable('destinations', {
  destination_id: text().primaryKey(),
  developer_id: text().notNull(),
  type: text().notNull(),
  state: text({ enum: ['starting', 'active', 'paused', 'disabled'] }).notNull(),
  /** Why it was disabled. */
  reason: text(),
  version: integer().notNull(),
  settings: text().notNull(),
  /** Sealed with the developer's key. */
  secrets: text().notNull(),
  delivery: text().notNull(),
  /** Where the deployment was reached when it was saved last; empty: saved before this was kept. */
  base_url: text().notNull().default(''),
  created_at: integer().notNull(),
})
export type DestinationRow = typeof destinations.$inferSelect

export const flows = sqliteTable('flows', {
  flow_id: text().primaryKey(),
  developer_id: text().notNull(),
  provider: text().notNull(),
  /** Where a place is held for the connection. */
  cell: integer().notNull(),
  state: text({ enum: ['open', 'used', 'expired'] }).notNull(),
  /** Of the browser that opened it last. */
  browser_hash: text(),
  /** What the return needs, sealed with the developer's key. */
  sealed: text().notNull(),
  expires_at: integer().notNull(),
})

export const widgetSessions = sqliteTable('widget_sessions', {
  session_id: text().primaryKey(),
  developer_id: text().notNull(),
  sealed: text().notNull(),
  expires_at: integer().notNull(),
})

export const appTokens = sqliteTable('app_tokens', {
  token_hash: text().primaryKey(),
  developer_id: text().notNull(),
  /** Whom it is for; none: the app says. */
  reference_id: text(),
  expires_at: integer().notNull(),
})

export const providerWrites = sqliteTable(
  'provider_writes',
  {
    user_id: text().notNull(),
    item_hash: text().notNull(),
    log_id: text().notNull(),
    written_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.item_hash] })],
)

export const idempotentAnswers = sqliteTable(
  'idempotent_answers',
  {
    developer_id: text().notNull(),
    key_hash: text().notNull(),
    /** Of the request: another one with the same key is refused. */
    fingerprint: text().notNull(),
    /** Which request is running, or ran. */
    claim: text().notNull(),
    /** The answer, sealed with the developer's key; none: it is running. */
    sealed: text(),
    expires_at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.developer_id, table.key_hash] }),
    index('idempotent_answers_by_end').on(table.expires_at),
  ],
)

export const deadLetters = sqliteTable('dead_letters', {
  id: integer().primaryKey(),
  queue: text().notNull(),
  message: text().notNull(),
  attempts: integer().notNull(),
  sent_at: integer().notNull(),
  arrived_at: integer().notNull(),
})

export const counters = sqliteTable('counters', {
  name: text().primaryKey(),
  value: integer().notNull(),
})

export const suppliers = sqliteTable('suppliers', {
  supplier_id: text().primaryKey(),
  developer_id: text().notNull(),
  region: text().notNull(),
  name: text().notNull(),
  state: text({ enum: ['invited', 'sandbox', 'production', 'suspended', 'closed'] }).notNull(),
  /** While it is suspended or closed: what it was before, and why. */
  state_before: text({ enum: ['invited', 'sandbox', 'production'] }),
  state_reason: text(),
  /** In place of the deployment's limits, and the developer's rules for it: JSON. */
  limits: text().notNull().default('{}'),
  rules: text().notNull().default('{}'),
  /** Where it proves who it is, by what, and since when it has. */
  domain: text(),
  domain_challenge: text().notNull(),
  domain_proved_at: integer(),
  certified_at: integer(),
  created_at: integer().notNull(),
  joined_at: integer(),
  changed_at: integer().notNull(),
})
export type SupplierRow = typeof suppliers.$inferSelect

export const supplierInvitations = sqliteTable('supplier_invitations', {
  invitation_id: text().primaryKey(),
  supplier_id: text().notNull(),
  developer_id: text().notNull(),
  token_hash: text().notNull().unique(),
  email: text(),
  created_at: integer().notNull(),
  expires_at: integer().notNull(),
  used_at: integer(),
  revoked_at: integer(),
})
export type SupplierInvitationRow = typeof supplierInvitations.$inferSelect

export const supplierCredentials = sqliteTable('supplier_credentials', {
  /** The OAuth client_id. */
  credential_id: text().primaryKey(),
  supplier_id: text().notNull(),
  environment: text({ enum: ['sandbox', 'production'] }).notNull(),
  name: text().notNull(),
  method: text({ enum: ['client_secret', 'private_key_jwt'] }).notNull(),
  /** The first characters of its secret, to tell them apart. */
  prefix: text().notNull(),
  secret_hash: text(),
  /** JWKs as JSON. */
  public_keys: text().notNull().default('[]'),
  /** Comma-separated. */
  scopes: text().notNull(),
  /** Networks from which it is taken, as JSON; none: from everywhere. */
  addresses: text().notNull().default('[]'),
  signatures: text({ enum: ['optional', 'required'] })
    .notNull()
    .default('optional'),
  created_at: integer().notNull(),
  expires_at: integer(),
  revoked_at: integer(),
  last_used_at: integer(),
})
export type SupplierCredentialRow = typeof supplierCredentials.$inferSelect

export const contracts = sqliteTable('contracts', {
  contract_id: text().primaryKey(),
  supplier_id: text().notNull(),
  developer_id: text().notNull(),
  name: text().notNull(),
  major: integer().notNull(),
  minor: integer().notNull(),
  state: text({ enum: ['draft', 'review', 'active', 'deprecated', 'retired'] }).notNull(),
  /** A `ContractDocument`, as JSON. */
  document: text().notNull(),
  drafted_by: text({ enum: ['supplier', 'developer'] }).notNull(),
  /** Why it was returned or deprecated. */
  note: text(),
  created_at: integer().notNull(),
  changed_at: integer().notNull(),
  activated_at: integer(),
  /** When a deprecated one is retired. */
  sunset_at: integer(),
})
export type ContractRow = typeof contracts.$inferSelect

export const signingKeys = sqliteTable('signing_keys', {
  kid: text().primaryKey(),
  public_jwk: text().notNull(),
  sealed: text().notNull(),
  created_at: integer().notNull(),
  signs_until: integer().notNull(),
  ends_at: integer().notNull(),
})
export type SigningKeyRow = typeof signingKeys.$inferSelect

export const usedAssertions = sqliteTable('used_assertions', {
  id_hash: text().primaryKey(),
  expires_at: integer().notNull(),
})

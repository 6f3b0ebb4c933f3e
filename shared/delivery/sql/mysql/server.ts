/** An answer's rows; of what changes something, none are looked at. */
export type Rows = Record<string, unknown>[]

/** A session at the server. Statements are text: every value in it went through `quote`. */
export interface Server {
  query: (sql: string) => Promise<Rows>
  /** A text as a literal, safe in the character set and mode that the session has. */
  quote: (text: string) => string
  /** The longest statement that the server takes: its max_allowed_packet, bytes. */
  packetBytes: number
}

/** What a session is set to, whatever the server's defaults are: `quote` relies on the first and second. */
export const sessionSettings = (lockWaitS: number): string[] => [
  'set names utf8mb4',
  `set session sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
  `set session time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = ${lockWaitS}`,
  // Rows that are not there are not locked: two destinations in one database do not wait for each other's gaps.
  'set session transaction isolation level read committed',
]

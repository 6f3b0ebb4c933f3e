/** Tokens that were used, and keys whose tokens are none any more, until the tokens are over by themselves. */
export class UsedTokens {
  private readonly sql: SqlStorage
  constructor(sql: SqlStorage) {
    this.sql = sql
    sql.exec(
      `CREATE TABLE IF NOT EXISTS used_tokens (nonce TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
    )
  }
  /** false: it was used before. */
  use(nonce: string, expiresAt: number): boolean {
    return (
      this.sql
        .exec(`INSERT INTO used_tokens VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING nonce`, nonce, expiresAt)
        .toArray().length === 1
    )
  }
  /** Tokens that something gives, and that end until then, let nobody in any more: those that it had given before. */
  end(grant: string, expiresAt: number): void {
    this.sql.exec(
      `INSERT INTO used_tokens VALUES (?, ?)
         ON CONFLICT DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)`,
      grant,
      expiresAt,
    )
  }
  hasEnded(grant: string, expiresAt: number): boolean {
    return (
      this.sql.exec(`SELECT 1 FROM used_tokens WHERE nonce = ? AND expires_at >= ?`, grant, expiresAt).toArray()
        .length > 0
    )
  }
  has(nonce: string): boolean {
    return this.sql.exec(`SELECT 1 FROM used_tokens WHERE nonce = ?`, nonce).toArray().length > 0
  }
  prune(now: number): void {
    this.sql.exec(`DELETE FROM used_tokens WHERE expires_at < ?`, now)
  }
}

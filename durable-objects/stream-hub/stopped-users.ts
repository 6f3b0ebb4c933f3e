/** Users whom the developer has stopped: a token that they still have does not let them in. */
export class StoppedUsers {
  private readonly sql: SqlStorage
  private readonly stopped: Set<string>
  constructor(sql: SqlStorage) {
    this.sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS stopped_users (user_id TEXT PRIMARY KEY) WITHOUT ROWID`)
    this.stopped = new Set(
      sql
        .exec<{ user_id: string }>(`SELECT user_id FROM stopped_users`)
        .toArray()
        .map(({ user_id }) => user_id),
    )
  }
  has(user_id: string): boolean {
    return this.stopped.has(user_id)
  }
  add(user_id: string): void {
    this.stopped.add(user_id)
    this.sql.exec(`INSERT INTO stopped_users VALUES (?) ON CONFLICT DO NOTHING`, user_id)
  }
  remove(user_id: string): void {
    if (this.stopped.delete(user_id)) this.sql.exec(`DELETE FROM stopped_users WHERE user_id = ?`, user_id)
  }
}

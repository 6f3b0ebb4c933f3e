/** The last number that is stored of each producer that numbers its frames: what comes again is known by it. */
export class Numbers {
  private readonly sql: SqlStorage
  private readonly last = new Map<string, number>()

  constructor(sql: SqlStorage) {
    this.sql = sql
    sql.exec(
      `CREATE TABLE IF NOT EXISTS numbers (producer TEXT PRIMARY KEY, n INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`,
    )
  }

  of(uid: string, producer: string): number {
    const name = `${uid}/${producer}`
    const known = this.last.get(name)
    if (known !== undefined) return known
    const [row] = this.sql.exec<{ n: number }>(`SELECT n FROM numbers WHERE producer = ?`, name).toArray()
    this.last.set(name, row?.n ?? 0)
    return row?.n ?? 0
  }
  /** Inside the transaction that stores the frames. */
  write(uid: string, producer: string, n: number, at: number): void {
    this.sql.exec(
      `INSERT INTO numbers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n, at = excluded.at`,
      `${uid}/${producer}`,
      n,
      at,
    )
  }
  /** When it stands. */
  know(uid: string, producer: string, n: number): void {
    this.last.set(`${uid}/${producer}`, n)
  }
  prune(before: number): void {
    this.sql.exec(`DELETE FROM numbers WHERE at < ?`, before)
  }
  forget(uid: string): void {
    for (const name of this.last.keys()) if (name.startsWith(`${uid}/`)) this.last.delete(name)
    this.sql.exec(`DELETE FROM numbers WHERE producer >= ? AND producer < ?`, `${uid}/`, `${uid}0`)
  }
}

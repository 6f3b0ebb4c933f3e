type Value = string | number | null

/**
 * A table that is made when something is first written to it: most objects of its kind never need it, and making one is
 * billed as rows.
 */
export class LateTable {
  private there: boolean
  private readonly sql: SqlStorage
  private readonly made: string

  constructor(sql: SqlStorage, name: string, columns: string) {
    this.sql = sql
    this.made = `CREATE TABLE IF NOT EXISTS ${name} (${columns})`
    this.there = sql.exec(`SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?`, name).toArray().length > 0
  }

  /** Nothing, where nothing was ever written. */
  read<Row>(query: string): Row[] {
    return this.there ? (this.sql.exec(query).toArray() as Row[]) : []
  }
  write(query: string, ...values: Value[]): void {
    if (!this.there) this.sql.exec(this.made)
    this.there = true
    this.sql.exec(query, ...values)
  }
}

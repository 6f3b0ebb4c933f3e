type Value = string | number | null | Uint8Array<ArrayBuffer>

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
  read<Row>(query: string, ...values: Value[]): Row[] {
    return this.there
      ? this.unlessGone(
          () => this.sql.exec(query, ...values).toArray() as Row[],
          () => [],
        )
      : []
  }
  write(query: string, ...values: Value[]): void {
    const write = () => void this.sql.exec(query, ...values)
    const makeAndWrite = () => {
      this.sql.exec(this.made)
      this.there = true
      write()
    }
    if (this.there) this.unlessGone(write, makeAndWrite)
    else makeAndWrite()
  }
  /** A transaction that made the table and was rolled back took it away again. */
  private unlessGone<T>(work: () => T, otherwise: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('no such table'))) throw error
      return otherwise()
    }
  }
}

type Value = ArrayBuffer | Uint8Array | string | number | null

/** The tables of an object, made by steps that only grow; every write is counted under the purpose it served. */
export class Tables {
  readonly rowsWritten: Record<string, number> = {}
  private readonly storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage, steps: readonly string[]) {
    this.storage = storage
    storage.sql.exec(`CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY)`)
    const { done } = storage.sql.exec<{ done: number }>(`SELECT count(*) AS done FROM steps`).one()
    if (done < steps.length)
      storage.transactionSync(() => {
        for (let step = done; step < steps.length; step++) {
          storage.sql.exec(steps[step]!)
          storage.sql.exec(`INSERT INTO steps VALUES (?)`, step)
        }
      })
  }

  write(purpose: string, query: string, ...values: Value[]): void {
    const cursor = this.storage.sql.exec(query, ...values)
    this.rowsWritten[purpose] = (this.rowsWritten[purpose] ?? 0) + cursor.rowsWritten
  }
  read<Row>(query: string, ...values: Value[]): Row[] {
    return this.storage.sql.exec(query, ...values).toArray() as Row[]
  }
  transaction<T>(work: () => T): T {
    return this.storage.transactionSync(work)
  }
  get bytes(): number {
    return this.storage.sql.databaseSize
  }

  meta(name: string): string | undefined {
    return this.read<{ value: string }>(`SELECT value FROM meta WHERE name = ?`, name)[0]?.value
  }
  setMeta(name: string, value: string): void {
    this.write('meta', `INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`, name, value)
  }
  dropMeta(name: string): void {
    this.write('meta', `DELETE FROM meta WHERE name = ?`, name)
  }
}

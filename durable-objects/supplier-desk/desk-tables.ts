/** Append-only: a step that has run anywhere is never changed. Each part adds its own. */
const STEPS = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
  // Counted up: the order in which they began, and in which pages are read.
  `CREATE TABLE batches (number INTEGER PRIMARY KEY, batch_id TEXT NOT NULL UNIQUE, contract_id TEXT NOT NULL,
     state TEXT NOT NULL, pieces_done INTEGER NOT NULL, due_at INTEGER NOT NULL, about TEXT NOT NULL)`,
  `CREATE INDEX batches_open ON batches (contract_id, number) WHERE state IN ('queued', 'processing')`,
  `CREATE TABLE idempotency (key_hash TEXT PRIMARY KEY, batch_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
  // Batches whose folder in object storage is to be emptied.
  `CREATE TABLE litter (batch_id TEXT PRIMARY KEY) WITHOUT ROWID`,
  `CREATE TABLE subjects (number INTEGER PRIMARY KEY, subject_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, cell TEXT NOT NULL,
     state TEXT NOT NULL, consented INTEGER NOT NULL, consent_ends_at INTEGER, created_at INTEGER NOT NULL, sealed BLOB NOT NULL)`,
  `CREATE INDEX batches_receiving ON batches (number) WHERE state = 'receiving'`,
  `CREATE TABLE uploads (upload_id TEXT PRIMARY KEY, state TEXT NOT NULL, expires_at INTEGER NOT NULL, about TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE upload_parts (upload_id TEXT NOT NULL, part INTEGER NOT NULL, bytes INTEGER NOT NULL, hash TEXT NOT NULL,
     PRIMARY KEY (upload_id, part)) WITHOUT ROWID`,
]

type Value = ArrayBuffer | Uint8Array | string | number | null

/** A desk's tables; what is written is counted by what for. */
export class DeskTables {
  readonly rowsWritten: Record<string, number> = {}
  private readonly storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.storage = storage
    storage.sql.exec(`CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY)`)
    const { done } = storage.sql.exec<{ done: number }>(`SELECT count(*) AS done FROM steps`).one()
    if (done < STEPS.length)
      storage.transactionSync(() => {
        for (let step = done; step < STEPS.length; step++) {
          storage.sql.exec(STEPS[step]!)
          storage.sql.exec(`INSERT INTO steps VALUES (?)`, step)
        }
      })
  }
  write(purpose: string, query: string, ...values: Value[]): number {
    const cursor = this.storage.sql.exec(query, ...values)
    this.rowsWritten[purpose] = (this.rowsWritten[purpose] ?? 0) + cursor.rowsWritten
    return cursor.rowsWritten
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
}

import type { Tables } from '../tables.ts'

/** One change of one record, as a commit writes it. */
export interface AppendedEntry {
  seq: number
  connection: number
  type: number
  summary_id: string
  bytes: number
}
export interface Entry extends AppendedEntry {
  /** A newer change of the same record has a later entry. */
  superseded: boolean
}
type StoredEntry = [seq: number, connection: number, type: number, summaryId: string, bytes: number]
interface StoredRow {
  e: StoredEntry[]
  d: number[]
}

/** Entries kept in memory; older ones are read from the tables. */
const TAIL_ENTRIES = 20_000
/** Rows of one table; a table that everybody has passed is dropped whole, which costs no row. */
const ROWS_PER_TABLE = 5_000

const keyOf = (entry: { connection: number; type: number; summary_id: string }) =>
  `${entry.connection}/${entry.type}/${entry.summary_id}`

/** The change feed: one packed row per commit, in seq order. */
export class ChangeFeed {
  /** Highest seq given out. */
  head = 0
  private next = 1
  private tail: Entry[] = []
  private newest = new Map<string, Entry>()
  private tables: { name: string; rows: number; to: number; done: number }[] = []
  private readonly store: Tables
  /** seq of the record as it is now, for entries older than the tail. */
  private readonly currentSeq: (entry: AppendedEntry) => number | undefined

  constructor(store: Tables, currentSeq: (entry: AppendedEntry) => number | undefined) {
    this.store = store
    this.currentSeq = currentSeq
  }

  /** Reads what is there; → payload numbers known to be appended. `floor`: no seq at or below it is given again. */
  load(floor: number): Set<number> {
    const done = new Set<number>()
    const names = this.store.read<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'feed_%'`,
    )
    const numbers = names.map(({ name }) => Number(name.slice(5))).sort((a, b) => a - b)
    for (const number of numbers) {
      const table = { name: `feed_${number}`, rows: 0, to: 0, done: 0 }
      for (const { seq, packed } of this.store.read<{ seq: number; packed: string }>(
        `SELECT * FROM ${table.name} ORDER BY seq`,
      )) {
        const row = JSON.parse(packed) as StoredRow
        for (const number of row.d) {
          done.add(number)
          table.done = Math.max(table.done, number)
        }
        table.rows++
        table.to = seq
        this.remember(row.e.map(unpack))
      }
      this.tables.push(table)
    }
    this.head = Math.max(this.head, floor)
    this.next = this.head + 1
    return done
  }

  takeSeq(): number {
    return this.next++
  }

  /** Writes a commit's entries as one row; → what memory learns once it stands. */
  write(entries: AppendedEntry[], done: number[]): () => void {
    const table = this.currentTable()
    const to = entries.at(-1)!.seq
    const packed: StoredRow = { e: entries.map((e) => [e.seq, e.connection, e.type, e.summary_id, e.bytes]), d: done }
    this.store.write('feed', `INSERT INTO ${table.name} VALUES (?, ?)`, to, JSON.stringify(packed))
    return () => {
      table.rows++
      table.to = to
      table.done = Math.max(table.done, ...done)
      this.remember(entries)
    }
  }

  private currentTable() {
    const last = this.tables.at(-1)
    if (last && last.rows < ROWS_PER_TABLE) return last
    const table = { name: `feed_${last ? Number(last.name.slice(5)) + 1 : 1}`, rows: 0, to: 0, done: 0 }
    this.store.write('feed', `CREATE TABLE IF NOT EXISTS ${table.name} (seq INTEGER PRIMARY KEY, packed TEXT NOT NULL)`)
    this.tables.push(table)
    return table
  }

  private remember(entries: AppendedEntry[]) {
    for (const appended of entries) {
      const entry = { ...appended, superseded: false }
      const key = keyOf(entry)
      const older = this.newest.get(key)
      if (older) older.superseded = true
      this.newest.set(key, entry)
      this.tail.push(entry)
      this.head = Math.max(this.head, entry.seq)
    }
    if (this.tail.length > 2 * TAIL_ENTRIES) {
      for (const entry of this.tail.splice(0, this.tail.length - TAIL_ENTRIES))
        if (this.newest.get(keyOf(entry)) === entry) this.newest.delete(keyOf(entry))
    }
  }

  /** Current entries with seq > after, at most `limit` looked at; `to`: how far it looked. */
  after(seq: number, limit: number): { entries: Entry[]; to: number } {
    const looked = seq >= (this.tail[0]?.seq ?? 0) - 1 ? this.fromTail(seq, limit) : this.fromTables(seq, limit)
    return {
      entries: looked.filter((entry) => !entry.superseded),
      to: looked.length < limit ? this.head : looked.at(-1)!.seq,
    }
  }
  private fromTail(seq: number, limit: number): Entry[] {
    let low = 0
    let high = this.tail.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.tail[middle]!.seq > seq) high = middle
      else low = middle + 1
    }
    return this.tail.slice(low, low + limit)
  }
  private fromTables(seq: number, limit: number): Entry[] {
    const found: Entry[] = []
    for (const table of this.tables) {
      if (table.to <= seq) continue
      for (const { packed } of this.store.read<{ packed: string }>(
        `SELECT packed FROM ${table.name} WHERE seq > ? ORDER BY seq LIMIT ?`,
        seq,
        limit,
      ))
        for (const stored of (JSON.parse(packed) as StoredRow).e) {
          const entry = unpack(stored)
          if (entry.seq <= seq || found.length >= limit) continue
          found.push({ ...entry, superseded: this.currentSeq(entry) !== entry.seq })
        }
      if (found.length >= limit) break
    }
    return found
  }

  /** Tables that every reader has passed, and whose payloads are archived, can be dropped whole. */
  passed(seq: number, archivedTo: number): string[] {
    return this.tables
      .slice(0, -1)
      .flatMap((table) => (table.to <= seq && table.done <= archivedTo ? [table.name] : []))
  }
  /** Inside a transaction that also writes the floor. */
  drop(names: string[]): void {
    for (const name of names) this.store.write('feed', `DROP TABLE ${name}`)
    this.tables = this.tables.filter((table) => !names.includes(table.name))
  }
}

const unpack = ([seq, connection, type, summary_id, bytes]: StoredEntry): AppendedEntry => ({
  seq,
  connection,
  type,
  summary_id,
  bytes,
})

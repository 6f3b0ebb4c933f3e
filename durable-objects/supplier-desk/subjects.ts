import type { DeskSubject, HeldRecord, NewSubject, SubjectRow } from '../supplier-desk-api.ts'
import type { Desk } from './desk.ts'

const COLUMNS = 'number, subject_hash, user_id, cell, state, consented, consent_ends_at, created_at, sealed'
const LOOKED = `${COLUMNS}, EXISTS (SELECT 1 FROM quarantine AS one WHERE one.subject_hash = subjects.subject_hash
  AND one.state IN ('waiting', 'redriving')) AS held`
type Stored = Omit<SubjectRow, 'consented' | 'held' | 'sealed'> & {
  consented: number
  held: number
  sealed: ArrayBuffer
}

/** Whose records come: each subject's connection and consent. Names are kept sealed, and found by a hash. */
export class Subjects {
  private readonly desk: Desk
  constructor(desk: Desk) {
    this.desk = desk
  }
  of(hashes: string[]): Record<string, DeskSubject> {
    const rows = this.desk.tables.read<Stored>(
      `SELECT ${LOOKED} FROM subjects WHERE subject_hash IN (SELECT value FROM json_each(?))`,
      JSON.stringify(hashes),
    )
    return Object.fromEntries(rows.map((row) => [row.subject_hash, shown(row)]))
  }
  /** Of these records, those whose subject was erased since they were read, though they may have begun anew. */
  erasedSince(records: readonly HeldRecord[]): HeldRecord[] {
    const known = this.of([...new Set(records.flatMap(({ subject_hash }) => subject_hash ?? []))])
    return records.filter(({ subject_hash, user_id }) => {
      const now = known[subject_hash ?? '']
      return now && (now.state === 'closed' || (user_id !== undefined && now.user_id !== user_id))
    })
  }
  row(hash: string): SubjectRow | undefined {
    return this.rows(`WHERE subject_hash = ?`, hash)[0]
  }
  page(after: number, limit: number): SubjectRow[] {
    return this.rows(`WHERE number > ? AND state <> 'closed' ORDER BY number LIMIT ?`, after, limit)
  }
  /**
   * The connection that is there stays; a consent that comes goes on record, and one that is closed begins again, by another
   * connection: whoever was on their way with the one that ended comes too late.
   */
  put({ subject_hash, user_id, cell, sealed, consented, consent_ends_at }: NewSubject): DeskSubject {
    const before = this.row(subject_hash)
    if (!before)
      this.desk.tables.write(
        'subjects',
        `INSERT INTO subjects (${COLUMNS}) VALUES (NULL, ?, ?, ?, 'active', ?, ?, ?, ?)`,
        subject_hash,
        user_id,
        cell,
        consented ? 1 : 0,
        consent_ends_at,
        this.desk.now(),
        sealed,
      )
    else if (before.state === 'closed' ? before.user_id !== user_id : consented)
      this.desk.tables.write(
        'subjects',
        `UPDATE subjects SET user_id = ?, cell = ?, state = 'active', consented = ?, consent_ends_at = ?, sealed = ?
           WHERE subject_hash = ?`,
        before.state === 'closed' ? user_id : before.user_id,
        before.state === 'closed' ? cell : before.cell,
        consented ? 1 : 0,
        consent_ends_at,
        sealed,
        subject_hash,
      )
    return shown(this.row(subject_hash)!)
  }
  /** Records wait; what is there stays. */
  withdraw(hash: string): void {
    this.desk.tables.write(
      'subjects',
      `UPDATE subjects SET state = 'withdrawn', consented = 0, consent_ends_at = NULL WHERE subject_hash = ? AND state = 'active'`,
      hash,
    )
  }
  /** The connection is gone, or about to go, and with it what is known of the subject; that there was one stays. */
  close(hash: string): void {
    this.desk.tables.write(
      'subjects',
      `UPDATE subjects SET state = 'closed', consented = 0, consent_ends_at = NULL, sealed = zeroblob(0) WHERE subject_hash = ?`,
      hash,
    )
  }
  private rows(where: string, ...values: (string | number)[]): SubjectRow[] {
    return this.desk.tables
      .read<Stored>(`SELECT ${LOOKED} FROM subjects ${where}`, ...values)
      .map((row) => ({ ...row, ...flags(row), sealed: new Uint8Array(row.sealed) }))
  }
}
const shown = (row: Stored | SubjectRow): DeskSubject => {
  const { number, user_id, cell, state, consent_ends_at } = row
  return { number, user_id, cell, state, consent_ends_at, ...flags(row) }
}
const flags = ({ consented, held }: Stored | SubjectRow) => ({ consented: Boolean(consented), held: Boolean(held) })

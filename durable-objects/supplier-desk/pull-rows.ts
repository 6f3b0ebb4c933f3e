import type { PulledObject, PulledState, PullProblem, PullSettings, PullState } from '../pull-api.ts'
import type { Desk } from './desk.ts'

interface PullAbout {
  settings: PullSettings
  created_at: number
  looked_at: number | null
  problem: PullProblem | null
  /** A list that is being read: where it goes on, when it was begun by the world's clock, and pages of it that were read. */
  list: { from: string | undefined; begunAt: number; pages: number } | null
  /** Objects that were written before were seen by a look that saw all: they are remembered no longer. */
  seen_before: number
}
export interface PullRow {
  pull_id: string
  state: PullState
  /** The next look. */
  due_at: number
  sealed: string
  about: PullAbout
}
export interface ObjectRow extends PulledObject {
  pull_id: string
  tries: number
  due_at: number
}
const OBJECT = 'number, pull_id, object_hash, state, modified_at, tries, due_at, batch_id, reason, sealed'

/** A supplier's pulls, a row each, and the objects that they found. */
export class PullRows {
  private readonly desk: Desk
  constructor(desk: Desk) {
    this.desk = desk
  }

  all(): PullRow[] {
    return this.pulls('')
  }
  of(pullId: string): PullRow | undefined {
    return this.pulls(`WHERE pull_id = ?`, pullId)[0]
  }
  private pulls(where: string, ...values: string[]): PullRow[] {
    return this.desk.tables
      .read<Omit<PullRow, 'about'> & { about: string }>(
        `SELECT pull_id, state, due_at, sealed, about FROM pulls ${where} ORDER BY pull_id`,
        ...values,
      )
      .map((row) => ({ ...row, about: JSON.parse(row.about) as PullAbout }))
  }
  /** When each active one has something to do: its look, or the object that is read next. */
  due(): { at: number }[] {
    return this.desk.tables.read(
      `SELECT min(due_at, ifnull((SELECT o.due_at FROM pull_objects o WHERE o.pull_id = pulls.pull_id
         AND o.state = 'waiting' ORDER BY o.modified_at, o.number LIMIT 1), due_at)) AS at FROM pulls WHERE state = 'active'`,
    )
  }
  put({ pull_id, state, due_at, sealed, about }: PullRow): void {
    this.desk.tables.write(
      'pull',
      `INSERT INTO pulls VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state,
         due_at = excluded.due_at, sealed = excluded.sealed, about = excluded.about`,
      ...[pull_id, state, due_at, sealed, JSON.stringify(about)],
    )
  }
  drop(pullId: string): void {
    // First of all: nobody counts what goes.
    this.desk.tables.write('pull', `DELETE FROM pull_counts WHERE pull_id = ?`, pullId)
    this.desk.tables.write('pull', `DELETE FROM pull_objects WHERE pull_id = ?`, pullId)
    this.desk.tables.write('pull', `DELETE FROM pulls WHERE pull_id = ?`, pullId)
  }

  /** The object that is read next: what was written first, so that corrections come after what they correct. */
  nextObject(pullId: string): ObjectRow | undefined {
    return this.objects(`WHERE pull_id = ? AND state = 'waiting' ORDER BY modified_at, number LIMIT 1`, pullId)[0]
  }
  object(pullId: string, number: number): ObjectRow | undefined {
    return this.objects(`WHERE pull_id = ? AND number = ?`, pullId, number)[0]
  }
  page(pullId: string, query: { before?: number; limit: number; state?: PulledState }): ObjectRow[] {
    const { before = Number.MAX_SAFE_INTEGER, limit, state = '' } = query
    return this.objects(
      `WHERE pull_id = ?1 AND number < ?2 AND (?3 = '' OR state = ?3) ORDER BY number DESC LIMIT ?4`,
      ...[pullId, before, state, limit],
    )
  }
  private objects(where: string, ...values: (string | number)[]): ObjectRow[] {
    return this.desk.tables.read<ObjectRow>(`SELECT ${OBJECT} FROM pull_objects ${where}`, ...values)
  }
  /** One that is known already stays as it is. */
  found(pullId: string, hash: string, modifiedAt: number, sealed: () => string): void {
    const known = this.desk.tables.read(
      `SELECT 1 FROM pull_objects WHERE pull_id = ? AND object_hash = ?`,
      pullId,
      hash,
    )
    if (known.length > 0) return
    this.desk.tables.write(
      'pull',
      `INSERT INTO pull_objects (${OBJECT}) VALUES (NULL, ?, ?, 'waiting', ?, 0, 0, NULL, NULL, ?)`,
      ...[pullId, hash, modifiedAt, sealed()],
    )
  }
  putObject({ number, state, tries, due_at, batch_id, reason }: ObjectRow): void {
    this.desk.tables.write(
      'pull',
      `UPDATE pull_objects SET state = ?, tries = ?, due_at = ?, batch_id = ?, reason = ? WHERE number = ?`,
      ...[state, tries, due_at, batch_id, reason, number],
    )
  }
  failedAgain(pullId: string): void {
    this.desk.tables.write(
      'pull',
      `UPDATE pull_objects SET state = 'waiting', tries = 0, due_at = 0, batch_id = NULL, reason = NULL
         WHERE pull_id = ? AND state = 'failed'`,
      pullId,
    )
  }
  dropObject(number: number): void {
    this.desk.tables.write('pull', `DELETE FROM pull_objects WHERE number = ?`, number)
  }
  /** `most`: no fewer than one look finds. */
  forget(pullId: string, before: number, most: number): void {
    this.desk.tables.write(
      'pull',
      `DELETE FROM pull_objects WHERE number IN (SELECT number FROM pull_objects
         WHERE pull_id = ? AND state <> 'waiting' AND modified_at < ? LIMIT ?)`,
      ...[pullId, before, most],
    )
  }
  /** Counted by triggers as objects come, turn and go: there may be millions. */
  counts(pullId: string): Record<PulledState, number> {
    const [row] = this.desk.tables.read<Record<PulledState, number>>(
      `SELECT waiting, taken, failed FROM pull_counts WHERE pull_id = ?`,
      pullId,
    )
    return row ?? { waiting: 0, taken: 0, failed: 0 }
  }
}

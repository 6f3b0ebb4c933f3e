import { newId } from '../../shared/base/ids.ts'
import { PULL, SUPPLY } from '../../shared/base/supply-limits.ts'
import { DIED } from '../../shared/supply/trouble.ts'
import type { NewPull, PullChange, PulledState, PullLease, PullResult, PullView } from '../pull-api.ts'
import type { NewBatch } from '../supplier-desk-api.ts'
import type { Batches } from './batches.ts'
import type { Desk, Part } from './desk.ts'
import { PullLooks } from './pull-looks.ts'
import { type ObjectRow, type PullRow, PullRows } from './pull-rows.ts'
import { PullTrouble, type Teller } from './pull-trouble.ts'

interface Out {
  lease: string
  pull_id: string
  until: number
  /** The object that is read; undefined: it is a look. */
  number: number | undefined
  batchId?: string
}

/**
 * Objects in suppliers' buckets: a look finds those that are new, and each becomes a batch, in the order in which they were
 * written. Key of an object: its key, its etag and when it was written; of its batch: the object.
 */
export class Pulls implements Part {
  private readonly desk: Desk
  private readonly batches: Batches
  private readonly rows: PullRows
  private readonly trouble: PullTrouble
  private readonly looks: PullLooks
  /**
   * In memory: a lease that is lost is given out again, and the same look or object comes to the same. What its first holder
   * says then is not heard.
   */
  private out: Out | undefined
  private readonly servedAt = new Map<string, number>()
  private nudgedAt = 0

  constructor(desk: Desk, batches: Batches, teller: Teller) {
    this.desk = desk
    this.batches = batches
    this.rows = new PullRows(desk)
    this.trouble = new PullTrouble(desk, teller, this.rows)
    this.looks = new PullLooks(desk, this.rows, this.trouble)
  }

  create({ pull_id, settings, sealed }: NewPull): PullView | undefined {
    const now = this.desk.now()
    if (this.rows.all().length >= PULL.most) return undefined
    const about = { settings, created_at: now, looked_at: null, problem: null, list: null, seen_before: 0 }
    this.rows.put({ pull_id, state: 'active', due_at: now, sealed, about })
    return this.view(pull_id)
  }
  all(): PullView[] {
    return this.rows.all().map((row) => this.viewOf(row))
  }
  view(pullId: string): (PullView & { sealed: string }) | undefined {
    const row = this.rows.of(pullId)
    return row && { ...this.viewOf(row), sealed: row.sealed }
  }
  change(pullId: string, change: PullChange): PullView | undefined {
    const row = this.rows.of(pullId)
    if (row) this.desk.tables.transaction(() => this.changeTo(row, change))
    return this.view(pullId)
  }
  private changeTo(row: PullRow, { settings, sealed, state = row.state, ...more }: PullChange): void {
    const { pull_id } = row
    // Of one that rests nobody waits for an end of its trouble.
    const about = state === 'paused' ? this.trouble.dropped(row, 'is paused').about : row.about
    const again = more.now || (state === 'active' && row.state === 'paused')
    // Of the pages of a list that were read already nothing else would be found.
    const isOther = settings?.suffix !== undefined && settings.suffix !== about.settings.suffix
    this.rows.put({
      ...{ pull_id, state, sealed: sealed ?? row.sealed, due_at: again ? this.desk.now() : row.due_at },
      about: {
        ...about,
        list: isOther || more.olderToo ? null : about.list,
        seen_before: more.olderToo ? 0 : about.seen_before,
        settings: { ...about.settings, ...settings },
      },
    })
    if (more.failedAgain) this.rows.failedAgain(pull_id)
    const object = again && this.rows.nextObject(pull_id)
    if (object) this.rows.putObject({ ...object, due_at: this.desk.now() })
  }
  /** What became a batch stays one. */
  remove(pullId: string): boolean {
    const row = this.rows.of(pullId)
    if (!row) return false
    if (this.out?.pull_id === pullId) this.out = undefined
    this.desk.tables.transaction(() => {
      this.trouble.dropped(row, 'is not there any more')
      this.rows.drop(pullId)
    })
    return true
  }
  removeAll(): void {
    for (const { pull_id } of this.rows.all()) this.remove(pull_id)
  }
  page(pullId: string, query: { before?: number; limit: number; state?: PulledState }): ObjectRow[] {
    return this.rows.page(pullId, query)
  }

  /** The pull that was served longest ago; its objects before its next look. Where nobody has one: who had it last is dead. */
  take(): PullLease | undefined {
    const now = this.desk.now()
    this.nudgedAt = now
    // It is taken again when its time has come.
    if (this.out) this.end(this.out.lease, { kind: 'later', problem: DIED.reason, whose: 'ours' })
    const active = this.active().sort(
      (a, b) => (this.servedAt.get(a.pull_id) ?? 0) - (this.servedAt.get(b.pull_id) ?? 0),
    )
    for (const row of active) {
      const { pull_id, sealed, about } = row
      const pull = { lease: newId('lse'), pull_id, settings: about.settings, sealed }
      const object = this.nextObject(row)
      const looks = row.due_at <= now && this.rows.counts(pull_id).waiting < PULL.waiting
      // A list is read to its end first: what was written first may stand last in it.
      const lease: PullLease | undefined =
        looks && (about.list?.from !== undefined || !object || object.due_at > now)
          ? { ...pull, work: 'look', from: about.list?.from }
          : object && object.due_at <= now
            ? { ...pull, work: 'object', object }
            : undefined
      if (!lease) continue
      if (lease.work === 'look' && !about.list)
        this.rows.put({ ...row, about: { ...about, list: { from: undefined, begunAt: Date.now(), pages: 0 } } })
      this.servedAt.set(pull_id, now)
      const number = lease.work === 'object' ? lease.object.number : undefined
      this.out = { lease: lease.lease, pull_id, until: now + PULL.leaseMs, number }
      return lease
    }
    return undefined
  }
  /** Whoever read the one before may have died after it was a batch. */
  private nextObject({ pull_id }: PullRow): ObjectRow | undefined {
    for (;;) {
      const object = this.rows.nextObject(pull_id)
      if (!object || !this.isSettled(object)) return object
    }
  }
  /** Whether it is a batch by now, whatever became of that. */
  private isSettled(object: ObjectRow): boolean {
    const batch = object.batch_id ? this.batches.rows.of(object.batch_id) : undefined
    if (!batch || batch.state === 'receiving') return false
    const lost = batch.state === 'cancelled' || batch.state === 'failed'
    this.rows.putObject({ ...object, ...(lost ? failed(batch.about.reason ?? 'its batch was cancelled') : TAKEN) })
    return true
  }

  begin(lease: string, batch: NewBatch): boolean {
    const out = this.held(lease)
    const object = out && this.objectOf(out)
    if (object?.state !== 'waiting') return false
    Object.assign(out!, { until: this.desk.now() + PULL.leaseMs, batchId: batch.batch_id })
    if (object.batch_id === batch.batch_id && this.batches.rows.of(batch.batch_id)) {
      this.batches.keep(batch.batch_id)
      return true
    }
    const { object_hash, modified_at, sealed } = object
    this.desk.tables.transaction(() => {
      this.batches.begin({ ...batch, object: { pull_id: out!.pull_id, object_hash, modified_at, sealed } })
      this.rows.putObject({ ...object, batch_id: batch.batch_id })
    })
    return true
  }
  /** Whoever reads it is still there. */
  heard(batchId: string): void {
    if (this.out && this.out.batchId === batchId) this.out.until = this.desk.now() + PULL.leaseMs
  }
  end(lease: string, result: PullResult): void {
    const out = this.held(lease)
    if (!out) return
    this.out = undefined
    const row = this.rows.of(out.pull_id)!
    this.desk.tables.transaction(() => {
      if (result.kind === 'looked') {
        this.looks.saw(row, result)
        return
      }
      if (result.kind === 'ended') {
        this.removeAll()
        return
      }
      const object = this.objectOf(out)
      const isWaiting = object?.state === 'waiting' && !this.isSettled(object)
      if (isWaiting) this.endObject(row, object, result)
      if (result.kind === 'later' && (isWaiting || !object)) this.trouble.later(row, out.number, result)
      else this.rows.put(this.trouble.over(row, 'object'))
    })
  }
  private held(lease: string): Out | undefined {
    return this.out?.lease === lease ? this.out : undefined
  }
  private objectOf({ pull_id, number }: Out): ObjectRow | undefined {
    return number === undefined ? undefined : this.rows.object(pull_id, number)
  }
  private endObject(row: PullRow, object: ObjectRow, result: Exclude<PullResult, { kind: 'looked' | 'ended' }>): void {
    const { batch_id } = object
    const reason = this.trouble.whyNever(row, object, result)
    if (reason !== undefined) {
      if (batch_id) this.batches.fail(batch_id, reason)
      this.rows.putObject({ ...object, ...failed(reason) })
      return
    }
    // What was begun of it is begun anew, as another batch.
    if (batch_id) this.batches.abandon(batch_id)
    if (result.kind === 'gone') {
      this.rows.dropObject(object.number)
      return
    }
    const tries = object.tries + (result.kind === 'later' && result.whose === 'object' ? 1 : 0)
    const due_at = this.desk.now() + this.trouble.waitOf(row, result)
    this.rows.putObject({ ...object, tries, due_at, batch_id: null })
  }

  dueAt(): number {
    const times = this.rows.due().map(({ at }) => Math.max(at, this.out?.until ?? 0, this.nudgedAt + SUPPLY.watchMs))
    return Math.min(...times, Number.POSITIVE_INFINITY)
  }
  async look(now: number): Promise<void> {
    this.nudgedAt = now
    await this.desk.fileTurns.call()
  }

  /** Somebody looks or reads. */
  isOut(): boolean {
    return this.out !== undefined && this.out.until > this.desk.now()
  }
  private active(): PullRow[] {
    return this.rows.all().filter(({ state }) => state === 'active')
  }
  private viewOf({ pull_id, state, due_at, about }: PullRow): PullView {
    const { settings, created_at, looked_at, problem } = about
    return {
      ...{ pull_id, state, settings, created_at, looked_at, problem },
      next_look_at: state === 'active' ? due_at : null,
      objects: this.rows.counts(pull_id),
    }
  }
}
const TAKEN = { state: 'taken', reason: null } as const
const failed = (reason: string) => ({ state: 'failed', reason }) as const

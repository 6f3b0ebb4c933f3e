import { sealJson } from '../../shared/access/vault.ts'
import { PULL, SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS, MINUTE_MS } from '../../shared/base/time.ts'
import type { Listed } from '../../shared/delivery/objects/listing.ts'
import { type ObjectName, objectHash, pulledContext } from '../../shared/supply/pulled.ts'
import { DIED, isHopeless } from '../../shared/supply/trouble.ts'
import type { NewPull, PullChange, PulledState, PullLease, PullProblem, PullResult, PullView } from '../pull-api.ts'
import type { NewBatch } from '../supplier-desk-api.ts'
import { keyOfSupplier } from '../supplier-key.ts'
import type { Batches } from './batches.ts'
import type { Desk, Part } from './desk.ts'
import type { Hook } from './hook.ts'
import { type ObjectRow, type PullRow, PullRows } from './pull-rows.ts'

/**
 * Objects in suppliers' buckets: a look finds those that are new, and each becomes a batch, in the order in which they were
 * written. Key of an object: its key, its etag and when it was written; of its batch: the object.
 */
export class Pulls implements Part {
  private readonly desk: Desk
  private readonly batches: Batches
  private readonly hook: Hook
  private readonly rows: PullRows
  /** In memory: a lease that is lost is given out again, and the same look or object comes to the same. */
  private readonly out = new Map<string, { until: number; number: number | undefined; batchId?: string }>()
  private readonly servedAt = new Map<string, number>()
  private nudgedAt = 0

  constructor(desk: Desk, batches: Batches, hook: Hook) {
    this.desk = desk
    this.batches = batches
    this.hook = hook
    this.rows = new PullRows(desk)
  }

  create({ pull_id, settings, sealed }: NewPull): PullView | undefined {
    const now = this.desk.now()
    if (this.rows.all().length >= PULL.most) return undefined
    const about = { settings, created_at: now, looked_at: null, problem: null, told: false, list: null, seen_before: 0 }
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
  change(
    pullId: string,
    { settings, sealed, state, now = false, failedAgain = false }: PullChange,
  ): PullView | undefined {
    const row = this.rows.of(pullId)
    if (!row) return undefined
    const again = now || (state === 'active' && row.state === 'paused')
    this.rows.put({
      ...row,
      state: state ?? row.state,
      sealed: sealed ?? row.sealed,
      due_at: again ? this.desk.now() : row.due_at,
      about: { ...row.about, settings: { ...row.about.settings, ...settings } },
    })
    if (failedAgain) this.rows.failedAgain(pullId)
    const object = again && this.rows.nextObject(pullId)
    if (object) this.rows.putObject({ ...object, due_at: this.desk.now() })
    return this.view(pullId)
  }
  /** What became a batch stays one. */
  remove(pullId: string): boolean {
    if (!this.rows.of(pullId)) return false
    this.out.delete(pullId)
    this.desk.tables.transaction(() => this.rows.drop(pullId))
    return true
  }
  page(pullId: string, query: { before?: number; limit: number; state?: PulledState }): ObjectRow[] {
    return this.rows.page(pullId, query)
  }

  /** The pull that was served longest ago; its objects before its next look. */
  take(): PullLease | undefined {
    const now = this.desk.now()
    this.nudgedAt = now
    const active = this.active().sort(
      (a, b) => (this.servedAt.get(a.pull_id) ?? 0) - (this.servedAt.get(b.pull_id) ?? 0),
    )
    for (const row of active) {
      const { pull_id, sealed, about } = row
      const until = this.out.get(pull_id)?.until
      if (until !== undefined && until > now) continue
      if (until !== undefined) {
        this.died(row)
        continue
      }
      const pull = { pull_id, settings: about.settings, sealed }
      const object = this.nextObject(row)
      const looks = row.due_at <= now && this.rows.waiting(pull_id) < PULL.waiting
      // A list is read to its end first: what was written first may stand last in it.
      const lease: PullLease | undefined =
        looks && (about.list?.from !== undefined || !object || object.due_at > now)
          ? { ...pull, work: 'look', from: about.list?.from }
          : object && object.due_at <= now
            ? { ...pull, work: 'object', object, tries: object.tries }
            : undefined
      if (!lease) continue
      if (lease.work === 'look' && !about.list)
        this.rows.put({ ...row, about: { ...about, list: { from: undefined, begunAt: Date.now() } } })
      this.servedAt.set(pull_id, now)
      const number = lease.work === 'object' ? lease.object.number : undefined
      this.out.set(pull_id, { until: now + PULL.leaseMs, number })
      return lease
    }
    return undefined
  }
  /** Nothing was heard of whoever had it last. It is taken again when its time has come. */
  private died({ pull_id }: PullRow): void {
    const { number } = this.out.get(pull_id)!
    this.end(pull_id, number, { kind: 'later', problem: DIED.reason, whose: 'ours' })
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

  begin(pullId: string, number: number, batch: NewBatch): boolean {
    const object = this.rows.object(pullId, number)
    const out = this.out.get(pullId)
    if (!out || object?.state !== 'waiting') return false
    this.out.set(pullId, { until: this.desk.now() + PULL.leaseMs, number, batchId: batch.batch_id })
    if (object.batch_id === batch.batch_id && this.batches.rows.of(batch.batch_id)) return true
    this.desk.tables.transaction(() => {
      this.batches.begin(batch)
      this.rows.putObject({ ...object, batch_id: batch.batch_id })
    })
    return true
  }
  /** Whoever reads it is still there. */
  heard(batchId: string): void {
    for (const out of this.out.values()) if (out.batchId === batchId) out.until = this.desk.now() + PULL.leaseMs
  }
  end(pullId: string, number: number | undefined, result: PullResult): void {
    this.out.delete(pullId)
    const row = this.rows.of(pullId)
    if (!row) return
    this.desk.tables.transaction(() => {
      if (result.kind === 'looked') {
        this.looked(row, result.objects, result.next)
        return
      }
      const object = number === undefined ? undefined : this.rows.object(pullId, number)
      if (object?.state === 'waiting') this.endObject(row, object, result)
      if (result.kind === 'ended') this.rows.drop(pullId)
      else if (result.kind === 'later') this.later(row, object, result)
      else this.rows.put(this.mended(row, 'object'))
    })
  }
  private endObject(row: PullRow, object: ObjectRow, result: Exclude<PullResult, { kind: 'looked' }>): void {
    if (this.isSettled(object)) return
    const { batch_id } = object
    const reason = this.whyNever(row, object, result)
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
    const due_at = this.desk.now() + this.waitOf(row, result)
    this.rows.putObject({ ...object, tries, due_at, batch_id: null })
  }
  private whyNever({ about }: PullRow, { tries }: ObjectRow, result: PullResult): string | undefined {
    if (result.kind === 'failed') return result.reason
    if (result.kind !== 'later') return undefined
    if (result.whose === 'object' && tries + 1 >= PULL.tries) return result.problem
    const { problem } = about
    const isOurs = result.whose === 'ours' && problem?.work === 'object'
    if (!isOurs || !isHopeless(problem, this.desk.now())) return undefined
    return `it could not be read, tried for ${SUPPLY.troubleMs / HOUR_MS} h: ${result.problem}; put it again`
  }
  private later(row: PullRow, object: ObjectRow | undefined, result: Extract<PullResult, { kind: 'later' }>): void {
    const next = result.problem === undefined ? row : this.troubled(row, object ? 'object' : 'look', result.problem)
    // A list that broke off is begun anew: the place where it goes on may not be good any more.
    if (object) this.rows.put(next)
    else {
      const about = { ...next.about, list: null }
      this.rows.put({ ...next, due_at: this.desk.now() + this.waitOf(row, result), about })
    }
  }
  private waitOf({ about }: PullRow, result: Exclude<PullResult, { kind: 'looked' }>): number {
    const wait = PULL.waitsMs[Math.min(about.problem?.times ?? 0, PULL.waitsMs.length - 1)]!
    return result.kind === 'later' ? (result.delayMs ?? wait) : 0
  }

  private looked(row: PullRow, objects: Listed[], next: string | undefined): void {
    const { pull_id, about } = row
    const { settings, list, seen_before } = about
    const from = Math.max(settings.since ?? 0, seen_before)
    const key = keyOfSupplier(this.desk.env, this.desk.address)
    for (const object of objects) {
      const { key: name, etag, bytes, modifiedAt } = object
      if (modifiedAt < from || bytes === 0 || !name.endsWith(settings.suffix)) continue
      const hash = objectHash(key, object)
      const sealed = () => sealJson(key, { key: name, etag, bytes } satisfies ObjectName, pulledContext(pull_id, hash))
      this.rows.found(pull_id, hash, modifiedAt, sealed)
    }
    this.rows.forget(pull_id, seen_before)
    if (next !== undefined && list) {
      this.rows.put({ ...row, about: { ...about, list: { ...list, from: next } } })
      return
    }
    const now = this.desk.now()
    // By the world's clock, as the store's: the sandbox's may be ahead.
    const seen = Math.max(seen_before, (list?.begunAt ?? 0) - PULL.rememberedMs)
    this.rows.put(
      this.mended(
        {
          ...row,
          due_at: now + settings.every_minutes * MINUTE_MS,
          about: { ...about, list: null, looked_at: now, seen_before: seen },
        },
        'look',
      ),
    )
  }

  private troubled(row: PullRow, work: PullProblem['work'], message: string): PullRow {
    const { about, pull_id } = row
    const { problem, settings } = about
    const times = (problem?.times ?? 0) + 1
    const told = about.told || times >= PULL.toldAfter
    if (told && !about.told) this.hook.say('pull.failing', { pull_id, contract: settings.contract, problem: message })
    return {
      ...row,
      about: { ...about, told, problem: { message, work, since: problem?.since ?? this.desk.now(), times } },
    }
  }
  private mended(row: PullRow, work: PullProblem['work']): PullRow {
    const { about, pull_id } = row
    if (about.problem?.work !== work) return row
    if (about.told) this.hook.say('pull.recovered', { pull_id, contract: about.settings.contract })
    return { ...row, about: { ...about, told: false, problem: null } }
  }

  dueAt(): number {
    const times = this.active().map((row) => {
      const object = this.rows.nextObject(row.pull_id)
      const at = Math.min(row.due_at, object?.due_at ?? Number.POSITIVE_INFINITY)
      return Math.max(at, this.out.get(row.pull_id)?.until ?? 0, this.nudgedAt + SUPPLY.watchMs)
    })
    return Math.min(...times, Number.POSITIVE_INFINITY)
  }
  async look(now: number): Promise<void> {
    this.nudgedAt = now
    await this.desk.turns.call()
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

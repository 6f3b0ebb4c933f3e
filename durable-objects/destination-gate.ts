import { DurableObject } from 'cloudflare:workers'
import { DRAINS_PER_DESTINATION, PERMIT_MS } from '../shared/base/limits.ts'
import { logLine } from '../shared/base/log-line.ts'
import { settings } from '../shared/base/settings.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/base/time.ts'
import { DESTINATIONS } from '../shared/catalog/units.ts'
import { setDestinationState } from '../shared/db/destinations.ts'
import { open } from '../shared/db/open.ts'
import { admit, type Breaker, failingToldAt, newBreaker, record } from '../shared/delivery/breaker.ts'
import { type Bucket, draw, newBucket, take } from '../shared/delivery/rate.ts'
import { notShipped, type Shipment, type Shipped } from '../shared/delivery/shipment.ts'
import type { CellDestination, CellReport, Permit } from '../shared/delivery/types.ts'
import { contextOf } from './destination-context.ts'
import type { Env } from './env.ts'
import { GateNews } from './gate-news.ts'
import { LateTable } from './late-table.ts'
import type { Lag } from './news.ts'
import { timeoutOf } from './timeout.ts'
import { WarmLink } from './warm-link.ts'

export interface GateStatus {
  state: Breaker['state']
  since: number
  reason: string | undefined
  nextProbeAt: number | undefined
  waitingCells: number
  drains: number
  medianMs: number | null
  delivered: number
  failed: number
}

/** One per destination: whether and how fast anybody may send there. Its answers last some seconds; cells cache them. */
export class DestinationGate extends DurableObject<Env> {
  private readonly table: LateTable
  private breaker: Breaker
  private bucket: Bucket | undefined
  /** Cell → end of its permit. */
  private readonly drains = new Map<string, number>()
  /** By job that sends again. */
  private readonly jobs = new Map<string, Bucket>()
  private readonly waiting = new Set<string>()
  private destinationId = ''
  private figures = { medianMs: null as number | null, delivered: 0, failed: 0 }
  /** Calls that landed, by hour. */
  private readonly landed = new Map<number, number>()
  private waking = 1
  /** When the next cells are woken. */
  private wakeAt: number | undefined
  private readonly news: GateNews
  private warm: { version: number; link: WarmLink } | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.table = new LateTable(ctx.storage.sql, 'breaker', 'id INTEGER PRIMARY KEY, about TEXT NOT NULL')
    const [row] = this.table.read<{ about: string }>(`SELECT about FROM breaker`)
    this.news = new GateNews(ctx.storage.sql, env)
    this.breaker = row ? (JSON.parse(row.about) as Breaker) : newBreaker(Date.now())
  }

  /** Sends a cell's window over the connection that is kept here. Settings of another version take another connection. */
  async ship(shipment: Shipment, destination: CellDestination): Promise<Shipped> {
    const unit = DESTINATIONS[destination.type]
    if (!unit || !('connect' in unit))
      return notShipped({ kind: 'retry', blame: 'ours', reason: `nothing connects to a ${destination.type}` })
    if (this.warm?.version !== destination.version) {
      await this.warm?.link.close()
      const connect = (signal: AbortSignal) => unit.connect(contextOf(this.env, destination, shipment.cell, signal))
      const timeoutMs = timeoutOf(destination, settings(this.env))
      this.warm = { version: destination.version, link: new WarmLink({ connect, timeoutMs }) }
    }
    return this.warm.link.ship(shipment)
  }

  /** A cell tells what came of its last permit and asks for the next. */
  async report(report: CellReport): Promise<Permit> {
    const now = Date.now()
    const { cell, destination } = report
    this.destinationId = destination.destination_id
    this.figures.medianMs = report.medianMs ?? this.figures.medianMs
    this.figures.delivered += report.delivered
    this.count(report.delivered, now)
    this.figures.failed += report.connectionsFailed
    const before = { ...this.breaker }
    const reported = { cell, epoch: report.epoch, ok: report.connectionsOk, failed: report.connectionsFailed }
    if (record(this.breaker, { ...reported, gone: report.gone, version: destination.version }, now))
      await this.changed(before, report, now)
    if (!report.wants) {
      this.drains.delete(cell)
      return this.permit('wait', now + PERMIT_MS, null)
    }
    return this.decide(report, now)
  }

  private decide({ cell, destination }: CellReport, now: number): Permit {
    const timeoutMs = timeoutOf(destination, settings(this.env))
    const admitted = admit(this.breaker, cell, timeoutMs, now)
    if (admitted.kind === 'wait') {
      this.waiting.add(cell)
      this.drains.delete(cell)
      return this.permit('shut', admitted.until, 0)
    }
    for (const [other, until] of this.drains) if (until <= now) this.drains.delete(other)
    if (!this.drains.has(cell) && this.drains.size >= DRAINS_PER_DESTINATION) {
      this.waiting.add(cell)
      return this.permit('wait', Math.min(...this.drains.values()), 0)
    }
    const budget = this.budget(destination.delivery.rate_per_second, now)
    if ('waitUntil' in budget) return this.permit('wait', budget.waitUntil, 0)
    const until = admitted.kind === 'probe' ? admitted.until : now + PERMIT_MS
    this.drains.set(cell, until)
    this.waiting.delete(cell)
    return { ...this.permit('granted', until, budget.budget), careful: admitted.kind === 'probe' }
  }
  private budget(rate: number | null, now: number): { budget: number | null } | { waitUntil: number } {
    if (rate === null) return { budget: null }
    this.bucket ??= newBucket(rate, now)
    return take(this.bucket, rate, this.drains.size + 1, now)
  }
  /** Events that a job may put into lanes now, of those that it wants: its rate holds over all cells. */
  async allowAgain(jobId: string, rate: number, wanted: number): Promise<number> {
    const now = Date.now()
    for (const [id, { filledAt }] of this.jobs) if (filledAt < now - MINUTE_MS) this.jobs.delete(id)
    const bucket = this.jobs.get(jobId) ?? newBucket(rate, now)
    this.jobs.set(jobId, bucket)
    return draw(bucket, rate, wanted, now)
  }
  private permit(kind: Permit['kind'], until: number, budget: number | null): Permit {
    return { kind, epoch: this.breaker.epoch, until, budget, careful: false }
  }

  private async changed(before: Breaker, { cell, destination }: CellReport, now: number): Promise<void> {
    const { state, reason } = this.breaker
    this.tellOf(before, { cell, destination_id: destination.destination_id, destination_type: destination.type }, now)
    this.write()
    if (state === before.state) return
    logLine('breaker', { destination_id: this.destinationId, from: before.state, to: state })
    if (state === 'closed' && this.waiting.size > 0) {
      this.waking = 1
      this.wakeAt = now
    }
    await this.arm()
    if (state === 'disabled')
      await setDestinationState(open(this.env.DB), this.destinationId, 'disabled', reason ?? null)
    else if (before.state === 'disabled')
      await setDestinationState(open(this.env.DB), this.destinationId, 'active', null)
  }
  private write(): void {
    this.table.write(
      `INSERT INTO breaker VALUES (1, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      JSON.stringify(this.breaker),
    )
  }

  /** What the developer is told of a change; that it goes on failing is told by the alarm. */
  private tellOf(before: Breaker, place: Parameters<GateNews['at']>[0], now: number): void {
    const { breaker } = this
    if (breaker.state === before.state) return
    this.news.at(place)
    if (breaker.state === 'disabled') {
      const { reason } = breaker
      this.news.add('destination.disabled', { status: 'error', message: 'The destination is disabled', reason }, now)
    } else if (breaker.state === 'closed' && before.told) {
      const failing_since = new Date(before.failingSince!).toISOString()
      const message = 'Deliveries get through again'
      this.news.add('destination.recovered', { status: 'success', message, failing_since }, now)
    }
    breaker.told = false
  }

  /** Found by the sweep, outside of what may stand still. */
  async lag(cell: string, lag: Lag): Promise<void> {
    this.news.lag(cell, lag, Date.now())
    await this.arm()
  }

  /** One alarm for all that is due. */
  private async arm(): Promise<void> {
    const times = [this.wakeAt, failingToldAt(this.breaker), this.news.dueAt].filter((at) => at !== undefined)
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.max(Date.now(), Math.min(...times)))
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const toldAt = failingToldAt(this.breaker)
    if (toldAt !== undefined && toldAt <= now) {
      const failing_since = new Date(this.breaker.failingSince!).toISOString()
      const message = 'Deliveries have been failing for a minute; they are kept, and tried again'
      this.news.add('destination.failing', { status: 'error', message, failing_since }, now)
      this.breaker.told = true
      this.write()
    }
    const woken = this.wakeAt !== undefined && this.wakeAt <= now ? this.wake(now) : []
    await this.news.send(now)
    await this.arm()
    for (const cell of woken) await this.env.DELIVERIES.send({ cell, destination_id: this.destinationId })
  }
  /** On closing, cells wake 1, 2, 4, 8… a second, so that recovery is no stampede. */
  private wake(now: number): string[] {
    const woken = [...this.waiting].slice(0, this.waking)
    this.waking *= 2
    for (const cell of woken) this.waiting.delete(cell)
    this.wakeAt = this.waiting.size > 0 ? now + SECOND_MS : undefined
    return woken
  }

  /** Of the last full hour and of the one before; what this object saw since it woke. */
  async hours(): Promise<{ lastHour: number; hourBefore: number }> {
    const hour = Math.floor(Date.now() / HOUR_MS)
    return { lastHour: this.landed.get(hour - 1) ?? 0, hourBefore: this.landed.get(hour - 2) ?? 0 }
  }
  private count(delivered: number, now: number): void {
    const hour = Math.floor(now / HOUR_MS)
    this.landed.set(hour, (this.landed.get(hour) ?? 0) + delivered)
    for (const old of this.landed.keys()) if (old < hour - 2) this.landed.delete(old)
  }

  async status(): Promise<GateStatus> {
    const { state, since, reason, probeAt } = this.breaker
    return {
      ...this.figures,
      state,
      since,
      reason,
      nextProbeAt: state === 'open' ? probeAt : undefined,
      waitingCells: this.waiting.size,
      drains: this.drains.size,
    }
  }
}

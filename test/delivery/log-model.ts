import {
  type Change,
  type DestinationState,
  dueAt,
  type Feed,
  type FeedEntry,
  hasWork,
  type Lane,
  newLane,
  noLeases,
  type Work,
} from '../../shared/delivery/lanes.ts'
import { openLease } from '../../shared/delivery/open-lease.ts'
import { settleLease } from '../../shared/delivery/settle-lease.ts'
import type { GroupResult } from '../../shared/delivery/types.ts'

/** Which of the product's habits a run leaves out, to show that the invariants can see it. */
export interface Weakened {
  cursorBeforeAnswer?: boolean
  noWatchdog?: boolean
  noFence?: boolean
  laneNotHeld?: boolean
  /** What is sent again is not compared with what the log has by now. */
  againAsItWas?: boolean
}

const TIMEOUT = 1_000
const LEASE = 2 * TIMEOUT + 1_000
const MARGIN = 1_000
const WATCHDOG = 3_000
const SLOW = 600
const SCHEDULE = [100, 300]

interface Rec {
  seq: number
  connection: number
  content: number
}
interface Event {
  seq: number
  key: string
  content: number
  /** The item of a lane that it is, where it is sent again. */
  again?: string
}
interface Request {
  connection: number
  lane: boolean
  events: Event[]
  startedAt: number
  state: 'open' | 'ok' | 'failed' | 'timed out'
}
interface Group {
  connection: number
  lane: boolean
  events: Event[]
  at: number
  deliveredTo: number
  replayed: string[]
  failed?: GroupResult['failed']
  request?: Request
}
interface Worker {
  leaseId: string
  expiresAt: number
  work: Work
  groups: Group[]
}
export interface Arrival {
  connection: number
  seq: number
  key: string
  content: number
  late: boolean
  again: string | undefined
}

/** Records from before the destination, which a backfill sends. */
const BEFORE = 6

/** One destination of one cell with its workers, queue and receiver; every choice is taken from a tape. */
export class LogModel {
  now = 1_000_000
  faulty = true
  faults = 0
  // On disk.
  private records = new Map<string, Rec>()
  private entries: (FeedEntry & { key: string; content: number })[] = []
  private disk: { cursor: number; sent: Map<number, number>; lanes: Map<number, Lane>; fence: number | undefined } = {
    fence: undefined,
    cursor: 0,
    sent: new Map(),
    lanes: new Map(),
  }
  private alarmAt: number | undefined
  // In memory.
  private state: DestinationState = {
    cursor: 0,
    sent: new Map(),
    lanes: new Map(),
    careful: false,
    writtenFrom: 0,
    writtenTo: 0,
  }
  private leases = noLeases()
  private fenceUntil = 0
  private nudgeUntil = { live: 0, again: 0 }
  // Elsewhere.
  private queue = { live: 0, again: 0 }
  private workers: Worker[] = []
  private loose: Request[] = []
  readonly arrivals: Arrival[] = []
  readonly parked = new Set<number>()
  /** Parked, and not asked for yet: seq → record. */
  private readonly askable = new Map<number, string>()
  /** Not moved into a lane yet, in order. */
  private backfill: string[] = []
  private ids = 0
  private contents = 0
  private at = 0
  private readonly tape: number[]
  private readonly weak: Weakened

  constructor(tape: number[], weak: Weakened = {}) {
    this.tape = tape
    this.weak = weak
    for (let i = 0; i < BEFORE; i++) this.put(1 + (i % 4), i >> 2)
    this.backfill = [...this.records.keys()]
    this.state.cursor = this.disk.cursor = BEFORE
  }
  private pick(n: number): number {
    return this.tape[this.at++ % this.tape.length]! % n
  }

  run(): void {
    for (let step = 0; step < this.tape.length; step++) this.step()
    this.faulty = false
    for (let step = 0; this.pending() || this.workers.length > 0; step++) {
      if (step > 5_000)
        throw new Error(
          `stands still: cursor ${this.state.cursor} of ${this.entries.length}, alarm ${this.alarmAt}, now ${this.now}`,
        )
      this.calmStep()
    }
    this.judge()
  }

  private step(): void {
    const choice = this.pick(16)
    const worker = this.workers[this.workers.length > 1 ? this.pick(this.workers.length) : 0]
    if (choice <= 2) this.append()
    else if (choice === 3) this.takeMessage()
    else if (choice === 4) this.loseMessage()
    else if (choice <= 6) worker ? this.startRequest(worker) : this.takeMessage()
    else if (choice <= 8) this.answer()
    else if (choice === 9) worker && this.settle(worker)
    else if (choice === 10) this.advance(this.pick(400))
    else if (choice === 11) this.advance(this.pick(4_000))
    else if (choice === 14) this.sendAgain()
    else if (choice === 15) this.takeMessage('again')
    else if (this.pick(4) !== 0) return
    else if (choice === 12) this.pick(2) === 0 ? this.crash() : this.restartObject()
    else if (worker) this.killWorker(worker)
  }
  private loseMessage(): void {
    const work = this.pick(2) === 0 ? 'live' : 'again'
    if (this.queue[work] === 0 || this.pick(3) !== 0) return
    this.queue[work]--
    this.faults++
  }
  private calmStep(): void {
    this.sendAgain()
    this.takeMessage()
    this.takeMessage('again')
    for (const worker of [...this.workers]) {
      this.startRequest(worker)
      this.answer()
      this.settle(worker)
    }
    this.advance(100)
  }

  private feed(): Feed {
    const head = this.entries.at(-1)?.seq ?? 0
    return {
      head,
      after: (seq, limit) => {
        const looked = this.entries.filter((entry) => entry.seq > seq).slice(0, limit)
        const entries = looked.filter((entry) => this.records.get(entry.key)!.seq === entry.seq)
        return { entries, to: looked.length < limit ? head : looked.at(-1)!.seq }
      },
      of: (connection, after, limit) =>
        this.entries
          .filter((e) => e.connection === connection && e.seq > after && this.records.get(e.key)!.seq === e.seq)
          .slice(0, limit),
    }
  }

  private append(): void {
    this.put(1 + this.pick(4), this.pick(3))
    this.arm(this.now + WATCHDOG)
    if (this.pick(2) === 0) this.queue.live++
    else this.lease('live')
  }
  private put(connection: number, record: number): void {
    const key = `${connection}/${record}`
    const seq = (this.entries.at(-1)?.seq ?? 0) + 1
    const content = ++this.contents
    this.records.set(key, { seq, connection, content })
    this.entries.push({ seq, connection, key, content, bytes: 10 })
  }
  /** A step of a job: the next of the backfill, or an event that was parked, goes into its connection's lane. */
  private sendAgain(): void {
    const key = this.backfill[0]
    const [seq, parked] = [...this.askable][0] ?? []
    const item = key && this.pick(2) === 0 ? `b ${key}` : seq ? `p${seq} ${parked}` : key && `b ${key}`
    if (!item) return
    if (item.startsWith('b')) this.backfill.shift()
    else this.askable.delete(seq!)
    const { connection } = this.records.get(item.split(' ')[1]!)!
    const lane = this.state.lanes.get(connection) ?? newLane(connection, this.state.cursor + 1)
    lane.replays.push(item)
    this.state.lanes.set(connection, lane)
    this.persist([{ kind: 'lane', lane }])
    this.arm(this.now)
  }
  /** As it is now; undefined: the live feed has it, or will. */
  private eventAgain(item: string): Event | undefined {
    const [of, key] = item.split(' ') as [string, string]
    const { seq, content } = this.records.get(key)!
    const asked = of === 'b' ? BEFORE : Number(of.slice(1))
    if (this.weak.againAsItWas)
      return {
        seq: asked,
        key,
        content: this.entries.find((e) => e.key === key && e.seq <= asked)!.content,
        again: item,
      }
    return seq > asked ? undefined : { seq, key, content, again: item }
  }
  private arm(at: number): void {
    if (this.weak.noWatchdog) return
    if (this.alarmAt === undefined || this.alarmAt > at || this.alarmAt < this.now - 5_000) this.alarmAt = at
  }
  private takeMessage(work: Work = 'live'): void {
    if (this.queue[work] === 0) return
    this.queue[work]--
    this.nudgeUntil[work] = 0
    this.lease(work)
  }

  private lease(work: Work): void {
    if (this.now < this.fenceUntil) {
      this.arm(this.fenceUntil)
      return
    }
    const expiresAt = this.now + LEASE
    const opened = openLease(this.state, this.leases, this.feed(), {
      id: `l${++this.ids}`,
      now: this.now,
      expiresAt: expiresAt + MARGIN,
      limits: { events: 6, bytes: 1_000, lanes: 3, laneEvents: 3 },
      careful: false,
      work,
    })
    this.persist(opened.changes)
    if (this.weak.cursorBeforeAnswer && opened.lease?.windowTo) {
      this.state.cursor = opened.lease.windowTo
      this.persist([{ kind: 'cursor' }])
    }
    if (!opened.lease) return
    this.disk.fence = undefined
    this.arm(this.now + WATCHDOG)
    const byseq = new Map(this.entries.map((entry) => [entry.seq, entry]))
    const groups = opened.groups.map(({ connection, lane, seqs, replays }): Group => {
      const live = seqs.map((seq) => ({ seq, key: byseq.get(seq)!.key }))
      const again = replays.map((item) => this.eventAgain(item) ?? item)
      this.forget(
        connection,
        again.filter((one) => typeof one === 'string'),
      )
      const events = [
        ...live.map((event) => ({ ...event, content: this.records.get(event.key)!.content })),
        ...again.filter((one) => typeof one !== 'string'),
      ]
      return { connection, lane, at: 0, deliveredTo: 0, replayed: [], events }
    })
    this.workers.push({ leaseId: opened.lease.id, expiresAt, work, groups })
  }
  private forget(connection: number, items: string[]): void {
    const lane = this.state.lanes.get(connection)
    if (!lane || items.length === 0) return
    const together = lane.replays.slice(0, lane.again.size).filter((item) => !items.includes(item))
    lane.again = { ...lane.again, size: together.length }
    lane.replays = lane.replays.filter((item) => !items.includes(item))
    this.persist([{ kind: 'lane', lane }])
  }
  private persist(changes: Change[]): void {
    for (const change of changes)
      if (change.kind === 'cursor') {
        this.disk.cursor = this.state.cursor
        this.disk.sent = new Map(this.state.sent)
      } else if (change.kind === 'lane') this.disk.lanes.set(change.lane.connection, structuredCloneLane(change.lane))
      else if (change.kind === 'release') this.disk.lanes.delete(change.connection)
      else if (change.kind === 'park')
        for (const entry of this.feed().of(change.connection, change.from - 1, 100))
          if (entry.seq <= change.to) this.park(entry.seq, (entry as FeedEntry & { key: string }).key)
          else break
      else if (change.kind === 'failed')
        for (const item of change.ids) {
          const key = item.split(' ')[1]!
          this.park(item.startsWith('b') ? this.records.get(key)!.seq : Number(item.slice(1).split(' ')[0]), key)
        }
    if (this.weak.laneNotHeld) this.state.lanes.clear()
  }

  private park(seq: number, key: string): void {
    this.parked.add(seq)
    if (this.faulty) this.askable.set(seq, key)
  }

  /** Rule 5: nothing starts later than the lease's end minus the time-out; one request per connection. */
  private startRequest(worker: Worker): void {
    const group = worker.groups.find((g) => !g.request && !g.failed && g.at < g.events.length)
    if (!group || this.now > worker.expiresAt - TIMEOUT) return
    const events = group.events.slice(group.at, group.at + 1 + this.pick(2))
    const open = [...this.workers.flatMap((w) => w.groups.map((g) => g.request)), ...this.loose]
    if (
      open.some(
        (r) =>
          r &&
          r.state === 'open' &&
          r.connection === group.connection &&
          this.now < r.startedAt + TIMEOUT &&
          !this.loose.includes(r),
      )
    )
      throw new Error(`two requests in flight for connection ${group.connection}`)
    group.request = { connection: group.connection, lane: group.lane, events, startedAt: this.now, state: 'open' }
  }

  private answer(): void {
    const open = this.workers.flatMap((w) => w.groups).filter((g) => g.request?.state === 'open')
    if (this.loose.length > 0 && this.pick(3) === 0) {
      this.arrive(this.loose.splice(this.pick(this.loose.length), 1)[0]!, true)
      return
    }
    const group = open[open.length > 1 ? this.pick(open.length) : 0]
    if (!group) return
    const request = group.request!
    const choice = this.faulty ? this.pick(8) : 0
    if (choice < (group.connection === 1 ? 2 : 5)) {
      this.arrive(request, false)
      request.state = 'ok'
    } else if (choice < 7) {
      request.state = 'failed'
      this.faults++
    } else {
      this.arrive(request, false)
      request.state = 'failed'
      this.faults++
    }
    this.take(group)
  }
  private take(group: Group): void {
    const request = group.request!
    const from = request.events[0]!.seq
    const to = request.events.at(-1)!.seq
    group.request = undefined
    const replays = request.events.flatMap(({ again }) => again ?? [])
    if (request.state === 'ok') {
      group.deliveredTo = Math.max(group.deliveredTo, to)
      group.replayed.push(...replays)
      group.at += request.events.length
    } else {
      const blame = this.pick(2) === 0 ? 'event' : 'destination'
      group.failed = { from, to, replays, outcome: { kind: 'retry', blame, reason: request.state } }
    }
  }
  private arrive(request: Request, late: boolean): void {
    for (const { seq, key, content, again } of request.events)
      this.arrivals.push({ connection: request.connection, seq, key, content, late, again })
  }

  private settle(worker: Worker): void {
    const busy = worker.groups.filter((g) => g.request)
    const startable = worker.groups.some((g) => !g.request && !g.failed && g.at < g.events.length)
    const outOfTime = this.now > worker.expiresAt - TIMEOUT
    if (busy.some((g) => this.now - g.request!.startedAt < SLOW) || (startable && !outOfTime)) return
    this.workers = this.workers.filter((w) => w !== worker)
    const results: GroupResult[] = worker.groups.map((group) => ({
      connection: group.connection,
      lane: group.lane,
      deliveredTo: group.deliveredTo,
      failed: group.failed,
      ...(group.replayed.length > 0 && { replayed: group.replayed }),
      unanswered: group.request && {
        from: group.request.events[0]!.seq,
        to: group.request.events.at(-1)!.seq,
        replays: group.request.events.flatMap(({ again }) => again ?? []),
      },
      unfinished: !group.failed && !group.request && group.at < group.events.length,
      attempts: [],
    }))
    const settled = settleLease(
      this.state,
      this.leases,
      this.feed(),
      { lease_id: worker.leaseId, destination_id: 'd', epoch: 0, results, more: true, stopped: false },
      {
        now: this.now,
        schedule: SCHEDULE,
        random: () => 0.5,
        onParked: 'skip',
        newLeaseId: () => `l${++this.ids}`,
        countAttempts: true,
      },
    )
    if (!settled.settled) {
      // The worker itself stood still past its lease.
      this.faults++
      for (const group of busy) this.loose.push(group.request!)
      return
    }
    this.persist(settled.changes)
    const due = dueAt(this.state, this.leases, this.feed(), this.now, WATCHDOG)
    if (due !== undefined) this.arm(due)
    for (const { connection, lease_id, expiresAt } of settled.handed) {
      const group = busy.find((g) => g.connection === connection)!
      this.workers.push({
        leaseId: lease_id,
        expiresAt: expiresAt - MARGIN,
        work: worker.work,
        groups: [{ ...group, lane: true, events: group.request!.events, at: 0, deliveredTo: 0, replayed: [] }],
      })
    }
    this.lease(worker.work)
  }

  private advance(ms: number): void {
    const until = this.now + ms
    while (this.now < until) {
      const next = this.alarmAt !== undefined && this.alarmAt < until ? Math.max(this.alarmAt, this.now) : until
      this.now = next
      this.timeouts()
      if (this.alarmAt !== undefined && this.alarmAt <= this.now) this.alarm()
      if (next === until) return
    }
  }
  private timeouts(): void {
    for (const worker of this.workers)
      for (const group of worker.groups)
        if (group.request && this.now >= group.request.startedAt + TIMEOUT) {
          // The receiver may still process it, whenever it likes.
          if (this.pick(2) === 0) this.loose.push({ ...group.request })
          this.faults++
          group.request.state = 'timed out'
          this.take(group)
        }
  }
  private alarm(): void {
    this.alarmAt = undefined
    const feed = this.feed()
    const due = dueAt(this.state, this.leases, feed, this.now, WATCHDOG)
    if (due !== undefined) this.arm(Math.max(due <= this.now ? this.now + WATCHDOG : due, this.fenceUntil))
    for (const work of ['live', 'again'] as const) {
      const at = { now: this.now, work }
      if (this.now < this.fenceUntil || this.nudgeUntil[work] > this.now) continue
      if (!hasWork(this.state, this.leases, feed, at)) continue
      this.nudgeUntil[work] = this.now + WATCHDOG
      this.queue[work]++
    }
  }

  /** The runtime dies: memory, queue and workers are gone; what was on the wire may still be processed. */
  private crash(): void {
    this.faults++
    for (const worker of this.workers)
      for (const group of worker.groups) if (group.request && this.pick(2) === 0) this.loose.push(group.request)
    this.workers = []
    this.queue = { live: 0, again: 0 }
    this.reopen()
  }
  /** Only the object restarts: workers go on with leases that it has forgotten. */
  private restartObject(): void {
    this.faults++
    this.reopen()
  }
  /** Only the worker dies: its lease runs out by itself. */
  private killWorker(worker: Worker): void {
    this.faults++
    for (const group of worker.groups) if (group.request) this.loose.push(group.request)
    this.workers = this.workers.filter((w) => w !== worker)
  }
  private reopen(): void {
    this.leases = noLeases()
    this.nudgeUntil = { live: 0, again: 0 }
    this.state = {
      cursor: this.disk.cursor,
      sent: new Map(this.disk.sent),
      lanes: new Map([...this.disk.lanes].map(([c, lane]) => [c, structuredCloneLane(lane)])),
      careful: false,
      writtenFrom: 0,
      writtenTo: 0,
    }
    if (this.weak.noFence) return
    // Nothing was leased since the last wait was begun: that one's end holds.
    const dirty = this.alarmAt !== undefined && this.alarmAt <= this.now + WATCHDOG
    if (this.disk.fence === undefined && dirty) this.disk.fence = this.now + LEASE
    this.fenceUntil = this.disk.fence ?? 0
  }

  private pending(): boolean {
    return this.state.cursor < this.feed().head || this.state.lanes.size > 0 || this.backfill.length > 0
  }

  judge(): void {
    const arrived = new Set(this.arrivals.map((a) => `${a.key}=${a.content}`))
    for (const [key, record] of this.records)
      if (!arrived.has(`${key}=${record.content}`) && !this.parked.has(record.seq))
        throw new Error(`lost: ${key} content ${record.content}`)
    const highest = new Map<number, number>()
    const newest = new Map<string, number>()
    const seen = new Set<string>()
    const backfilled = new Map<number, number>()
    for (const { connection, seq, key, content, late, again } of this.arrivals) {
      const fresh = !seen.has(`${key}=${content}`)
      const first = fresh && !again
      seen.add(`${key}=${content}`)
      if (late) continue
      if (fresh && again?.startsWith('b')) {
        if (seq < (backfilled.get(connection) ?? 0)) throw new Error(`backfilled out of order: ${key}`)
        backfilled.set(connection, seq)
      }
      if (first && seq < (highest.get(connection) ?? 0))
        throw new Error(`reordered: ${key} seq ${seq} after ${highest.get(connection)}`)
      if (first) highest.set(connection, seq)
      if (content < (newest.get(key) ?? 0)) throw new Error(`older after newer: ${key}`)
      newest.set(key, content)
    }
    if (this.faults === 0 && seen.size !== this.arrivals.length) throw new Error('duplicated without a fault')
  }
}

const structuredCloneLane = (lane: Lane): Lane => ({ ...lane, skipped: [...lane.skipped], replays: [...lane.replays] })

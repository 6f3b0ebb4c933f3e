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
import type { GroupResult, Settlement } from '../../shared/delivery/types.ts'

/** Which of the product's habits a run leaves out, to show that the invariants can see it. */
export interface Weakened {
  /** The bounds of a window are kept in memory only. */
  boundsNotWritten?: boolean
  /** A window that failed whole is settled as delivered. */
  failureSettled?: boolean
  /** A lane of a written destination sends live events as well. */
  lanesSendLive?: boolean
}

const TIMEOUT = 1_000
const LEASE = 2 * TIMEOUT + 1_000
const WATCHDOG = 3_000

interface Event {
  seq: number
  connection: number
  key: string
  content: number
}
interface Shipping {
  leaseId: string
  startedAt: number
  groups: { connection: number; lane: boolean; events: Event[]; replays: string[] }[]
  /** Of the object that it becomes; undefined where lanes alone are shipped. */
  bounds: string | undefined
}

/**
 * One destination that takes windows whole: rows in a table (`rows`: the newest seq of a record wins), or objects that are
 * created only if absent (`objects`, whose bounds are written down). Every choice is taken from a tape.
 */
export class WholeModel {
  private now = 1_000_000
  private faulty = true
  private readonly records = new Map<string, Event>()
  private readonly entries: (FeedEntry & { key: string })[] = []
  private disk: {
    cursor: number
    sent: Map<number, number>
    lanes: Map<number, Lane>
    writtenFrom: number
    writtenTo: number
  } = {
    cursor: 0,
    sent: new Map(),
    lanes: new Map(),
    writtenFrom: 0,
    writtenTo: 0,
  }
  private state: DestinationState = {
    cursor: 0,
    sent: new Map(),
    lanes: new Map(),
    careful: false,
    writtenFrom: 0,
    writtenTo: 0,
  }
  private leases = noLeases()
  private shipping: Shipping | undefined
  /** On the wire still: nobody waits for the answer any more, and it may land whenever it likes. */
  private readonly loose: Shipping[] = []
  private fenceUntil = 0
  private waitUntil = 0
  /** Taken in turns. */
  private work: Work = 'live'
  private ids = 0
  private contents = 0
  private at = 0
  readonly rows = new Map<string, { seq: number; content: number }>()
  readonly objects = new Map<string, Event[]>()
  private readonly firsts: Event[] = []
  private readonly parked = new Set<number>()
  private readonly kind: 'rows' | 'objects'
  private readonly tape: number[]
  private readonly weak: Weakened

  constructor(kind: 'rows' | 'objects', tape: number[], weak: Weakened = {}) {
    this.kind = kind
    this.tape = tape
    this.weak = weak
  }
  private pick(n: number): number {
    return this.tape[this.at++ % this.tape.length]! % n
  }
  private get written(): boolean {
    return this.kind === 'objects'
  }

  run(): void {
    for (let step = 0; step < this.tape.length; step++) this.step()
    this.faulty = false
    for (let step = 0; this.pending(); step++) {
      if (step > 3_000) throw new Error(`stands still at ${this.state.cursor} of ${this.entries.length}`)
      this.advance(200)
      this.lease()
      this.answer()
    }
    while (this.loose.length > 0) this.land(this.loose.pop()!, true)
    this.judge()
  }

  private step(): void {
    const choice = this.pick(12)
    if (choice <= 3) this.append()
    else if (choice <= 5) this.lease()
    else if (choice <= 7) this.answer()
    else if (choice === 8) this.advance(this.pick(5_000))
    else if (choice === 9) this.replay()
    else if (choice === 10 && this.pick(3) === 0) this.crash()
    else if (this.loose.length > 0) this.land(this.loose.splice(this.pick(this.loose.length), 1)[0]!, true)
  }

  private append(): void {
    const connection = 1 + this.pick(4)
    const key = `${connection}/${this.pick(3)}`
    const seq = this.entries.length + 1
    this.records.set(key, { seq, connection, key, content: ++this.contents })
    this.entries.push({ seq, connection, key, bytes: 10 })
  }
  /** A person asks for a record to be sent again. Never while a window is out or its bounds are pending. */
  private replay(): void {
    if (this.leases.main !== undefined || this.state.writtenTo > this.state.cursor || this.records.size === 0) return
    const record = [...this.records.values()][this.pick(this.records.size)]!
    if (record.seq > this.state.cursor) return
    const lane = this.state.lanes.get(record.connection) ?? newLane(record.connection, this.state.cursor + 1)
    lane.replays.push(`r${++this.ids} ${record.key}`)
    this.state.lanes.set(record.connection, lane)
    this.persist([{ kind: 'lane', lane }])
  }

  private feed(): Feed {
    const head = this.entries.length
    const current = (entry: FeedEntry & { key: string }) => this.records.get(entry.key)!.seq === entry.seq
    return {
      head,
      after: (seq, limit) => {
        const looked = this.entries.slice(seq, seq + limit)
        return { entries: looked.filter(current), to: looked.length < limit ? head : looked.at(-1)!.seq }
      },
      of: (connection, after, limit) =>
        this.entries.filter((e) => e.connection === connection && e.seq > after && current(e)).slice(0, limit),
    }
  }

  private lease(): void {
    if (this.now < this.fenceUntil || this.now < this.waitUntil || this.shipping) return
    const expiresAt = this.now + LEASE
    this.work = this.work === 'live' ? 'again' : 'live'
    const opened = openLease(this.state, this.leases, this.feed(), {
      id: `l${++this.ids}`,
      now: this.now,
      expiresAt,
      limits: {
        events: 5,
        bytes: 1_000,
        lanes: 3,
        laneEvents: 2,
        written: this.written && !this.weak.lanesSendLive,
      },
      careful: false,
      work: this.work,
    })
    if (this.written && this.weak.lanesSendLive && opened.lease?.windowTo)
      Object.assign(this.state, { writtenFrom: opened.lease.windowFrom, writtenTo: opened.lease.windowTo })
    this.persist(opened.changes)
    if (!opened.lease) return
    const event = (seq: number) => ({ ...this.records.get(this.entries[seq - 1]!.key)! })
    this.shipping = {
      leaseId: opened.lease.id,
      startedAt: this.now,
      bounds: opened.lease.windowTo === undefined ? undefined : `${opened.lease.windowFrom}-${opened.lease.windowTo}`,
      groups: opened.groups.map(({ connection, lane, seqs, replays }) => ({
        connection,
        lane,
        replays,
        events: [...seqs.map(event), ...replays.map((id) => ({ ...this.records.get(id.split(' ')[1]!)! }))],
      })),
    }
  }

  private persist(changes: Change[]): void {
    for (const change of changes)
      if (change.kind === 'cursor') {
        this.disk.cursor = this.state.cursor
        this.disk.sent = new Map(this.state.sent)
        if (this.weak.boundsNotWritten) continue
        this.disk.writtenFrom = this.state.writtenFrom
        this.disk.writtenTo = this.state.writtenTo
      } else if (change.kind === 'lane') this.disk.lanes.set(change.lane.connection, copyOf(change.lane))
      else if (change.kind === 'release') this.disk.lanes.delete(change.connection)
      else if (change.kind === 'park') this.parked.add(change.from)
  }

  /** What the sink makes of it. Rows: the higher seq stays. Objects: the first of a name stays. */
  private land(shipping: Shipping, late: boolean, upTo = (_: number) => Number.POSITIVE_INFINITY): void {
    const window: Event[] = []
    for (const { connection, lane, events, replays } of shipping.groups) {
      const taken = events.slice(0, upTo(connection))
      if (this.kind === 'rows')
        for (const { key, seq, content } of taken) {
          if ((this.rows.get(key)?.seq ?? 0) <= seq) this.rows.set(key, { seq, content })
        }
      else if (lane)
        this.put(`lane ${replays.join()} ${taken.map((e) => e.seq).join()}`, replays.length > 0 ? [] : taken)
      else window.push(...taken)
      if (!late && replays.length === 0) this.firsts.push(...taken)
    }
    if (shipping.bounds !== undefined && this.kind === 'objects') this.put(shipping.bounds, window)
  }
  private put(name: string, events: Event[]): void {
    if (!this.objects.has(name)) this.objects.set(name, events)
  }

  private answer(): void {
    const { shipping } = this
    if (!shipping) return
    const choice = this.faulty ? this.pick(8) : 0
    if (choice <= 3) this.settle(shipping, this.taken(shipping))
    else if (choice === 4 && this.kind === 'rows') {
      // One event of one connection is refused by itself.
      const poisoned = shipping.groups[this.pick(shipping.groups.length)]!
      const at = this.pick(poisoned.events.length)
      this.settle(shipping, this.taken(shipping, poisoned.connection, at))
    } else if (choice <= 5) this.settle(shipping, undefined)
    else if (choice === 6) {
      this.land(shipping, false)
      this.settle(shipping, undefined)
    } else {
      this.loose.push(shipping)
      this.advance(TIMEOUT)
      this.settle(shipping, undefined)
    }
  }
  /** It is in, all but what is refused from a position on. */
  private taken(shipping: Shipping, poisoned?: number, at = 0): GroupResult[] {
    const upTo = (connection: number) => (connection === poisoned ? at : Number.POSITIVE_INFINITY)
    this.land(shipping, false, upTo)
    return shipping.groups.map(({ connection, lane, events, replays }) => {
      const done = events.slice(0, upTo(connection))
      const next = events[done.length]
      return {
        connection,
        lane,
        deliveredTo: Math.max(0, ...done.map((e) => e.seq)),
        ...(replays.length > 0 && { replayed: replays.slice(0, done.length) }),
        ...(next && { failed: { from: next.seq, to: next.seq, outcome: { kind: 'rejected', reason: 'no' } as const } }),
        attempts: [],
      }
    })
  }

  private settle(shipping: Shipping, results: GroupResult[] | undefined): void {
    if (this.shipping === shipping) this.shipping = undefined
    const failed = { kind: 'retry', blame: 'destination', reason: 'down' } as const
    const settlement: Settlement = {
      lease_id: shipping.leaseId,
      destination_id: 'd',
      epoch: 0,
      results:
        results ?? shipping.groups.map(({ connection, lane }) => ({ connection, lane, deliveredTo: 0, attempts: [] })),
      more: true,
      stopped: results === undefined,
      ...(results === undefined && !this.weak.failureSettled && { failed }),
    }
    if (results === undefined && this.weak.failureSettled)
      for (const [i, group] of shipping.groups.entries())
        settlement.results[i]!.deliveredTo = Math.max(0, ...group.events.map((e) => e.seq))
    if (results === undefined) this.waitUntil = this.now + 500
    const settled = settleLease(this.state, this.leases, this.feed(), settlement, {
      now: this.now,
      schedule: [100],
      random: () => 0.5,
      onParked: 'skip',
      newLeaseId: () => `l${++this.ids}`,
      countAttempts: true,
      written: this.written && !this.weak.lanesSendLive,
    })
    if (settled.settled) this.persist(settled.changes)
  }

  /** The runtime dies: what was on the wire may land late, or never. */
  private crash(): void {
    if (this.shipping && this.pick(2) === 0) this.loose.push(this.shipping)
    this.shipping = undefined
    this.leases = noLeases()
    this.state = {
      cursor: this.disk.cursor,
      sent: new Map(this.disk.sent),
      lanes: new Map([...this.disk.lanes].map(([c, lane]) => [c, copyOf(lane)])),
      careful: false,
      writtenFrom: this.disk.writtenFrom,
      writtenTo: this.disk.writtenTo,
    }
    this.fenceUntil = this.now + LEASE
  }
  private advance(ms: number): void {
    this.now += ms
  }
  private pending(): boolean {
    const feed = this.feed()
    return (
      this.shipping !== undefined ||
      hasWork(this.state, this.leases, feed, { now: this.now, work: 'live' }) ||
      dueAt(this.state, this.leases, feed, this.now, WATCHDOG) !== undefined
    )
  }

  private judge(): void {
    const stored = [...this.objects.values()].flat()
    for (const { key, content, seq } of this.records.values()) {
      const there =
        this.kind === 'rows' ? this.rows.get(key)?.content === content : stored.some((e) => e.content === content)
      if (!there && !this.parked.has(seq)) throw new Error(`lost: ${key} content ${content}`)
    }
    if (new Set(stored.map((event) => event.content)).size !== stored.length) throw new Error('doubled in objects')
    const highest = new Map<number, number>()
    const seen = new Set<number>()
    for (const { connection, seq } of this.firsts) {
      if (!seen.has(seq) && seq < (highest.get(connection) ?? 0)) throw new Error(`reordered: ${seq} of ${connection}`)
      seen.add(seq)
      highest.set(connection, Math.max(seq, highest.get(connection) ?? 0))
    }
  }
}

const copyOf = (lane: Lane): Lane => ({ ...lane, skipped: [...lane.skipped], replays: [...lane.replays] })

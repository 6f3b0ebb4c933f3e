import { STREAM } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { CLOSE, type Closing, closing } from '../../shared/streaming/close-codes.ts'
import { type Filter, passing } from '../../shared/streaming/filter.ts'
import type { HopTimes } from '../../shared/streaming/hops.ts'
import type { Line } from '../../shared/streaming/line.ts'
import type { Recent } from '../../shared/streaming/recent.ts'
import type { Pushed, Span, Standing } from '../../shared/streaming/types.ts'
import type { FrameStore } from './frame-store.ts'

/** The way to a consumer: its socket's object, or the answer that it reads. */
export interface Outlet {
  kind: 'socket' | 'events'
  /** `span`: what of the stream they are; absent for frames that are sent again. */
  push(frames: string[], span: Span | undefined): Promise<Pushed>
  /** undefined: it is gone. */
  standing(): Promise<Standing | undefined>
  /** Finds out whether it is still there, where only writing tells. */
  probe?(): void
  /** Frames that it was still owed are gone: what is left begins at `from`. Sockets have no word for it. */
  dropped?(from: number | undefined): void
  close(why: Closing): Promise<void>
}
/** Who joins. `session`: the object that holds their socket. `key_id`: the key by which they came. */
interface Joining {
  id: string
  outlet: Outlet
  filter: Filter
  session?: string
  key_id?: string
}
interface Consumer extends Omit<Joining, 'session'> {
  passes: ((line: Line) => boolean) | undefined
  since: number
  /** How far it has been sent; undefined: its object knows. */
  sentTo: number | undefined
  /** What is gone up to here it was told of. */
  floor: number
  replays: { after: number; before: number }[]
  fullSince: number | undefined
  busy: boolean
}
type ConsumerRow = {
  socket: string
  session: string
  filter: string
  since: number
  replaying: number
  key_id: string | null
}
interface Parts {
  sql: SqlStorage
  store: FrameStore
  recent: Recent
  hops: HopTimes
  outletOf: (socket: string, session: string) => Outlet
  /** New frames have reached somebody: what gathered meanwhile can go. */
  reached: () => void
}

/** How often a consumer that had no room is asked again; and one whose object did not answer, each time later. */
const ASK_AGAIN_MS = 500
const MOST_WAIT_MS = 10_000

/**
 * A developer's consumers. Each is a cursor into the frames: who is up to date reads them from memory, who is behind from the
 * store, and nobody waits for another. After a restart their sockets' objects say how far each has come.
 */
export class Audience {
  private readonly parts: Parts
  private readonly consumers = new Map<string, Consumer>()
  /** New frames are on their way to so many. */
  private onTheWay = 0

  constructor(parts: Parts) {
    this.parts = parts
    parts.sql.exec(`CREATE TABLE IF NOT EXISTS consumers (
      socket TEXT PRIMARY KEY, session TEXT NOT NULL, filter TEXT NOT NULL, since INTEGER NOT NULL, replaying INTEGER NOT NULL, key_id TEXT) WITHOUT ROWID`)
    const rows = parts.sql.exec<ConsumerRow>(`SELECT * FROM consumers`)
    for (const { socket: id, session, filter, since, replaying, key_id } of rows.toArray()) {
      const outlet = parts.outletOf(id, session)
      const consumer = this.add({ id, outlet, filter: JSON.parse(filter), key_id: key_id ?? undefined }, since)
      // What was being sent again is not known any more: it asks anew.
      if (replaying === 1)
        void this.drop(consumer, closing(CLOSE.INTERNAL, 'the replay broke off; connect and ask for it again'))
    }
  }

  /** Somebody waits for what is new, and nothing is on the way to anybody. */
  get waits(): boolean {
    return this.consumers.size > 0 && this.onTheWay === 0
  }
  get size(): number {
    return this.consumers.size
  }
  /** Everybody, how far behind (in numbers, which are microseconds). */
  list() {
    return [...this.consumers.values()].map(({ id, outlet, since, sentTo, filter }) => ({
      consumer_id: id,
      kind: outlet.kind,
      since,
      behindMs: sentTo === undefined ? undefined : Math.max(0, Math.round((this.parts.store.lastSeq - sentTo) / 1_000)),
      filter,
    }))
  }

  /** → the frame that it begins after */
  join(who: Joining, after: number | undefined): number {
    const since = Date.now()
    const { id, session, filter, key_id = null } = who
    if (session !== undefined)
      this.parts.sql.exec(
        `INSERT INTO consumers VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
        id,
        session,
        JSON.stringify(filter),
        since,
        key_id,
      )
    const { lastSeq } = this.parts.store
    const consumer = this.add(who, since)
    const at = Math.min(after ?? lastSeq, lastSeq)
    consumer.sentTo = at
    consumer.floor = this.parts.store.floor
    this.pump(consumer)
    return at
  }
  private add({ id, outlet, filter, key_id }: Joining, since: number): Consumer {
    const consumer: Consumer = {
      id,
      outlet,
      filter,
      key_id,
      passes: passing(filter),
      since,
      sentTo: undefined,
      floor: 0,
      replays: [],
      fullSince: undefined,
      busy: false,
    }
    this.consumers.set(id, consumer)
    return consumer
  }

  replay(id: string, after: number, before: number): void {
    const consumer = this.consumers.get(id)
    if (!consumer || before - after <= 1) return
    if (consumer.replays.length >= STREAM.replays) {
      void this.drop(consumer, closing(CLOSE.BEHIND, `${STREAM.replays} REPLAYs wait already; ask when they have come`))
      return
    }
    consumer.replays.push({ after, before })
    if (consumer.replays.length === 1) this.markReplaying(consumer)
    this.pump(consumer)
  }
  private markReplaying({ id, replays, outlet }: Consumer): void {
    if (outlet.kind === 'socket')
      this.parts.sql.exec(`UPDATE consumers SET replaying = ? WHERE socket = ?`, replays.length > 0 ? 1 : 0, id)
  }

  leave(id: string): void {
    if (!this.consumers.delete(id)) return
    this.parts.sql.exec(`DELETE FROM consumers WHERE socket = ?`, id)
  }
  private async drop(consumer: Consumer, why: Closing): Promise<void> {
    this.leave(consumer.id)
    try {
      await consumer.outlet.close(why)
    } catch (error) {
      // Its object is gone, and the socket with it.
      logLine('consumer not closed', { reason: (error as Error).name })
    }
  }
  /** Who came by this key leaves. */
  async endKey(key_id: string): Promise<void> {
    const why = closing(CLOSE.BAD_TOKEN, 'the key has ended')
    const some = [...this.consumers.values()].filter((consumer) => consumer.key_id === key_id)
    await Promise.all(some.map((consumer) => this.drop(consumer, why)))
  }
  /** Those whose objects do not know them are gone: a runtime died. */
  async verify(): Promise<void> {
    await Promise.all(
      [...this.consumers.values()].map(async ({ id, outlet }) => {
        outlet.probe?.()
        const standing = await outlet.standing().catch(() => 'unknown' as const)
        if (standing === undefined) this.leave(id)
      }),
    )
  }

  /** There are new frames. */
  wake(): void {
    for (const consumer of this.consumers.values()) this.pump(consumer)
  }
  private pump(consumer: Consumer): void {
    if (consumer.busy) return
    consumer.busy = true
    void this.run(consumer).finally(() => {
      consumer.busy = false
      // What came in the moment between.
      if (this.consumers.has(consumer.id) && this.owes(consumer)) this.pump(consumer)
    })
  }
  private owes({ sentTo, replays }: Consumer): boolean {
    return sentTo === undefined || sentTo < this.parts.store.lastSeq || replays.length > 0
  }

  private async run(consumer: Consumer): Promise<void> {
    let failures = 0
    while (this.consumers.has(consumer.id) && this.owes(consumer)) {
      try {
        if (consumer.sentTo === undefined || consumer.fullSince !== undefined) await this.ask(consumer)
        else if (consumer.sentTo < this.parts.store.lastSeq) await this.sendNext(consumer, consumer.sentTo)
        else await this.sendAgain(consumer)
        failures = 0
      } catch (error) {
        // Whether it got the frames is not known: its object is asked.
        consumer.sentTo = undefined
        logLine('consumer not reached', { reason: (error as Error).name, failures })
        await sleep(Math.min(ASK_AGAIN_MS * 2 ** failures++, MOST_WAIT_MS))
      }
    }
  }
  private async ask(consumer: Consumer): Promise<void> {
    const standing = await consumer.outlet.standing()
    if (!standing) return this.leave(consumer.id)
    consumer.sentTo ??= Math.min(standing.at ?? this.parts.store.lastSeq, this.parts.store.lastSeq)
    if (!standing.full) {
      consumer.fullSince = undefined
      return
    }
    consumer.fullSince ??= Date.now()
    if (Date.now() - consumer.fullSince > STREAM.fullMs)
      return this.drop(consumer, closing(CLOSE.BEHIND, `fell behind; resume with /connect?after=${consumer.sentTo}`))
    await sleep(ASK_AGAIN_MS)
  }

  private async sendNext(consumer: Consumer, from: number): Promise<void> {
    const { recent, store, hops } = this.parts
    const began = Date.now()
    const { lastSeq } = store
    const fresh = recent.after(from, STREAM.pushBytes)
    if (!fresh && from < store.floor && consumer.floor < store.floor) return this.missed(consumer, from)
    const { lines, to } = fresh ?? (await store.read(from, Number.POSITIVE_INFINITY))
    const some = consumer.passes ? lines.filter(consumer.passes) : lines
    // Nothing lies between where everything was another's, or is erased.
    const reached = to > from ? to : lastSeq
    if (some.length > 0 && fresh) {
      await this.pushFresh(consumer, some, { from, to: reached })
      hops.add('hub_to_consumer', Date.now() - began, Date.now(), some.length)
    } else if (some.length > 0) await this.push(consumer, some, { from, to: reached })
    if (consumer.sentTo !== undefined) consumer.sentTo = reached
  }
  /** Frames went for want of room before it had them. Who cannot be told so comes again, and is. */
  private async missed(consumer: Consumer, from: number): Promise<void> {
    const { outlet } = consumer
    const { store } = this.parts
    consumer.floor = store.floor
    if (outlet.dropped) outlet.dropped(store.retained().from)
    else await this.drop(consumer, closing(CLOSE.BEHIND, `frames are gone; resume with /connect?after=${from}`))
  }
  private async sendAgain(consumer: Consumer): Promise<void> {
    const replay = consumer.replays[0]!
    const { lines, to, done } = await this.parts.store.read(replay.after, replay.before)
    const some = consumer.passes ? lines.filter(consumer.passes) : lines
    if (some.length > 0) await this.push(consumer, some, undefined)
    replay.after = to
    if (!done) return
    consumer.replays.shift()
    if (consumer.replays.length === 0 && this.consumers.has(consumer.id)) this.markReplaying(consumer)
  }
  private async pushFresh(consumer: Consumer, lines: Line[], span: Span): Promise<void> {
    this.onTheWay++
    try {
      await this.push(consumer, lines, span)
    } finally {
      this.onTheWay--
      this.parts.reached()
    }
  }
  private async push(consumer: Consumer, lines: Line[], span: Span | undefined): Promise<void> {
    const pushed = await consumer.outlet.push(
      lines.map(({ text }) => text),
      span,
    )
    if (pushed === 'gone') this.leave(consumer.id)
    if (pushed === 'full') consumer.fullSince = Date.now()
    // Somebody pushed before us: this hub, before it was cut off. How far that came its object knows.
    if (pushed === 'ahead') consumer.sentTo = undefined
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

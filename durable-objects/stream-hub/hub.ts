import { STREAM } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import { CLOSE, closing } from '../../shared/streaming/close-codes.ts'
import type { Filter } from '../../shared/streaming/filter.ts'
import { dispatch, stamped } from '../../shared/streaming/frames.ts'
import { HopTimes } from '../../shared/streaming/hops.ts'
import type { Line } from '../../shared/streaming/line.ts'
import { Recent } from '../../shared/streaming/recent.ts'
import { nextSeq } from '../../shared/streaming/seq.ts'
import type { SyntheticPlan } from '../../shared/streaming/synthetic.ts'
import type { ConsumerEntry, Entered, HubAddress, ProducerEntry, Submission } from '../../shared/streaming/types.ts'
import type { Env } from '../env.ts'
import { AlarmClock } from './alarm-clock.ts'
import { Audience } from './audience.ts'
import { EventOutlet } from './event-outlet.ts'
import { FrameKeys } from './frame-keys.ts'
import { FrameStore } from './frame-store.ts'
import { LiveUsers } from './live-users.ts'
import { MinuteTeller } from './minute-teller.ts'
import { Numbers } from './numbers.ts'
import { SocketOutlet } from './socket-outlet.ts'
import { StoppedUsers } from './stopped-users.ts'
import { SyntheticRunner } from './synthetic-runner.ts'
import { UsedTokens } from './used-tokens.ts'

interface Waiting {
  list: Submission[]
  at: number
  done: PromiseWithResolvers<void>
}

/**
 * A developer's stream. What comes within a few milliseconds is one row. A frame is committed before anybody hears of it; so
 * what was acknowledged or dispatched can be replayed, and no number is given twice.
 */
export class Hub {
  readonly users: LiveUsers
  readonly audience: Audience
  readonly minutes: MinuteTeller
  private readonly synthetic: SyntheticRunner
  private readonly clock: AlarmClock
  private readonly ctx: DurableObjectState
  private readonly env: Env
  private readonly address: HubAddress
  private readonly keys: FrameKeys
  private readonly store: FrameStore
  private readonly recent: Recent
  private readonly numbers: Numbers
  private readonly tokens: UsedTokens
  private readonly stopped: StoppedUsers
  private readonly hops = new HopTimes()
  private waiting: Waiting[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private committedAt = 0
  private prunedAt = 0

  constructor(ctx: DurableObjectState, env: Env, address: HubAddress) {
    this.ctx = ctx
    this.env = env
    this.address = address
    const { ROOT_KEY, STREAM_RETENTION_HOURS, STREAM_RETENTION_BYTES } = settings(env)
    const { sql } = ctx.storage
    this.keys = new FrameKeys(env.KEYS, ROOT_KEY, address)
    const bounds = { ms: STREAM_RETENTION_HOURS * HOUR_MS, bytes: STREAM_RETENTION_BYTES }
    this.store = new FrameStore(sql, this.keys, `stream/${ctx.id.name}`, bounds)
    this.recent = new Recent(this.store.lastSeq, STREAM.recentBytes)
    this.numbers = new Numbers(sql)
    this.tokens = new UsedTokens(sql)
    this.stopped = new StoppedUsers(sql)
    this.users = new LiveUsers(sql, Date.now())
    this.minutes = new MinuteTeller({ ctx, env, address, keys: this.keys, store: this.store })
    this.clock = new AlarmClock(ctx.storage, (now) => {
      const tidyAt = Math.max(now + STREAM.pruneMs, this.store.endsAt() ?? now + STREAM.leaseMs)
      return Math.min(tidyAt, this.dueAt ?? tidyAt)
    })
    this.synthetic = new SyntheticRunner(sql, (list) => this.submit(list))
    this.audience = new Audience({
      sql,
      store: this.store,
      recent: this.recent,
      hops: this.hops,
      outletOf: (socket, session) => new SocketOutlet(env, session, socket),
      reached: () => {
        if (this.waiting.length > 0) this.commit()
      },
    })
    // Where it was cut off, somebody may still be owed something.
    this.audience.wake()
  }

  async enterProducer(entry: ProducerEntry): Promise<Entered> {
    const { claims, producer } = entry
    await this.keys.load([claims.user_id])
    if (!this.keys.of(claims.user_id)) return refused('the user of this token is gone')
    if (this.stopped.has(claims.user_id)) return refused('the user of this token is not active')
    if (claims.kind !== 'pairing' && !this.tokens.use(claims.nonce, claims.expires_at)) return used()
    this.users.enter(entry, Date.now())
    await this.clock.arm()
    return { kind: 'in', ready: producer === undefined ? undefined : { n: this.numbers.of(claims.user_id, producer) } }
  }

  async enterConsumer({ socket, session, claims, filter, after }: ConsumerEntry): Promise<Entered> {
    if (!(await this.hasRoom())) {
      const reason = `${settings(this.env).STREAM_CONSUMERS} consumers are connected; close one and try again`
      return { kind: 'refused', closing: closing(CLOSE.TOO_MANY_CONSUMERS, reason) }
    }
    if (!this.tokens.use(claims.nonce, claims.expires_at)) return used()
    await this.clock.arm()
    const at = this.audience.join(socket, session, new SocketOutlet(this.env, session, socket), filter, after)
    return { kind: 'in', at, ready: after === undefined ? undefined : this.since(after) }
  }
  private async hasRoom(): Promise<boolean> {
    const most = settings(this.env).STREAM_CONSUMERS
    if (this.audience.size >= most) await this.audience.verify()
    return this.audience.size < most
  }
  /** What there is after a frame: from where, and whether something of it is gone. */
  private since(after: number): { from: number | null; dropped?: true } {
    const { from, floor } = this.store.retained()
    return { from: from ?? null, ...(floor > after && { dropped: true as const }) }
  }

  async events(filter: Filter, after: number | undefined): Promise<ReadableStream<Uint8Array> | undefined> {
    if (!(await this.hasRoom())) return undefined
    const id = crypto.randomUUID()
    const outlet = new EventOutlet(() => this.audience.leave(id))
    const since = after === undefined ? undefined : this.since(after)
    if (since?.dropped) outlet.dropped(since.from ?? undefined)
    this.audience.join(id, undefined, outlet, filter, after)
    return outlet.body
  }

  leave(sockets: string[]): void {
    for (const socket of sockets) {
      this.users.leave(socket)
      this.audience.leave(socket)
    }
  }
  async stop(user_id: string, erased: boolean): Promise<void> {
    const sockets = this.users.socketsOf(user_id)
    if (erased) {
      this.keys.forget(user_id)
      this.recent.forget(user_id)
      this.numbers.forget(user_id)
      this.users.forget(user_id)
      this.minutes.forget(user_id)
      this.stopped.remove(user_id)
    } else this.stopped.add(user_id)
    this.synthetic.stop(user_id)
    const why = closing(CLOSE.BAD_TOKEN, erased ? 'the user is gone' : 'the user is not active')
    const closed = sockets.map(({ socket, session }) => new SocketOutlet(this.env, session, socket).close(why))
    // Its object died, and the socket with it.
    for (const one of await Promise.allSettled(closed))
      if (one.status === 'rejected') logLine('producer not closed', { error: (one.reason as Error).name })
  }

  resume(user_id: string): void {
    this.stopped.remove(user_id)
  }

  async submit(list: Submission[]): Promise<void> {
    if (list.some(({ uid }) => !this.keys.has(uid))) await this.keys.load(list.map(({ uid }) => uid))
    const done = Promise.withResolvers<void>()
    this.waiting.push({ list, at: Date.now(), done })
    // At once where somebody waits for it. Else together with what comes while others are on their way, or nobody listens.
    const wait = this.committedAt + settings(this.env).STREAM_WINDOW_MS - Date.now()
    if (wait <= 0 || this.audience.waits) this.commit()
    else this.timer ??= setTimeout(() => this.commit(), wait)
    await done.promise
  }

  private commit(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const now = Date.now()
    this.committedAt = now
    const waiting = this.waiting
    this.waiting = []
    const lines: Line[] = []
    try {
      const numbered: { uid: string; producer: string; n: number }[] = []
      for (const { list, at } of waiting) {
        for (const submission of list) this.number(submission, now, lines, numbered)
        for (const { at: sentAt, samples } of list) this.hops.add('session_to_hub', at - sentAt, now, samples.length)
        this.hops.add('hub', now - at, now, list.length)
      }
      this.ctx.storage.transactionSync(() => {
        this.store.append(lines, now)
        for (const { uid, producer, n } of numbered) this.numbers.set(uid, producer, n, now)
      })
      this.recent.add(lines)
      this.hops.addFrames(lines.length, now)
      for (const { list } of waiting) for (const { uid, synthetic } of list) this.users.sample(uid, now, synthetic)
    } catch (error) {
      for (const { done } of waiting) done.reject(error)
      return
    }
    for (const { done } of waiting) done.resolve()
    this.minutes.frames(lines)
    this.audience.wake()
    this.tidy(now)
  }

  /** Key: (user, producer, n). Frames of a user who is gone, or stopped, have nowhere to go. */
  private number(
    { uid, samples, synthetic, numbered, at }: Submission,
    now: number,
    lines: Line[],
    news: { uid: string; producer: string; n: number }[],
  ): void {
    if (!this.keys.of(uid) || this.stopped.has(uid)) return
    const known = numbered ? this.lastNumber(uid, numbered.producer, news) : 0
    const skipped = numbered ? Math.min(samples.length, Math.max(0, known - numbered.n + 1)) : 0
    for (const sample of samples.slice(skipped)) {
      const seq = nextSeq(lines.at(-1)?.seq ?? this.store.lastSeq, now)
      const { t, d } = stamped(sample, at)
      lines.push({ seq, uid, t, text: dispatch(uid, seq, { t, d }, synthetic) })
    }
    if (numbered && skipped < samples.length)
      news.push({ uid, producer: numbered.producer, n: numbered.n + samples.length - 1 })
  }
  private lastNumber(uid: string, producer: string, news: { uid: string; producer: string; n: number }[]): number {
    const fresh = news.findLast((one) => one.uid === uid && one.producer === producer)
    return fresh?.n ?? this.numbers.of(uid, producer)
  }

  private tidy(now: number): void {
    if (this.store.full || now - this.prunedAt > STREAM.pruneMs) this.prune(now)
    if (this.clock.isLate(this.dueAt)) this.ctx.waitUntil(this.clock.arm())
    this.seenTimer ??= setTimeout(() => {
      this.seenTimer = undefined
      this.users.writeSeen()
    }, STREAM.lastSampleMs)
  }
  private seenTimer: ReturnType<typeof setTimeout> | undefined

  /** → whether there is more to remove. */
  private prune(now: number): boolean {
    const more = this.ctx.storage.transactionSync(() => {
      const before = this.store.retained().dropped?.frames ?? 0
      const more = this.store.prune(now)
      this.tokens.prune(now)
      this.numbers.prune(now - STREAM.numbersMs)
      this.users.expire(now)
      this.users.forgetSilent(now - settings(this.env).STREAM_RETENTION_HOURS * HOUR_MS)
      const dropped = (this.store.retained().dropped?.frames ?? 0) - before
      if (dropped > 0) logLine('frames dropped for room', { developer_id: this.address.developer_id, frames: dropped })
      return more
    })
    // What is left goes with the next frames.
    if (!more) this.prunedAt = now
    return more
  }
  /** A test user streams from now on; without a plan no more. → false: too many do. */
  async synthesize(user_id: string, cell: number, plan: SyntheticPlan | undefined): Promise<boolean> {
    if (plan && !this.synthetic.start(user_id, cell, plan)) return false
    if (plan) await this.synthetic.run(Date.now())
    else this.synthetic.stop(user_id)
    await this.clock.arm()
    return true
  }
  private get dueAt(): number | undefined {
    const all = [this.minutes.dueAt, this.synthetic.dueAt(Date.now())].filter((at) => at !== undefined)
    return all.length > 0 ? Math.min(...all) : undefined
  }
  /** What is too old goes also where nothing comes any more, and what is due is done. */
  async alarm(): Promise<void> {
    this.clock.rang()
    const now = Date.now()
    // Test users stream several times a second; what is old goes by the minute.
    if (!this.synthetic.any || now - this.prunedAt > STREAM.pruneMs) while (this.prune(now));
    await this.synthetic.run(now)
    if (this.minutes.dueAt !== undefined && this.minutes.dueAt <= now) await this.minutes.look(now)
    const idle = this.store.endsAt() === undefined && this.users.liveProducers === 0
    if (!idle || this.dueAt !== undefined) await this.clock.arm()
  }

  presence() {
    this.users.expire(Date.now())
    return this.users.list((uid) => this.synthetic.since(uid))
  }
  async status() {
    await this.audience.verify()
    const now = Date.now()
    this.users.expire(now)
    return {
      producers: this.users.liveProducers,
      consumers: this.audience.list(),
      retained: this.store.retained(),
      frames_last_minute: this.hops.framesLastMinute(now),
      latency: this.hops.figures(now),
    }
  }
}

const refused = (reason: string): Entered => ({ kind: 'refused', closing: closing(CLOSE.BAD_TOKEN, reason) })
const used = () => refused('the token was used before; ask for a new one')

import { STREAM } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import { CLOSE, closing } from '../../shared/streaming/close-codes.ts'
import { HopTimes } from '../../shared/streaming/hops.ts'
import type { Line } from '../../shared/streaming/line.ts'
import { Recent } from '../../shared/streaming/recent.ts'
import type { SyntheticPlan } from '../../shared/streaming/synthetic.ts'
import type {
  ConsumerEntry,
  Entered,
  EventsAsked,
  HubAddress,
  ProducerEntry,
  Submission,
} from '../../shared/streaming/types.ts'
import { AlarmClock } from '../alarm-clock.ts'
import type { Env } from '../env.ts'
import { streamSession } from '../stubs.ts'
import { Audience } from './audience.ts'
import { EventOutlet } from './event-outlet.ts'
import { FrameKeys } from './frame-keys.ts'
import { FrameStore } from './frame-store.ts'
import { Intake } from './intake.ts'
import { LiveUsers } from './live-users.ts'
import { MinuteTeller } from './minute-teller.ts'
import { Numbers } from './numbers.ts'
import { SocketOutlet } from './socket-outlet.ts'
import { StoppedUsers } from './stopped-users.ts'
import { SyntheticRunner } from './synthetic-runner.ts'
import { UsedTokens } from './used-tokens.ts'

/** A developer's stream: who comes in, what they send, who hears of it, and what goes when. */
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
  private readonly intake: Intake
  private readonly numbers: Numbers
  private readonly tokens: UsedTokens
  private readonly stopped: StoppedUsers
  private readonly hops = new HopTimes()
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
      reached: () => this.intake.reached(),
    })
    this.intake = new Intake({
      ctx,
      windowMs: settings(env).STREAM_WINDOW_MS,
      keys: this.keys,
      stopped: this.stopped,
      store: this.store,
      recent: this.recent,
      numbers: this.numbers,
      users: this.users,
      hops: this.hops,
      awaited: () => this.audience.waits,
      committed: (lines, now) => this.committed(lines, now),
    })
    // Where it was cut off, somebody may still be owed something.
    this.audience.wake()
  }

  async enterProducer(entry: ProducerEntry): Promise<Entered> {
    const { claims, producer } = entry
    await this.keys.load([claims.user_id])
    if (!this.keys.of(claims.user_id)) return refused('the user of this token is gone')
    if (this.stopped.has(claims.user_id)) return refused('the user of this token is not active')
    if (claims.grants?.some((grant) => this.tokens.hasEnded(grant, claims.expires_at)))
      return refused('what this token was given by has ended; ask for a new one')
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
    if (claims.key_id !== undefined && this.tokens.has(claims.key_id)) return refused('the key of this token has ended')
    if (!this.tokens.use(claims.nonce, claims.expires_at)) return used()
    await this.clock.arm()
    const outlet = new SocketOutlet(this.env, session, socket)
    const at = this.audience.join({ id: socket, session, outlet, filter, key_id: claims.key_id }, after)
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

  async events(asked: EventsAsked): Promise<ReadableStream<Uint8Array> | undefined> {
    const { filter, after, key_id } = asked
    if (!(await this.hasRoom())) return undefined
    const id = crypto.randomUUID()
    const outlet = new EventOutlet(() => this.audience.leave(id))
    const since = after === undefined ? undefined : this.since(after)
    if (since?.dropped) outlet.dropped(since.from ?? undefined)
    this.audience.join({ id, outlet, filter, key_id }, after)
    return outlet.body
  }

  leave(sockets: string[]): void {
    for (const socket of sockets) {
      this.users.leave(socket)
      this.audience.leave(socket)
    }
  }
  /** The key has ended: who listens by it does not any more, and tokens that it made let nobody in. */
  async endKey(key_id: string): Promise<void> {
    this.tokens.use(key_id, Date.now() + STREAM.tokenMs)
    await this.audience.endKey(key_id)
  }
  /** Whom these had let in by then is closed, and their tokens of before let nobody in. */
  async endGrants(grants: string[], givenBefore: number): Promise<void> {
    this.tokens.prune(Date.now())
    for (const grant of grants) this.tokens.end(grant, givenBefore + STREAM.tokenMs)
    const why = closing(CLOSE.BAD_TOKEN, 'what lets you in has ended; ask for a new token')
    await this.allClosed([...this.users.sessions].map((name) => streamSession(this.env, name).endGrants(grants, why)))
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
    await this.allClosed(sockets.map(({ socket, session }) => new SocketOutlet(this.env, session, socket).close(why)))
  }
  private async allClosed(closed: Promise<void>[]): Promise<void> {
    // Its object died, and the socket with it.
    for (const one of await Promise.allSettled(closed))
      if (one.status === 'rejected') logLine('producer not closed', { error: (one.reason as Error).name })
  }

  resume(user_id: string): void {
    this.stopped.remove(user_id)
  }

  submit(list: Submission[]): Promise<void> {
    return this.intake.submit(list)
  }
  private committed(lines: Line[], now: number): void {
    this.minutes.frames(lines)
    this.audience.wake()
    this.tidy(now)
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
  async synthesize(user_id: string, plan: SyntheticPlan | undefined): Promise<boolean> {
    if (plan && !this.synthetic.start(user_id, plan)) return false
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

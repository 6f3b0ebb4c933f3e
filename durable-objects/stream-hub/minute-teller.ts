import { cellOf, newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { isStream } from '../../shared/source/define.ts'
import type { Line } from '../../shared/streaming/line.ts'
import type { MinutePayload } from '../../shared/streaming/minute-payload.ts'
import { Minutes } from '../../shared/streaming/minutes.ts'
import type { HubAddress } from '../../shared/streaming/types.ts'
import type { Env } from '../env.ts'
import type { EventLogApi } from '../event-log-api.ts'
import { eventLog } from '../stubs.ts'
import type { FrameKeys } from './frame-keys.ts'
import type { FrameStore } from './frame-store.ts'
import { MinuteStore } from './minute-store.ts'

interface Parts {
  ctx: DurableObjectState
  env: Env
  address: HubAddress
  keys: FrameKeys
  store: FrameStore
}
/** Payloads of one call to a cell. */
const AT_ONCE = 100
/** A cell that did not take them is asked again. */
const AGAIN_MS = MINUTE_MS

/**
 * Makes minutes of the stream, where the developer wants them, and hands them to the cells of their users as any payload.
 * What was counted and what was made of it are written down together; until then the stored frames are counted again after a
 * restart. A payload goes until its cell has it, under one id. So nothing is told twice, and nothing that is stored is lost.
 */
export class MinuteTeller {
  private readonly parts: Parts
  private readonly kept: MinuteStore
  /** undefined: what is stored was not counted since the start. */
  private minutes: Minutes | undefined
  private counting: Promise<Minutes> | undefined
  private on: boolean
  /** How often it was switched: what was counted before is of no use after. */
  private turn = 0
  private due: number | undefined
  /** Whose minutes their cell takes: the data of users of other providers come another way. */
  private readonly taken = new Map<string, boolean>()

  constructor(parts: Parts) {
    this.parts = parts
    this.kept = new MinuteStore(parts.ctx.storage.sql, parts.keys, `stream/${parts.ctx.id.name}`)
    this.on = this.kept.toSeq !== undefined
    // It was cut off: whether something is open is found when it is counted.
    if (this.on || this.kept.waits) this.due = Date.now()
  }

  /** When `look` has something to do. */
  get dueAt(): number | undefined {
    return this.due
  }

  /** From the frames that come next on. What is open when it is switched off is not told; what waits for its cell is. */
  switch(on: boolean): void {
    if (on === this.on) return
    this.on = on
    this.minutes = undefined
    this.counting = undefined
    this.turn++
    if (on) this.kept.begin(this.parts.store.lastSeq)
    else this.kept.end()
  }

  /** Frames that were just stored. */
  frames(lines: Line[]): void {
    if (!this.on) return
    // Where nothing was counted yet they are among those that are counted then.
    try {
      if (this.minutes) this.add(this.minutes, lines)
    } catch (error) {
      this.minutes = undefined
      logLine('minutes are counted again', { error: (error as Error).name })
    }
    this.due ??= this.minutes ? this.minutes.dueAt(Date.now()) : Date.now()
  }
  private add(minutes: Minutes, lines: Line[]): void {
    for (const { seq, uid, t, text } of lines) {
      if (!Minutes.wants(t) || this.taken.get(uid) === false) continue
      const { d, synthetic } = JSON.parse(text) as { d: unknown; synthetic?: true }
      if (!synthetic) minutes.add(uid, t, d, Math.floor(seq / 1_000))
    }
  }

  /** Tells what is over. Called again it goes on where it broke off. */
  async look(now: number): Promise<void> {
    this.due = undefined
    try {
      if (this.on) this.write(await this.counted(), now)
      if (this.kept.waits) await this.send(now)
      this.due = this.kept.waits ? now + AGAIN_MS : this.minutes?.dueAt(Date.now())
    } catch (error) {
      this.due = now + AGAIN_MS
      logLine('minutes wait', { developer_id: this.parts.address.developer_id, error: (error as Error).name })
    }
  }

  private async counted(): Promise<Minutes> {
    if (this.minutes) return this.minutes
    const counting = this.counting ?? this.count()
    this.counting = counting
    try {
      return await counting
    } finally {
      if (this.counting === counting) this.counting = undefined
    }
  }
  private async count(): Promise<Minutes> {
    const { keys, store } = this.parts
    const { turn } = this
    const minutes = new Minutes((uid) => this.kept.person(uid))
    const open = this.kept.open()
    await keys.load(open)
    for (const uid of open) minutes.remember(uid)
    for (let at = this.kept.toSeq ?? store.lastSeq; ; ) {
      const last = store.lastSeq
      const { lines, to, done } = await store.read(at, Number.POSITIVE_INFINITY)
      this.add(minutes, lines)
      at = to
      // Nothing came while they were read, and none of the rest is left.
      if (done && store.lastSeq === last) break
    }
    if (turn === this.turn) this.minutes = minutes
    return minutes
  }

  /** Key: the number up to which frames are counted, written with what was made of them. */
  private write(minutes: Minutes, now: number): void {
    const { ctx, store } = this.parts
    // Switched off, or begun anew, meanwhile.
    if (minutes !== this.minutes) return
    const { payloads, changes } = minutes.take(now, store.lastSeq)
    try {
      ctx.storage.transactionSync(() => this.kept.write(store.lastSeq, payloads, changes))
    } catch (error) {
      // What was taken is in memory no more: it is counted again.
      this.minutes = undefined
      throw error
    }
  }

  private async send(now: number): Promise<void> {
    for (;;) {
      const some = await this.kept.waiting(AT_ONCE)
      if (some.length === 0) return
      const cells = Map.groupBy(some, ({ user_id }) => cellOf(user_id)!)
      for (const [cell, payloads] of cells) if (!(await this.handTo(cell, payloads, now))) return
    }
  }
  /** Key: payload_id. → false: the cell takes nothing now. */
  private async handTo(cell: number, payloads: MinutePayload[], now: number): Promise<boolean> {
    const { env, address } = this.parts
    const log = eventLog(env, { ...address, cell })
    for (const uid of new Set(payloads.map(({ user_id }) => user_id)))
      if (!(await this.takes(log, uid))) this.forget(uid)
    const theirs = payloads.filter(({ user_id }) => this.taken.get(user_id))
    if (theirs.length === 0) return true
    const about = { kind: 'push', origin: 'live', trace: newId('req'), receivedAt: now } as const
    const { refused, nudge } = await log.accept(
      theirs.map((payload) => ({ ...payload, ...about })),
      { express: false },
    )
    if (refused) return false
    if (nudge) await env.PAYLOADS.send({ cell: cellName({ ...address, cell }) })
    this.kept.sent(theirs.map(({ payload_id }) => payload_id))
    return true
  }

  /** Asked once: a user stays at their provider. */
  private async takes(log: Pick<EventLogApi, 'connection'>, uid: string): Promise<boolean> {
    const before = this.taken.get(uid)
    if (before !== undefined) return before
    const provider = PROVIDERS[(await log.connection(uid))?.provider ?? '']
    const takes = provider !== undefined && isStream(provider)
    this.taken.set(uid, takes)
    return takes
  }

  forget(uid: string): void {
    this.minutes?.forget(uid)
    this.kept.forget(uid)
  }
}

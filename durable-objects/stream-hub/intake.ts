import { dispatch, stamped } from '../../shared/streaming/frames.ts'
import type { HopTimes } from '../../shared/streaming/hops.ts'
import type { Line } from '../../shared/streaming/line.ts'
import type { Recent } from '../../shared/streaming/recent.ts'
import { nextSeq } from '../../shared/streaming/seq.ts'
import type { Submission } from '../../shared/streaming/types.ts'
import type { FrameKeys } from './frame-keys.ts'
import type { FrameStore } from './frame-store.ts'
import type { LiveUsers } from './live-users.ts'
import type { Numbers } from './numbers.ts'
import type { StoppedUsers } from './stopped-users.ts'

interface Waiting {
  list: Submission[]
  at: number
  done: PromiseWithResolvers<void>
}
interface Numbered {
  uid: string
  producer: string
  n: number
}
interface Parts {
  ctx: DurableObjectState
  /** Frames wait no longer than this for others. */
  windowMs: number
  keys: FrameKeys
  stopped: StoppedUsers
  store: FrameStore
  recent: Recent
  numbers: Numbers
  users: LiveUsers
  hops: HopTimes
  /** Whether somebody waits for what is new, and nothing is on the way to them. */
  awaited: () => boolean
  committed: (lines: Line[], now: number) => void
}

/**
 * Numbers and stores what producers submit. What comes within a few milliseconds is one row. A frame is committed before anybody
 * hears of it; so what was acknowledged or dispatched can be replayed, and no number is given twice.
 */
export class Intake {
  private readonly parts: Parts
  private waiting: Waiting[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private committedAt = 0

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Fulfilled when all is committed. */
  async submit(list: Submission[]): Promise<void> {
    const { keys, awaited } = this.parts
    if (list.some(({ uid }) => !keys.has(uid))) await keys.load(list.map(({ uid }) => uid))
    const done = Promise.withResolvers<void>()
    this.waiting.push({ list, at: Date.now(), done })
    // At once where somebody waits for it. Else together with what comes while others are on their way, or nobody listens.
    const wait = this.committedAt + this.parts.windowMs - Date.now()
    if (wait <= 0 || awaited()) this.commit()
    else this.timer ??= setTimeout(() => this.commit(), wait)
    await done.promise
  }
  /** What was on its way has arrived somewhere: what gathered meanwhile can go. */
  reached(): void {
    if (this.waiting.length > 0) this.commit()
  }

  private commit(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const now = Date.now()
    this.committedAt = now
    const waiting = this.waiting
    this.waiting = []
    const { ctx, store, recent, numbers, users, hops, committed } = this.parts
    const lines: Line[] = []
    try {
      const numbered: Numbered[] = []
      for (const { list, at } of waiting) {
        for (const submission of list) this.number(submission, now, lines, numbered)
        for (const { at: sentAt, samples } of list) hops.add('session_to_hub', at - sentAt, now, samples.length)
        hops.add('hub', now - at, now, list.length)
      }
      ctx.storage.transactionSync(() => {
        for (const { uid, producer, n } of numbered) numbers.write(uid, producer, n, now)
        store.append(lines, now)
      })
      // Only now: what was rolled back must not be taken for stored when it comes again.
      for (const { uid, producer, n } of numbered) numbers.know(uid, producer, n)
      recent.add(lines)
      hops.addFrames(lines.length, now)
      for (const { list } of waiting)
        for (const { uid, synthetic } of list) if (this.takes(uid)) users.sample(uid, now, synthetic)
    } catch (error) {
      for (const { done } of waiting) done.reject(error)
      return
    }
    for (const { done } of waiting) done.resolve()
    committed(lines, now)
  }

  /** Frames of a user who is gone, or stopped, have nowhere to go, and say nothing of them either. */
  private takes(uid: string): boolean {
    const { keys, stopped } = this.parts
    return keys.of(uid) !== undefined && !stopped.has(uid)
  }
  /** Key: (user, producer, n). */
  private number(
    { uid, samples, synthetic, numbered, at }: Submission,
    now: number,
    lines: Line[],
    news: Numbered[],
  ): void {
    if (!this.takes(uid)) return
    const { store } = this.parts
    const known = numbered ? this.lastNumber(uid, numbered.producer, news) : 0
    const skipped = numbered ? Math.min(samples.length, Math.max(0, known - numbered.n + 1)) : 0
    for (const sample of samples.slice(skipped)) {
      const seq = nextSeq(lines.at(-1)?.seq ?? store.lastSeq, now)
      const { t, d } = stamped(sample, at)
      lines.push({ seq, uid, t, text: dispatch(uid, seq, { t, d }, synthetic) })
    }
    if (numbered && skipped < samples.length)
      news.push({ uid, producer: numbered.producer, n: numbered.n + samples.length - 1 })
  }
  private lastNumber(uid: string, producer: string, news: Numbered[]): number {
    const fresh = news.findLast((one) => one.uid === uid && one.producer === producer)
    return fresh?.n ?? this.parts.numbers.of(uid, producer)
  }
}

import type { Backlog } from './backlog.ts'
import { batchText } from './batch.ts'
import type { Clock } from './clock.ts'
import type { ProducerLimits } from './limits.ts'
import type { Session } from './session.ts'

/** Moves frames from the backlog onto a session: in batches, and no more of them than the server keeps up with. */
export class Sender {
  /** The last number of each batch that is under way. */
  private underWay: number[] = []
  private session: Session | undefined
  private timer: (() => void) | undefined
  private sentAt = Number.NEGATIVE_INFINITY
  private readonly backlog: Backlog
  private readonly clock: Clock
  private readonly limits: ProducerLimits
  private readonly onSent: (frames: number) => void

  constructor(backlog: Backlog, clock: Clock, limits: ProducerLimits, onSent: (frames: number) => void) {
    this.backlog = backlog
    this.clock = clock
    this.limits = limits
    this.onSent = onSent
  }

  attach(session: Session): void {
    this.session = session
    this.underWay = []
    this.pump()
  }
  detach(): void {
    this.session = undefined
    this.timer?.()
    this.timer = undefined
  }

  acknowledged(n: number): void {
    this.underWay = this.underWay.filter((last) => last > n)
    if (this.underWay.length === 0) this.session?.settled()
    this.pump()
  }

  /** Sends what may go now. A sample that comes alone goes at once; those right after one wait for each other. */
  pump(): void {
    const { batchFrames, batchBytes, batchMs, unackedBatches } = this.limits
    while (this.session && this.underWay.length < unackedBatches) {
      const { frames, bytes } = this.backlog.unsent
      if (frames === 0) return
      const waitMs = this.sentAt + batchMs - this.clock.now()
      // A clock that was set back must not hold it up.
      if (waitMs > 0 && waitMs <= batchMs && frames < batchFrames && bytes < batchBytes) {
        this.timer ??= this.clock.after(waitMs, () => {
          this.timer = undefined
          this.pump()
        })
        return
      }
      this.send()
    }
  }
  private send(): void {
    const { batchFrames, batchBytes, compressBytes } = this.limits
    const batch = this.backlog.take(batchFrames, batchBytes)!
    this.underWay.push(batch.last)
    this.sentAt = this.clock.now()
    this.session!.submit(batchText(batch.n, batch.texts, compressBytes))
    this.onSent(batch.texts.length)
  }
}

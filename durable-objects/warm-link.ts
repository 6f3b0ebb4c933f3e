import { logLine } from '../shared/base/log-line.ts'
import { SECOND_MS } from '../shared/base/time.ts'
import { type Failed, type Link, notShipped, type Shipment, type Shipped } from '../shared/delivery/shipment.ts'
import { cutAt } from '../shared/delivery/together.ts'

interface Waiting {
  shipment: Shipment
  done: (shipped: Shipped) => void
}
interface Deps {
  connect: (signal: AbortSignal) => Promise<Link>
  timeoutMs: number
}

/** An unused connection is closed after this: an open one keeps the object, and its bill, alive. */
const IDLE_MS = 30 * SECOND_MS

/**
 * One warm connection, used in order. What comes while something is under way goes together in the next turn, from
 * however many cells: nobody waits for company.
 */
export class WarmLink {
  private link: Promise<Link> | undefined
  private readonly waiting: Waiting[] = []
  private busy = false
  private idle: ReturnType<typeof setTimeout> | undefined
  private readonly deps: Deps

  constructor(deps: Deps) {
    this.deps = deps
  }

  ship(shipment: Shipment): Promise<Shipped> {
    return new Promise((done) => {
      this.waiting.push({ shipment, done })
      if (!this.busy) void this.work()
    })
  }

  private async work(): Promise<void> {
    this.busy = true
    clearTimeout(this.idle)
    while (this.waiting.length > 0) {
      const turn = this.waiting.splice(0, cutAt(this.waiting.map(({ shipment }) => shipment)))
      const answers = await this.turn(turn.map(({ shipment }) => shipment))
      for (const [i, { done }] of turn.entries()) done(answers[i]!)
    }
    this.busy = false
    this.idle = setTimeout(() => void this.close(), IDLE_MS)
  }

  /** Never throws. A connection that did not answer in time, or broke, is not used again. */
  private async turn(shipments: Shipment[]): Promise<Shipped[]> {
    const late = Promise.withResolvers<never>()
    const abort = new AbortController()
    const timer = setTimeout(() => {
      abort.abort()
      late.reject(new Error('no answer in time'))
    }, this.deps.timeoutMs)
    try {
      this.link ??= this.deps.connect(abort.signal)
      const link = await Promise.race([this.link, late.promise])
      const answers = await Promise.race([link.ship(shipments), late.promise])
      if (answers.some(({ kind }) => kind === 'failed')) await this.close()
      return answers
    } catch (error) {
      await this.close()
      const reason = error instanceof Error ? error.message : 'unknown'
      const sent: Failed = { kind: 'retry', blame: 'destination', reason, status: abort.signal.aborted ? 504 : 503 }
      return shipments.map(() => notShipped(sent))
    } finally {
      clearTimeout(timer)
    }
  }

  /** Not waited for: what hangs would hang here too. */
  async close(): Promise<void> {
    clearTimeout(this.idle)
    const link = this.link
    this.link = undefined
    // One that never opened has nothing to close; why it did not is told by the turn that wanted it.
    void link?.then(
      (open) =>
        open
          .close()
          .catch((error: unknown) =>
            logLine('link did not close', { reason: error instanceof Error ? error.message : 'unknown' }),
          ),
      () => undefined,
    )
  }
}

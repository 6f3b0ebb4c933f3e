import { newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import type { BatchNudge } from '../../shared/supply/desk.ts'

/**
 * Says on a queue that a desk has work: by one message at a time, however much came. A message is a turn, and whoever sends
 * much in many batches would have many before others have theirs.
 */
export class Turns {
  private readonly queue: Queue<BatchNudge>
  private readonly desk: string
  /** In memory: a second message does no harm, it ends with its turn. Real time, as the queue's. */
  private called: { turn: string; at: number } | undefined

  constructor(queue: Queue<BatchNudge>, desk: string) {
    this.queue = queue
    this.desk = desk
  }
  /** Never throws: what is not heard now the desk's clock says again. */
  async call(): Promise<void> {
    const now = Date.now()
    if (this.called && this.called.at + SUPPLY.calledMs > now) return
    const turn = newId('trn')
    this.called = { turn, at: now }
    try {
      await this.queue.send({ desk: this.desk, turn })
    } catch (error) {
      this.begun(turn)
      logLine('turn not called', { desk: this.desk, error: error instanceof Error ? error.name : 'unknown' })
    }
  }
  /** The message is here: what comes from now on may need another. */
  begun(turn: string): void {
    if (this.called?.turn === turn) this.called = undefined
  }
}

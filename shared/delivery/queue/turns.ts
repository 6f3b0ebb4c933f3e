import { CONNECTION_SLOTS } from '../../base/limits.ts'
import { retry } from '../outcome.ts'
import {
  type Failed,
  type GroupShipped,
  notShipped,
  type Shipped,
  type ShippedEvent,
  type ShippedGroup,
  shipped,
} from '../shipment.ts'
import type { Message } from './message.ts'

/** One message of a request. */
export interface Entry {
  group: ShippedGroup
  event: ShippedEvent
  message: Message
}
/** What a request came to: entry by entry (undefined: taken), or that all of it failed for one reason. */
export type Sent = { kind: 'told'; failed: (GroupShipped['failed'] | undefined)[] } | { kind: 'failed'; sent: Failed }

export interface Turns {
  /** Messages of one request, and their bytes. */
  most: number
  mostBytes: number
  messageOf: (event: ShippedEvent, group: ShippedGroup) => Promise<Message>
  send: (entries: Entry[]) => Promise<Sent>
  /** No request is begun after it said no. */
  mayStart: () => boolean
}

/**
 * Sends groups in requests of several messages each, as many at a time as an invocation has slots. A request holds no more
 * than one event of each user, and a user is in one request at a time: a queue may refuse any message of a request and take
 * those behind it, and what comes later must not be in before what it follows.
 */
export async function shipInTurns(groups: ShippedGroup[], turns: Turns): Promise<Shipped> {
  const all = groups.map((group): Progress => ({ group, at: 0, message: undefined, failed: undefined }))
  const run = new Run(
    all.filter(({ group }) => group.events.length > 0),
    turns,
  )
  await Promise.all(Array.from({ length: CONNECTION_SLOTS }, () => run.work()))
  // What went in is told; what did not is next again, and then nothing hides how it failed.
  if (run.stopped && all.every(({ at, failed }) => at === 0 && !failed)) return notShipped(run.stopped)
  return shipped(
    all.map(({ group: { connection, lane }, at, failed }) => ({
      connection,
      lane,
      delivered: at,
      ...(failed && { failed }),
    })),
  )
}

interface Progress {
  group: ShippedGroup
  /** How many of its events are in. */
  at: number
  /** Of the event at that place, once it was made. */
  message: Message | undefined
  failed: GroupShipped['failed']
}

class Run {
  stopped: Failed | undefined
  private readonly ready: Progress[]
  private readonly turns: Turns

  constructor(ready: Progress[], turns: Turns) {
    this.ready = ready
    this.turns = turns
  }

  async work(): Promise<void> {
    while (!this.stopped && this.turns.mayStart() && this.ready.length > 0) {
      const taken = await this.take()
      // The messages were long in the making, or another request failed meanwhile: these were not begun.
      if (taken.length === 0 || this.stopped || !this.turns.mayStart()) continue
      const sent = await this.turns.send(
        taken.map(({ group, at, message }) => ({ group, event: group.events[at]!, message: message! })),
      )
      if (sent.kind === 'failed') this.stopped ??= sent.sent
      else for (const [i, one] of taken.entries()) this.settle(one, sent.failed[i])
    }
  }

  /** Groups for one request; what does not fit in stays the first that waits. */
  private async take(): Promise<Progress[]> {
    const candidates = this.ready.splice(0, this.turns.most)
    await Promise.all(candidates.map((one) => this.prepare(one)))
    const fit: Progress[] = []
    let bytes = 0
    for (const [i, one] of candidates.entries()) {
      if (one.failed) continue
      if (fit.length > 0 && bytes + one.message!.bytes > this.turns.mostBytes) {
        this.ready.unshift(...candidates.slice(i).filter(({ failed }) => !failed))
        break
      }
      fit.push(one)
      bytes += one.message!.bytes
    }
    return fit
  }

  private async prepare(one: Progress): Promise<void> {
    try {
      one.message ??= await this.turns.messageOf(one.group.events[one.at]!, one.group)
    } catch (error) {
      one.failed = retry('ours', error instanceof Error ? error.message : 'unknown') as Failed
    }
  }

  private settle(one: Progress, failed: GroupShipped['failed']): void {
    one.failed = failed
    if (failed) return
    one.at++
    one.message = undefined
    if (one.at < one.group.events.length) this.ready.push(one)
  }
}

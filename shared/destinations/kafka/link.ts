import { logLine } from '../../base/log-line.ts'
import { rejected, retry, type Sent } from '../../delivery/outcome.ts'
import {
  type Failed,
  type Link,
  notShipped,
  type Shipment,
  type Shipped,
  type ShippedEvent,
  shipped,
} from '../../delivery/shipment.ts'
import type { WireUser } from '../../delivery/types.ts'
import type { Sender } from './client.ts'
import { Closed, type Trouble, troubleOf } from './errors.ts'
import type { KafkaRecord } from './records.ts'
import { bytesOf, groupShipped, type Item, isOwed, type Line, linesOf, nextRound } from './rounds.ts'

export interface LinkDeps {
  open: (withinMs: number) => Promise<Sender>
  record: (event: ShippedEvent, user: WireUser) => KafkaRecord
  pointer: (event: ShippedEvent, user: WireUser, cell: string) => Promise<KafkaRecord>
  maxBytes: number
  /** What is larger than the topic takes is parked, not pointed to. */
  park: boolean
  timeoutMs: number
  now: () => number
  sleep: (ms: number) => Promise<void>
}

/** Nothing starts after this part of the time-out, and nothing is waited for after that one: the rest is for the answer. */
const START_PART = 0.5
const ANSWER_PART = 0.85
const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 1_000

/**
 * Ships by an idempotent producer. What was sent and not answered is sent again as it was, with the same producer, so that
 * brokers know it. Anything else after a failure takes a new producer: the library takes numbers back that the brokers may
 * have seen, and they would drop new records that carry them as old ones.
 */
export class KafkaLink implements Link {
  private sender: Sender | undefined
  /** Becomes less where the brokers take less than we were told; then it bounds all that goes together. */
  private mostBytes: number
  private since: number
  private fresh = true
  private closed = false
  private readonly deps: LinkDeps

  constructor(deps: LinkDeps) {
    this.deps = deps
    this.mostBytes = deps.maxBytes
    this.since = deps.now()
  }

  /** Throws what is wrong in words. */
  async connect(): Promise<this> {
    try {
      this.sender = await this.deps.open(this.left(ANSWER_PART))
    } catch (error) {
      throw new Error(troubleOf(error).reason)
    }
    return this
  }

  async ship(shipments: Shipment[]): Promise<Shipped[]> {
    // The time of the first turn began with connecting.
    if (!this.fresh) this.since = this.deps.now()
    this.fresh = false
    const lines = linesOf(shipments)
    const trouble = await this.work(await this.items(lines))
    return shipments.map((shipment) => {
      const groups = lines.filter((line) => line.shipment === shipment).map(groupShipped)
      const nothing = groups.every(({ delivered, failed }) => delivered === 0 && !failed)
      return trouble && nothing ? notShipped(failedBy(trouble)) : shipped(groups)
    })
  }

  /** For good: what is still under way opens nothing any more, or it would arrive after newer events. */
  async close(): Promise<void> {
    this.closed = true
    await this.without()
  }
  private async without(): Promise<void> {
    const { sender } = this
    this.sender = undefined
    await sender?.close()
  }

  private async items(lines: Line[]): Promise<Item[]> {
    const items: Item[] = []
    for (const line of lines)
      for (const [at, event] of line.group.events.entries()) {
        const item = { line, at, event, record: this.deps.record(event, line.group.user), pointer: false }
        items.push(item)
        const { bytes } = item.record
        if (bytes > this.deps.maxBytes)
          await this.enlarged(item, `it has ${bytes} bytes, max_message_bytes are ${this.deps.maxBytes}`)
      }
    return items
  }

  /** Rounds in order, until all is in or nothing goes on. → what stopped it. */
  private async work(items: Item[]): Promise<Trouble | undefined> {
    let owed = items.filter(isOwed)
    while (owed.length > 0 && this.left(START_PART) > 0) {
      const round = nextRound(owed, this.mostBytes, (record) => this.place(record))
      const trouble = await this.put(round)
      if (!trouble) for (const { line } of round) line.delivered++
      else {
        this.drop()
        if (trouble.kind !== 'large') return trouble
        // Brokers speak of a batch, never of a record: smaller ones, until the guilty one is alone.
        if (round.length > 1) this.mostBytes = Math.min(this.mostBytes, bytesOf(round)) / 2
        else await this.enlarged(round[0]!, trouble.reason)
      }
      owed = owed.filter(isOwed)
    }
    return undefined
  }

  private place(record: KafkaRecord): string {
    if (this.mostBytes < this.deps.maxBytes) return ''
    return this.sender?.place(record) ?? record.topic
  }

  /** The same records until they are in, as long as it makes sense and there is time. */
  private async put(round: Item[]): Promise<Trouble | undefined> {
    const records = round.map(({ record }) => record)
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        const sender = await this.opened()
        await sender.send(records, this.left(ANSWER_PART))
        return undefined
      } catch (error) {
        const trouble = troubleOf(error, [...new Set(records.map(({ topic }) => topic))])
        if (FINAL.has(trouble.kind) || this.left(START_PART) <= wait) return trouble
        if (trouble.kind !== 'again') this.drop()
        await this.deps.sleep(wait)
      }
    }
  }

  private async opened(): Promise<Sender> {
    if (!this.closed) this.sender ??= await this.deps.open(this.left(ANSWER_PART))
    // Closed while it was opened, or before.
    if (this.closed) await this.without()
    if (!this.sender) throw new Closed()
    return this.sender
  }

  /** An event that is too large becomes a pointer to it, or is refused. */
  private async enlarged(item: Item, reason: string): Promise<void> {
    const { line, at, event } = item
    if (this.deps.park || item.pointer) {
      line.refused = { at, sent: rejected(`too large: ${reason}`) as Refusal }
      return
    }
    try {
      item.record = await this.deps.pointer(event, line.group.user, line.shipment.cell)
      item.pointer = true
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown'
      line.refused = { at, sent: retry('ours', `too large, and no link to it: ${why}`) as Refusal }
    }
  }

  private left(part: number): number {
    return this.since + this.deps.timeoutMs * part - this.deps.now()
  }

  /** Not waited for: what hangs would hang here too. */
  private drop(): void {
    void this.without().catch((error: unknown) =>
      logLine('producer did not close', { reason: error instanceof Error ? error.message : '' }),
    )
  }
}
const FINAL = new Set<Trouble['kind']>(['large', 'refused', 'closed'])
type Refusal = Exclude<Sent, { kind: 'delivered' }>

const failedBy = ({ kind, reason }: Trouble): Failed => ({
  kind: 'retry',
  blame: kind === 'ours' || kind === 'closed' ? 'ours' : 'destination',
  reason,
})

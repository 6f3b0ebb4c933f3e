import { newId } from '../base/ids.ts'
import { CONNECTION_SLOTS, SETTLE_EVERY_MS, SLOW_ANSWER_MS } from '../base/limits.ts'
import { Semaphore } from '../base/semaphore.ts'
import type { Parcel } from './define.ts'
import type { Sent } from './outcome.ts'
import { batch, parcels } from './parcel.ts'
import { shipLease } from './ship.ts'
import type { Shipment, Shipped } from './shipment.ts'
import type { Attempt, GroupResult, Lease, LeaseAnswer, LeasedGroup, SettleAnswer, Settlement, Tried } from './types.ts'

export interface DrainDeps {
  /** Sends one parcel; never throws. */
  send: (parcel: Parcel, lease: Lease) => Promise<Sent>
  /** Sends a lease whole, where the kind of destination takes it so. */
  ship?: (shipment: Shipment, lease: Lease) => Promise<Shipped>
  /** Name of the cell that is drained. */
  cell: string
  settle: (settlement: Settlement) => Promise<SettleAnswer>
  now: () => number
  /** Calls again and again until the returned function is called. */
  every: (ms: number, look: () => void) => () => void
  timeoutMs: (lease: Lease) => number
  /** Requests at the same time; bulk takes fewer. */
  slots?: number
  /** Between windows: bulk lets others go first. */
  rest?: () => Promise<void>
  /** No further lease is asked for after this. */
  until: number
  /** Every slot waits for a slow receiver: another invocation, with slots of its own, goes on. */
  handOver: (lease: Lease) => Promise<void>
  /** Places where test builds stop. */
  mark: (place: 'lease-taken' | 'answered-before-settle') => Promise<void>
}

/** Delivers lease after lease until nothing is left, somebody else is on it, or it must wait. */
export async function drain(first: LeaseAnswer, deps: DrainDeps): Promise<void> {
  const slots = new Semaphore(deps.slots ?? CONNECTION_SLOTS)
  const stragglers: Promise<void>[] = []
  let answer = first
  while (answer.kind === 'lease') {
    await deps.mark('lease-taken')
    answer = deps.ship
      ? await shipWhole(answer.lease, { ...deps, ship: deps.ship })
      : await new Window(answer.lease, deps, slots, stragglers).run()
    if (answer.kind === 'lease') await deps.rest?.()
  }
  await Promise.all(stragglers)
}

async function shipWhole(
  lease: Lease,
  deps: DrainDeps & { ship: NonNullable<DrainDeps['ship']> },
): Promise<LeaseAnswer> {
  const came = await shipLease(lease, deps.cell, deps)
  await deps.mark('answered-before-settle')
  const { lease_id, destination_id, epoch } = lease
  const more = deps.now() < deps.until
  return (await deps.settle({ lease_id, destination_id, epoch, more, ...came })).next
}

/** What a group has come to while its lease is out. */
interface Progress {
  group: LeasedGroup
  parcels: Parcel[]
  at: number
  result: GroupResult
  /** The request that is under way, and when it began. */
  open: { parcel: Parcel; startedAt: number; done: Promise<Sent> } | undefined
}

class Window {
  private readonly progress: Progress[]
  private failed = 0
  private stopped = false
  private settled = false
  private began = false
  private readonly startedAt: number
  private readonly lease: Lease
  private readonly deps: DrainDeps
  private readonly slots: Semaphore
  private readonly stragglers: Promise<void>[]

  constructor(lease: Lease, deps: DrainDeps, slots: Semaphore, stragglers: Promise<void>[]) {
    this.lease = lease
    this.deps = deps
    this.slots = slots
    this.stragglers = stragglers
    this.startedAt = deps.now()
    this.progress = lease.groups.map((group) => ({
      group,
      parcels: parcels(group, lease.destination_id, lease.destination.delivery),
      at: 0,
      result: { connection: group.connection, lane: group.lane, deliveredTo: 0, attempts: [] },
      open: undefined,
    }))
  }

  async run(): Promise<LeaseAnswer> {
    const batchEvents = this.lease.destination.delivery.batch_events
    const work = batchEvents > 1 && !this.lease.careful ? this.batches(batchEvents) : this.connections()
    const slow = Promise.withResolvers<void>()
    const stop = this.deps.every(SLOW_ANSWER_MS / 4, () => this.onlySlow() && slow.resolve())
    await Promise.race([work, slow.promise])
    stop()
    this.settled = true
    return this.settle()
  }

  /** Connections in parallel, one request in flight each. */
  private async connections(): Promise<void> {
    if (this.lease.careful) for (const one of this.progress) await this.slots.run(() => this.inOrder(one))
    else await Promise.all(this.progress.map((one) => this.slots.run(() => this.inOrder(one))))
  }

  private async inOrder(one: Progress): Promise<void> {
    while (one.at < one.parcels.length && this.mayStart()) {
      const parcel = one.parcels[one.at]!
      const sent = await this.attempt(one, parcel)
      if (this.settled) return
      if (!this.take(one, parcel, sent)) return
    }
  }

  /** Nothing starts later than the lease's end minus the time-out, and each lease is settled soon. */
  private mayStart(): boolean {
    const now = this.deps.now()
    const inTime = now <= this.lease.expiresAt - this.deps.timeoutMs(this.lease)
    return !this.stopped && !this.settled && inTime && (!this.began || now < this.startedAt + SETTLE_EVERY_MS)
  }

  private async attempt(one: Progress, parcel: Parcel): Promise<Sent> {
    const startedAt = this.deps.now()
    this.began = true
    const done = this.deps.send(parcel, this.lease)
    one.open = { parcel, startedAt, done }
    const sent = await done
    await this.deps.mark('answered-before-settle')
    // Handed over meanwhile: `finish` takes the answer.
    if (this.settled) return sent
    one.result.attempts.push(attemptOf(one, parcel, sent, startedAt, this.deps.now()))
    one.open = undefined
    return sent
  }

  /** false: the connection goes no further in this lease. */
  private take(one: Progress, parcel: Parcel, sent: Sent): boolean {
    const { result } = one
    const replays = replaysIn(one, parcel)
    if (sent.kind === 'delivered') {
      result.deliveredTo = Math.max(result.deliveredTo, parcel.seqs.at(-1)!)
      if (replays.length > 0) result.replayed = [...(result.replayed ?? []), ...replays]
      one.at++
      return true
    }
    const { status, response: _, ...outcome } = sent
    result.failed = { ...triedOf(one, parcel), status, outcome }
    const byDestination = outcome.kind === 'retry' && outcome.blame === 'destination'
    if (byDestination) this.failed++
    // Few are held; many are the destination's own failure.
    if (byDestination && (this.lease.careful || this.failed > Math.max(8, this.progress.length / 10)))
      this.stopped = true
    return false
  }

  /** Batch mode: up to N events of several connections in one call; its outcome is everybody's. */
  private async batches(size: number): Promise<void> {
    const queue = [...this.progress]
    const calls: { one: Progress; parcel: Parcel }[][] = []
    let call: { one: Progress; parcel: Parcel }[] = []
    let events = 0
    for (const one of queue)
      for (const parcel of one.parcels) {
        if (events > 0 && events + parcel.seqs.length > size) {
          calls.push(call)
          call = []
          events = 0
        }
        call.push({ one, parcel })
        events += parcel.seqs.length
      }
    if (call.length > 0) calls.push(call)
    // A connection may be in two calls that follow each other: they go one after the other.
    for (const parts of calls) if (!(await this.sendBatch(parts))) return
  }

  private async sendBatch(parts: { one: Progress; parcel: Parcel }[]): Promise<boolean> {
    if (!this.mayStart()) return false
    const whole =
      parts.length === 1
        ? parts[0]!.parcel
        : batch(
            parts.map((part) => part.parcel),
            this.lease.destination.delivery.api_version,
          )
    const startedAt = this.deps.now()
    this.began = true
    const done = this.slots.run(() => this.deps.send(whole, this.lease))
    for (const { one, parcel } of parts) one.open = { parcel, startedAt, done }
    const sent = await done
    await this.deps.mark('answered-before-settle')
    if (this.settled) return false
    for (const { one, parcel } of parts) {
      one.result.attempts.push(attemptOf(one, parcel, sent, startedAt, this.deps.now()))
      one.open = undefined
      if (!one.result.failed) this.take(one, parcel, sent)
    }
    if (sent.kind !== 'delivered') this.stopped = true
    return sent.kind === 'delivered'
  }

  /** All that is still open has been open for too long to wait for. */
  private onlySlow(): boolean {
    const open = this.progress.filter((one) => one.open)
    const startable = this.progress.some((one) => !one.open && !one.result.failed && one.at < one.parcels.length)
    const slow = open.every((one) => this.deps.now() - one.open!.startedAt >= SLOW_ANSWER_MS)
    return open.length > 0 && slow && !(startable && open.length < CONNECTION_SLOTS && this.mayStart())
  }

  private async settle(): Promise<LeaseAnswer> {
    for (const one of this.progress) {
      const { result } = one
      if (one.open) result.unanswered = triedOf(one, one.open.parcel)
      else if (!result.failed && one.at < one.parcels.length) result.unfinished = true
    }
    const open = this.progress.filter((one) => one.open)
    const full = open.length + this.stragglers.length >= CONNECTION_SLOTS
    const settlement = this.settlement(this.progress.map((one) => one.result))
    const answer = await this.deps.settle(full ? { ...settlement, more: false } : settlement)
    for (const handed of answer.handed) {
      const one = open.find((candidate) => candidate.group.connection === handed.connection)
      if (one) this.stragglers.push(this.finish(one, handed.lease_id))
    }
    if (full) await this.deps.handOver(this.lease)
    return answer.next
  }

  private settlement(results: GroupResult[], lease_id = this.lease.lease_id): Settlement {
    const { destination_id, epoch } = this.lease
    const more = lease_id === this.lease.lease_id && this.deps.now() < this.deps.until
    return { lease_id, destination_id, epoch, results, more, stopped: this.stopped }
  }

  /** The lane's lease is ours until the pending request ends; nothing else is sent for that connection before. */
  private async finish(one: Progress, lease_id: string): Promise<void> {
    const { parcel, startedAt, done } = one.open!
    const sent = await done
    one.open = undefined
    one.result = { connection: one.group.connection, lane: true, deliveredTo: 0, attempts: [] }
    one.result.attempts.push(attemptOf(one, parcel, sent, startedAt, this.deps.now()))
    this.take(one, parcel, sent)
    await this.deps.settle(this.settlement([one.result], lease_id))
  }
}

const replaysIn = ({ group }: Progress, { seqs }: Parcel): string[] =>
  group.events.flatMap(({ replayOf, seq }) => (replayOf && seqs.includes(seq) ? replayOf : []))
function triedOf(one: Progress, parcel: Parcel): Tried {
  const replays = replaysIn(one, parcel)
  return { from: parcel.seqs[0]!, to: parcel.seqs.at(-1)!, ...(replays.length > 0 && { replays }) }
}

const attemptOf = (one: Progress, parcel: Parcel, sent: Sent, startedAt: number, endedAt: number): Attempt => ({
  attempt_id: newId('att'),
  from: parcel.seqs[0]!,
  to: parcel.seqs.at(-1)!,
  events: parcel.seqs.length,
  connection: one.group.connection,
  user_id: one.group.user.user_id,
  type: one.group.events.find((event) => event.seq === parcel.seqs[0])!.type,
  trace_id: parcel.trace_id,
  attempt: one.at === 0 ? one.group.attempts + 1 : 1,
  startedAt,
  durationMs: endedAt - startedAt,
  outcome: sent.kind,
  status: sent.status,
  reason: sent.kind === 'delivered' ? undefined : sent.reason,
  response: sent.response,
})

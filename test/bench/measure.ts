import type { Load, Sent } from './generator.ts'
import type { Helper } from './process.ts'
import type { Arrival, ReceiverAnswer, ReceiverCommand } from './receiver.ts'
import { round, type Spread, spread } from './statistics.ts'

export interface Measured {
  offered_per_second: number
  events: number
  /** 2xx from us. */
  accepted: number
  landed: number
  lost: number
  duplicated: number
  statuses: Record<string, number>
  webhook_requests: number
  median_event_bytes: number
  /** From the time at which the request should have gone. */
  to_accepted?: Spread | undefined
  to_landed?: Spread | undefined
  /** By the product's own headers: from the request's arrival to the append, and from there to the webhook. */
  received_to_appended?: Spread | undefined
  appended_to_landed?: Spread | undefined
  /** Events landed per second, from the first sending to the last landing. */
  landed_per_second: number
}

/** Discarded at the start of a run: connections are opened, code is compiled. */
const WARM_UP_MS = 1_000
const QUIET_MS = 12_000

export async function measure(
  generator: Helper<Load, Sent>,
  receiver: Helper<ReceiverCommand, ReceiverAnswer>,
  load: Load,
  options: { waitMs?: number; warmUpMs?: number } = {},
): Promise<Measured> {
  const sent = await generator.ask(load)
  await allLanded(receiver, sent.answered.filter((at) => at > 0).length, options.waitMs ?? 60_000)
  const taken = await receiver.ask({ kind: 'take' })
  if (taken.kind !== 'taken') throw new Error(`the receiver answered ${taken.kind}`)
  return evaluate(load, sent, taken.arrivals, taken.requests, options.warmUpMs ?? WARM_UP_MS)
}

/** Waits until as many have landed, or nothing has for a while. */
export async function allLanded(receiver: Helper<ReceiverCommand, ReceiverAnswer>, expected: number, waitMs: number) {
  const until = Date.now() + waitMs
  let before = -1
  let changedAt = Date.now()
  for (;;) {
    const answer = await receiver.ask({ kind: 'count' })
    if (answer.kind !== 'count') throw new Error(`the receiver answered ${answer.kind}`)
    if (answer.landed !== before) changedAt = Date.now()
    before = answer.landed
    if (answer.landed >= expected || Date.now() > until || Date.now() - changedAt > QUIET_MS) return answer.landed
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function evaluate(
  load: Load,
  sent: Sent,
  arrivals: Arrival[],
  webhookRequests: number,
  warmUpMs: number,
): Measured {
  const { first } = load
  const firstArrival = new Map<number, Arrival>()
  let duplicated = 0
  for (const arrival of arrivals) {
    if (arrival.id < first || arrival.id >= first + sent.intended.length) continue
    if (firstArrival.has(arrival.id)) duplicated++
    else firstArrival.set(arrival.id, arrival)
  }
  const start = sent.intended[0] ?? 0
  const warm = start + warmUpMs
  const accepted: number[] = []
  const landed: number[] = []
  const appended: number[] = []
  const delivered: number[] = []
  let lost = 0
  let last = start
  let ok = 0
  sent.intended.forEach((intended, i) => {
    const answered = sent.answered[i]!
    const arrival = firstArrival.get(first + i)
    if (answered > 0) ok++
    if (!arrival && answered > 0) lost++
    if (arrival) last = Math.max(last, arrival.at)
    if (intended < warm) return
    if (answered > 0) accepted.push(answered - intended)
    if (!arrival) return
    landed.push(arrival.at - intended)
    if (arrival.appendedAt > 0 && arrival.receivedAt > 0) appended.push(arrival.appendedAt - arrival.receivedAt)
    if (arrival.appendedAt > 0) delivered.push(arrival.at - arrival.appendedAt)
  })
  return {
    offered_per_second: load.requestsPerSecond * load.itemsPerRequest,
    events: sent.intended.length,
    accepted: ok,
    landed: firstArrival.size,
    lost,
    duplicated,
    statuses: sent.statuses,
    webhook_requests: webhookRequests,
    median_event_bytes: sent.medianItemBytes,
    to_accepted: spread(accepted),
    to_landed: spread(landed),
    received_to_appended: spread(appended),
    appended_to_landed: spread(delivered),
    landed_per_second: round(firstArrival.size / Math.max(0.001, (last - start) / 1000), 0),
  }
}

/** What "sustained" means: everything accepted at once, everything landed, p99 below a second. */
export const sustained = (measured: Measured): boolean =>
  measured.lost === 0 &&
  measured.accepted === measured.events &&
  Object.keys(measured.statuses).every((status) => status.startsWith('2')) &&
  (measured.to_landed?.p99 ?? Number.POSITIVE_INFINITY) < 1_000

/** The highest rate that holds: upwards by steps, then between the last that held and the first that did not. */
export async function search(
  at: (rate: number) => Promise<Measured>,
  options: { from: number; step: number; halvings: number; most: number },
): Promise<{ best: Measured | undefined; tried: { rate: number; held: boolean; p99: number | undefined }[] }> {
  const tried: { rate: number; held: boolean; p99: number | undefined }[] = []
  let best: Measured | undefined
  let low = 0
  let high: number | undefined
  const probe = async (rate: number) => {
    const measured = await at(rate)
    const held = sustained(measured)
    tried.push({ rate, held, p99: measured.to_landed?.p99 })
    if (held) {
      low = rate
      best = measured
    } else high = rate
  }
  for (let rate = options.from; high === undefined && rate <= options.most; rate = Math.round(rate * options.step))
    await probe(rate)
  for (let i = 0; i < options.halvings && high !== undefined; i++) {
    const rate = Math.round(low === 0 ? high / 2 : Math.sqrt(low * high))
    if (rate < 1) break
    await probe(rate)
  }
  return { best, tried }
}

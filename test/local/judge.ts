import type { SandboxItem } from '../../shared/sdk/sandbox.ts'
import type { Arrival, Summary } from './arrivals.ts'

/** A record that was sent, and whose. */
export interface Sent extends SandboxItem {
  userId: string
  provider: string
  /** Since when the provider holds it, where that is before `sent_at`: an earlier call may fetch it too. */
  heldAt?: number
}
/** One event that landed, with the time of each hop where its headers tell it. */
export interface Landed {
  provider: string
  type: string
  userId: string
  seq: number | undefined
  /** source → our door → appended to the log → receiver, ms. */
  doorMs: number | undefined
  logMs: number | undefined
  deliverMs: number | undefined
  totalMs: number | undefined
}
export interface Verdict {
  landed: number
  lost: number
  duplicated: number
  reordered: number
  altered: number
  gaps: number
  providers: string[]
  p50_ms: number | null
  p99_ms: number | null
  hops_p50_ms: { door: number | null; log: number | null; deliver: number | null }
  by_provider: Record<string, { landed: number; p50_ms: number | null; p99_ms: number | null }>
  by_type: Record<string, number>
  signatures: { terra: Signatures; standard: Signatures }
  sent: number
  calls: number
  missing: { provider: string; type: string; key: string }[]
}
type Signatures = { valid: number; invalid: number }

const place = (userId: string | undefined, type: string, key: string) => `${userId} ${type} ${key}`

/** Holds what was sent against what landed. */
export class Judge {
  readonly #sent: Sent[] = []
  readonly #sentAt = new Map<string, number[]>()
  readonly #landedAt = new Map<string, number[]>()
  readonly #events: Landed[] = []
  readonly #providers = new Map<string, string>()

  /** Users whose events are judged; others' (of an earlier start) are none of ours. */
  connected(userId: string, provider: string): void {
    this.#providers.set(userId, provider)
  }
  sent(items: Sent[]): void {
    for (const item of items) {
      this.#sent.push(item)
      add(this.#sentAt, item.userId, item.sent_at)
    }
  }
  /** Call after `sent` of what may have caused it. */
  landed(arrival: Arrival): Landed[] {
    const provider = this.#providers.get(arrival.userId ?? '')
    if (!provider) return []
    const { at, receivedAt, appendedAt } = arrival
    const events = arrival.items.map((item): Landed => {
      const places = item.keys.map((key) => place(arrival.userId, item.type, key))
      for (const one of places) add(this.#landedAt, one, at)
      // A provider calls for one user at a time, so the last call that began before our door opened is the cause.
      const calls = this.#sentAt.get(arrival.userId!) ?? []
      const sentAt = Math.max(...calls.filter((time) => time <= (receivedAt ?? at)))
      const known = Number.isFinite(sentAt)
      return {
        provider,
        type: item.type,
        userId: arrival.userId!,
        seq: arrival.seq,
        doorMs: known && receivedAt !== undefined ? receivedAt - sentAt : undefined,
        logMs: known && receivedAt !== undefined && appendedAt !== undefined ? appendedAt - receivedAt : undefined,
        deliverMs: appendedAt === undefined ? undefined : at - appendedAt,
        totalMs: known ? at - sentAt : undefined,
      }
    })
    this.#events.push(...events)
    return events
  }
  /** A record is here when it, or a newer content of it, came after its provider had it. */
  missing(): Sent[] {
    return this.#sent.filter((item) => {
      const times = this.#landedAt.get(place(item.userId, item.type, item.key)) ?? []
      return !times.some((at) => at >= (item.heldAt ?? item.sent_at))
    })
  }
  verdict(book: Summary): Verdict {
    const missing = this.missing()
    const total = (events: Landed[]) => events.map(({ totalMs }) => totalMs).filter((ms) => ms !== undefined)
    const hop = (name: 'doorMs' | 'logMs' | 'deliverMs') =>
      quantile(
        this.#events
          .filter(({ totalMs }) => totalMs !== undefined)
          .map((event) => event[name])
          .filter((ms) => ms !== undefined),
        0.5,
      )
    const providers = [...new Set(this.#events.map(({ provider }) => provider))].sort()
    return {
      landed: this.#events.length,
      lost: missing.length,
      duplicated: book.duplicated,
      reordered: book.reordered,
      altered: book.altered,
      gaps: book.gaps,
      providers,
      p50_ms: quantile(total(this.#events), 0.5),
      p99_ms: quantile(total(this.#events), 0.99),
      hops_p50_ms: { door: hop('doorMs'), log: hop('logMs'), deliver: hop('deliverMs') },
      by_provider: Object.fromEntries(
        providers.map((provider) => {
          const events = this.#events.filter((event) => event.provider === provider)
          return [
            provider,
            { landed: events.length, p50_ms: quantile(total(events), 0.5), p99_ms: quantile(total(events), 0.99) },
          ]
        }),
      ),
      by_type: Object.fromEntries(
        Object.entries(Object.groupBy(this.#events, ({ type }) => type)).map(([type, events]) => [
          type,
          events!.length,
        ]),
      ),
      signatures: { terra: strip(book.signatures.terra), standard: strip(book.signatures.standard) },
      sent: this.#sent.length,
      calls: book.calls,
      missing: missing.slice(0, 20).map(({ provider, type, key }) => ({ provider, type, key })),
    }
  }
}

/** All that was sent landed, once, in order, with both signatures. */
export const isGood = (verdict: Verdict): boolean =>
  verdict.landed > 0 &&
  [verdict.lost, verdict.duplicated, verdict.reordered, verdict.altered, verdict.gaps].every((count) => count === 0) &&
  Object.values(verdict.signatures).every(({ valid, invalid }) => valid > 0 && invalid === 0)

export function quantile(values: number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0]!
}
const strip = ({ valid, invalid }: Signatures): Signatures => ({ valid, invalid })
const add = <K, V>(map: Map<K, V[]>, key: K, value: V) => void map.set(key, [...(map.get(key) ?? []), value])

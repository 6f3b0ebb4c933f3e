import { createHash } from 'node:crypto'

export type Verdict = 'valid' | 'invalid' | 'unchecked'

/** One record (or lifecycle event) in a call. */
export interface ArrivedItem {
  type: string
  /** The keys by which a record may be known: its summary_id, its local day, or `athlete`. */
  keys: string[]
  hash: string
}

/** One call of a webhook, as its receiver saw it. */
export interface Arrival {
  hook: string
  /** Receiver's clock when the whole body was in, ms. */
  at: number
  type: string
  userId: string | undefined
  provider: string | undefined
  trace: string
  seq: number | undefined
  prevSeq: number | undefined
  skipped: number[]
  origin: string | undefined
  /** When the source's request came in, and when its content was appended (the ordering timestamp), ms. */
  receivedAt: number | undefined
  appendedAt: number | undefined
  hash: string
  items: ArrivedItem[]
  terra: Verdict
  standard: Verdict
  status: number
}

export interface Summary {
  calls: number
  landed: number
  /** The same call again: same trace id, same content. */
  duplicated: number
  /** The same trace id with other content: never right. */
  altered: number
  /** First arrivals of a connection that came after a later one. */
  reordered: number
  /** Calls whose `prev_seq` is not the one that arrived before. */
  gaps: number
  signatures: { terra: Count; standard: Count }
}
export interface Count {
  valid: number
  invalid: number
  unchecked: number
}

/** Judges arrivals one by one: what is new, what came twice, what came out of order. */
export class ArrivalBook {
  readonly #traces = new Map<string, string>()
  readonly #lastSeq = new Map<string, number>()
  readonly #summary: Summary = {
    calls: 0,
    landed: 0,
    duplicated: 0,
    altered: 0,
    reordered: 0,
    gaps: 0,
    signatures: { terra: count(), standard: count() },
  }

  /** → whether this is the first time that this call arrived. */
  add(arrival: Arrival): boolean {
    const sum = this.#summary
    sum.calls++
    sum.signatures.terra[arrival.terra]++
    sum.signatures.standard[arrival.standard]++
    const trace = `${arrival.hook} ${arrival.trace}`
    const seen = this.#traces.get(trace)
    if (seen !== undefined) {
      if (seen === arrival.hash) sum.duplicated++
      else sum.altered++
      return false
    }
    this.#traces.set(trace, arrival.hash)
    sum.landed += arrival.items.length
    this.#order(arrival)
    return true
  }

  #order({ hook, userId, seq, prevSeq }: Arrival): void {
    if (seq === undefined || userId === undefined) return
    const lane = `${hook} ${userId}`
    const last = this.#lastSeq.get(lane)
    if (last !== undefined && seq < last) {
      this.#summary.reordered++
      return
    }
    if (prevSeq !== undefined && last !== undefined && prevSeq !== last) this.#summary.gaps++
    this.#lastSeq.set(lane, seq)
  }

  summary(): Summary {
    return structuredClone(this.#summary)
  }
}

const count = (): Count => ({ valid: 0, invalid: 0, unchecked: 0 })
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

type Headers = Record<string, string | string[] | undefined>
type WireEvent = {
  type?: string
  user?: { user_id?: string; provider?: string }
  new_user?: { user_id?: string; provider?: string }
  data?: unknown
  athlete?: object
  /** Batch mode: several events in one call. */
  events?: WireEvent[]
}

/** Reads one call. The body has been read as JSON; headers may be missing on calls that are no deliveries. */
export function readArrival(hook: string, at: number, headers: Headers, raw: string, body: WireEvent): Arrival {
  const number = (name: string) => (headers[name] === undefined ? undefined : Number(headers[name]))
  const user = body.user ?? body.new_user
  return {
    hook,
    at,
    type: body.type ?? 'unknown',
    userId: user?.user_id,
    provider: user?.provider,
    trace: String(headers['x-terra-trace-id'] ?? headers['webhook-id'] ?? sha256(raw)),
    seq: number('fascia-event-seq'),
    prevSeq: number('fascia-prev-seq'),
    skipped: String(headers['fascia-skipped'] ?? '')
      .split(',')
      .filter(Boolean)
      .map(Number),
    origin: headers['fascia-origin'] as string | undefined,
    receivedAt: number('fascia-received-at'),
    appendedAt: number('x-terra-ordering-timestamp'),
    hash: sha256(raw),
    items: itemsOf(body),
    terra: 'unchecked',
    standard: 'unchecked',
    status: 0,
  }
}

function itemsOf(body: WireEvent): ArrivedItem[] {
  const type = body.type ?? 'unknown'
  if (type === 'batch') return (body.events ?? []).flatMap(itemsOf)
  if (body.athlete) return [{ type, keys: ['athlete'], hash: sha256(JSON.stringify(body.athlete)) }]
  if (!Array.isArray(body.data)) return [{ type, keys: [], hash: sha256(JSON.stringify(body)) }]
  return (body.data as { metadata?: { summary_id?: string; start_time?: string } }[]).map((record) => {
    const { summary_id, start_time } = record.metadata ?? {}
    const keys = [summary_id, start_time?.slice(0, 10)].filter((key) => key != null)
    return { type, keys, hash: sha256(JSON.stringify(record)) }
  })
}

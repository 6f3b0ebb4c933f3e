import { appendFileSync } from 'node:fs'

/** One content of one record: what the generator sent. */
export interface SentContent {
  /** Rises with every content of the run; comes out again in the webhook. */
  marker: number
  account: string
  /** The record that it is a content of. */
  record: string
  acked: boolean
}
/** One content that a receiver took. */
export interface Arrival {
  marker: number
  seq: number
  user: string
  trace: string
  good: boolean
  at: number
}

/** Both sides write down what they did before they go on; the oracle reads nothing else. */
export class Ledger {
  readonly sent: Map<number, SentContent>
  readonly arrivals: Arrival[] = []
  readonly parked = new Set<number>()
  private readonly file: string
  private marker = 10_000_000
  /** `of`: another receiver of what is sent there. */
  constructor(file: string, of?: Ledger) {
    this.file = file
    this.sent = of?.sent ?? new Map()
  }
  /** Never used twice, whatever the number of generators; eight digits. */
  nextMarker(): number {
    return ++this.marker
  }
  willSend(content: Omit<SentContent, 'acked'>): void {
    this.sent.set(content.marker, { ...content, acked: false })
    appendFileSync(this.file, `send ${content.marker} ${content.account} ${content.record}\n`)
  }
  acked(markers: number[]): void {
    for (const marker of markers) this.sent.get(marker)!.acked = true
    appendFileSync(this.file, `ack ${markers.join(' ')}\n`)
  }
  arrived(arrival: Arrival): void {
    this.arrivals.push(arrival)
    appendFileSync(this.file, `arrive ${arrival.marker} ${arrival.seq} ${arrival.trace}\n`)
  }
}

export interface Judgement {
  sent: number
  landed: number
  lost: number
  phantom: number
  duplicated: number
  reordered: number
  corrupted: number
}
/** The checks that a run can turn red. */
export const CHECKS = ['lost', 'phantom', 'duplicated', 'reordered', 'corrupted'] as const

/** Markers of the newest acknowledged content of each record: these must have landed, or something newer of the same record. */
export function owed(ledger: Ledger): SentContent[] {
  const newest = new Map<string, SentContent>()
  for (const content of ledger.sent.values()) if (content.acked) newest.set(content.record, content)
  const landed = new Map<string, number>()
  for (const { marker } of ledger.arrivals) {
    const record = ledger.sent.get(marker)?.record
    if (record !== undefined) landed.set(record, Math.max(landed.get(record) ?? 0, marker))
  }
  return [...newest.values()].filter(
    (content) => (landed.get(content.record) ?? 0) < content.marker && !ledger.parked.has(content.marker),
  )
}

/** Counts what no delivery may do. `lost`: accepted, and neither landed nor parked. */
export function judge(ledger: Ledger): Judgement {
  const seen = new Set<number>()
  const highest = new Map<string, number>()
  const newest = new Map<string, number>()
  const judgement: Judgement = {
    sent: ledger.sent.size,
    landed: 0,
    lost: owed(ledger).length,
    phantom: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
  }
  for (const { marker, seq, user, good } of ledger.arrivals) {
    const content = ledger.sent.get(marker)
    if (!content) judgement.phantom++
    if (!good) judgement.corrupted++
    if (seen.has(marker)) judgement.duplicated++
    else {
      judgement.landed++
      // First arrivals of a connection come in the order of its log, and never an older content after a newer.
      const record = content?.record ?? ''
      if (seq < (highest.get(user) ?? 0) || marker < (newest.get(record) ?? 0)) judgement.reordered++
      highest.set(user, Math.max(seq, highest.get(user) ?? 0))
      newest.set(record, Math.max(marker, newest.get(record) ?? 0))
    }
    seen.add(marker)
  }
  return judgement
}

import { DAY_MS, dateOf, dayOf, MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import {
  type Backlog,
  type Bucket,
  decide,
  fill,
  type Load,
  limitHeaders,
  newBucket,
  pressedUntil,
  type SupplierLimits,
  secondsUntil,
  spend,
  type Want,
} from '../../shared/supply/limits.ts'
import type { LimitsView } from '../../shared/supply/quality-view.ts'
import type { DeskTables } from './desk-store.ts'
import type { DeskPlace } from './place.ts'

export type Admitted =
  /** `bytes_left`: a body whose length is not told ends there. */
  | { kind: 'granted'; bytes_left: number; headers: Record<string, string> }
  | { kind: 'refused'; status: 429 | 503; code: string; message: string; headers: Record<string, string> }

/** A batch that was let in and has not begun by then never will. */
const PLACE_HELD_MS = 10 * SECOND_MS
/** Days of which it is told what came. */
const DAYS_TOLD = 30

interface Usage {
  bytes: number
  records: number
  batches: number
}
/** Batches that are received, waiting or being worked at; and records of theirs that have no outcome. */
export type Waiting = () => { batches: number; records: number }

/**
 * Who may send now. Buckets live in memory and begin full: where the object was put to sleep nobody had sent for a while.
 * What came in a day is written down with the batch that it came in.
 */
export class Admission {
  private readonly place: DeskPlace
  private readonly waiting: Waiting
  private readonly tables: DeskTables
  private bucket: Bucket | undefined
  private limits: SupplierLimits | undefined
  /** Batches that were let in a moment ago, and are not in the table yet. */
  private let: number[] = []
  private worked: { at: number; records: number }[] = []
  private blockedUntil: number | undefined

  constructor(place: DeskPlace, waiting: Waiting) {
    this.place = place
    this.waiting = waiting
    this.tables = place.tables
  }

  /** Single records are spent at once; a batch's when it is here. */
  admit(limits: SupplierLimits, want: Want): Admitted {
    const now = this.place.now()
    const load = this.load(limits, now)
    const decision = decide(limits, load, want, now)
    if (decision.kind === 'refused') {
      const seconds = secondsUntil(decision.untilAt, now)
      return {
        kind: 'refused',
        status: decision.status,
        code: decision.status === 429 ? `too_many_${decision.limit}` : 'overloaded',
        message: `${decision.message}; try again in ${seconds} s`,
        headers: { ...limitHeaders(limits, load, now), 'retry-after': `${seconds}` },
      }
    }
    if (want.kind === 'batch') {
      this.let.push(now)
      load.openBatches++
    } else spend(load.bucket, limits, want.records ?? 1, now)
    return { kind: 'granted', bytes_left: decision.bytesLeft, headers: limitHeaders(limits, load, now) }
  }
  private load(limits: SupplierLimits, now: number): Load {
    this.bucket ??= newBucket(limits, now)
    this.limits = limits
    this.let = this.let.filter((at) => at > now - PLACE_HELD_MS)
    const open = this.waiting()
    return {
      bucket: this.bucket,
      bytesToday: this.of(dayOf(now)).bytes,
      openBatches: open.batches + this.let.length,
      pressedUntil: pressedUntil(this.backlog(open.records, now), now),
    }
  }
  private backlog(records: number, now: number): Backlog {
    this.worked = this.worked.filter(({ at }) => at > now - MINUTE_MS)
    const sum = this.worked.reduce((sum, one) => sum + one.records, 0)
    return { records, perSecond: sum / (MINUTE_MS / SECOND_MS), blockedUntil: this.blockedUntil }
  }

  /** A batch that was let in is in the table now, or did not come. */
  begun(): void {
    this.let.shift()
  }
  /** What came, inside the transaction that takes it: a batch as it is committed, or single records. */
  came({ bytes, records, batches }: Usage): void {
    const now = this.place.now()
    const day = dayOf(now)
    const before = this.of(day)
    const sum = { bytes: before.bytes + bytes, records: before.records + records, batches: before.batches + batches }
    this.tables.write(
      'usage',
      `INSERT INTO usage VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      day,
      JSON.stringify(sum),
    )
    if (before.bytes === 0) this.tables.write('usage', `DELETE FROM usage WHERE day < ?`, day - DAYS_TOLD)
    // Of single records the first was spent as they were let in: how many they are was not known then.
    const more = batches > 0 ? records : records - 1
    if (more > 0 && this.bucket && this.limits) spend(this.bucket, this.limits, more, now)
  }
  private of(day: number): Usage {
    const [row] = this.tables.read<{ about: string }>(`SELECT about FROM usage WHERE day = ?`, day)
    return row ? (JSON.parse(row.about) as Usage) : { bytes: 0, records: 0, batches: 0 }
  }
  /** Records of a piece have their outcomes: how fast work goes on. */
  done(records: number): void {
    this.worked.push({ at: this.place.now(), records })
    this.blockedUntil = undefined
  }
  /** A piece could not be worked at: what it goes to takes nothing. */
  blocked(untilAt: number): void {
    this.blockedUntil = untilAt
  }

  view(limits: SupplierLimits): LimitsView {
    const now = this.place.now()
    const load = this.load(limits, now)
    fill(load.bucket, limits, now)
    const { burst_records, records_per_second, bytes_per_day, concurrent_batches } = limits
    const used = burst_records - Math.floor(load.bucket.tokens)
    const full = used === 0 ? null : secondsUntil(now + (used / records_per_second) * SECOND_MS, now)
    const days = this.tables.read<{ day: number; about: string }>(`SELECT day, about FROM usage ORDER BY day DESC`)
    return {
      limits: [
        {
          name: 'records',
          limit: burst_records,
          used,
          unit: `records; ${records_per_second} come back a second`,
          resets_in_seconds: full,
        },
        {
          name: 'bytes',
          limit: bytes_per_day,
          used: load.bytesToday,
          unit: 'bytes in a day (UTC)',
          resets_in_seconds: secondsUntil((dayOf(now) + 1) * DAY_MS, now),
        },
        {
          name: 'batches',
          limit: concurrent_batches,
          used: load.openBatches,
          unit: 'batches under way',
          resets_in_seconds: null,
        },
      ],
      waiting: { records: this.waiting().records },
      days: days.map(({ day, about }) => ({ date: dateOf(day), ...(JSON.parse(about) as Usage) })),
    }
  }
}

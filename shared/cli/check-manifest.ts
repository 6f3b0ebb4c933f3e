import { sameText } from '../base/bytes.ts'
import { hmacSha256 } from '../base/hash.ts'
import { deliveryMember, hashOf, memberHash, minus, plus } from '../base/set-hash.ts'
import { dateOf, dayOf } from '../base/time.ts'
import type { ManifestUser, SignedManifest } from '../sdk/wire.ts'
import type { Received } from './received.ts'

/** What is wrong with a user's day; empty lists where it cannot be told which. */
export interface Difference {
  user_id: string
  /** Events of the manifest, and distinct ones received. */
  expected: number
  received: number
  missing: number[]
  /** Received and in no manifest of the day: taken without our knowing, and then replaced by newer content. */
  extra: number[]
}

/** A signature of the terra family over a manifest's own JSON. Its time is when it was made: manifests do not grow stale. */
export function signed({ manifest, signature }: SignedManifest, secret: string): boolean {
  const [, seconds, rest] = /^t=(\d+),(.+)$/.exec(signature) ?? []
  if (!seconds) return false
  const expected = `v1=${hmacSha256(secret, 'hex', `${seconds}.`, JSON.stringify(manifest))}`
  return rest!.split(',').some((one) => sameText(one, expected))
}

/** Events of the day by user: seq → seq of the one before, where it was logged. A second arrival is the same event. */
export class Log {
  private readonly users = new Map<string, Map<number, number | undefined>>()
  private readonly days: Map<string, ManifestUser>
  private readonly date: string
  repeated = 0
  otherDays = 0

  constructor(date: string, users: ManifestUser[]) {
    this.date = date
    this.days = new Map(users.map((user) => [user.user_id, user]))
  }

  add({ user_id, seq, prev_seq, at }: Received): void {
    const day = this.days.get(user_id)
    // Seqs grow with time, so that an event is of the day within whose bounds it lies; its own time says it too.
    const within = day !== undefined && seq >= day.first_seq && seq <= day.last_seq
    if (!within || (at !== undefined && dateOf(dayOf(at)) !== this.date)) {
      this.otherDays++
      return
    }
    const events = this.users.get(user_id) ?? new Map<number, number | undefined>()
    if (events.has(seq)) this.repeated++
    events.set(seq, prev_seq ?? events.get(seq))
    this.users.set(user_id, events)
  }

  /** Users whose day is not what the manifest says. */
  differences(): Difference[] {
    return [...this.days.values()].flatMap((user) => this.difference(user) ?? [])
  }

  private difference({ user_id, events: expected, hash, first_seq, last_seq }: ManifestUser): Difference | undefined {
    const events = this.users.get(user_id) ?? new Map<number, number | undefined>()
    const seqs = [...events.keys()].sort((a, b) => a - b)
    const of = (seq: number) => memberHash(deliveryMember(user_id, seq))
    const sum = seqs.reduce((total, seq) => plus(total, of(seq)), 0n)
    const wanted = hashOf(hash)
    if (sum === wanted && seqs.length === expected) return undefined
    const found = { user_id, expected, received: seqs.length, missing: [], extra: [] }
    const inside = (seq: number | undefined): seq is number => seq !== undefined && seq >= first_seq && seq <= last_seq
    const before = new Set([...events.values()].filter(inside))
    if (seqs.length < expected) {
      // What others name as the one before them, and is not there; and the ends, which nobody has to name.
      const gaps = [...new Set([first_seq, last_seq, ...before])]
        .filter((seq) => !events.has(seq))
        .sort((a, b) => a - b)
      const between = Array.from({ length: Math.min(MOST_TRIED, last_seq - first_seq + 1) }, (_, i) => first_seq + i)
      const absent = between.filter((seq) => !events.has(seq))
      const missing = whichOf(minus(wanted, sum), expected - seqs.length, gaps, absent, of)
      return { ...found, missing: missing ?? gaps }
    }
    // What nobody names as the one before: it was given up here, or never known to have arrived.
    const loose = seqs.filter((seq) => !before.has(seq) && seq !== last_seq)
    return { ...found, extra: whichOf(minus(sum, wanted), seqs.length - expected, loose, seqs, of) ?? [] }
  }
}

/** Seqs that a single one is looked for among. */
const MOST_TRIED = 200_000

/** The seqs that a difference of two hashes is made of: those suspected, one of all, or those suspected and one more. */
function whichOf(
  difference: bigint,
  count: number,
  suspected: number[],
  all: number[],
  of: (seq: number) => bigint,
): number[] | undefined {
  if (count === 1) {
    const one = all.find((seq) => of(seq) === difference)
    return one === undefined ? undefined : [one]
  }
  const rest = suspected.reduce((total, seq) => minus(total, of(seq)), difference)
  if (count === suspected.length && rest === 0n) return suspected
  if (count !== suspected.length + 1) return undefined
  const one = all.find((seq) => !suspected.includes(seq) && of(seq) === rest)
  return one === undefined ? undefined : [...suspected, one].sort((a, b) => a - b)
}

import { ATTEMPTS_KEPT } from '../../shared/base/limits.ts'
import {
  type Change,
  type DestinationState,
  type Lane,
  type Leases,
  newLane,
  noLeases,
  type Work,
} from '../../shared/delivery/lanes.ts'
import type { Attempt, CellDestination, Filter, LeaseAnswer, Permit } from '../../shared/delivery/types.ts'
import type { Tables } from '../tables.ts'
import { packCursor, packPairs, unpackCursor, unpackPairs } from './cursor-row.ts'
import type { GivenEvent } from './given.ts'
import type { Job } from './jobs.ts'

type Judged = Filter
interface About {
  destination: CellDestination
  /** What holds from which seq: earlier events are judged by earlier settings. */
  judged: { from: number; by: Judged }[]
  /** The head when it was made: what came before is sent by a backfill only. */
  start?: number
}

/** What the gate is told at the next report. */
export interface Tally {
  delivered: number
  connectionsOk: number
  connectionsFailed: number
  gone: number
  answerMs: number[]
}
export const emptyTally = (): Tally => ({ delivered: 0, connectionsOk: 0, connectionsFailed: 0, gone: 0, answerMs: [] })

const FIRST_WINDOW = 32
/** Connections that the cursor's row keeps although the cursor has passed them. */
const SENT_KEPT = 1_000

/** One destination in this cell: what is durable, and what only memory knows. */
export class Destination {
  readonly number: number
  about: About
  state: DestinationState = {
    cursor: 0,
    sent: new Map(),
    lanes: new Map(),
    careful: false,
    writtenFrom: 0,
    writtenTo: 0,
  }
  /** The last seq of connections that are in `sent` no more. */
  readonly passed = new Map<number, number>()
  leases: Leases = noLeases()
  /** JSON of the last attempts, oldest first. */
  attempts: string[] = []
  /** What is out, by lease. */
  readonly given = new Map<string, GivenEvent[]>()
  /** What was taken and is in no day's row yet: connection, seq, connection, seq, … by day. */
  readonly taken = new Map<number, number[]>()
  /** What was parked since `from` is still to be told (0: nothing), and when it was told last. */
  untold = { from: 0, toldAt: 0 }
  permit: Permit | undefined
  tally = emptyTally()
  /** Events of the next window: about what a worker settles in one go, so that none is read in vain. */
  window = FIRST_WINDOW
  /** A gate's answer is under way. */
  asking: Promise<LeaseAnswer | undefined> | undefined
  /** The gate said to wait. */
  waitUntil = 0
  /** A nudge is on its way; past it, it counts as lost. */
  readonly nudgeDueUntil: Record<Work, number> = { live: 0, again: 0 }
  /** What is sent again, as far as it is not over. By number. */
  readonly jobs = new Map<number, Job>()
  /** After so long jobs are looked at again; undefined: nothing moved, the watchdog is soon enough. */
  jobsAfterMs: number | undefined = 0
  /** What each job may still put into lanes until it asks the gate again. */
  readonly allowed = new Map<number, number>()

  constructor(number: number, about: About) {
    this.number = number
    this.about = about
  }
  get config(): CellDestination {
    return this.about.destination
  }
  judge(seq: number): Judged {
    let by = this.about.judged[0]!.by
    for (const judged of this.about.judged) if (judged.from <= seq) by = judged.by
    return by
  }
  /** The settings of now. */
  get filter(): Filter {
    return this.about.judged.at(-1)!.by
  }
  get start(): number {
    return this.about.start ?? 0
  }
  /** The seq before, as the receiver got it. */
  lastSeq(connection: number): number | undefined {
    return this.state.sent.get(connection) ?? this.passed.get(connection)
  }
  keepAttempts(attempts: Attempt[]): void {
    for (const attempt of attempts) this.attempts.push(JSON.stringify(attempt))
    if (this.attempts.length > ATTEMPTS_KEPT) this.attempts.splice(0, this.attempts.length - ATTEMPTS_KEPT)
  }
}

/** The destinations of the cell with their cursors and lanes. */
export class Destinations {
  private readonly byId = new Map<string, Destination>()
  private readonly tables: Tables

  constructor(tables: Tables) {
    this.tables = tables
    const byNumber = new Map<number, Destination>()
    for (const row of tables.read<{ destination_id: string; number: number; about: string }>(
      `SELECT * FROM destinations`,
    )) {
      const destination = new Destination(row.number, JSON.parse(row.about) as About)
      this.byId.set(row.destination_id, destination)
      byNumber.set(row.number, destination)
    }
    for (const row of tables.read<{ destination: number; packed: ArrayBuffer }>(`SELECT * FROM cursors`))
      unpackCursor(byNumber.get(row.destination), new Uint8Array(row.packed))
    for (const row of tables.read<{ destination: number; packed: ArrayBuffer }>(`SELECT * FROM passed`))
      for (const [connection, seq] of unpackPairs(row.packed))
        byNumber.get(row.destination)?.passed.set(connection, seq)
    for (const row of tables.read<{ destination: number; about: string }>(`SELECT destination, about FROM lanes`)) {
      // Lanes of before had no clock for what is sent again.
      const lane: Lane = { ...newLane(0, 0), ...(JSON.parse(row.about) as Lane) }
      byNumber.get(row.destination)?.state.lanes.set(lane.connection, lane)
    }
  }

  get(id: string): Destination | undefined {
    return this.byId.get(id)
  }
  all(): Iterable<Destination> {
    return this.byId.values()
  }
  get size(): number {
    return this.byId.size
  }
  highestCursor(): number {
    return Math.max(0, ...[...this.byId.values()].map((destination) => destination.state.cursor))
  }
  /** Everything up to here has been passed by every cursor and lane. */
  passedTo(head: number): number {
    let to = head
    for (const { state } of this.byId.values()) {
      to = Math.min(to, state.cursor)
      for (const lane of state.lanes.values()) to = Math.min(to, lane.from - 1)
    }
    return to
  }

  /** A new destination starts at the head; a change holds for what comes after it. Older versions are ignored. */
  set(destination: CellDestination, head: number): void {
    const found = this.byId.get(destination.destination_id)
    if (found && found.config.version >= destination.version) return
    const { event_types, providers, users, scopes, deletions, test_mode } = destination.delivery
    const judged = [
      ...(found?.about.judged.filter(
        (_, i, all) => (all[i + 1]?.from ?? Number.POSITIVE_INFINITY) > found.state.cursor,
      ) ?? []),
      { from: found ? head + 1 : 0, by: { event_types, providers, users, scopes, deletions, test_mode } },
    ]
    const about: About = { destination, judged, start: found ? found.about.start : head }
    const number = found?.number ?? Number(this.tables.meta('destinations_made') ?? 0) + 1
    this.tables.transaction(() => {
      this.tables.write(
        'destinations',
        `INSERT INTO destinations VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
        destination.destination_id,
        number,
        JSON.stringify(about),
      )
      if (found) return
      this.tables.setMeta('destinations_made', String(number))
      const fresh = new Destination(number, about)
      fresh.state.cursor = head
      this.writeCursor(fresh)
    })
    if (found) {
      // What the gate said was about the settings as they were: one that is switched on again is not slept through.
      Object.assign(found, { about, permit: undefined, waitUntil: 0 })
    } else {
      const fresh = new Destination(number, about)
      fresh.state.cursor = head
      this.byId.set(destination.destination_id, fresh)
    }
  }

  remove(id: string): void {
    const found = this.byId.get(id)
    if (!found) return
    this.tables.transaction(() => {
      for (const table of ['cursors', 'lanes', 'parked', 'jobs', 'tries', 'manifests', 'passed'])
        this.tables.write('destinations', `DELETE FROM ${table} WHERE destination = ?`, found.number)
      this.tables.write('destinations', `DELETE FROM destinations WHERE destination_id = ?`, id)
    })
    this.byId.delete(id)
  }

  /** Writes what a decision changed, but for parked events. Inside a transaction. */
  persist(destination: Destination, changes: Change[]): void {
    if (changes.some((change) => change.kind === 'cursor')) this.writeCursor(destination)
    for (const change of changes)
      if (change.kind === 'lane')
        this.tables.write(
          'lanes',
          `INSERT INTO lanes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
          destination.number,
          change.lane.connection,
          JSON.stringify(change.lane),
        )
      else if (change.kind === 'release')
        this.tables.write(
          'lanes',
          `DELETE FROM lanes WHERE destination = ? AND connection = ?`,
          destination.number,
          change.connection,
        )
  }

  /** Now and then, so that the cursor's row stays small: what the cursor has passed is needed for `prevSeq` only. */
  private setAside(destination: Destination): void {
    const { state, passed } = destination
    for (const [connection, seq] of state.sent) {
      if (state.sent.size <= SENT_KEPT) break
      if (seq > state.cursor || state.lanes.has(connection)) continue
      state.sent.delete(connection)
      passed.set(connection, seq)
    }
    this.tables.write(
      'passed',
      `INSERT INTO passed VALUES (?, ?) ON CONFLICT DO UPDATE SET packed = excluded.packed`,
      destination.number,
      packPairs(passed),
    )
  }
  private writeCursor(destination: Destination): void {
    const { state } = destination
    if (state.sent.size > 2 * SENT_KEPT) this.setAside(destination)
    this.tables.write(
      'cursors',
      `INSERT INTO cursors VALUES (?, ?) ON CONFLICT DO UPDATE SET packed = excluded.packed`,
      destination.number,
      packCursor(destination),
    )
  }
}

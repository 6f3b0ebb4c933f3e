import { AGAIN_LANE_WAITING, AGAIN_LANES, AGAIN_WAITING } from '../../shared/base/limits.ts'
import { writeItem } from '../../shared/delivery/again.ts'
import { type Lane, newLane } from '../../shared/delivery/lanes.ts'
import { backfills, type RecordKey, recordsToSend } from './backfill.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import type { Backfill, Job, Replay } from './jobs.ts'
import { isWritten, unitOf } from './lease.ts'
import { markParked, PARKED_META, type ParkedRow } from './parked.ts'
import { placeOf, walkParked } from './parked-list.ts'

/** Connections of a backfill that are begun at the same time: as many as may move, and those that are held meanwhile. */
const BEGUN = 16
const BEGUN_MOST = 1_000
/** Records of one connection that are known ahead, so that its rows are not looked through at each step. */
const AHEAD = 2_000
/** Connections looked at for the next that is to be begun; and how often the begun ones have their turn in one step. */
const LOOKED_AT = 200
const ROUNDS = 8

/** How many events went into lanes, and whether any job is further than it was. */
interface Moved {
  events: number
  further: boolean
}
/**
 * Puts what jobs have to send into lanes, as much as they are allowed and as lanes take. Key: position and lanes are
 * written in one transaction; whatever is there twice would be sent twice.
 */
export function moveAgain(cell: Cell, destination: Destination): Moved {
  const moved: Moved = { events: 0, further: false }
  if (destination.jobs.size === 0 || destination.config.state !== 'active') return moved
  const { state, leases } = destination
  // A window whose bounds are written down keeps its connections until it is settled.
  if (isWritten(unitOf(destination)) && (leases.main !== undefined || state.writtenTo > state.cursor)) return moved
  try {
    cell.tables.transaction(() => {
      for (const job of [...destination.jobs.values()]) if (job.state === 'running') move(cell, destination, job, moved)
    })
  } catch (error) {
    cell.abort(error)
  }
  return moved
}

function move(cell: Cell, destination: Destination, job: Job, told: Moved): void {
  const lanes = new LanesAgain(destination)
  const most = Math.min(destination.allowed.get(job.number) ?? 0, lanes.room)
  if (most <= 0 || job.walked) return
  const { what } = job
  const before = positionOf(job)
  const moved =
    what.kind === 'replay'
      ? moveParked(cell, destination, job, what, lanes, most)
      : moveRecords(cell, destination, job, what, lanes, most)
  destination.allowed.set(job.number, (destination.allowed.get(job.number) ?? 0) - moved)
  const changes = [...lanes.changed].map((lane) => ({ kind: 'lane' as const, lane }))
  if (changes.length > 0) cell.destinations.persist(destination, changes)
  told.events += moved
  if (positionOf(job) === before) return
  told.further = true
  cell.jobs.write(destination, job)
}
const positionOf = ({ what, walked, counts }: Job): string =>
  `${walked} ${counts.moved} ${what.kind === 'replay' ? `${what.after.at} ${what.after.id}` : what.next}`

/** The lanes that send again, and how much they still take. */
class LanesAgain {
  readonly changed = new Set<Lane>()
  /** Events that lanes still take. */
  room = AGAIN_WAITING
  private open = 0
  private readonly destination: Destination
  constructor(destination: Destination) {
    this.destination = destination
    for (const lane of destination.state.lanes.values())
      if (lane.replays.length > 0 && moves(lane)) {
        this.room -= lane.replays.length
        this.open++
      }
  }
  /** undefined: too many are open; their events go first. */
  of(connection: number): Lane | undefined {
    const { state } = this.destination
    const found = state.lanes.get(connection)
    if (found && found.replays.length > 0) return found
    if ((!found || moves(found)) && this.open >= AGAIN_LANES) return undefined
    return found ?? newLane(connection, state.cursor + 1)
  }
  add(lane: Lane, item: string): void {
    if (lane.replays.length === 0 && moves(lane)) this.open++
    lane.replays.push(item)
    this.keep(lane)
  }
  keep(lane: Lane): void {
    this.destination.state.lanes.set(lane.connection, lane)
    this.changed.add(lane)
  }
}
/** A lane whose live event fails keeps what is sent again waiting; one that is held for the developer does not. */
const moves = (lane: Lane): boolean => lane.blocked || lane.attempts === 0

function moveParked(
  cell: Cell,
  destination: Destination,
  job: Job,
  what: Replay,
  lanes: LanesAgain,
  most: number,
): number {
  const { rows, to } = walkParked(cell, destination, { ...what.filter, state: 'parked' }, what.after, most)
  let moved = 0
  for (const row of rows) {
    const current = cell.seqOf(row.connection, row.type, row.summary_id)
    if (current !== undefined && current > row.seq) {
      markParked(cell, row.parked_id, 'superseded', job.number)
      job.counts.moved++
      job.counts.superseded++
    } else {
      const lane = lanes.of(row.connection)
      if (!lane) return moved
      // Its call was parked with another event, and the lane has both already.
      if (lane.resumed.some(({ seq }) => seq === row.seq)) continue
      moved +=
        lane.blocked && row.seq >= lane.from ? resume(cell, destination, job, lane) : again(cell, job, lane, row, lanes)
      lanes.keep(lane)
    }
    what.after = placeOf(row)
  }
  if (to) what.after = to
  else job.walked = true
  return moved
}
function again(cell: Cell, job: Job, lane: Lane, row: ParkedRow, lanes: LanesAgain): number {
  markParked(cell, row.parked_id, 'replaying', job.number)
  lanes.add(lane, writeItem({ job: job.number, kind: 'parked', parked_id: row.parked_id }))
  job.counts.moved++
  return 1
}
/** Policy `hold`: the lane itself goes on from the call that was parked, with all the events of it. */
function resume(cell: Cell, destination: Destination, job: Job, lane: Lane): number {
  const rows = cell.tables.read<ParkedRow>(
    `SELECT ${PARKED_META} FROM parked WHERE destination = ? AND connection = ? AND state = 'parked' AND seq >= ?`,
    destination.number,
    lane.connection,
    lane.from,
  )
  for (const row of rows) {
    markParked(cell, row.parked_id, 'replaying', job.number)
    lane.resumed.push({ id: writeItem({ job: job.number, kind: 'parked', parked_id: row.parked_id }), seq: row.seq })
  }
  Object.assign(lane, { blocked: false, attempts: 0, nextTryAt: cell.now() })
  job.counts.moved += rows.length
  return rows.length
}

/** Several connections beside each other, each in the order of its seqs. */
function moveRecords(
  cell: Cell,
  destination: Destination,
  job: Job,
  what: Backfill,
  lanes: LanesAgain,
  most: number,
): number {
  let moved = 0
  for (let round = 0; round < ROUNDS && moved < most && !job.walked; round++) {
    const before = what.active.length === 0 ? -1 : what.next
    moved += turn(cell, destination, job, what, lanes, most - moved)
    // All that are begun have as much in their lanes as these take.
    if (what.next === before) break
  }
  return moved
}
function turn(cell: Cell, destination: Destination, job: Job, what: Backfill, lanes: LanesAgain, most: number): number {
  begin(cell, destination, what)
  let moved = 0
  const over = new Set<number>()
  for (const one of what.active) {
    if (moved >= most) break
    const lane = lanes.of(one.connection)
    if (!lane) break
    const take = Math.min(most - moved, AGAIN_LANE_WAITING - lane.replays.length)
    if (take <= 0 || !moves(lane)) continue
    const records = ahead(cell, destination, job, what, one, take)
    for (const { type, summary_id, seq } of records) {
      lanes.add(lane, writeItem({ job: job.number, kind: 'record', type, summary_id }))
      one.after = seq
    }
    if (records.length < take) over.add(one.connection)
    moved += records.length
    job.counts.moved += records.length
  }
  for (const connection of over) cell.ahead.delete(keyOf(job, connection))
  // Those that had their turn go to the end.
  const rest = what.active.filter(({ connection }) => !over.has(connection))
  what.active = [...rest.slice(1), ...rest.slice(0, 1)]
  if (what.active.length === 0 && what.next > cell.connections.last) job.walked = true
  return moved
}

function begin(cell: Cell, destination: Destination, what: Backfill): void {
  const { lanes } = destination.state
  const moving = () => what.active.filter(({ connection }) => moves(lanes.get(connection) ?? newLane(0, 0))).length
  let begun = moving()
  for (let looked = 0; looked < LOOKED_AT && what.next <= cell.connections.last; looked++) {
    if (begun >= BEGUN || what.active.length >= BEGUN_MOST) return
    const connection = what.next++
    if (!backfills(cell, destination, what.range, connection)) continue
    what.active.push({ connection, after: 0 })
    begun++
  }
}

const keyOf = (job: Job, connection: number) => `${job.number}/${connection}`
/** The next records of a connection, from those that were read ahead. */
function ahead(
  cell: Cell,
  destination: Destination,
  job: Job,
  what: Backfill,
  { connection, after }: { connection: number; after: number },
  take: number,
): RecordKey[] {
  const key = keyOf(job, connection)
  const known = cell.ahead.get(key)
  const left = known?.keys.filter(({ seq }) => seq > after) ?? []
  if (known && (known.whole || left.length >= take)) return left.slice(0, take)
  const { range, upTo } = what
  const keys = recordsToSend(cell, destination, range, { connection, after, upTo, limit: AHEAD })
  cell.ahead.set(key, { keys, whole: keys.length < AHEAD })
  return keys.slice(0, take)
}

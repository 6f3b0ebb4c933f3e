import {
  type Change,
  type DestinationState,
  endLease,
  expire,
  type Feed,
  type Lane,
  type Leases,
  NOT_TRIED,
  newLane,
  owed,
} from './lanes.ts'
import { nextWait } from './retry.ts'
import type { Attempt, GroupResult, Settlement } from './types.ts'

export interface SettleRules {
  now: number
  schedule: number[]
  random: () => number
  onParked: 'skip' | 'hold'
  /** For the lanes of unanswered requests. */
  newLeaseId: () => string
  /** The breaker is shut for this epoch: attempts do not age. */
  countAttempts: boolean
  /** Windows are written down: lanes only send again what was asked for. */
  written?: boolean
}
export interface Settled {
  settled: boolean
  changes: Change[]
  handed: { connection: number; lease_id: string; expiresAt: number }[]
  attempts: Attempt[]
}

/** Takes a worker's results. A lease that is not current changes nothing but the attempts list. */
export function settleLease(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  settlement: Settlement,
  rules: SettleRules,
): Settled {
  const attempts = settlement.results.flatMap((result) => result.attempts)
  expire(leases, rules.now)
  const lease = leases.byId.get(settlement.lease_id)
  if (!lease) return { settled: false, changes: [], handed: [], attempts }
  const changes: Change[] = []
  const handed: Settled['handed'] = []
  const hand = (connection: number, again: string[] = []) => {
    const id = rules.newLeaseId()
    const { expiresAt } = lease
    leases.byId.set(id, {
      id,
      expiresAt,
      windowFrom: undefined,
      windowTo: undefined,
      window: new Map(),
      lanes: new Set([connection]),
      again: new Map(again.length > 0 ? [[connection, again]] : []),
    })
    leases.lanes.set(connection, id)
    handed.push({ connection, lease_id: id, expiresAt })
  }
  const results = new Map(settlement.results.map((result) => [laneKey(result.connection, result.lane), result]))
  endLease(leases, lease)

  // Taken whole or not at all: the cursor stays, lanes wait as they did, no attempt is counted.
  if (settlement.failed) return { settled: true, changes, handed, attempts }
  let firstUnfinished = Number.POSITIVE_INFINITY
  for (const [connection, seqs] of lease.window) {
    const result = results.get(laneKey(connection, false))
    if (result) progress(state, connection, result.deliveredTo)
    // A lane that a replay asked for meanwhile is joined, not replaced.
    const lane = () => ({ ...(state.lanes.get(connection) ?? newLane(connection, 0)) })
    if (result?.failed) changes.push(...fail(state, { ...lane(), from: result.failed.from }, result.failed, rules))
    else if (result?.unanswered) {
      const held = { ...lane(), from: result.unanswered.from }
      held.parcelTo = result.unanswered.to
      held.reason = 'no answer yet'
      state.lanes.set(connection, held)
      changes.push({ kind: 'lane', lane: held })
      hand(connection)
    } else {
      // Not started: the cursor stays before it; what was settled behind it is remembered in `sent`.
      const left = seqs.find((seq) => seq > (state.sent.get(connection) ?? 0))
      if (left !== undefined) firstUnfinished = Math.min(firstUnfinished, left)
    }
  }
  if (lease.windowTo !== undefined) {
    state.cursor = Math.max(state.cursor, Math.min(lease.windowTo, firstUnfinished - 1))
    changes.push({ kind: 'cursor' })
  }
  for (const connection of lease.lanes) {
    const lane = state.lanes.get(connection)
    const result = results.get(laneKey(connection, true))
    const again = lease.again.get(connection)
    if (lane && result && again) changes.push(...settleAgain(state, leases, feed, lane, result, again, rules, hand))
    else if (lane && result) changes.push(...settleLane(state, leases, feed, lane, result, rules, hand))
  }
  const delivered = settlement.results.some((result) => result.deliveredTo > 0)
  if (delivered) state.careful = false
  else if (settlement.stopped) state.careful = true
  return { settled: true, changes, handed, attempts }
}

const laneKey = (connection: number, lane: boolean) => `${connection}${lane ? 'l' : 'w'}`

/** Most recent last, so that what is oldest can be forgotten once the cursor has passed it. */
function progress(state: DestinationState, connection: number, to: number) {
  if (to <= (state.sent.get(connection) ?? 0)) return
  state.sent.delete(connection)
  state.sent.set(connection, to)
}

function settleLane(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  lane: Lane,
  result: GroupResult,
  rules: SettleRules,
  hand: (connection: number) => void,
): Change[] {
  const changes: Change[] = []
  if (result.deliveredTo > 0) {
    progress(state, lane.connection, result.deliveredTo)
    changes.push({ kind: 'cursor' })
    Object.assign(lane, { attempts: 0, parcelTo: 0, skipped: [], reason: '', status: null, nextTryAt: rules.now })
    lane.from = Math.max(lane.from, result.deliveredTo + 1)
    const ids = takeResumed(lane, result.deliveredTo)
    if (ids.length > 0) changes.push({ kind: 'replayed', ids })
  }
  if (result.failed) return [...changes, ...fail(state, lane, result.failed, rules)]
  if (result.unanswered) {
    lane.parcelTo = result.unanswered.to
    hand(lane.connection)
    return [...changes, { kind: 'lane', lane }]
  }
  return [...changes, keptOrReleased(state, leases, feed, lane, rules)]
}

/** Of what the lane itself sends again, that which is up to here. */
function takeResumed(lane: Lane, to: number): string[] {
  const ids = lane.resumed.filter(({ seq }) => seq <= to).map(({ id }) => id)
  if (ids.length > 0) lane.resumed = lane.resumed.filter(({ seq }) => seq > to)
  return ids
}

function keptOrReleased(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  lane: Lane,
  rules: Pick<SettleRules, 'written'>,
): Change {
  const main = leases.main === undefined ? undefined : leases.byId.get(leases.main)?.windowTo
  const [next] = rules.written ? [] : owed(state, feed, lane, 1)
  const idle = !lane.blocked && lane.replays.length === 0
  if (!idle || (next && next.seq <= Math.max(state.cursor, main ?? 0))) return { kind: 'lane', lane }
  state.lanes.delete(lane.connection)
  return { kind: 'release', connection: lane.connection }
}

/** What was sent again has clocks of its own: a failure of it holds nothing that is live. */
function settleAgain(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  lane: Lane,
  result: GroupResult,
  sent: string[],
  rules: SettleRules,
  hand: (connection: number, again: string[]) => void,
): Change[] {
  const changes: Change[] = []
  const drop = (ids: string[]) => (lane.replays = lane.replays.filter((id) => !ids.includes(id)))
  const done = result.replayed ?? []
  if (done.length > 0) {
    drop(done)
    lane.again = NOT_TRIED
    changes.push({ kind: 'replayed', ids: done })
  }
  const left = sent.filter((id) => !done.includes(id))
  const tried = (result.failed ?? result.unanswered)?.replays ?? left.slice(0, 1)
  if (result.unanswered) {
    lane.again = { ...lane.again, size: tried.length }
    hand(lane.connection, tried)
    return [...changes, { kind: 'lane', lane }]
  }
  if (result.failed) {
    const { outcome, status = null } = result.failed
    // The event's own fault: it had its attempts, or has them by another replay.
    const final = outcome.kind === 'rejected' || outcome.blame === 'event'
    const counts = final || (outcome.blame === 'destination' && rules.countAttempts)
    const attempts = lane.again.attempts + (counts ? 1 : 0)
    const wait = final
      ? undefined
      : counts
        ? nextWait(rules.schedule, attempts, rules.random(), outcome.retryAfterMs)
        : Math.max(rules.schedule[0] ?? 1_000, outcome.retryAfterMs ?? 0)
    if (wait !== undefined) lane.again = { attempts, nextTryAt: rules.now + wait, size: tried.length }
    else {
      drop(tried)
      lane.again = NOT_TRIED
      const { connection } = lane
      changes.push({ kind: 'failed', connection, ids: tried, reason: outcome.reason, status, attempts })
    }
  }
  return [...changes, keptOrReleased(state, leases, feed, lane, rules)]
}

/** A failed parcel: another try later, or parked. */
function fail(
  state: DestinationState,
  lane: Lane,
  failed: NonNullable<GroupResult['failed']>,
  rules: SettleRules,
): Change[] {
  const { outcome } = failed
  state.lanes.set(lane.connection, lane)
  lane.reason = outcome.reason
  lane.status = failed.status ?? null
  lane.from = failed.from
  lane.parcelTo = failed.to
  const counts = outcome.kind === 'rejected' || (outcome.blame !== 'ours' && rules.countAttempts)
  if (counts) lane.attempts++
  const wait =
    outcome.kind === 'rejected'
      ? undefined
      : counts
        ? nextWait(rules.schedule, lane.attempts, rules.random(), outcome.retryAfterMs)
        : Math.max(rules.schedule[0] ?? 1_000, outcome.retryAfterMs ?? 0)
  if (wait !== undefined) {
    lane.nextTryAt = rules.now + wait
    return [{ kind: 'lane', lane }]
  }
  return park(state, lane, failed, rules)
}

function park(state: DestinationState, lane: Lane, failed: { from: number; to: number }, rules: SettleRules): Change[] {
  const { connection, reason, status, attempts } = lane
  lane.attempts = 0
  lane.parcelTo = 0
  lane.nextTryAt = rules.now
  const again = takeResumed(lane, failed.to)
  const { from, to } = failed
  const changes: Change[] = [{ kind: 'park', connection, from, to, reason, status, attempts, again }]
  if (rules.onParked === 'hold') lane.blocked = true
  else {
    progress(state, connection, failed.to)
    lane.from = failed.to + 1
    lane.skipped = [...lane.skipped, failed.from].slice(-20)
  }
  return [...changes, { kind: 'lane', lane }, { kind: 'cursor' }]
}

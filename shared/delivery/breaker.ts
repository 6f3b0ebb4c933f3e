import { BREAKER_DISABLE_MS, SHUT_CELL_ALARM_MS } from '../base/limits.ts'
import { SECOND_MS } from '../base/time.ts'

/** Outcomes older than this say nothing about now. */
const WINDOW_MS = 60 * SECOND_MS
/** So many failing connections, and at least this share of all, shut it: one poisoned user never does. */
export const FAILURES_TO_OPEN = 5
const SHARE_TO_OPEN = 0.5
const FIRST_WAIT_MS = SECOND_MS
/** A probe that brought no answer in the time-out and this is given to another. */
const PROBE_MARGIN_MS = 4 * SECOND_MS
/** Failing for this long is no blip: the developer is told. */
const FAILING_TOLD_MS = 60 * SECOND_MS
/** 410 means gone; three in a row are believed. */
const GONE_TO_DISABLE = 3

export interface Breaker {
  state: 'closed' | 'open' | 'disabled'
  /** Grows at each change: answers of an older one do not count. */
  epoch: number
  since: number
  /** Since when it has not been well. */
  failingSince: number | undefined
  /** The developer was told of it. */
  told?: boolean
  waitMs: number
  probeAt: number
  probe: { cell: string; until: number } | undefined
  /** Version of the settings at which it was disabled: a newer one starts afresh. */
  disabledVersion: number
  reason: string | undefined
  gone: number
  outcomes: { at: number; ok: number; failed: number }[]
}

export const newBreaker = (now: number): Breaker => ({
  state: 'closed',
  epoch: 1,
  since: now,
  failingSince: undefined,
  waitMs: FIRST_WAIT_MS,
  probeAt: 0,
  probe: undefined,
  disabledVersion: 0,
  reason: undefined,
  gone: 0,
  outcomes: [],
})

export interface Reported {
  cell: string
  epoch: number
  ok: number
  failed: number
  gone: number
  version: number
}

/** Takes a cell's outcomes. Changes `breaker`; → true where its state changed and must be written down. */
export function record(breaker: Breaker, reported: Reported, now: number): boolean {
  if (breaker.state === 'disabled') {
    if (reported.version <= breaker.disabledVersion) return false
    Object.assign(breaker, newBreaker(now), { epoch: breaker.epoch + 1 })
    return true
  }
  if (reported.ok === 0 && reported.failed === 0) return false
  // A cell that has no permit of this epoch yet reports 0.
  if (reported.epoch !== 0 && reported.epoch !== breaker.epoch) return false
  breaker.gone = reported.ok > 0 ? 0 : breaker.gone + reported.gone
  if (breaker.gone >= GONE_TO_DISABLE)
    return disable(breaker, reported.version, 'answered 410 (gone) three times in a row', now)
  if (breaker.state === 'open') return probed(breaker, reported, now)
  breaker.outcomes = breaker.outcomes.filter((outcome) => outcome.at > now - WINDOW_MS)
  breaker.outcomes.push({ at: now, ok: reported.ok, failed: reported.failed })
  const ok = breaker.outcomes.reduce((sum, outcome) => sum + outcome.ok, 0)
  const failed = breaker.outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
  if (failed < FAILURES_TO_OPEN || failed / (ok + failed) < SHARE_TO_OPEN) return false
  breaker.failingSince = now
  breaker.waitMs = FIRST_WAIT_MS
  return open(breaker, now)
}

function probed(breaker: Breaker, reported: Reported, now: number): boolean {
  if (breaker.probe?.cell !== reported.cell) return false
  breaker.probe = undefined
  if (reported.ok > 0) {
    Object.assign(breaker, {
      state: 'closed',
      since: now,
      failingSince: undefined,
      outcomes: [],
      epoch: breaker.epoch + 1,
    })
    return true
  }
  if (now - breaker.failingSince! > BREAKER_DISABLE_MS)
    return disable(breaker, reported.version, 'failed for five days', now)
  breaker.waitMs = Math.min(2 * breaker.waitMs, SHUT_CELL_ALARM_MS)
  return open(breaker, now)
}

function open(breaker: Breaker, now: number): boolean {
  Object.assign(breaker, {
    state: 'open',
    since: now,
    probeAt: now + breaker.waitMs,
    outcomes: [],
    epoch: breaker.epoch + 1,
  })
  return true
}
function disable(breaker: Breaker, version: number, reason: string, now: number): boolean {
  Object.assign(breaker, {
    state: 'disabled',
    since: now,
    disabledVersion: version,
    reason,
    probe: undefined,
    epoch: breaker.epoch + 1,
  })
  return true
}

/** When the developer is to be told that it fails; undefined: it does not, or they were. */
export const failingToldAt = ({ state, failingSince, told }: Breaker): number | undefined =>
  state === 'open' && failingSince !== undefined && !told ? failingSince + FAILING_TOLD_MS : undefined

/** May this cell send? `wait`: ask again at `until`. */
export function admit(
  breaker: Breaker,
  cell: string,
  timeoutMs: number,
  now: number,
): { kind: 'closed' } | { kind: 'probe'; until: number } | { kind: 'wait'; until: number } {
  if (breaker.state === 'closed') return { kind: 'closed' }
  if (breaker.state === 'disabled') return { kind: 'wait', until: now + SHUT_CELL_ALARM_MS }
  if (now < breaker.probeAt) return { kind: 'wait', until: breaker.probeAt }
  if (breaker.probe && breaker.probe.until > now && breaker.probe.cell !== cell)
    return { kind: 'wait', until: breaker.probe.until }
  // Half-open lets one out.
  breaker.probe = { cell, until: now + timeoutMs + PROBE_MARGIN_MS }
  return { kind: 'probe', until: breaker.probe.until }
}

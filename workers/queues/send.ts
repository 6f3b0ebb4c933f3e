import type { Env } from '../../durable-objects/env.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import { developerKey, unsealJson } from '../../shared/access/vault.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { Pace } from '../../shared/base/pace.ts'
import { settings } from '../../shared/base/settings.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { Parcel } from '../../shared/delivery/define.ts'
import { drain } from '../../shared/delivery/drain.ts'
import { retry, type Sent } from '../../shared/delivery/outcome.ts'
import type { CellDestination, Lease, LeaseAnswer } from '../../shared/delivery/types.ts'

/** Requests at the same time of a drain that delivers bulk. */
const BULK_SLOTS = 2

/** Where a destination's secrets were sealed for. */
export const secretsContext = (destinationId: string) => `destination/${destinationId}`

/** Opened secrets by destination and version, for as long as the isolate lives. */
const opened = new Map<string, unknown>()
function secretsOf(env: Env, destination: CellDestination): unknown {
  const name = `${destination.destination_id}/${destination.version}`
  let secrets = opened.get(name)
  if (!secrets) {
    const key = developerKey(settings(env).ROOT_KEY, destination.developer_id)
    secrets = unsealJson(key, destination.secrets, secretsContext(destination.destination_id))
    if (opened.size > 1_000) opened.clear()
    opened.set(name, secrets)
  }
  return secrets
}

/** Sends one parcel through its kind of destination. Our own failure is told apart from the receiver's. */
export async function send(env: Env, destination: CellDestination, parcel: Parcel): Promise<Sent> {
  const late = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const unit = DESTINATIONS[destination.type]
    if (!unit) return retry('ours', `no destination of the type ${destination.type}`)
    const timeoutMs = destination.delivery.timeout_ms ?? settings(env).DELIVERY_TIMEOUT_MS
    // Not AbortSignal.timeout: its timer outlives the request, and a long drain would reach the platform's bound on timers.
    timer = setTimeout(() => late.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs)
    const sending = unit.send(parcel, {
      settings: destination.settings,
      secrets: secretsOf(env, destination),
      signal: late.signal,
      fetch: (input, init) => fetch(input, init),
      now: () => Date.now(),
    })
    await crashPoint('request-unanswered', env)
    return await sending
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    logLine('send failed by our own fault', { destination_id: destination.destination_id, reason })
    return retry('ours', reason)
  } finally {
    clearTimeout(timer)
  }
}

/** Delivers what was leased in a cell, and what comes after it, until `until`. */
export async function drainCell(
  env: Env,
  cell: string,
  first: LeaseAnswer,
  until: number,
  options: { bulk: boolean } = { bulk: false },
): Promise<void> {
  if (first.kind !== 'lease') return
  const log = eventLogNamed(env, cell)
  const pace = new Pace()
  await drain(first, {
    ...(options.bulk ? { slots: BULK_SLOTS, rest: () => pace.rest() } : {}),
    send: (parcel, lease) => send(env, lease.destination, parcel),
    settle: (settlement) => log.settle(settlement),
    now: () => Date.now(),
    every: (ms, look) => {
      const timer = setInterval(look, ms)
      return () => clearInterval(timer)
    },
    timeoutMs: (lease: Lease) => lease.destination.delivery.timeout_ms ?? settings(env).DELIVERY_TIMEOUT_MS,
    until,
    handOver: (lease) => env.DELIVERIES.send({ cell, destination_id: lease.destination_id }).then(() => undefined),
    mark: (place) => crashPoint(place, env),
  })
}

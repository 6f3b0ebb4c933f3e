import { developerKey, unsealJson } from '../shared/access/vault.ts'
import { settings } from '../shared/base/settings.ts'
import type { SendContext, Signing } from '../shared/delivery/define.ts'
import type { CellDestination } from '../shared/delivery/types.ts'
import type { Env } from './env.ts'
import { payloadLink } from './payload-link.ts'
import { timeoutOf } from './timeout.ts'

/** What is sealed of a destination: what the developer gave, and our own signature's secret. */
export interface KeptSecrets {
  given: Record<string, unknown>
  signing: Signing
}
/** Where a destination's secrets were sealed for. */
export const secretsContext = (destinationId: string) => `destination/${destinationId}`

export function openSecrets(
  rootKey: string,
  { developer_id, destination_id, secrets }: Pick<CellDestination, 'developer_id' | 'destination_id' | 'secrets'>,
): KeptSecrets {
  const key = developerKey(rootKey, developer_id)
  const kept = unsealJson<KeptSecrets | Signing>(key, secrets, secretsContext(destination_id))
  // Destinations of before had the signature alone.
  return 'signing_secret' in kept ? { given: {}, signing: kept } : kept
}

/** Opened secrets by destination and version, for as long as the isolate lives. */
const opened = new Map<string, KeptSecrets>()
const MOST_OPENED = 1_000
function secretsOf(env: Env, destination: CellDestination): KeptSecrets {
  const name = `${destination.destination_id}/${destination.version}`
  let secrets = opened.get(name)
  if (!secrets) {
    secrets = openSecrets(settings(env).ROOT_KEY, destination)
    if (opened.size > MOST_OPENED) opened.clear()
    opened.set(name, secrets)
  }
  return secrets
}

/** Everything a kind of destination needs for one send. `cell`: whose events they are; none in a test of the settings. */
export function contextOf(
  env: Env,
  destination: CellDestination,
  cell: string | undefined,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noExplicitAny: the kit runs units whose settings it does not know.
): SendContext<any, any> {
  const { given, signing } = secretsOf(env, destination)
  return {
    destination_id: destination.destination_id,
    settings: destination.settings,
    secrets: given,
    delivery: destination.delivery,
    signing,
    signal,
    timeoutMs: timeoutOf(destination, settings(env)),
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    insideAllowed: settings(env).ALLOW_PRIVATE_DESTINATIONS,
    linkTo: (body, seconds) => payloadLink(env, destination, { ...body, cell: body.cell ?? cell }, seconds, Date.now()),
  }
}

/** Work that is told to stop at the destination's time-out. */
export async function inTime<T>(
  env: Env,
  destination: CellDestination,
  cell: string | undefined,
  work: (context: ReturnType<typeof contextOf>) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  // Not AbortSignal.timeout: its timer outlives the request, and a long drain would reach the platform's bound on timers.
  const timer = setTimeout(
    () => late.abort(new DOMException('no answer in time', 'TimeoutError')),
    timeoutOf(destination, settings(env)),
  )
  try {
    return await work(contextOf(env, destination, cell, late.signal))
  } finally {
    clearTimeout(timer)
  }
}

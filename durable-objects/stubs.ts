import { settings } from '../shared/base/settings.ts'
import { type CellAddress, cellName } from '../shared/delivery/cell.ts'
import type { Place } from '../shared/streaming/place.ts'
import type { HubAddress } from '../shared/streaming/types.ts'
import { type DeskAddress, deskName } from '../shared/supply/desk.ts'
import type { Env } from './env.ts'

/** One function per object gives its stub; the name is the object's address. */
export const eventLog = (env: Env, address: CellAddress) => eventLogNamed(env, cellName(address))
export const eventLogNamed = (env: Env, name: string) => env.EVENT_LOG.get(env.EVENT_LOG.idFromName(name))
export const destinationGate = (env: Env, destinationId: string) =>
  env.DESTINATION_GATE.get(env.DESTINATION_GATE.idFromName(destinationId))
export const connectionObject = (env: Env, userId: string) => env.CONNECTION.get(env.CONNECTION.idFromName(userId))
export const orphanBox = (env: Env, provider: string) => env.ORPHAN_BOX.get(env.ORPHAN_BOX.idFromName(provider))
export const rateBudget = (env: Env, developerId: string) =>
  env.RATE_BUDGET.get(env.RATE_BUDGET.idFromName(developerId))
/** What may be asked of a provider, over all connections of the deployment's app. */
export const providerBudget = (env: Env, provider: string) =>
  env.RATE_BUDGET.get(env.RATE_BUDGET.idFromName(`provider/${provider}`))
export const providerHealth = (env: Env, provider: string) =>
  env.PROVIDER_HEALTH.get(env.PROVIDER_HEALTH.idFromName(provider))
/** A supplier's desk in one environment. */
export const supplierDesk = (env: Env, address: DeskAddress) => supplierDeskNamed(env, deskName(address))
export const supplierDeskNamed = (env: Env, name: string) => env.SUPPLIER_DESK.get(env.SUPPLIER_DESK.idFromName(name))

const hubNamed = (env: Env, name: string) => env.STREAM_HUB.get(env.STREAM_HUB.idFromName(name))
/** The one that numbers a developer's frames. */
export const streamHub = (env: Env, { region, developer_id }: HubAddress) => hubNamed(env, `${region}/${developer_id}`)
/** Where a user's frames go to: the same for all of theirs, so that they keep their order. */
export function gatheringHub(env: Env, { region, developer_id }: HubAddress, user_id: string) {
  const { STREAM_SHARDS } = settings(env)
  const shard = Number.parseInt(user_id.slice(-6), 16) % STREAM_SHARDS
  const name = STREAM_SHARDS > 1 ? `${region}/${developer_id}/${shard}` : `${region}/${developer_id}`
  return { name, stub: () => hubNamed(env, name) }
}
export const streamSession = (env: Env, name: string) => env.STREAM_SESSION.get(env.STREAM_SESSION.idFromName(name))
/** An object for a client's socket: one of those of its place, made there. */
export function sessionNear(env: Env, place: Place | undefined) {
  const number = Math.floor(Math.random() * settings(env).STREAM_SESSIONS)
  const id = env.STREAM_SESSION.idFromName(`${place ?? 'anywhere'}/${number}`)
  return env.STREAM_SESSION.get(id, place && { locationHint: place })
}

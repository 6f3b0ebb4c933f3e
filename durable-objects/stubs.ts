import { type CellAddress, cellName } from '../shared/delivery/cell.ts'
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

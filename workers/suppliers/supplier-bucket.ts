import type { Env } from '../../durable-objects/env.ts'
import type { PullSettings } from '../../durable-objects/pull-api.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { unsealJson } from '../../shared/access/vault.ts'
import type { AwsKeys } from '../../shared/delivery/aws/client.ts'
import { ObjectStore } from '../../shared/delivery/objects/store.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { pullContext } from '../../shared/supply/pulled.ts'

/** A supplier's bucket, as its keys open it. */
export const supplierBucket = (place: PullSettings['place'], keys: AwsKeys, signal: AbortSignal): ObjectStore =>
  new ObjectStore(place, keys, { fetch: (input, init) => fetch(input, init), signal, now: () => Date.now() })

export const pullKeys = (env: Env, address: DeskAddress, pullId: string, sealed: string): AwsKeys =>
  unsealJson<AwsKeys>(keyOfSupplier(env, address), sealed, pullContext(pullId))

import { developerKey, supplierKey } from '../shared/access/vault.ts'
import { settings } from '../shared/base/settings.ts'
import type { DeskAddress } from '../shared/supply/desk.ts'
import type { Env } from './env.ts'

/** For what waits of a supplier's in its own name. */
export const keyOfSupplier = (env: Env, { developer_id, supplier_id }: DeskAddress): Uint8Array =>
  supplierKey(developerKey(settings(env).ROOT_KEY, developer_id), supplier_id)

import { SUPPLY } from '../shared/base/supply-limits.ts'
import type { DeskAddress } from '../shared/supply/desk.ts'
import { ENVIRONMENTS } from '../shared/supply/document.ts'
import { grantOfEnvironment } from '../shared/supply/stream-grants.ts'
import type { Env } from './env.ts'
import { streamHub } from './stubs.ts'

/** A supplier may send nothing now: its live producers are closed. Doors that know it of before may give tokens for a while. */
export const endSuppliedStreams = (env: Env, supplier: Omit<DeskAddress, 'environment'>): Promise<void> =>
  streamHub(env, supplier).endGrants(
    ENVIRONMENTS.map((environment) => grantOfEnvironment(supplier.supplier_id, environment)),
    Date.now() + SUPPLY.believedMs,
  )

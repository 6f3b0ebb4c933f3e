import { Fault } from '../../shared/base/fault.ts'
import { settings } from '../../shared/base/settings.ts'
import { insideHost } from '../../shared/delivery/address.ts'
import { resolveHost } from '../resolve-host.ts'
import type { SupplierContext } from './supplier-only.ts'

/** A supplier leads us nowhere inside a network. `field`: where the host was said. */
export async function mustBeOutside({ env }: SupplierContext, host: string, field: string): Promise<void> {
  if (settings(env).ALLOW_PRIVATE_DESTINATIONS) return
  const inside = await insideHost(host, resolveHost)
  if (inside) throw new Fault('bad_request', `${field}: ${inside}; it must be reachable from the internet`)
}

import type { Context } from 'hono'
import { isIn } from '../../shared/access/networks.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { SupplierCredentialRow } from '../../shared/db/schema.ts'

type Asked = Pick<Context, 'req'>

/** Networks from which a credential is taken; none: from everywhere. */
export const networksOf = (credential: Pick<SupplierCredentialRow, 'addresses'>): string[] =>
  JSON.parse(credential.addresses) as string[]

/** The address is the edge's word: nobody outside can set this header. One that is not told is in no network. */
export function isAllowedAddress(c: Asked, credential: SupplierCredentialRow): boolean {
  const networks = networksOf(credential)
  return networks.length === 0 || isIn(networks, c.req.header('cf-connecting-ip') ?? '')
}

export function mustComeFromIts(c: Asked, credential: SupplierCredentialRow): void {
  if (isAllowedAddress(c, credential)) return
  throw new Fault(
    'forbidden',
    `this credential is not taken from ${c.req.header('cf-connecting-ip') ?? 'an address that is not told'}; add your network to its addresses, or come from one that is there`,
    {},
    'address_not_allowed',
  )
}

import { beforeAll, beforeEach } from 'vitest'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { newSupplier, type Supplier } from './supplier.ts'

export type OwnSupplier = Supplier & { account: Account }

/** Each test of a file has a supplier of its own; one developer, whose account this is, invites them all. */
export function ownSupplier(
  begin?: (supplier: OwnSupplier) => Promise<unknown>,
  more: { domain?: string } = {},
): OwnSupplier {
  const own = {} as OwnSupplier
  beforeAll(async () => {
    await migrate()
    own.account = await newAccount()
  })
  beforeEach(async () => {
    Object.assign(own, await newSupplier(call, own.account, more))
    await begin?.(own)
  })
  return own
}

import type { Context } from 'hono'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { Scope } from '../../shared/access/scopes.ts'
import type { SupplierScope } from '../../shared/access/supplier-scopes.ts'
import type { z } from '../../shared/base/zod.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { ApiEnv } from '../access.ts'
import { type About, type Answered, type Api, type Asked, queryOf, route } from '../api/route.ts'
import { deskAddress, EnvironmentQuery } from './desk-of.ts'
import { supplierRoute } from './route.ts'
import type { SupplierContext } from './supplier-only.ts'
import { SupplierId, supplierNamed } from './suppliers.ts'

/** The desk that a request is about, whoever asks. */
export interface AtDesk {
  c: Context<ApiEnv>
  address: DeskAddress
  desk: ReturnType<typeof supplierDesk>
  side: 'supplier' | 'developer'
}
interface Sides<A extends z.ZodType> {
  /** Behind `/supplier`, and behind `/suppliers/:id`. */
  path: string
  supplier: { id: string; scope: SupplierScope; tag?: About['tag'] }
  /** `example`: where it is told less than the supplier. */
  developer: { id: string; scope: Scope; example?: z.input<A> }
}

/** One operation for both who have a part in it: the supplier, and the developer whose it is. */
export function bothSides<A extends z.ZodType, B extends z.ZodType>(
  api: Api,
  about: Omit<About, 'id' | 'path' | 'tag'> & Sides<A> & Answered<A> & Asked<B>,
  handle: (at: AtDesk) => Response | Promise<Response>,
): void {
  const { path, supplier, developer, params, query } = about
  const ofSupplier = { ...about, ...supplier, tag: supplier.tag ?? 'Push reports', path: `/supplier${path}` } as const
  supplierRoute(api, ofSupplier as unknown as Parameters<typeof supplierRoute<A, B>>[1], (c) => {
    return handle(atDeskOf(c))
  })
  const ofDeveloper = {
    ...about,
    ...developer,
    tag: 'Suppliers',
    path: `/suppliers/:id${path}`,
    params: SupplierId.extend(params?.shape ?? {}),
    query: EnvironmentQuery.extend(query?.shape ?? {}),
    fails: [...new Set([...(about.fails ?? []), 404 as const])],
  } as const
  route(api, ofDeveloper as unknown as Parameters<typeof route<A, B>>[1], async (c) => {
    const { environment } = queryOf(c, EnvironmentQuery)
    return handle(atDesk(c, deskAddress(await supplierNamed(c), environment), 'developer'))
  })
}

/** The desk that a supplier's token is for. */
export function atDeskOf(c: SupplierContext): AtDesk {
  const { supplier, environment } = c.get('supplier')
  return atDesk(c as unknown as Context<ApiEnv>, deskAddress(supplier, environment), 'supplier')
}
const atDesk = (c: Context<ApiEnv>, address: DeskAddress, side: AtDesk['side']): AtDesk => ({
  c,
  address,
  desk: supplierDesk(c.env, address),
  side,
})

import type { Context } from 'hono'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { Scope } from '../../shared/access/scopes.ts'
import type { SupplierScope } from '../../shared/access/supplier-scopes.ts'
import { z } from '../../shared/base/zod.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { ENVIRONMENTS } from '../../shared/supply/document.ts'
import type { ApiEnv } from '../access.ts'
import { type About, type Answered, type Api, type Asked, queryOf, route } from '../api/route.ts'
import { supplierRoute } from './route.ts'
import { SupplierId, supplierNamed } from './suppliers.ts'

/** The desk that a request is about, whoever asks. */
export interface AtDesk {
  c: Context<ApiEnv>
  address: DeskAddress
  desk: ReturnType<typeof supplierDesk>
  side: 'supplier' | 'developer'
}
interface Sides {
  /** Behind `/supplier`, and behind `/suppliers/:id`. */
  path: string
  supplier: { id: string; scope: SupplierScope; tag?: About['tag'] }
  developer: { id: string; scope: Scope }
}

export const EnvironmentQuery = z.object({
  environment: z
    .enum(ENVIRONMENTS)
    .default('production')
    .openapi({ description: 'Which of the supplier’s two', example: 'production' }),
})

/** One operation for both who have a part in it: the supplier, and the developer whose it is. */
export function bothSides<A extends z.ZodType, B extends z.ZodType>(
  api: Api,
  about: Omit<About, 'id' | 'path' | 'tag'> & Sides & Answered<A> & Asked<B>,
  handle: (at: AtDesk) => Response | Promise<Response>,
): void {
  const { path, supplier, developer, params, query } = about
  const ofSupplier = { ...about, ...supplier, tag: supplier.tag ?? 'Push reports', path: `/supplier${path}` } as const
  supplierRoute(api, ofSupplier as unknown as Parameters<typeof supplierRoute<A, B>>[1], (c) => {
    const { supplier: row, environment } = c.get('supplier')
    return handle(atDesk(c as unknown as Context<ApiEnv>, { ...row, environment }, 'supplier'))
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
    return handle(atDesk(c, { ...(await supplierNamed(c)), environment }, 'developer'))
  })
}

function atDesk(c: Context<ApiEnv>, row: DeskAddress, side: AtDesk['side']): AtDesk {
  const { region, developer_id, supplier_id, environment } = row
  const address = { region, developer_id, supplier_id, environment }
  return { c, address, desk: supplierDesk(c.env, address), side }
}

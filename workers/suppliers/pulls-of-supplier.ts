import { z } from '../../shared/base/zod.ts'
import { type Api, route } from '../api/route.ts'
import { deskNamed, EnvironmentQuery } from './desk-of.ts'
import { EXAMPLE_PULL, PullOfSupplier, pullOfSupplier, pullView } from './pull-views.ts'
import { SupplierId } from './suppliers.ts'

/** A developer sees whether a bucket is looked at, and what keeps its objects away. */
export function addPullsOfSupplier(api: Api): void {
  route(
    api,
    {
      id: 'listPullsOfSupplier',
      method: 'get',
      path: '/suppliers/:id/pulls',
      scope: 'suppliers:read',
      tag: 'Suppliers',
      summary: 'A supplier’s pulls',
      description:
        'Buckets of it whose objects are fetched: when each was looked at last, how many objects were found, and what keeps them away, where something does. How a bucket is opened and the keys of objects are the supplier’s alone: a key may name a person.',
      params: SupplierId,
      query: EnvironmentQuery,
      answer: z.object({ pulls: z.array(PullOfSupplier) }),
      example: { pulls: [pullOfSupplier(EXAMPLE_PULL)] },
      fails: [404],
    },
    async (c) => {
      const { desk } = await deskNamed(c)
      return c.json({ pulls: (await desk.pulls()).map((pull) => pullOfSupplier(pullView(pull))) })
    },
  )
}

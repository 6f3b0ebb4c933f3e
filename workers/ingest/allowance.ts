import type { Env } from '../../durable-objects/env.ts'
import { providerBudget } from '../../durable-objects/stubs.ts'
import { parseCellName } from '../../shared/delivery/cell.ts'
import { type Allowance, RetryLater } from '../../shared/source/ask.ts'
import { exhaustedUntil } from '../../shared/source/budget.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import type { PendingPayload } from '../../shared/source/record.ts'

/** What a payload of a cell may ask of its provider; undefined: no limit is known, and a 429 says it. */
export function allowanceOf(
  env: Env,
  cell: string,
  provider: ProviderDefinition,
  payload: Pick<PendingPayload, 'user_id' | 'origin'>,
): Allowance | undefined {
  const { slug, limits, rateHeaders } = provider
  if (!limits && !rateHeaders) return undefined
  const budget = providerBudget(env, slug)
  const { developer_id } = parseCellName(cell)
  return {
    async take() {
      if (!limits) return
      const ask = { user_id: payload.user_id, developer_id, bulk: payload.origin !== 'live' }
      const permit = await budget.spend(slug, ask)
      if (permit.kind === 'wait') throw new RetryLater('the limits of the provider leave no room', permit.ms)
    },
    async told({ headers }) {
      const untilAt = rateHeaders && exhaustedUntil(rateHeaders, headers, Date.now())
      if (untilAt !== undefined && isOfAll(provider)) await budget.block(untilAt)
    },
  }
}
/** What one user used up is no other's business. */
const isOfAll = ({ limits }: ProviderDefinition): boolean => !limits || limits.some(({ per }) => per === 'app')

import { unknown } from '../../shared/base/closest.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { JOBS_KEPT } from '../../shared/base/limits.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { inputOf } from '../read-input.ts'
import { momentsOf } from './dates.ts'
import { UserId } from './params.ts'
import {
  beginRerun,
  cancelRerun,
  EXAMPLE_PROVIDER,
  EXAMPLE_RERUN,
  onlyRerun,
  Rerun,
  RerunId,
  rerunsOf,
} from './rerun-views.ts'
import { type Api, route } from './route.ts'

const tag = 'Raw payloads'
const moment = z.string().max(40)
const RenormalizationInput = z.strictObject({
  provider: z.string().min(1).max(100).describe('Payloads of this provider').openapi({ example: EXAMPLE_PROVIDER }),
  from: moment
    .describe('A date, or a time with its offset: payloads that came in from here')
    .openapi({ example: '2026-06-01' }),
  to: moment.optional().describe('To the end of this date, or before this time; left out: all until now').openapi({
    example: '2026-06-30',
  }),
  user_id: UserId.optional(),
  dry_run: z.boolean().default(true).describe('Only tells what would change. `false`: changes it'),
})

export function addRenormalizations(api: Api): void {
  route(
    api,
    {
      id: 'createRenormalization',
      method: 'post',
      path: '/renormalizations',
      scope: 'data:write',
      tag,
      summary: 'Reads kept payloads again by the maps of now',
      description:
        'As a dry run, unless `dry_run` is false: first see what would change. Then only records whose content changes get a new `seq`, and are sent marked `correction`; payloads keep their place in the order of their source, so that an older one never replaces a newer one. A record is made anew from all its payloads in the range; where others before it are part of it, what they gave stays. It goes on beside what is live, and is slower than that.',
      body: RenormalizationInput,
      bodyExample: { provider: EXAMPLE_PROVIDER, from: '2026-06-01' },
      answer: Rerun,
      example: EXAMPLE_RERUN,
      status: 202,
      fails: [404, 409],
    },
    async (c) => {
      const { provider, from, to, user_id, dry_run } = await inputOf(c, RenormalizationInput)
      if (!PROVIDERS[provider]) throw new Fault('not_found', unknown('provider', provider, Object.keys(PROVIDERS)))
      const { startAt: fromAt, endAt: toAt } = momentsOf(from, to)
      const what = { kind: 'renormalization' as const, provider, fromAt, toAt, ...(user_id && { userId: user_id }) }
      const job = { job_id: newId('rnm'), what, dryRun: dry_run, madeAt: Date.now() }
      return c.json(await beginRerun(c, job, user_id), 202)
    },
  )
  route(
    api,
    {
      id: 'listRenormalizations',
      method: 'get',
      path: '/renormalizations',
      scope: 'events:read',
      tag,
      summary: 'Renormalizations, the newest first',
      description: `The last ${JOBS_KEPT}, with how far each is and what it changes; those of what was in quarantine too.`,
      answer: z.object({ renormalizations: z.array(Rerun) }),
      example: { renormalizations: [EXAMPLE_RERUN] },
    },
    async (c) => c.json({ renormalizations: (await rerunsOf(c)).slice(0, JOBS_KEPT) }),
  )
  route(
    api,
    {
      id: 'getRenormalization',
      method: 'get',
      path: '/renormalizations/:id',
      scope: 'events:read',
      tag,
      summary: 'How far a renormalization is, and what it changes',
      description: 'Fields by their paths and records by their ids; no values.',
      params: RerunId,
      answer: Rerun,
      example: EXAMPLE_RERUN,
    },
    async (c) => c.json(onlyRerun(await rerunsOf(c, c.req.param('id')))),
  )
  route(
    api,
    {
      id: 'cancelRenormalization',
      method: 'delete',
      path: '/renormalizations/:id',
      scope: 'data:write',
      tag,
      summary: 'Ends a renormalization',
      description: 'What it has changed stays changed. Beginning again changes the rest.',
      params: RerunId,
      answer: Rerun,
      example: { ...EXAMPLE_RERUN, dry_run: false, state: 'cancelled', progress: 0.4 },
    },
    async (c) => c.json(await cancelRerun(c, c.req.param('id') ?? '')),
  )
}

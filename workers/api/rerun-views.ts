import type { Context } from 'hono'
import { joinDiffs } from '../../durable-objects/event-log/rerun-diff.ts'
import type { NewRerun, RerunView } from '../../durable-objects/rerun-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import type { ApiEnv } from '../access.ts'
import { cellsOf } from './deliveries.ts'

/** Jobs that run kept payloads again, as the API shows them: each put together from its parts in all cells. */

const count = (text: string) => z.int().describe(text)
const Change = z.enum(['changed', 'added', 'dropped'])
export const Rerun = z
  .looseObject({
    renormalization_id: z.string(),
    kind: z.enum(['renormalization', 'redrive']).describe('`redrive`: of what is in quarantine'),
    dry_run: z.boolean().describe('Nothing is changed; `records` tells what would be'),
    state: z.enum(['running', 'done', 'cancelled']),
    provider: z.string().nullable(),
    progress: z.number().describe('From 0 to 1, of the payloads that there were when it began'),
    started_at: z.string(),
    ended_at: z.string().nullable(),
    payloads: count('That ran again'),
    quarantined: count('Of these, those that have something that still cannot be read'),
    skipped: count('Records that stay: a newer payload, which is not in the range, is part of them'),
    events: count('Records that got new content, each with a new `seq`'),
    records: z
      .record(
        z.string(),
        z.object({
          changed: count('With other content'),
          added: count('That were not there'),
          dropped: count('That no payload becomes any more: as deleted'),
          fields: z.record(z.string(), z.int()).describe('Paths that differ, and in how many records; no values'),
          samples: z.array(z.object({ user_id: z.string(), summary_id: z.string(), change: Change })),
        }),
      )
      .describe('By type'),
  })
  .openapi('Renormalization')
/** As destinations' filters name it. */
export const EXAMPLE_PROVIDER = EXAMPLE_USER.provider.toLowerCase()
export const EXAMPLE_RERUN: z.input<typeof Rerun> = {
  renormalization_id: 'rnm_5f0d2b7c9a8e4d3f1c6b0a2e4d7f9c81',
  kind: 'renormalization',
  dry_run: true,
  state: 'done',
  provider: EXAMPLE_PROVIDER,
  progress: 1,
  started_at: '2026-07-01T21:14:55.318Z',
  ended_at: '2026-07-01T21:15:02.104Z',
  payloads: 412,
  quarantined: 0,
  skipped: 0,
  events: 0,
  records: {
    sleep: {
      changed: 31,
      added: 0,
      dropped: 0,
      fields: { 'heart_rate_data.summary.avg_hrv_rmssd': 31 },
      samples: [
        { user_id: EXAMPLE_USER.user_id, summary_id: '3f0a8c52-7d1e-8b64-9c20-5e1f7a9b4d36', change: 'changed' },
      ],
    },
  },
}
export const RerunId = z.object({
  id: z.string().openapi({ description: 'A renormalization', example: EXAMPLE_RERUN.renormalization_id }),
})

function viewOf(parts: RerunView[]): z.input<typeof Rerun> {
  const [first] = parts as [RerunView]
  const sum = (of: (part: RerunView) => number) => parts.reduce((total, part) => total + of(part), 0)
  const running = parts.some(({ state }) => state === 'running')
  const state = running ? 'running' : parts.some((part) => part.state === 'cancelled') ? 'cancelled' : 'done'
  const [at, of] = [sum((part) => part.at), sum((part) => part.of)]
  return {
    renormalization_id: first.job_id,
    kind: first.what.kind,
    dry_run: first.dryRun,
    state,
    provider: (first.what.kind === 'redrive' ? first.what.filter.provider : first.what.provider) ?? null,
    progress: of === 0 || state === 'done' ? 1 : Math.round((1_000 * at) / of) / 1_000,
    started_at: iso(first.madeAt),
    ended_at: running ? null : iso(Math.max(...parts.map(({ endedAt }) => endedAt ?? 0))),
    payloads: sum(({ counts }) => counts.payloads),
    quarantined: sum(({ counts }) => counts.quarantined),
    skipped: sum(({ counts }) => counts.skipped),
    events: sum(({ counts }) => counts.events),
    records: joinDiffs(parts.map(({ diff }) => diff)),
  }
}

/** Begins a job in each cell. */
export async function beginRerun(c: Context<ApiEnv>, job: NewRerun, userId: string | undefined) {
  const cells = await cellsOf(c, userId)
  if (cells.length === 0) throw new Fault('conflict', 'there are no users yet, so that nothing was kept')
  await Promise.all(cells.map((cell) => eventLog(c.env, cell).startRerun(job)))
  return onlyRerun(await rerunsOf(c, job.job_id))
}
/** The newest first. */
export async function rerunsOf(c: Context<ApiEnv>, jobId?: string): Promise<z.input<typeof Rerun>[]> {
  const cells = await cellsOf(c, undefined)
  const parts = await Promise.all(cells.map((cell) => eventLog(c.env, cell).reruns({ jobId })))
  return joined(parts.flat())
}
export async function cancelRerun(c: Context<ApiEnv>, jobId: string) {
  const cells = await cellsOf(c, undefined)
  const parts = await Promise.all(cells.map((cell) => eventLog(c.env, cell).cancelRerun({ jobId })))
  return onlyRerun(joined(parts.flatMap((part) => part ?? [])))
}
const joined = (parts: RerunView[]) =>
  [...Map.groupBy(parts, ({ job_id }) => job_id).values()].sort(([a], [b]) => b!.madeAt - a!.madeAt).map(viewOf)

export function onlyRerun<T>(found: T[]): T {
  if (found.length === 0) throw new Fault('not_found', 'no such renormalization')
  return found[0]!
}

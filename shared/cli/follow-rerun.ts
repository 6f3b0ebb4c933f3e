import type { Renormalization } from '../sdk/wire.ts'
import type { Input, Result } from './command.ts'
import { follow } from './follow.ts'
import { table } from './table.ts'

/** Shows how far it is until it is over, and then what it came to. */
export async function followRerun(input: Input, begun: Renormalization): Promise<Result> {
  const { on, client, say } = input
  const id = begun.renormalization_id
  if (on('no-wait')) return { json: begun, text: id }
  say(id)
  const job = await follow(input, { begun, look: () => client.renormalizations.get(id), line: progress })
  return { json: job, text: summary(job) }
}

const progress = ({ state, progress, payloads }: Renormalization): string | undefined =>
  state === 'running' ? `${Math.floor(100 * progress)} %, ${payloads} payloads` : undefined

function summary(job: Renormalization): string {
  const types = Object.entries(job.records)
  const records = table(
    ['type', 'changed', 'added', 'dropped'],
    types.map(([type, { changed, added, dropped }]) => [type, String(changed), String(added), String(dropped)]),
  )
  const fields = types.flatMap(([type, told]) =>
    Object.entries(told.fields)
      .sort(([, a], [, b]) => b - a)
      .map(([path, count]) => [type, path, String(count)]),
  )
  const samples = types.flatMap(([type, told]) =>
    told.samples.map(({ user_id, summary_id, change }) => [type, change, user_id, summary_id]),
  )
  const asides = [
    job.quarantined > 0 && `${job.quarantined} payloads have something that cannot be read: see /v2/quarantine`,
    job.skipped > 0 && `${job.skipped} records stay: a newer payload outside of the range is part of them`,
  ].filter((line) => line !== false)
  const outcome =
    job.state === 'cancelled'
      ? 'cancelled'
      : job.dry_run
        ? 'nothing was changed; --apply changes it'
        : `${job.events} records got new content`
  return [
    records,
    ...(fields.length > 0 ? ['', table(['type', 'field', 'records'], fields)] : []),
    ...(samples.length > 0 ? ['', table(['type', 'change', 'user', 'record'], samples)] : []),
    '',
    ...asides,
    `${job.payloads} payloads were read again; ${outcome}`,
  ].join('\n')
}

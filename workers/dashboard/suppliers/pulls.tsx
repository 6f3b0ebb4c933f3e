import { Hono } from 'hono'
import { sendOwnPage } from '../../pages/send-page.ts'
import { When } from '../../suppliers/pages/parts.tsx'
import { PullCard } from '../../suppliers/pages/pull-card.tsx'
import { moment } from '../../suppliers/pages/words.ts'
import type { PullOfSupplier } from '../../suppliers/pull-views.ts'
import { Wrong } from '../frame.tsx'
import type { SuppliersEnv } from './side.tsx'

/** Buckets of the supplier, as its developer sees them: whether they are looked at, and what keeps their objects away. */
export const supplierPulls = new Hono<SuppliersEnv>()
supplierPulls.get('/pulls', async (c) => {
  const { ask, home, Frame } = c.get('side')
  const list = await ask<{ pulls: PullOfSupplier[] }>('GET', '/pulls')
  const all = list.ok ? list.body.pulls : []
  return sendOwnPage(
    c,
    <Frame title="Pulls" here="pulls">
      <h1>Pulls</h1>
      <p class="soft">
        Buckets of the supplier whose objects are fetched; each becomes one of its{' '}
        <a href={`${home}/batches`}>batches</a>. The supplier sets them up, and alone sees their access keys and the
        names of objects.
      </p>
      <Wrong text={list.ok ? undefined : list.detail} />
      {list.ok && all.length === 0 && <p>None in this environment.</p>}
      <ul class="grid">
        {all.map((pull) => (
          <PullCard pull={pull} name={pull.bucket} more={factsOf(pull)} />
        ))}
      </ul>
    </Frame>,
    list.ok ? 200 : 400,
  )
})

const factsOf = ({ pull_id, problem, next_look_at }: PullOfSupplier): Parameters<typeof PullCard>[0]['more'] => [
  ['Next look', next_look_at === null ? 'none: it is paused' : <When at={next_look_at} />],
  ...(problem === null ? [] : [['Failing', since(problem)] satisfies [string, string]]),
  ['Id', <code>{pull_id}</code>],
]
const since = ({ since, times }: NonNullable<PullOfSupplier['problem']>): string =>
  `since ${moment(since)}, ${times === 1 ? 'once' : `${times} times`}`

import { Hono } from 'hono'
import type { LimitsView } from '../../../shared/supply/quality-view.ts'
import { Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import { Bar } from './charts/bar.tsx'
import { Table } from './parts.tsx'
import type { SideEnv } from './side.ts'
import { bytes, count, span } from './words.ts'

type LimitView = LimitsView['limits'][number]

/** What may be pushed how fast, and how much of it is taken now. */
export const limits = new Hono<SideEnv>()
limits.get('/limits', async (c) => {
  const { ask, who, Frame } = c.get('side')
  const answer = await ask<LimitsView>('GET', '/limits')
  return sendOwnPage(
    c,
    <Frame title="Limits" here="limits">
      <h1>Limits</h1>
      <p class="soft">
        Beyond them a push is answered 429 with the time after which to come again; the client does so by itself.
        {who === 'supplier' && ' Whoever invited you can raise them.'}
      </p>
      <Wrong text={answer.ok ? undefined : answer.detail} />
      {answer.ok && <Limits limits={answer.body} />}
    </Frame>,
    answer.ok ? 200 : 400,
  )
})

const Limits = ({ limits: { limits: all, waiting, days } }: { limits: LimitsView }) => (
  <>
    <div class="grid">
      {all.map((limit) => (
        <Limit limit={limit} />
      ))}
    </div>
    <p>
      {waiting.records === 0
        ? 'Nothing waits to be worked at.'
        : `${count(waiting.records)} records are received and wait to be worked at.`}
    </p>
    <h2>What came</h2>
    {days.length === 0 ? (
      <p class="soft">Nothing in the last days.</p>
    ) : (
      <Table
        heads={['Day (UTC)', 'Batches', 'Records', 'Bytes']}
        right={[1, 2, 3]}
        rows={days.map((day) => [day.date, count(day.batches), count(day.records), bytes(day.bytes)])}
      />
    )}
  </>
)

const TITLES = { records: 'Records at once', bytes: 'Bytes of the day', batches: 'Batches under way' }
const Limit = ({ limit: { name, limit, used, unit, resets_in_seconds } }: { limit: LimitView }) => {
  const share = limit === 0 ? 0 : used / limit
  const figure = (value: number) => (name === 'bytes' ? bytes(value) : count(value))
  return (
    <section class="panel">
      <h2>{TITLES[name]}</h2>
      <p class="big">
        {figure(used)} <small>of {figure(limit)}</small>
      </p>
      <Bar
        label={`${figure(used)} of ${figure(limit)} are taken`}
        parts={[{ tone: share >= 1 ? 'spent' : share >= 0.8 ? 'near' : 'used', share: Math.min(1, share) }]}
      />
      <p class="soft">
        {unit}
        {resets_in_seconds !== null && used > 0 && `; all free again in ${span(resets_in_seconds)}`}
      </p>
    </section>
  )
}

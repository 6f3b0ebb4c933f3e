import { Hono } from 'hono'
import { BATCH_STATES } from '../../../shared/supply/batch-state.ts'
import { Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { BatchView } from '../batch-views.ts'
import { Split } from './charts/split.tsx'
import { Filters, More, Only, State, Table, When, withQuery } from './parts.tsx'
import type { Side, SideEnv } from './side.ts'
import { bytes, count } from './words.ts'

/** What was pushed, newest first, and what came of it. */
export const batches = new Hono<SideEnv>()
batches.get('/batches', async (c) => {
  const { ask, home, who, Frame } = c.get('side')
  const filter = { state: c.req.query('state'), contract_id: c.req.query('contract_id') }
  const list = await ask<{ batches: BatchView[]; next_cursor: string | null }>(
    'GET',
    withQuery('/batches', filter, { limit: 30, cursor: c.req.query('cursor') }),
  )
  const path = `${home}/batches`
  return sendOwnPage(
    c,
    <Frame title="Batches" here="batches">
      <div class="head">
        <h1>Batches</h1>
        {who === 'supplier' && (
          <a class="button" href={`${home}/try`}>
            Push some records
          </a>
        )}
      </div>
      <Wrong text={list.ok ? undefined : list.detail} />
      <Filters
        label="State"
        choices={[
          ['all', withQuery(path, filter, { state: '' }), !filter.state],
          ...BATCH_STATES.map((state): [string, string, boolean] => [
            state,
            withQuery(path, filter, { state }),
            filter.state === state,
          ]),
        ]}
      />
      <Only of={filter.contract_id} all={path} />
      {list.ok && list.body.batches.length === 0 && (
        <Empty who={who} home={home} filtered={Object.values(filter).some(Boolean)} />
      )}
      {list.ok && <BatchTable batches={list.body.batches} home={home} />}
      {list.ok && <More href={list.body.next_cursor && withQuery(path, filter, { cursor: list.body.next_cursor })} />}
    </Frame>,
    list.ok ? 200 : 400,
  )
})

const Empty = ({ who, home, filtered }: Pick<Side, 'who' | 'home'> & { filtered: boolean }) => {
  if (filtered) return <p class="soft">None of these.</p>
  if (who === 'developer') return <p class="soft">Nothing was pushed in this environment yet.</p>
  return (
    <p class="soft">
      Nothing was pushed here yet. <a href={`${home}/try`}>Try it with a few records</a>: first without storing
      anything, if you like.
    </p>
  )
}

/** Where it stands; what waits for a mend of ours does not just stand in line. */
export const shownState = ({ state, trouble }: Pick<BatchView, 'state' | 'trouble'>): string =>
  trouble === null ? state : 'in trouble'

export const BatchTable = ({ batches: list, home }: { batches: BatchView[]; home: string }) =>
  list.length === 0 ? null : (
    <Table
      heads={['Received', 'State', 'Contract', 'Records', 'Size', 'What came of them']}
      right={[3, 4]}
      rows={list.map((batch) => [
        <a href={`${home}/batches/${batch.batch_id}`}>
          <When at={batch.created_at} />
        </a>,
        <State state={shownState(batch)} />,
        <a href={`${home}/contracts/${batch.contract_id}`}>{batch.contract}</a>,
        count(batch.records),
        bytes(batch.bytes),
        <div class="inline">
          <Split counts={batch.counts} total={batch.records} short />
        </div>,
      ])}
    />
  )

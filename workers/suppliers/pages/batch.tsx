import { type Context, Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { z } from '../../../shared/base/zod.ts'
import { isEnded } from '../../../shared/supply/batch-state.ts'
import { QUARANTINE_STATES } from '../../../shared/supply/quarantine.ts'
import { OUTCOME_NAMES } from '../../../shared/supply/report.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { BatchDetail, BatchView, ReportLine } from '../batch-views.ts'
import { shownState } from './batches.tsx'
import { Split } from './charts/split.tsx'
import { notGiven } from './not-found.tsx'
import { Act, Facts, Filters, GoingOn, LOOKS_AGAIN, More, State, Table, When, withQuery } from './parts.tsx'
import type { Side, SideEnv } from './side.ts'
import { waitsFor } from './waits-for.ts'
import { bytes, count, percent, span } from './words.ts'

type Detail = z.infer<typeof BatchDetail>
const LINES_SHOWN = 100

/** One batch: how far it is, and its report record by record. */
export const batch = new Hono<SideEnv>()
batch.get('/batches/:batch_id', (c) => show(c, {}))
batch.post('/batches/:batch_id/cancel', async (c) => {
  const answer = await c.get('side').ask('DELETE', pathOf(c))
  return show(c, answer.ok ? { done: 'Cancelled: what was taken before stays.' } : { error: answer.detail })
})

/** All of it, as a file: streamed, however long it is. */
batch.get('/batches/:batch_id/report.ndjson', async (c) => {
  const response = await c.get('side').stream(`${pathOf(c)}/report`, 'application/x-ndjson')
  if (!response.ok) return notGiven(c, 'batches', (await response.json()) as never)
  return new Response(response.body, {
    headers: {
      'content-type': 'application/x-ndjson',
      'content-disposition': `attachment; filename="${c.req.param('batch_id')}.ndjson"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})

const pathOf = (c: Context<SideEnv>) => `/batches/${encodeURIComponent(c.req.param('batch_id') ?? '')}`

async function show(c: Context<SideEnv>, told: { done?: string; error?: string }) {
  const { ask, who, home, Frame } = c.get('side')
  const found = await ask<Detail>('GET', pathOf(c))
  if (!found.ok) return notGiven(c, 'batches', found)
  const filter = { outcome: c.req.query('outcome') }
  const report = await ask<{ records: ReportLine[]; next_cursor: string | null }>(
    'GET',
    withQuery(`${pathOf(c)}/report`, filter, { limit: LINES_SHOWN, cursor: c.req.query('cursor') }),
  )
  const view = found.body
  const path = `${home}${pathOf(c)}`
  const open = !isEnded(view.state)
  return sendOwnPage(
    c,
    <Frame title="Batch" here="batches" goesOn={open}>
      <GoingOn goesOn={open}>
        <div class="head">
          <h1>
            {count(view.records)} {view.records === 1 ? 'record' : 'records'} <State state={shownState(view)} />
          </h1>
          {open && <Act to={`${path}/cancel`}>Cancel</Act>}
        </div>
        <Done text={told.done} />
        <Wrong text={told.error ?? view.reason ?? (view.trouble ? waitsFor('It waits', view.trouble) : undefined)} />
        {open && <Progress batch={view} path={path} />}
        <Split counts={view.counts} total={view.records} link={(outcome) => withQuery(path, { outcome })} />
        <About batch={view} side={{ who, home }} />
        <div class="head">
          <h2>Report</h2>
          <a href={`${path}/report.ndjson`} download>
            All of it, as a file
          </a>
        </div>
        <Filters
          label="Outcome"
          choices={[
            ['all', path, !filter.outcome],
            ...OUTCOME_NAMES.map((outcome): [string, string, boolean] => [
              outcome,
              withQuery(path, { outcome }),
              filter.outcome === outcome,
            ]),
          ]}
        />
        <Wrong text={report.ok ? undefined : report.detail} />
        {report.ok && <Lines lines={report.body.records} home={home} />}
        {report.ok && (
          <More href={report.body.next_cursor && withQuery(path, filter, { cursor: report.body.next_cursor })} />
        )}
      </GoingOn>
    </Frame>,
    told.error === undefined ? 200 : 400,
    open ? LOOKS_AGAIN : {},
  )
}

const Progress = ({ batch: { progress }, path }: { batch: BatchView; path: string }) => (
  <p>
    <progress value={progress} aria-label={`${percent(progress)} of its records`} />
    <span class="soft">
      {percent(progress)}. This page looks again by itself, or <a href={path}>by hand</a>.
    </span>
  </p>
)

const About = ({ batch: view, side: { who, home } }: { batch: Detail; side: Pick<Side, 'who' | 'home'> }) => (
  <Facts
    facts={[
      ['Contract', <a href={`${home}/contracts/${view.contract_id}`}>{view.contract}</a>],
      ['Came', CAME[view.kind]],
      ...objectFacts(view, who, home),
      ['Received', <When at={view.received_at} />],
      [
        'Finished',
        view.ended_at === null ? (
          'not yet'
        ) : (
          <>
            <When at={view.ended_at} />, after {span(tookSeconds(view))}
          </>
        ),
      ],
      ['Size', bytes(view.bytes)],
      ...heldFacts(view, home),
      ['Id', <code>{view.batch_id}</code>],
    ]}
  />
)

const CAME: Record<BatchView['kind'], string> = {
  push: 'in one request',
  records: 'as single records',
  upload: 'in parts',
  pull: 'fetched from a bucket',
}

/** Of a batch that was fetched: which object it was. A developer sees no keys: they may name people. */
function objectFacts({ object }: Detail, who: Side['who'], home: string): [string, Child][] {
  if (object === null) return []
  const { key, etag, modified_at, pull_id } = object
  const pull = who === 'supplier' ? `${home}/pulls/${pull_id}` : `${home}/pulls`
  return [
    ...(key === undefined ? [] : [['Object', <code>{key}</code>] satisfies [string, Child]]),
    ...(etag === undefined ? [] : [['ETag', <code>{etag}</code>] satisfies [string, Child]]),
    ['Written', <When at={modified_at} />],
    ['Pull', <a href={pull}>{pull_id}</a>],
  ]
}

/** Of a batch that had any: what became of its records in quarantine. */
function heldFacts({ batch_id, quarantine }: Detail, home: string): [string, Child][] {
  const held = QUARANTINE_STATES.filter((state) => quarantine[state] > 0)
  if (held.length === 0) return []
  const links = held.map((state) => (
    <a href={withQuery(`${home}/quarantine`, { batch_id, state })}>
      {count(quarantine[state])} {state}
    </a>
  ))
  return [['Quarantine', <span class="links">{links}</span>]]
}

const tookSeconds = ({ created_at, ended_at }: BatchView): number =>
  Math.max(0.1, (Date.parse(ended_at!) - Date.parse(created_at)) / 1_000)

const Lines = ({ lines, home }: { lines: ReportLine[]; home: string }) =>
  lines.length === 0 ? (
    <p class="soft">No such records.</p>
  ) : (
    <Table
      heads={['Line', 'Outcome', 'Where', 'Rule', 'Expected', 'There was']}
      right={[0]}
      rows={lines.flatMap((line) =>
        (line.problems ?? [undefined]).map((problem, i) => [
          i === 0 ? count(line.line) : '',
          i === 0 ? <Outcome line={line} home={home} /> : '',
          problem ? <code>{problem.pointer === '' ? 'the whole record' : problem.pointer}</code> : '',
          problem?.rule ?? '',
          problem?.expected ?? '',
          problem?.kind ?? '',
        ]),
      )}
    />
  )

/** Of a quarantined record, the way to it. */
const Outcome = ({ line: { outcome, quarantine_id }, home }: { line: ReportLine; home: string }) =>
  quarantine_id === undefined ? (
    <State state={outcome} />
  ) : (
    <a href={`${home}/quarantine/${quarantine_id}`}>
      <State state={outcome} />
    </a>
  )

import { type Context, Hono } from 'hono'
import { QUARANTINE_STATES } from '../../../shared/supply/quarantine.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import { type QuarantinedRecord, REASONS, type Redrive } from '../quarantine-views.ts'
import { Pointers, Why } from './held.tsx'
import { Filters, More, Only, State, Table, When, withQuery } from './parts.tsx'
import type { SideEnv } from './side.ts'
import { waitsFor } from './waits-for.ts'
import { inWords } from './words.ts'

/** Records that wait until what was missing is mended: why each does, and the press that sends them on. */
export const quarantine = new Hono<SideEnv>()
quarantine.get('/quarantine', (c) => {
  const { state = 'waiting', reason, contract, batch_id } = c.req.query()
  return show(c, { state, reason, contract, batch_id })
})

quarantine.post('/quarantine/redrive', async (c) => {
  const { ask, home } = c.get('side')
  const form = await c.req.formData()
  const filter = Object.fromEntries(
    ['reason', 'contract', 'batch_id'].flatMap((name) => {
      const value = String(form.get(name) ?? '')
      return value === '' ? [] : [[name, value]]
    }),
  )
  const answer = await ask<{ matched: number }>('POST', '/quarantine/redrive', filter)
  if (!answer.ok) return show(c, { state: 'waiting', ...filter }, answer.detail)
  // Led away: whoever reloads the page sends nothing on again.
  return c.redirect(withQuery(`${home}/quarantine`, filter, { redriven: answer.body.matched }), 303)
})

type Filter = Record<string, string | undefined>
async function show(c: Context<SideEnv>, filter: Filter, error?: string) {
  const { ask, home, Frame } = c.get('side')
  const [list, redrives] = await Promise.all([
    ask<{ records: QuarantinedRecord[]; next_cursor: string | null }>(
      'GET',
      withQuery('/quarantine', filter, { limit: 50, cursor: c.req.query('cursor') }),
    ),
    ask<{ redrives: Redrive[] }>('GET', '/redrives'),
  ])
  const stuck = redrives.ok ? redrives.body.redrives.find((one) => one.state === 'running' && one.trouble) : undefined
  const path = `${home}/quarantine`
  const redriven = Number(c.req.query('redriven') ?? Number.NaN)
  const wrong = error ?? (list.ok ? undefined : list.detail)
  return sendOwnPage(
    c,
    <Frame title="Quarantine" here="quarantine">
      <h1>Quarantine</h1>
      <p class="soft">
        Records that are not wrong, but cannot be taken yet. Mend what is missing and send them on (a redrive); what
        nobody mends expires after the days that the contract says, and is counted.
      </p>
      <Done
        text={
          Number.isNaN(redriven) ? undefined : `${redriven} sent on: their batches' reports tell what comes of them.`
        }
      />
      <Wrong text={wrong ?? (stuck?.trouble ? waitsFor('What was sent on waits', stuck.trouble) : undefined)} />
      <Filters
        label="State"
        choices={QUARANTINE_STATES.map((state) => [state, withQuery(path, filter, { state }), filter.state === state])}
      />
      <Reasons path={path} filter={filter} />
      <Only of={filter.batch_id ?? filter.contract} all={path} />
      {filter.reason !== undefined && <Why reason={filter.reason} />}
      {list.ok && list.body.records.length === 0 && <p class="soft">Nothing is here.</p>}
      {list.ok && list.body.records.length > 0 && (
        <>
          {filter.state === 'waiting' && (
            <form method="post" action={`${path}/redrive`} class="actions">
              {Object.entries(filter).map(([name, value]) =>
                value === undefined ? null : <input type="hidden" name={name} value={value} />,
              )}
              <button type="submit">Send these on</button>
            </form>
          )}
          <List items={list.body.records} home={home} />
          <More href={list.body.next_cursor && withQuery(path, filter, { cursor: list.body.next_cursor })} />
        </>
      )}
    </Frame>,
    wrong === undefined ? 200 : 400,
  )
}

const Reasons = ({ path, filter }: { path: string; filter: Filter }) => (
  <Filters
    label="Reason"
    choices={[
      ['any reason', withQuery(path, filter, { reason: '' }), !filter.reason],
      ...REASONS.map((reason): [string, string, boolean] => [
        inWords(reason),
        withQuery(path, filter, { reason }),
        filter.reason === reason,
      ]),
    ]}
  />
)

const List = ({ items, home }: { items: QuarantinedRecord[]; home: string }) => (
  <Table
    heads={['Since', 'Why', 'Where', 'Contract', 'Batch', 'Line', 'State', 'Kept until']}
    right={[5]}
    rows={items.map((item) => [
      <a href={`${home}/quarantine/${item.quarantine_id}`}>
        <When at={item.held_at} />
      </a>,
      inWords(item.reason),
      <Pointers problems={item.problems} />,
      item.contract,
      <a href={`${home}/batches/${item.batch_id}`}>{item.batch_id.slice(0, 12)}…</a>,
      String(item.line),
      <State state={item.state} />,
      <When at={item.expires_at} />,
    ])}
  />
)

import { type Context, Hono } from 'hono'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { AttemptTable } from './attempt-table.tsx'
import { missing } from './destination.tsx'
import { Frame, Wrong } from './frame.tsx'
import { type AttemptView, ago, type DestinationView, titleOf } from './views.ts'

interface ParkedView {
  parked_id: string
  user_id: string
  type: string
  reason: string
  status: number | null
  attempts: number
  parked_at: string
  state: string
}
interface ParkedDetailView extends ParkedView {
  summary_id: string
  seq: number
  trace_id: string
  tried: AttemptView[]
  newer: boolean
  deleted: boolean
  bytes: number
  replay_id: string | null
}

/** What ran out of attempts at a destination: found, looked at, sent again. */
export const parked = new Hono<DashboardEnv>()
const FILTERS = ['status', 'type', 'user_id', 'text', 'from', 'to'] as const
type Filter = Partial<Record<(typeof FILTERS)[number], string>>
const pathOf = (c: Context<DashboardEnv>) => `/destinations/${encodeURIComponent(c.req.param('id') ?? '')}`

parked.get('/destinations/:id/parked', async (c) => {
  const found = await ask<DestinationView>(c, 'GET', pathOf(c))
  if (!found.ok) return missing(c, found.detail)
  const filter = filterOf((name) => c.req.query(name))
  const query = new URLSearchParams({ limit: '50', ...timed(filter) })
  const cursor = c.req.query('cursor')
  if (cursor) query.set('cursor', cursor)
  const list = await ask<{ parked: ParkedView[]; next_cursor: string | null }>(c, 'GET', `${pathOf(c)}/parked?${query}`)
  return sendOwnPage(
    c,
    <Frame title="Parked events" devId={c.get('session').dev_id}>
      <Crumbs destination={found.body} />
      <h1>Parked events</h1>
      <p class="soft">
        Out of attempts, kept for 30 days. A replay sends a record as it is now; one that was delivered newer meanwhile
        is closed.
      </p>
      <Wrong text={list.ok ? undefined : list.detail} />
      <Search filter={filter} />
      {list.ok && <List path={`/dashboard${pathOf(c)}`} filter={filter} {...list.body} />}
    </Frame>,
    list.ok ? 200 : 400,
  )
})

parked.get('/destinations/:id/parked/:parked_id', async (c) => {
  const found = await ask<DestinationView>(c, 'GET', pathOf(c))
  if (!found.ok) return missing(c, found.detail)
  const id = encodeURIComponent(c.req.param('parked_id'))
  const one = await ask<ParkedDetailView>(c, 'GET', `${pathOf(c)}/parked/${id}`)
  if (!one.ok) return missing(c, one.detail)
  return sendOwnPage(
    c,
    <Frame title="Parked event" devId={c.get('session').dev_id}>
      <Crumbs destination={found.body} inside />
      <Detail event={one.body} path={`/dashboard${pathOf(c)}`} />
    </Frame>,
  )
})

/** The filter of a query or a form, without what was left empty. */
export const filterOf = (get: (name: string) => string | undefined): Filter =>
  Object.fromEntries(FILTERS.flatMap((name) => (get(name)?.trim() ? [[name, get(name)!.trim()]] : [])))
/** Browsers give a time without an offset, which is meant in UTC here. */
export const timed = (filter: Filter): Filter =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [
      name,
      (name === 'from' || name === 'to') && !/(Z|[+-]\d\d:\d\d)$/.test(value)
        ? `${value.length === 16 ? `${value}:00` : value}Z`
        : value,
    ]),
  )

const Crumbs = ({ destination, inside = false }: { destination: DestinationView; inside?: boolean }) => (
  <p class="soft">
    <a href="/dashboard">Destinations</a> ·{' '}
    <a href={`/dashboard/destinations/${destination.destination_id}`}>{titleOf(destination.type)}</a>
    {inside && (
      <>
        {' '}
        · <a href={`/dashboard/destinations/${destination.destination_id}/parked`}>Parked events</a>
      </>
    )}
  </p>
)

const Search = ({ filter }: { filter: Filter }) => (
  <form method="get" class="row">
    <label>
      Type
      <select name="type">
        <option value="">all</option>
        {EVENT_TYPES.map((type) => (
          <option selected={filter.type === type}>{type}</option>
        ))}
      </select>
    </label>
    <label>
      Status
      <input name="status" inputmode="numeric" value={filter.status ?? ''} />
    </label>
    <label>
      User
      <input name="user_id" value={filter.user_id ?? ''} />
    </label>
    <label>
      Reason or answer
      <input name="text" value={filter.text ?? ''} />
    </label>
    <label>
      Parked since (UTC)
      <input name="from" type="datetime-local" value={filter.from ?? ''} />
    </label>
    <label>
      Parked before (UTC)
      <input name="to" type="datetime-local" value={filter.to ?? ''} />
    </label>
    <button type="submit" class="quiet">
      Search
    </button>
  </form>
)

interface ListProps {
  path: string
  filter: Filter
  parked: ParkedView[]
  next_cursor: string | null
}
const List = ({ path, filter, parked, next_cursor }: ListProps) => {
  if (parked.length === 0 && next_cursor === null) return <p>Nothing is parked here.</p>
  return (
    <>
      <form method="post" action={`${path}/jobs/replay`} class="actions">
        {Object.entries(filter).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit">Send these again…</button>
      </form>
      <div class="scroll" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Parked</th>
              <th scope="col">Type</th>
              <th scope="col">User</th>
              <th scope="col">Status</th>
              <th scope="col">Reason</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {parked.map((one) => (
              <tr>
                <td>
                  <a href={`${path}/parked/${one.parked_id}`}>
                    <time datetime={one.parked_at}>{ago(one.parked_at)}</time>
                  </a>
                </td>
                <td>{one.type}</td>
                <td class="mono">{one.user_id}</td>
                <td>{one.status ?? '–'}</td>
                <td>{one.reason}</td>
                <td>{one.state}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {next_cursor !== null && (
        <p>
          <a href={`${path}/parked?${new URLSearchParams({ ...filter, cursor: next_cursor })}`}>More</a>
        </p>
      )}
    </>
  )
}

const Detail = ({ event, path }: { event: ParkedDetailView; path: string }) => (
  <>
    <div class="head">
      <h1>
        {event.type} <span class="badge warn">{event.state}</span>
      </h1>
      {event.state === 'parked' && (
        <form method="post" action={`${path}/jobs/replay`}>
          <input type="hidden" name="parked_id" value={event.parked_id} />
          <button type="submit">Send it again…</button>
        </form>
      )}
    </div>
    {event.newer && <p class="notice warn">The record has newer content: a replay closes this one as superseded.</p>}
    <dl class="figures">
      {(
        [
          ['User', event.user_id],
          ['Record', event.summary_id],
          ['Place in the order', event.seq],
          ['Bytes', event.bytes],
          ['Trace', event.trace_id],
          ['Reason', event.reason],
        ] as const
      ).map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd class="mono">{value}</dd>
        </div>
      ))}
    </dl>
    <h2>What was tried</h2>
    <AttemptTable attempts={event.tried} />
  </>
)

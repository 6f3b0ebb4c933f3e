import { type Context, Hono } from 'hono'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { missing } from './destination.tsx'
import { Frame, Wrong } from './frame.tsx'
import { filterOf, timed } from './parked.tsx'
import { ago, type DestinationView, titleOf } from './views.ts'

interface JobView {
  replay_id: string
  kind: 'replay' | 'backfill'
  state: 'running' | 'done' | 'cancelled'
  asked: Record<string, unknown>
  matched: number
  waiting: number
  sending: number
  replayed: number
  superseded: number
  failed: number
  cancelled: number
  created_at: string
}
interface Counted {
  replay_id?: string
  matched: number
  counted: boolean
  rate_per_second: number
}
const AGAIN_S = 2

/** Replays and backfills: counted before they begin, watched while they run. */
export const jobs = new Hono<DashboardEnv>()
const pathOf = (c: Context<DashboardEnv>) => `/destinations/${encodeURIComponent(c.req.param('id') ?? '')}`

jobs.get('/destinations/:id/jobs', (c) => list(c, undefined))

jobs.post('/destinations/:id/jobs/replay', async (c) => {
  const form = await c.req.formData()
  const get = (name: string) => (form.has(name) ? String(form.get(name)) : undefined)
  const { status, ...filter } = timed(filterOf(get))
  const parked_id = get('parked_id')
  const what = { ...filter, ...(status && { status: Number(status) }), ...(parked_id && { parked_id }) }
  return begin(c, 'replays', what, form)
})
jobs.post('/destinations/:id/jobs/backfill', async (c) => {
  const form = await c.req.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const what = { from: text('from'), ...(text('to') && { to: text('to') }) }
  return begin(c, 'backfills', what, form)
})
jobs.post('/destinations/:id/jobs/:replay_id/cancel', async (c) => {
  const answer = await ask(c, 'DELETE', `${pathOf(c)}/replays/${encodeURIComponent(c.req.param('replay_id'))}`)
  return answer.ok ? c.redirect(`/dashboard${pathOf(c)}/jobs`, 303) : list(c, answer.detail)
})

/** First the count, to be confirmed; then the job. */
async function begin(
  c: Context<DashboardEnv>,
  kind: 'replays' | 'backfills',
  what: Record<string, unknown>,
  form: FormData,
) {
  const sure = form.get('sure') === 'yes'
  const answer = await ask<Counted>(c, 'POST', `${pathOf(c)}/${kind}`, { ...what, dry_run: !sure })
  if (!answer.ok) return list(c, answer.detail)
  if (sure) return c.redirect(`/dashboard${pathOf(c)}/jobs`, 303)
  const { matched, counted, rate_per_second } = answer.body
  return sendOwnPage(
    c,
    <Frame title="Send again" devId={c.get('session').dev_id}>
      <h1>
        {counted ? '' : 'At least '}
        {matched} {matched === 1 ? 'event' : 'events'}
      </h1>
      <p>
        {matched === 0
          ? 'There is nothing to send.'
          : `They are sent after what is live, ${rate_per_second} a second at most, each as its record is now.`}
      </p>
      <div class="actions">
        {matched > 0 && (
          <form method="post">
            {[...form.entries()].map(([name, value]) => (
              <input type="hidden" name={name} value={String(value)} />
            ))}
            <input type="hidden" name="sure" value="yes" />
            <button type="submit">Send them</button>
          </form>
        )}
        <a class="button quiet" href={`/dashboard${pathOf(c)}`}>
          Not now
        </a>
      </div>
    </Frame>,
  )
}

async function list(c: Context<DashboardEnv>, error: string | undefined) {
  const found = await ask<DestinationView>(c, 'GET', pathOf(c))
  if (!found.ok) return missing(c, found.detail)
  const answer = await ask<{ replays: JobView[] }>(c, 'GET', `${pathOf(c)}/replays`)
  const all = answer.ok ? answer.body.replays : []
  const wrong = error ?? (answer.ok ? undefined : answer.detail)
  const running = all.some(({ state }) => state === 'running')
  return sendOwnPage(
    c,
    <Frame title="Replays and backfills" devId={c.get('session').dev_id} {...(running && { again: AGAIN_S })}>
      <p class="soft">
        <a href="/dashboard">Destinations</a> · <a href={`/dashboard${pathOf(c)}`}>{titleOf(found.body.type)}</a>
      </p>
      <h1>Replays and backfills</h1>
      <Wrong text={wrong} />
      <Backfill path={`/dashboard${pathOf(c)}`} />
      {all.length === 0 && <p class="soft">None yet.</p>}
      {all.map((job) => (
        <Job job={job} path={`/dashboard${pathOf(c)}`} />
      ))}
    </Frame>,
    wrong === undefined ? 200 : 400,
  )
}

const Backfill = ({ path }: { path: string }) => (
  <form method="post" action={`${path}/jobs/backfill`} class="row">
    <label>
      Send data of before, from
      <input type="date" name="from" required />
    </label>
    <label>
      to (left empty: all)
      <input type="date" name="to" />
    </label>
    <button type="submit" class="quiet">
      Count it…
    </button>
  </form>
)

const TONES = { running: 'warn', done: 'good', cancelled: 'bad' } as const
const Job = ({ job, path }: { job: JobView; path: string }) => {
  const over = job.matched - job.waiting - job.sending
  const label = `${over} of ${job.matched}`
  return (
    <section aria-label={`${job.kind} of ${job.created_at}`}>
      <h2>
        {job.kind === 'replay' ? 'Replay' : 'Backfill'} <span class={`badge ${TONES[job.state]}`}>{job.state}</span>{' '}
        <small class="soft">{ago(job.created_at)}</small>
      </h2>
      <progress max={Math.max(job.matched, 1)} value={over} aria-label={label}>
        {label}
      </progress>
      <p>
        {job.replayed} arrived, {job.waiting + job.sending} to go, {job.superseded} superseded, {job.failed} refused
        again
        {job.cancelled > 0 && `, ${job.cancelled} taken back`}
      </p>
      <p class="soft mono">{JSON.stringify(job.asked)}</p>
      {job.state === 'running' && (
        <form method="post" action={`${path}/jobs/${job.replay_id}/cancel`}>
          <button type="submit" class="quiet">
            Cancel
          </button>
        </form>
      )}
    </section>
  )
}

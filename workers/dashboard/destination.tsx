import { type Context, Hono } from 'hono'
import { DeliveryInput } from '../api/destination-input.ts'
import { formFields, readForm } from '../pages/form-fields.ts'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { DestinationPage } from './destination-page.tsx'
import { Frame, Wrong } from './frame.tsx'
import { type AttemptView, type DestinationView, type StatusView, unitNamed } from './views.ts'

type Told = { done?: string; error?: string; editing?: boolean }
const ATTEMPTS_SHOWN = 60

/** One destination: how it is, what was tried, and everything that can be done with it. */
export const destination = new Hono<DashboardEnv>()

destination.get('/destinations/:id', (c) => show(c, {}))

destination.post('/destinations/:id', async (c) => {
  const found = await find(c)
  if (!found.ok) return missing(c, found.detail)
  const unit = unitNamed(found.body.type)!
  const form = await c.req.formData()
  const secrets = readForm(formFields(unit.secrets), form, 'secrets.')
  const answer = await ask(c, 'PATCH', pathOf(c), {
    settings: readForm(formFields(unit.settings), form, 'settings.'),
    ...(Object.keys(secrets).length > 0 && { secrets }),
    delivery: readForm(formFields(DeliveryInput), form, 'delivery.'),
  })
  return show(c, answer.ok ? { done: 'Saved.' } : { error: answer.detail, editing: true })
})

destination.post('/destinations/:id/pause', (c) => setState(c, 'paused', 'Paused: events wait here.'))
destination.post('/destinations/:id/resume', (c) => setState(c, 'active', 'Delivering again.'))

destination.post('/destinations/:id/test', async (c) => {
  const answer = await ask<{ outcome: string; reason: string | null; duration_ms: number }>(
    c,
    'POST',
    `${pathOf(c)}/test`,
  )
  if (!answer.ok) return show(c, { error: answer.detail })
  const { outcome, reason, duration_ms } = answer.body
  if (outcome === 'delivered') return show(c, { done: `The test arrived in ${Math.round(duration_ms)} ms.` })
  return show(c, { error: `The test did not arrive: ${reason}` })
})

destination.post('/destinations/:id/rotate', async (c) => {
  const answer = await ask<{ signing_secret: string }>(c, 'POST', `${pathOf(c)}/rotate`)
  if (!answer.ok) return show(c, { error: answer.detail })
  return show(c, { done: `The new signing secret, shown this once: ${answer.body.signing_secret}` })
})

destination.post('/destinations/:id/delete', async (c) => {
  if ((await c.req.formData()).get('sure') !== 'on')
    return show(c, { error: 'Say that what is parked there may go as well.' })
  const answer = await ask(c, 'DELETE', pathOf(c))
  return answer.ok ? c.redirect('/dashboard', 303) : show(c, { error: answer.detail })
})

const pathOf = (c: Context<DashboardEnv>) => `/destinations/${encodeURIComponent(c.req.param('id') ?? '')}`
const find = (c: Context<DashboardEnv>) => ask<DestinationView>(c, 'GET', pathOf(c))

async function setState(c: Context<DashboardEnv>, state: 'active' | 'paused', done: string) {
  const answer = await ask(c, 'PATCH', pathOf(c), { state })
  return show(c, answer.ok ? { done } : { error: answer.detail })
}

async function show(c: Context<DashboardEnv>, told: Told) {
  const found = await find(c)
  if (!found.ok) return missing(c, found.detail)
  const [status, attempts] = await Promise.all([
    ask<StatusView>(c, 'GET', `${pathOf(c)}/deliveries`),
    ask<{ attempts: AttemptView[] }>(c, 'GET', `${pathOf(c)}/attempts?limit=${ATTEMPTS_SHOWN}`),
  ])
  return sendOwnPage(
    c,
    <DestinationPage
      devId={c.get('session').dev_id}
      destination={found.body}
      unit={unitNamed(found.body.type)}
      status={status.ok ? status.body : undefined}
      attempts={attempts.ok ? attempts.body.attempts : []}
      {...told}
    />,
    told.error === undefined ? 200 : 400,
  )
}

export const missing = (c: Context<DashboardEnv>, detail: string) =>
  sendOwnPage(
    c,
    <Frame title="Not found" devId={c.get('session').dev_id}>
      <h1>Not found</h1>
      <Wrong text={detail} />
      <p>
        <a href="/dashboard">All destinations</a>
      </p>
    </Frame>,
    404,
  )

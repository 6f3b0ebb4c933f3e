import { type Context, Hono } from 'hono'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { baseUrlOf } from '../base-url.ts'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { type Choice, PairedPage, PairPage } from './pair-page.tsx'
import { pairFor, strapLink } from './pairing.ts'
import { sendSynthetic } from './synthetic-stream.ts'

/** How a stream begins: a phone or a browser is paired, or a made-up person sends. */
export const pair = new Hono<DashboardEnv>()

pair.get('/live/pair', (c) => show(c, {}))

pair.post('/live/pair', async (c) => {
  const form = await c.req.formData()
  const given = { user_id: textOf(form, 'user_id'), reference_id: textOf(form, 'reference_id') }
  const answer = await pairFor(c, given)
  if (!answer.ok) return show(c, { given, error: answer.detail }, answer.status)
  const { dev_id } = c.get('session')
  return sendOwnPage(
    c,
    <PairedPage devId={dev_id} pairing={answer.body} strap={strapLink(baseUrlOf(c), answer.body)} />,
  )
})

pair.post('/live/synthetic', async (c) => {
  const form = await c.req.formData()
  const answer = await sendSynthetic(c, {
    user_id: textOf(form, 'user_id'),
    minutes: Number(textOf(form, 'minutes')),
    hz: Number(textOf(form, 'hz')),
    types: form.getAll('types').map(String),
  })
  if (!answer.ok) return show(c, { syntheticError: answer.detail }, answer.status)
  return c.redirect('/dashboard/live', 303)
})

/** Users that a form offers; others are written by their reference_id. */
const MOST_OFFERED = 200
const made = new Set(
  Object.values(PROVIDERS)
    .filter(({ synthetic }) => synthetic)
    .map(({ resource }) => resource),
)

interface Tried {
  given?: { user_id: string; reference_id: string }
  error?: string
  syntheticError?: string
}
async function show(c: Context<DashboardEnv>, tried: Tried, status = 200) {
  const path = `/subscriptions?page=0&per_page=${MOST_OFFERED}`
  const list = await ask<{ data: { results: (Choice & { provider: string })[] } }>(c, 'GET', path)
  const users = list.ok ? list.body.data.results : []
  const synthetic = users.filter(({ provider }) => made.has(provider))
  return sendOwnPage(
    c,
    <PairPage devId={c.get('session').dev_id} users={users} synthetic={synthetic} {...tried} />,
    status === 200 || status === 403 || status === 404 || status === 409 ? status : 400,
  )
}

const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim()

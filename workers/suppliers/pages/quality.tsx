import { type Context, Hono } from 'hono'
import type { AlertView, QualityView } from '../../../shared/supply/quality-view.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import { Alerts, Score, Verdict } from './quality-page.tsx'
import type { SideEnv } from './side.ts'
import { moment } from './words.ts'

/** The scorecard: what was promised, how it is kept, and what was told about it. */
export const quality = new Hono<SideEnv>()
quality.get('/quality', (c) => show(c, {}))

/** The sandbox has a clock of its own, so that a promise can be broken in a minute. */
quality.post('/quality/clock', async (c) => {
  const hours = Number((await c.req.formData()).get('hours'))
  const answer = await c.get('side').ask<{ now: string }>('POST', '/clock', { advance_seconds: hours * 3_600 })
  return show(
    c,
    answer.ok ? { done: `The sandbox’s clock shows ${moment(answer.body.now)} UTC.` } : { error: answer.detail },
  )
})

/** Records that a rule holds back go on: the developer's word goes above the rule's. */
quality.post('/quality/lift', async (c) => {
  const form = await c.req.formData()
  const contract = String(form.get('contract') ?? '')
  const redrive = form.get('redrive') === 'on'
  const answer = await c
    .get('side')
    .ask<{ redrive_id: string | null }>('DELETE', `/holds/${encodeURIComponent(contract)}?redrive=${redrive}`)
  if (!answer.ok) return show(c, { error: answer.detail })
  const waiting = answer.body.redrive_id ? 'those that waited are read again' : 'those that wait are in the quarantine'
  return show(c, { done: `New records go on; ${waiting}.` })
})

async function show(c: Context<SideEnv>, told: { done?: string; error?: string }) {
  const { ask, who, environment, home, Frame } = c.get('side')
  const [scores, alerts] = await Promise.all([
    ask<QualityView>('GET', who === 'supplier' ? '/quality' : '/scorecard'),
    ask<{ alerts: AlertView[] }>('GET', '/alerts?limit=20'),
  ])
  const wrong = told.error ?? (scores.ok ? undefined : scores.detail)
  return sendOwnPage(
    c,
    <Frame title="Quality" here="quality">
      <h1>Quality</h1>
      <Done text={told.done} />
      <Wrong text={wrong} />
      {scores.ok && <Verdict scores={scores.body.contracts} />}
      {scores.ok && scores.body.contracts.map((one) => <Score quality={one} side={{ who, home }} />)}
      <h2>Alerts</h2>
      <Wrong text={alerts.ok ? undefined : alerts.detail} />
      {alerts.ok && <Alerts alerts={alerts.body.alerts} />}
      {environment === 'sandbox' && who === 'supplier' && <Clock path={`${home}/quality/clock`} />}
    </Frame>,
    wrong === undefined ? 200 : 400,
  )
}

const Clock = ({ path }: { path: string }) => (
  <>
    <h2>The sandbox’s clock</h2>
    <p class="soft">
      See what a broken promise does, without waiting for one: let time pass here, and nothing arrive. Production is not
      touched.
    </p>
    <form class="row" method="post" action={path}>
      <label>
        Hours to let pass
        <input name="hours" type="number" min="1" max="720" value="24" required />
      </label>
      <button type="submit" class="quiet">
        Move the clock on
      </button>
    </form>
  </>
)

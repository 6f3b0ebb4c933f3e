import { type Context, Hono } from 'hono'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { DestinationDefinition } from '../../shared/delivery/define.ts'
import { DeliveryInput } from '../api/destination-input.ts'
import { Marked } from '../manual/marked.tsx'
import { Fields } from '../pages/form.tsx'
import { formFields, readForm } from '../pages/form-fields.ts'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { missing } from './destination.tsx'
import { Frame, Wrong } from './frame.tsx'
import { type DestinationView, unitNamed } from './views.ts'

/** Choose a kind, fill in its form. Both are read off the shelf: a new kind is here by itself. */
export const destinationNew = new Hono<DashboardEnv>()

destinationNew.get('/destinations/new', (c) =>
  sendOwnPage(
    c,
    <Frame title="Add a destination" devId={c.get('session').dev_id}>
      <h1>Add a destination</h1>
      <ul class="cards">
        {Object.values(DESTINATIONS).map(({ type, title, about }) => (
          <li>
            <h2>
              <a href={`/dashboard/destinations/new/${type}`}>{title}</a>
            </h2>
            <p class="soft">
              <Marked text={about} />
            </p>
          </li>
        ))}
      </ul>
    </Frame>,
  ),
)

destinationNew.get('/destinations/new/:type', (c) => {
  const unit = unitOf(c)
  if (!unit) return missing(c, NO_KIND)
  return sendOwnPage(c, <NewPage devId={c.get('session').dev_id} unit={unit} given={{ settings: {}, delivery: {} }} />)
})

destinationNew.post('/destinations/new/:type', async (c) => {
  const unit = unitOf(c)
  if (!unit) return missing(c, NO_KIND)
  const form = await c.req.formData()
  const settings = readForm(formFields(unit.settings), form, 'settings.')
  const secrets = readForm(formFields(unit.secrets), form, 'secrets.')
  const delivery = readForm(formFields(DeliveryInput), form, 'delivery.')
  const { dev_id } = c.get('session')
  const answer = await ask<DestinationView & { signing_secret: string }>(c, 'POST', '/destinations', {
    type: unit.type,
    settings,
    secrets,
    delivery,
  })
  if (!answer.ok)
    return sendOwnPage(
      c,
      <NewPage devId={dev_id} unit={unit} given={{ settings, delivery }} error={answer.detail} />,
      answer.status === 403 ? 403 : 400,
    )
  return sendOwnPage(c, <MadePage devId={dev_id} unit={unit} made={answer.body} />)
})

const NO_KIND = 'no kind of destination has this name'
const unitOf = (c: Context) => unitNamed(c.req.param('type') ?? '')

interface NewProps {
  devId: string
  unit: DestinationDefinition
  given: { settings: Record<string, unknown>; delivery: Record<string, unknown> }
  error?: string
}
const NewPage = ({ devId, unit, given, error }: NewProps) => (
  <Frame title={`New: ${unit.title}`} devId={devId}>
    <p class="soft">
      <a href="/dashboard/destinations/new">Kinds of destinations</a>
    </p>
    <h1>{unit.title}</h1>
    <p class="soft">
      <Marked text={unit.about} /> <a href={`/docs/destinations/${unit.type}`}>How it works</a>
    </p>
    <Wrong text={error} />
    <form class="fields" method="post">
      <Fields fields={formFields(unit.settings)} prefix="settings." values={given.settings} error={error} />
      <Fields fields={formFields(unit.secrets)} prefix="secrets." values={{}} error={error} secret />
      <details>
        <summary>What is sent, and how</summary>
        <Fields
          fields={formFields(DeliveryInput)}
          prefix="delivery."
          values={{ with_samples: true, ...given.delivery }}
          error={error}
        />
      </details>
      <button type="submit">{unit.check ? 'Connect and save' : 'Save'}</button>
    </form>
  </Frame>
)

interface MadeProps {
  devId: string
  unit: DestinationDefinition
  made: DestinationView & { signing_secret: string }
}
const MadePage = ({ devId, unit, made }: MadeProps) => (
  <Frame title={`${unit.title} added`} devId={devId}>
    <h1>{unit.title} added</h1>
    <p>Every event that happens from now on is sent there. Copy the secret: it is shown this once.</p>
    <p class="notice good">
      Signing secret
      <br />
      <span class="once" id="signing-secret">
        {made.signing_secret}
      </span>
    </p>
    <p class="soft">It signs webhooks, and the daily manifest of every kind of destination.</p>
    <a class="button" href={`/dashboard/destinations/${made.destination_id}`}>
      Go on
    </a>
  </Frame>
)

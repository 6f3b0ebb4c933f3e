import type { PropsWithChildren } from 'hono/jsx'
import type { DestinationDefinition } from '../../shared/delivery/define.ts'
import { DeliveryInput } from '../api/destination-input.ts'
import { Beats } from '../pages/beats.tsx'
import { Fields } from '../pages/form.tsx'
import { formFields } from '../pages/form-fields.ts'
import { AttemptTable } from './attempt-table.tsx'
import { Done, Frame, Wrong } from './frame.tsx'
import { type AttemptView, ago, type DestinationView, healthOf, placeOf, type StatusView, titleOf } from './views.ts'

interface PageProps {
  devId: string
  destination: DestinationView
  unit: DestinationDefinition | undefined
  status: StatusView | undefined
  attempts: AttemptView[]
  done?: string | undefined
  error?: string | undefined
  /** The form is what was refused: it stays open. */
  editing?: boolean | undefined
}

export const DestinationPage = (props: PageProps) => {
  const { devId, destination, unit, status, attempts, done, error, editing } = props
  const { word, tone } = healthOf(destination, status)
  const path = `/dashboard/destinations/${destination.destination_id}`
  return (
    <Frame title={titleOf(destination.type)} devId={devId}>
      <p class="soft">
        <a href="/dashboard">Destinations</a>
      </p>
      <div class="head">
        <h1>
          {titleOf(destination.type)} <span class={`badge ${tone}`}>{word}</span>
        </h1>
        <div class="actions">
          <Act path={`${path}/test`}>Send a test</Act>
          {destination.state === 'active' ? (
            <Act path={`${path}/pause`}>Pause</Act>
          ) : (
            <Act path={`${path}/resume`}>{destination.state === 'disabled' ? 'Start again' : 'Resume'}</Act>
          )}
        </div>
      </div>
      <p class="mono soft">{placeOf(destination)}</p>
      <Done text={done} />
      <Wrong text={error ?? destination.reason ?? undefined} />
      {status && <Figures status={status} path={path} />}
      {status && status.held.length > 0 && <Held held={status.held} />}
      <Attempts attempts={attempts} />
      <h2>Settings</h2>
      {unit && <Edit path={path} destination={destination} unit={unit} error={editing ? error : undefined} />}
      <Danger path={path} />
    </Frame>
  )
}

const Act = ({ path, children }: PropsWithChildren<{ path: string }>) => (
  <form method="post" action={path}>
    <button type="submit" class="quiet">
      {children}
    </button>
  </form>
)

const Figures = ({ status, path }: { status: StatusView; path: string }) => (
  <dl class="figures">
    <div>
      <dt>Waiting</dt>
      <dd>{status.lag}</dd>
    </div>
    <div>
      <dt>Oldest waiting</dt>
      <dd>{status.oldest_undelivered_at === null ? '–' : ago(status.oldest_undelivered_at)}</dd>
    </div>
    <div>
      <dt>Users held</dt>
      <dd>{status.held.length}</dd>
    </div>
    <div>
      <dt>Parked</dt>
      <dd>
        <a href={`${path}/parked`}>{status.parked}</a>
      </dd>
    </div>
    <div>
      <dt>Earlier data</dt>
      <dd>
        <a href={`${path}/jobs`}>Replays and backfills</a>
      </dd>
    </div>
  </dl>
)

const Held = ({ held }: Pick<StatusView, 'held'>) => (
  <>
    <h2>Held users</h2>
    <p class="soft">Their events wait in a lane of their own and are tried again; everybody else goes on.</p>
    <div class="scroll" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Attempts</th>
            <th scope="col">Next try</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {held.slice(0, 50).map((one) => (
            <tr>
              <td class="mono">{one.user_id}</td>
              <td>{one.attempts}</td>
              <td>
                <time datetime={one.next_try_at}>{one.next_try_at.slice(0, 19).replace('T', ' ')}</time>
              </td>
              <td>{one.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </>
)

const Attempts = ({ attempts }: { attempts: AttemptView[] }) => (
  <>
    <h2>Last attempts</h2>
    {attempts.length === 0 ? (
      <p class="soft">None yet.</p>
    ) : (
      <>
        <Beats
          label={`The last ${attempts.length} attempts, ${attempts.filter((one) => one.outcome !== 'delivered').length} of them failed; taller bars took longer`}
          beats={attempts.toReversed().map((one) => ({
            ...one,
            title: `${one.outcome}, ${Math.round(one.duration_ms)} ms, ${one.started_at}`,
          }))}
        />
        <AttemptTable attempts={attempts.slice(0, 20)} />
      </>
    )}
  </>
)

interface EditProps {
  path: string
  destination: DestinationView
  unit: DestinationDefinition
  error: string | undefined
}
const Edit = ({ path, destination, unit, error }: EditProps) => {
  const secrets = formFields(unit.secrets)
  return (
    <details open={error !== undefined}>
      <summary>Change the settings</summary>
      <form class="fields" method="post" action={path}>
        <Fields fields={formFields(unit.settings)} prefix="settings." values={destination.settings} error={error} />
        {secrets.length > 0 && <p class="soft">Left empty, a secret stays as it is.</p>}
        <Fields
          fields={secrets.map((field) => ({ ...field, required: false }))}
          prefix="secrets."
          values={{}}
          error={error}
          secret
        />
        <h3>What is sent, and how</h3>
        <Fields fields={formFields(DeliveryInput)} prefix="delivery." values={destination.delivery} error={error} />
        <button type="submit">Save</button>
      </form>
    </details>
  )
}

const Danger = ({ path }: { path: string }) => (
  <details>
    <summary>New signing secret, or remove it</summary>
    <div class="actions">
      <form method="post" action={`${path}/rotate`}>
        <button type="submit" class="quiet">
          Make a new signing secret
        </button>
      </form>
      <form method="post" action={`${path}/delete`}>
        <label class="choices">
          <input type="checkbox" name="sure" required /> With what is parked there
        </label>
        <button type="submit" class="danger">
          Remove the destination
        </button>
      </form>
    </div>
  </details>
)

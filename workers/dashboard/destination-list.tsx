import { Hono } from 'hono'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { Frame, Wrong } from './frame.tsx'
import { ago, type DestinationView, healthOf, placeOf, type StatusView, titleOf } from './views.ts'

/** Statuses that are asked for: each looks at every cell. */
const MOST_STATUSES = 50

export const destinationList = new Hono<DashboardEnv>()
destinationList.get('/', async (c) => {
  const list = await ask<{ destinations: DestinationView[] }>(c, 'GET', '/destinations')
  const destinations = list.ok ? list.body.destinations : []
  const statuses = await Promise.all(
    destinations
      .slice(0, MOST_STATUSES)
      .map(({ destination_id }) => ask<StatusView>(c, 'GET', `/destinations/${destination_id}/deliveries`)),
  )
  return sendOwnPage(
    c,
    <Frame title="Destinations" devId={c.get('session').dev_id}>
      <div class="head">
        <h1>Destinations</h1>
        <a class="button" href="/dashboard/destinations/new">
          Add a destination
        </a>
      </div>
      <Wrong text={list.ok ? undefined : list.detail} />
      {list.ok && destinations.length === 0 && (
        <p class="soft">None yet. Every event that happens after you add one is sent there, in order for each user.</p>
      )}
      <ul class="cards">
        {destinations.map((destination, i) => {
          const answer = statuses[i]
          return <Card destination={destination} status={answer?.ok ? answer.body : undefined} />
        })}
      </ul>
    </Frame>,
  )
})

const Card = ({ destination, status }: { destination: DestinationView; status: StatusView | undefined }) => {
  const { word, tone } = healthOf(destination, status)
  return (
    <li>
      <h2>
        <a href={`/dashboard/destinations/${destination.destination_id}`}>{titleOf(destination.type)}</a>
      </h2>
      <p class="mono soft">{placeOf(destination)}</p>
      <p>
        <span class={`badge ${tone}`}>{word}</span>
      </p>
      {status && (
        <dl class="figures">
          <div>
            <dt>Waiting</dt>
            <dd>{status.lag}</dd>
          </div>
          <div>
            <dt>Parked</dt>
            <dd>{status.parked}</dd>
          </div>
          <div>
            <dt>Oldest</dt>
            <dd>{status.oldest_undelivered_at === null ? '–' : ago(status.oldest_undelivered_at)}</dd>
          </div>
        </dl>
      )}
    </li>
  )
}

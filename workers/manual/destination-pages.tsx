import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { DestinationDefinition } from '../../shared/delivery/define.ts'
import { DeliveryInput } from '../api/destination-input.ts'
import { Layout } from '../pages/layout.tsx'
import { FieldTable } from './field-table.tsx'
import { fieldsOf } from './fields.ts'
import { Marked } from './marked.tsx'

/** Read off the shelf: a new kind of destination documents itself. */
const kinds = (): DestinationDefinition[] => Object.values(DESTINATIONS)

export const DestinationListPage = () => (
  <Layout title="Destinations" description="Where events can be sent" styles={['/docs/assets/docs.css']}>
    <main class="text">
      <h1>Destinations</h1>
      <p class="soft">
        Every event goes to every destination that wants it, in order for each user, retried on its own: one that is
        down costs the others nothing.
      </p>
      <ul class="cards">
        {kinds().map(({ type, title, about }) => (
          <li>
            <a href={`/docs/destinations/${type}`}>{title}</a>
            <p>
              <Marked text={about} />
            </p>
          </li>
        ))}
      </ul>
    </main>
  </Layout>
)

export const DestinationPage = ({ unit }: { unit: DestinationDefinition }) => {
  const secrets = fieldsOf(unit.secrets, 2)
  return (
    <Layout title={`${unit.title} · Destinations`} description={unit.about} styles={['/docs/assets/docs.css']}>
      <main class="text">
        <p class="soft">
          <a href="/docs/destinations">Destinations</a>
        </p>
        <h1>{unit.title}</h1>
        <p>
          <Marked text={unit.about} />
        </p>
        <h2>Settings</h2>
        <FieldTable fields={fieldsOf(unit.settings, 2)} />
        <h2>Secrets</h2>
        {secrets.length === 0 ? (
          <p>None of yours; the signing secret is made by us and shown once.</p>
        ) : (
          <FieldTable fields={secrets} />
        )}
        <h2>What is sent, and how</h2>
        <p class="soft">The same for every kind, as `delivery`.</p>
        <FieldTable fields={fieldsOf(DeliveryInput, 1)} />
        <h2>When it is saved</h2>
        <p>
          {unit.check
            ? 'The settings are tried out before they are kept: what the other side refuses is told in its own words, and nothing is saved.'
            : 'The address is checked; POST /v2/destinations/{id}/test sends a signed healthcheck.'}
        </p>
      </main>
    </Layout>
  )
}

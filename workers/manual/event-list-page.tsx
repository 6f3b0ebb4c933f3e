import { Layout } from '../pages/layout.tsx'
import { eventDocs } from './events.ts'
import { Marked } from './marked.tsx'

export const EventListPage = () => (
  <Layout title="Events" description="Every event that a webhook receives" styles={['/docs/assets/docs.css']}>
    <main class="text">
      <h1>Events</h1>
      <p class="soft">What a webhook destination receives: one POST with one event, told apart by its type.</p>
      <ul class="cards">
        {eventDocs().map(({ type, when }) => (
          <li>
            <a href={`/docs/events/${type}`}>
              <code>{type}</code>
            </a>
            <p>
              <Marked text={when} />
            </p>
          </li>
        ))}
      </ul>
    </main>
  </Layout>
)

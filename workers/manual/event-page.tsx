import { Layout } from '../pages/layout.tsx'
import type { EventDoc } from './events.ts'
import { FieldTable } from './field-table.tsx'
import { Marked } from './marked.tsx'
import { WEBHOOK_HEADERS } from './webhook-headers.ts'

export const EventPage = ({ event }: { event: EventDoc }) => (
  <Layout title={`${event.type} · Events`} description={event.when} styles={['/docs/assets/docs.css']}>
    <main class="text">
      <p class="soft">
        <a href="/docs/events">Events</a>
      </p>
      <h1>
        <code>{event.type}</code>
      </h1>
      <p>
        <Marked text={event.when} />
      </p>
      <p>
        <Marked text={event.handle} />
      </p>
      <h2 id="example">Example</h2>
      {/* Focusable: the keyboard can scroll it. */}
      <pre tabindex={0}>
        <code>{JSON.stringify(event.example, null, 2)}</code>
      </pre>
      <h2>Fields</h2>
      <FieldTable fields={event.fields} />
      <h2>Headers</h2>
      <Headers />
      <h2>How to answer</h2>
      <Answer />
    </main>
  </Layout>
)

const Headers = () => (
  <table>
    <thead>
      <tr>
        <th scope="col">Header</th>
        <th scope="col">Meaning</th>
        <th scope="col">Example</th>
      </tr>
    </thead>
    <tbody>
      {WEBHOOK_HEADERS.map(({ name, description, example, always }) => (
        <tr>
          <td>
            <code>{name}</code>
          </td>
          <td>
            <Marked text={always ? description : `${description}; where it applies`} />
          </td>
          <td class="soft">
            <code>{example}</code>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Answer = () => (
  <ul>
    <li>
      Check the signature over the raw body before anything else, and refuse a time-stamp older than five minutes.
    </li>
    <li>
      Store the event and answer <code>2xx</code> at once; the body of your answer is not read. There are eight seconds,
      unless the destination says otherwise.
    </li>
    <li>
      Anything else is tried again with the same body and the same <code>x-terra-trace-id</code>: drop what you have
      seen. An event out of attempts is parked and can be replayed.
    </li>
    <li>
      <code>410</code> three times in a row disables the destination.
    </li>
  </ul>
)

import type { Child } from 'hono/jsx'
import { STREAM } from '../../shared/base/limits.ts'
import { OP } from '../../shared/base/op-codes.ts'
import type { Settings } from '../../shared/base/settings.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import { StreamQuery } from '../../shared/streaming/filter.ts'
import { Layout } from '../pages/layout.tsx'
import { FieldTable } from './field-table.tsx'
import { fieldsOf } from './fields.ts'
import { Marked } from './marked.tsx'
import { Code, Table } from './parts.tsx'
import { closeCodes } from './stream-closes.ts'
import { CONSUMER, CORE, PRODUCER } from './stream-examples.ts'
import { examplesOf, FRAMES, type FrameName } from './stream-frames.ts'
import { streamLimits } from './stream-limits.ts'
import { StreamPicture } from './stream-picture.tsx'
import { size } from './units.ts'

const ABOUT =
  'Samples as they are measured: producers push, your backend receives them in order, and can have a day again'

const PARTS = {
  tokens: 'A token first',
  consumer: 'A consumer',
  producer: 'A producer',
  events: 'As server-sent events',
  query: 'What a consumer may ask for',
  frames: 'Frames',
  promises: 'What is promised',
  closes: 'Close codes',
  limits: 'Limits',
}

/** The live protocol; in figures as this deployment is set. */
export const StreamPage = ({ base, set }: { base: string; set: Settings }) => (
  <Layout title="Streaming" description={ABOUT} styles={['/docs/assets/docs.css']}>
    <main class="text">
      <h1>Streaming</h1>
      <p class="soft">
        Watches, phones and straps push samples over a websocket; your backend gets those of all your users, in order,
        and what it missed of the last day. The whole protocol as a document: <a href="/asyncapi.json">asyncapi.json</a>
        . A strap or a made-up heart streams from <a href="/stream/strap">a page of its own</a>, and{' '}
        <a href="/dashboard/live">the dashboard</a> draws it.
      </p>
      <nav class="parts" aria-label="On this page">
        {Object.entries(PARTS).map(([id, title]) => (
          <a href={`#${id}`}>{title}</a>
        ))}
      </nav>
      <StreamPicture />
      <Part id="tokens" />
      <p>
        Both calls take <code>dev-id</code> and <code>x-api-key</code>, or both as Basic, and answer{' '}
        <code>{'{"token":"st.…"}'}</code>, good for one IDENTIFY. An app asks your backend for it: the key stays there.
      </p>
      <Code
        text={`curl -X POST '${base}/auth/user?id=USER_ID' -H "dev-id: $DEV_ID" -H "x-api-key: $API_KEY"   # a producer: stream:write
curl -X POST '${base}/auth/developer'       -H "dev-id: $DEV_ID" -H "x-api-key: $API_KEY"   # a consumer: stream:read`}
      />
      <p>
        A phone without a user registers at <code>POST /v2/stream/phones</code> with a token of{' '}
        <code>POST /v2/auth/generateAuthToken</code>; <code>POST /v2/stream/pairings</code> makes a token for a QR code
        that can be used again, for one user.
      </p>
      <Part id="consumer" />
      <Code text={CONSUMER} />
      <Part id="producer" />
      <Code text={PRODUCER} />
      <p>
        It ends where it is cut off. The producer core holds back what it could not send, numbers it, and sends each
        sample once, whatever breaks off:
      </p>
      <Code text={CORE} />
      <Part id="events" />
      <p>
        The same frames without a socket, for what can only read: each event’s id is its <code>seq</code>, and{' '}
        <code>last-event-id</code> resumes. An event <code>dropped</code> says that something since then is gone.
      </p>
      <Code text={`curl -N '${base}/v2/stream?types=HEART_RATE' -H "dev-id: $DEV_ID" -H "x-api-key: $API_KEY"`} />
      <Part id="query" />
      <p>
        In the address of <code>/connect</code> and of <code>/v2/stream</code>.
      </p>
      <FieldTable fields={fieldsOf(StreamQuery, 1)} />
      <Part id="frames" />
      <p>
        Each is one JSON text with an integer <code>op</code>. What is marked as ours is beyond the wire contract, and
        comes only to who asked for it.
      </p>
      <Table
        heads={['Frame', 'From', 'Meaning', 'Example']}
        rows={(Object.keys(FRAMES) as FrameName[]).map(frameRow)}
      />
      <Part id="promises" />
      <ul>
        {promises(set).map((text) => (
          <li>
            <Marked text={text} />
          </li>
        ))}
      </ul>
      <Part id="closes" />
      <p>The reason says it in words.</p>
      <Table
        heads={['Code', 'Cause', 'What to do']}
        rows={closeCodes().map(({ code, cause, action }) => [
          <code>{code}</code>,
          <span class="soft">{cause}</span>,
          <Marked text={action} />,
        ])}
      />
      <Part id="limits" />
      <Table
        heads={['What', 'At most', 'Beyond it']}
        rows={streamLimits(set).map(({ what, limit, beyond }) => [
          <Marked text={what} />,
          limit,
          <span class="soft">
            <Marked text={beyond} />
          </span>,
        ])}
      />
    </main>
  </Layout>
)

const promises = (set: Settings): string[] => [
  'A frame is committed before anybody hears of it. What was dispatched or acknowledged can be replayed, also after a crash.',
  'Frames of one producer keep their order, and every consumer sees the same order: that of `seq`, which grows and has gaps.',
  'Numbered samples (SUBMIT_BATCH) are stored once each, also where they are sent again after a reconnect.',
  'Plain SUBMIT has no answer of its own: a HEARTBEAT_ACK says that all before it is stored. What is sent again is there twice; what is not sent again may be missing.',
  'A consumer that resumes with `after` gets everything since, then what is new, without a gap, and nothing twice; where something is not kept any more it is told.',
  `A consumer that reads slowly holds up nobody. Whoever receives more than ${size((STREAM.unheardBytes * SECOND_MS) / set.HEARTBEAT_INTERVAL_MS)}/s sends heartbeats oftener: they say that it reads.`,
  'The frames of a user who is erased cannot be read any more. Of samples nothing else is kept: no record is made of them, unless it is switched on.',
]

const Part = ({ id }: { id: keyof typeof PARTS }) => <h2 id={id}>{PARTS[id]}</h2>

const frameRow = (name: FrameName): Child[] => {
  const { from, ours, summary, description } = FRAMES[name]
  return [
    <span class="whole">
      <code>{OP[name]}</code> {name}
      {ours && <span class="required"> ours</span>}
    </span>,
    <span class="soft">{from}</span>,
    <Marked text={description ? `${summary}. ${description}` : summary} />,
    <code>{JSON.stringify(examplesOf(name)[0])}</code>,
  ]
}

import type { Child } from 'hono/jsx'
import type {
  ContractDocument,
  ContractField,
  ContractPlace,
  ContractTime,
  MappingRule,
} from '../../../shared/supply/document.ts'
import { Facts, Table } from './parts.tsx'
import { schemaRows } from './schema-rows.ts'
import { BREACH, count, percent, span } from './words.ts'

/** A contract as a person reads it: what comes, what it becomes, whose it is, and what is promised. */
export const ContractText = ({ document }: { document: ContractDocument }) => (
  <>
    {document.description !== undefined && <p>{document.description}</p>}
    <h2>A record</h2>
    <Table
      heads={['Field', 'Holds', '', 'Meaning']}
      rows={schemaRows(document.schema).map(({ path, holds, required, meaning }) => [
        <code>{path}</code>,
        holds,
        required ? <span class="required">required</span> : '',
        meaning,
      ])}
    />
    <h2>What it becomes</h2>
    {'rules' in document.mapping ? (
      document.mapping.rules.map((rule) => <Rule rule={rule} />)
    ) : (
      <p>Records are in our schema as it is: each says its type and its data.</p>
    )}
    <h2>Whose it is, and what holds</h2>
    <Facts facts={[...identityFacts(document), ...promiseFacts(document), ...keptFacts(document)]} />
  </>
)

const Rule = ({ rule }: { rule: MappingRule }) => (
  <>
    <h3>
      <a href={`/docs/events/${rule.type}`}>{rule.type}</a>
    </h3>
    <Table
      heads={['Our field', 'Read from']}
      rows={[
        ...placeRows(rule.place),
        ...Object.entries(rule.fields).map(([target, field]) => [<code>{target}</code>, sourceOf(field)]),
      ]}
    />
  </>
)

/** When it is and what names it: the same again is the same record. */
function placeRows(place: ContractPlace): Child[][] {
  if ('profile' in place) return [['of the person', 'there is one']]
  if ('day' in place) {
    const { date, moment } = place.day
    return [['the day', date !== undefined ? <code>{date}</code> : moment ? <Time time={moment} /> : 'of its arrival']]
  }
  const { id, keys, start, end, seconds } = place.session
  return [
    ['named by', <code>{id ?? keys?.join(' + ') ?? start.path}</code>],
    ['starts', <Time time={start} />],
    ...(end ? [['ends', <Time time={end} />]] : []),
    ...(seconds !== undefined ? [['lasts', <code>{seconds}</code>]] : []),
  ]
}

function sourceOf(field: ContractField) {
  if ('constant' in field) return `always ${JSON.stringify(field.constant)}`
  if ('time' in field) return <Time time={field.time} />
  if ('list' in field)
    return (
      <>
        each of <code>{field.list}</code>: {Object.keys(field.each).join(', ')}
      </>
    )
  if ('words' in field)
    return (
      <>
        <code>{field.path}</code>, by its word:{' '}
        {Object.entries(field.words)
          .map(([word, value]) => `${word} → ${value}`)
          .join(', ')}
      </>
    )
  return (
    <>
      <code>{field.path}</code>
      {field.unit !== undefined && `, in ${field.unit}`}
    </>
  )
}
const Time = ({ time }: { time: ContractTime }) => (
  <>
    <code>{time.path}</code>, a time ({time.style})
  </>
)

type Fact = Parameters<typeof Facts>[0]['facts'][number]
const identityFacts = ({ identity, updates, live }: ContractDocument): Fact[] => [
  ['Person', <code>{identity.subject}</code>],
  ['Consent', identity.consent === undefined ? 'of the subject as registered' : <code>{identity.consent}</code>],
  [
    'A person who is new',
    identity.connect === 'registered' ? 'is registered before' : 'is connected by the first record with a consent',
  ],
  [
    'A record that comes again',
    { merge: 'is merged into the first', newest: 'counts where its version is newer', refuse: 'is refused' }[
      updates.rule
    ],
  ],
  ...(live ? [['Samples that come live', live.types.join(', ')] satisfies Fact] : []),
]
function promiseFacts({ slas, implausible, mode }: ContractDocument): Fact[] {
  const promises: [string, string | undefined][] = [
    ['Freshness', slas.freshness_p95_seconds && `95 % within ${span(slas.freshness_p95_seconds)}`] as never,
    ['Validity', slas.validity_share === undefined ? undefined : `${percent(slas.validity_share)} of records`],
    [
      'Completeness',
      slas.completeness &&
        `${percent(slas.completeness.share)} of subject-days with ${slas.completeness.types.join(', ')}`,
    ],
    ['Duplicates', slas.duplicate_share === undefined ? undefined : `${percent(slas.duplicate_share)} at most`],
    ['Volume', slas.volume && volumeOf(slas.volume)],
  ]
  return [
    ...promises.filter((one): one is [string, string] => one[1] !== undefined),
    ['Measured over', slas.window_days === 1 ? 'a day' : `${slas.window_days} days`],
    ['When a promise is broken', BREACH[slas.on_breach]],
    ['Values that no body has', implausible === 'accept' ? 'are taken, and counted' : 'are quarantined'],
    ['A batch with wrong records', mode === 'partial' ? 'is taken but for those' : 'is refused as a whole'],
  ]
}
const volumeOf = ({ least, most }: { least?: number | undefined; most?: number | undefined }): string =>
  [least !== undefined && `${count(least)} a day at least`, most !== undefined && `${count(most)} a day at most`]
    .filter(Boolean)
    .join(', ')
const keptFacts = ({ retention }: ContractDocument): Fact[] => [
  ['Quarantined records', `are kept ${retention.quarantine_days} days`],
  ['Reports', `are kept ${retention.report_days} days`],
]

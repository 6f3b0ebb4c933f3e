import type { Child } from 'hono/jsx'
import { SUPPLIER_SCOPES } from '../../shared/access/supplier-scopes.ts'
import { STREAM } from '../../shared/base/limits.ts'
import { PULL, SUPPLY, UPLOAD } from '../../shared/base/supply-limits.ts'
import { DAY_MS, HOUR_MS } from '../../shared/base/time.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import { HOOK_EVENTS } from '../../shared/supply/hook.ts'
import { limitsOf } from '../../shared/supply/limits.ts'
import { HELD_REASONS, type HeldReason } from '../../shared/supply/outcome.ts'
import { REMEDIES } from '../../shared/supply/quarantine.ts'
import { OUTCOME_NAMES } from '../../shared/supply/report.ts'
import { Layout } from '../pages/layout.tsx'
import { OutcomeCounts } from '../suppliers/batch-views.ts'
import { bucketPolicy } from '../suppliers/bucket-policy.ts'
import { FieldTable } from './field-table.tsx'
import { fieldsOf } from './fields.ts'
import { Marked } from './marked.tsx'
import { Code, Table } from './parts.tsx'
import { liveExample, pushExample, QUICK_START, tokenExample } from './supplier-examples.ts'
import { SupplierPicture } from './supplier-picture.tsx'
import { size, time } from './units.ts'

const ABOUT = 'A lab, a clinic or a device maker pushes its data to you, under a contract that both sides see'
const PARTS = {
  start: 'From invitation to data',
  contract: 'The contract',
  push: 'Pushing',
  live: 'Live samples',
  pulls: 'From a bucket',
  outcomes: 'What comes of a record',
  quarantine: 'Quarantine',
  quality: 'Promises',
  limits: 'Limits',
  hook: 'Webhook',
  scopes: 'Scopes',
}

/** How suppliers work, for both sides; tables are read off the code that does it. */
export const SupplierPage = ({ base }: { base: string }) => (
  <Layout title="Suppliers" description={ABOUT} styles={['/docs/assets/docs.css']}>
    <main class="text">
      <h1>Suppliers</h1>
      <p class="soft">
        {ABOUT}. What they push is delivered like everything else. Developers see theirs in{' '}
        <a href="/dashboard/suppliers">the dashboard</a>, suppliers have <a href="/suppliers">a portal</a>; every
        operation is in <a href="/docs">the reference</a>.
      </p>
      <nav class="parts" aria-label="On this page">
        {Object.entries(PARTS).map(([id, title]) => (
          <a href={`#${id}`}>{title}</a>
        ))}
      </nav>
      <SupplierPicture />
      <Part id="start" />
      <ol>
        {QUICK_START.map((step) => (
          <li>
            <Marked text={step} />
          </li>
        ))}
      </ol>
      <Code text={tokenExample(base)} />
      <Part id="contract" />
      <p>
        One document says what a record looks like (JSON Schema 2020-12), what it becomes, whose it is and what is
        promised. It is drafted, handed in, reviewed and made active; after that it does not change. What breaks
        somebody needs a new major and a last day for the old one; <code>contracts/compare</code> says so before anybody
        signs.
      </p>
      <FieldTable fields={fieldsOf(ContractDocument, 2)} />
      <Part id="push" />
      <Code text={pushExample(base)} />
      <p>
        <code>name</code> means its newest active version, <code>name@1</code> the newest of one major,{' '}
        <code>name@1.2</code> exactly that. 202 means that the bytes are durable; the report tells the rest. The same{' '}
        <code>Idempotency-Key</code> again is the same batch. <code>?dry_run=true</code> looks and stores nothing;{' '}
        <code>?mode=strict</code> takes all or nothing.
      </p>
      <Part id="live" />
      <Code text={liveExample(base)} />
      <p>
        Samples of the types that the contract has among <code>live</code> come by{' '}
        <a href="/docs/streaming">the live socket</a>. The answer is its address and a token for one producer of one
        subject. Each {time(STREAM.suppliedMs)} the socket is closed with 4001 and another token is asked for; it ends
        at once when the consent is taken back, the subject is gone or the supplier is suspended. Samples are no
        records: they are in no report, and no promise is measured by them.
      </p>
      <Part id="pulls" />
      <p>
        Who writes into a bucket (Amazon S3, or a store that speaks its protocol: R2, Google Cloud Storage, MinIO) need
        not push. A pull looks at a prefix of it, and each object that is new becomes a batch: NDJSON or a JSON array,
        packed with gzip or not, up to {size(UPLOAD.bytes)}. They are taken in the order in which they were written. One
        that is put again is taken again; for that objects are remembered for {PULL.rememberedMs / DAY_MS} days. Nothing
        is written or deleted there. A key needs no more than this:
      </p>
      <Code text={JSON.stringify(bucketPolicy('BUCKET', 'PREFIX'), null, 2)} />
      <p>
        A store that has trouble is tried again, ever later, up to once an hour; after {PULL.toldAfter} failures in a
        row both sides are told. An object that the store refuses is given up after {PULL.tries} tries, one that cannot
        be read at once, and what comes behind it goes on. There may be {PULL.most} pulls: in the portal, or by{' '}
        <code>POST /v2/supplier/pulls</code>.
      </p>
      <Part id="outcomes" />
      <Table
        heads={['Outcome', 'Meaning']}
        rows={OUTCOME_NAMES.map((name) => [<code>{name}</code>, OutcomeCounts.shape[name].description ?? ''])}
      />
      <p>Their sum is the batch, always. A report says where and which rule, and never the value.</p>
      <Part id="quarantine" />
      <p>
        What cannot be taken yet waits, sealed, for as long as the contract says, and is sent on when it is mended. For
        want of a consent it is its supplier alone who can read it; of a subject who was erased nothing waits.
      </p>
      <Table
        heads={['Reason', 'Meaning', 'What to do']}
        rows={(Object.keys(HELD_REASONS) as HeldReason[]).map((reason) => [
          <code>{reason}</code>,
          HELD_REASONS[reason],
          REMEDIES[reason],
        ])}
      />
      <Part id="quality" />
      <Table heads={['Promise', 'Is kept when']} rows={Object.entries(PROMISES).map(([name, text]) => [name, text])} />
      <p>
        Each has an error budget: what may go wrong in its window. Three quarters spent is “at risk”, all of it is
        “breached”: both sides are told, and where the contract says so, or the developer rules so for this supplier,
        its records are held back, or the supplier is suspended, until it is mended.
      </p>
      <p>
        What cannot be taken for a reason of ours is tried again by itself, for {SUPPLY.troubleMs / HOUR_MS} hours; both
        sides hear of it when it lasts, and other contracts go on.
      </p>
      <Part id="limits" />
      <Table heads={['What', 'At most']} rows={limitRows()} />
      <p>
        Beyond them: 429, with <code>Retry-After</code> and <code>RateLimit</code>. A developer can change them.
      </p>
      <Part id="hook" />
      <p>Signed as Standard Webhooks, tried again for three days.</p>
      <Table
        heads={['Event', 'When']}
        rows={Object.entries(HOOK_EVENTS).map(([name, text]) => [<code>{name}</code>, text])}
      />
      <Part id="scopes" />
      <p class="soft">
        <Marked text={SUPPLIER_SCOPES.map((scope) => `\`${scope}\``).join(' ')} />
      </p>
    </main>
  </Layout>
)

const PROMISES = {
  validity: 'enough records fit the contract',
  freshness: '95 % of records arrive soon enough after what they tell of',
  completeness: 'the days of subjects have the types that they should',
  duplicates: 'few records are repetitions',
  volume: 'a day brings as many records as it should',
}
/** Both in one cell: on a phone there are no heads to tell them by. */
function limitRows(): Child[][] {
  const [sandbox, production] = [limitsOf('sandbox'), limitsOf('production')]
  const both = (name: keyof typeof sandbox, words = (value: number) => value.toLocaleString('en')) =>
    `${words(sandbox[name])} in the sandbox, ${words(production[name])} in production`
  return [
    ['Records a second', both('records_per_second')],
    ['Records at once', both('burst_records')],
    ['Bytes a day', both('bytes_per_day', size)],
    ['Batches under way', both('concurrent_batches')],
  ]
}

const Part = ({ id }: { id: keyof typeof PARTS }) => <h2 id={id}>{PARTS[id]}</h2>

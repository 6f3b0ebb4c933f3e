import { UPLOAD } from '../../../shared/base/supply-limits.ts'
import { size } from '../../manual/units.ts'
import { Fields } from '../../pages/form.tsx'
import { bucketPolicy } from '../bucket-policy.ts'
import { More, State, Table, When, withQuery } from '../pages/parts.tsx'
import { bytes } from '../pages/words.ts'
import type { PulledObjectView, PullView } from '../pull-views.ts'
import { type Given, KEY, SECRET, SESSION } from './pull-fields.ts'

/** Things that the pages of pulls are made of. */
export const placeOf = ({ bucket, prefix }: Pick<PullView, 'bucket' | 'prefix'>): string => `${bucket}/${prefix}`

export const WhatItIs = () => (
  <p class="soft">
    Who writes data into a bucket need not push them. A pull looks at a prefix of it, and each object that is new
    becomes a batch: NDJSON or a JSON array, packed or not, up to {size(UPLOAD.bytes)}, in the order in which they were
    written. Nothing is written or deleted there. <a href="/docs/suppliers#pulls">How it works</a>
  </p>
)

/** `given`: of a form that comes back; its place is in the policy already. */
export const Policy = ({ given = {} }: { given?: Given }) => (
  <>
    <p>
      The keys of a user that may list the prefix and read its objects, and no more. At Amazon, and where its policies
      are known, this is its policy:
    </p>
    <pre class="scroll all" tabindex={0}>
      {JSON.stringify(policyOf(given), null, 2)}
    </pre>
  </>
)

const policyOf = ({ bucket, prefix = '' }: Given) =>
  bucket === undefined ? bucketPolicy('BUCKET', 'PREFIX') : bucketPolicy(String(bucket), String(prefix))

/** What was typed as a secret never comes back. */
export const KeyFields = ({ given, wrong }: { given: Given; wrong: string | undefined }) => (
  <>
    <Fields fields={KEY} values={given} error={wrong} />
    <Fields fields={SECRET} values={{}} error={wrong} secret />
    <details open={wrong?.includes('session_token')}>
      <summary>Keys that end</summary>
      <Fields fields={SESSION} values={{}} error={wrong} secret />
    </details>
  </>
)

/** As it is chosen in a form; `chosen` also where it is not among them any more. */
export const ContractField = ({ names, chosen }: { names: string[]; chosen: string | undefined }) => (
  <div class="field">
    <label for="contract">Contract</label>
    <select id="contract" name="contract" aria-describedby="contract-help">
      {(chosen === undefined || names.includes(chosen) ? names : [chosen, ...names]).map((name) => (
        <option value={name} selected={name === chosen}>
          {name.includes('.') ? name : `${name}, its newest version`}
        </option>
      ))}
    </select>
    <p class="help" id="contract-help">
      What the objects come under.
    </p>
  </div>
)

export const Objects = ({ objects, next, path, state }: ObjectsProps) => (
  <>
    {objects.length === 0 ? (
      <p class="soft">None.</p>
    ) : (
      <Table
        heads={['Object', 'State', 'What came of it', 'Written', 'Size']}
        right={[4]}
        rows={objects.map((one) => [
          <code>{one.key}</code>,
          <State state={one.state} />,
          <Outcome object={one} />,
          <When at={one.modified_at} />,
          bytes(one.bytes),
        ])}
      />
    )}
    <More href={next && withQuery(path, { state, cursor: next })} />
  </>
)
interface ObjectsProps {
  objects: PulledObjectView[]
  next: string | null
  path: string
  state: string | undefined
}
const Outcome = ({ object: { batch_id, reason } }: { object: PulledObjectView }) => (
  <>
    {reason}
    {reason !== null && batch_id !== null && <br />}
    {batch_id !== null && <a href={`/suppliers/batches/${batch_id}`}>its batch</a>}
  </>
)

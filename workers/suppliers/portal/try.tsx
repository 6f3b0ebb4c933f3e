import { type Context, Hono } from 'hono'
import { takes } from '../../../shared/supply/life.ts'
import { sumOf } from '../../../shared/supply/report.ts'
import { Wrong } from '../../dashboard/frame.tsx'
import type { Answer } from '../../pages/call-api.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { ContractView } from '../contract-views.ts'
import { Split } from '../pages/charts/split.tsx'
import { State, Table } from '../pages/parts.tsx'
import { readSamples } from '../pages/read-json.ts'
import { count } from '../pages/words.ts'
import type { DryRun } from '../push-batches.ts'
import { type PortalEnv, portalAsk } from './ask.ts'

const LINES_SHOWN = 200

/** Records pasted into a form: looked at first, or pushed as a machine would. */
export const tryIt = new Hono<PortalEnv>()
tryIt.get('/try', (c) => show(c, { contract: c.req.query('contract') }))

tryIt.post('/try', async (c) => {
  const form = await c.req.formData()
  const [contract, text] = [String(form.get('contract') ?? ''), String(form.get('records') ?? '').trim()]
  const read = readSamples(text)
  if ('error' in read) return show(c, { contract, text, error: read.error })
  // As records came: a number is not to be written in another way than it was.
  const body = { text, type: text.startsWith('[') ? 'application/json' : 'application/x-ndjson' }
  const path = `/ingest/${encodeURIComponent(contract)}/batches`
  if (form.get('how') === 'push') {
    const pushed = await portalAsk<{ batch_id: string }>(c, 'POST', path, body)
    if (!pushed.ok) return show(c, { contract, text, error: pushed.detail })
    return c.redirect(`/suppliers/batches/${pushed.body.batch_id}`, 303)
  }
  const looked = await portalAsk<DryRun>(c, 'POST', `${path}?dry_run=true`, body)
  return show(c, { contract, text, looked })
})

interface Told {
  contract?: string | undefined
  text?: string
  error?: string
  looked?: Answer<DryRun>
}
async function show(c: Context<PortalEnv>, { contract, text = '', error, looked }: Told) {
  const { ask, Frame, environment } = c.get('side')
  const list = await ask<{ contracts: ContractView[] }>('GET', '/contracts')
  const usable = list.ok ? list.body.contracts.filter(({ state }) => takes(environment, state)) : []
  const wrong = error ?? (looked && !looked.ok ? looked.detail : undefined) ?? (list.ok ? undefined : list.detail)
  return sendOwnPage(
    c,
    <Frame title="Try it" here="try">
      <h1>Try it</h1>
      <p class="soft">
        Paste a few records. Looking at them stores nothing; pushing them does what a machine of yours would.
      </p>
      <Wrong text={wrong} />
      {looked?.ok && <Looked run={looked.body} />}
      {list.ok && usable.length === 0 ? (
        <p>
          First <a href="/suppliers/contracts/new">draft a contract</a>: it says what a record looks like.
        </p>
      ) : (
        <Form contracts={usable} chosen={contract} text={text} environment={environment} />
      )}
    </Frame>,
    wrong === undefined ? 200 : 400,
  )
}

interface FormProps {
  contracts: ContractView[]
  chosen: string | undefined
  text: string
  environment: string
}
const Form = ({ contracts, chosen, text, environment }: FormProps) => (
  <form method="post" action="/suppliers/try">
    <div class="fields">
      <div class="field">
        <label for="contract">Contract</label>
        <select id="contract" name="contract">
          {contracts.map(({ name, version, state }) => (
            <option value={`${name}@${version}`} selected={chosen === `${name}@${version}`}>
              {name}@{version} ({state})
            </option>
          ))}
        </select>
      </div>
    </div>
    <div class="field">
      <label for="records">Records</label>
      <textarea id="records" name="records" class="code" rows={12} required spellcheck={false} autocomplete="off">
        {text}
      </textarea>
      <p class="help">One on each line, or a JSON array.</p>
    </div>
    <div class="actions">
      <button type="submit" name="how" value="look">
        Look at them, store nothing
      </button>
      <button type="submit" name="how" value="push" class="quiet">
        Push them to {environment === 'sandbox' ? 'the sandbox' : 'production'}
      </button>
    </div>
  </form>
)

const Looked = ({ run: { records, counts, lines } }: { run: DryRun }) => {
  const wrong = lines.filter(({ problems }) => (problems?.length ?? 0) > 0)
  return (
    <section class="panel" aria-label="What would come of them">
      <h2>
        {count(records)} {records === 1 ? 'record' : 'records'}, nothing stored
      </h2>
      <Split counts={counts} total={sumOf(counts)} />
      {wrong.length > 0 && (
        <Table
          heads={['Line', 'It would be', 'Where', 'Rule', 'Expected', 'There was']}
          right={[0]}
          rows={wrong
            .slice(0, LINES_SHOWN)
            .flatMap((line) =>
              line.problems!.map((problem, i) => [
                i === 0 ? count(line.line) : '',
                i === 0 ? <State state={line.outcome} /> : '',
                <code>{problem.pointer === '' ? 'the whole record' : problem.pointer}</code>,
                problem.rule,
                problem.expected,
                problem.kind,
              ]),
            )}
        />
      )}
    </section>
  )
}

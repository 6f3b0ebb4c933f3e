import { type Context, Hono } from 'hono'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { ContractLooked } from '../contract-views.ts'
import { Comparison } from './comparison.tsx'
import { ContractActions } from './contract-actions.tsx'
import { DocumentForm } from './contract-new.tsx'
import { ContractText } from './contract-text.tsx'
import { Findings } from './findings.tsx'
import { notGiven } from './not-found.tsx'
import { State, When } from './parts.tsx'
import { readJson } from './read-json.ts'
import type { SideEnv } from './side.ts'

type Told = { done?: string; error?: string; document?: string }

/** One version of a contract: in words, what it changes, and the next step of its life. */
export const contract = new Hono<SideEnv>()
contract.get('/contracts/:id', (c) => show(c, {}))

contract.post('/contracts/:id', async (c) => {
  const text = String((await c.req.formData()).get('document') ?? '')
  const document = readJson('The document', text)
  if ('error' in document) return show(c, { error: document.error, document: text })
  const answer = await c.get('side').ask('PUT', pathOf(c), document.value)
  return show(c, answer.ok ? { done: 'Saved.' } : { error: answer.detail, document: text })
})

contract.post('/contracts/:id/delete', async (c) => {
  const { ask, home } = c.get('side')
  const answer = await ask('DELETE', pathOf(c))
  return answer.ok ? c.redirect(`${home}/contracts`, 303) : show(c, { error: answer.detail })
})

/** The steps of a contract's life; what each takes comes from its form. */
const STEPS: Record<string, string> = {
  submit: 'In review: whoever receives the data decides.',
  withdraw: 'A draft again.',
  activate: 'Active: records may be pushed under it in production.',
  return: 'Given back: the supplier sees the note.',
  deprecate: 'Deprecated: it is still taken until its last day.',
}
contract.post('/contracts/:id/:step', async (c) => {
  const step = c.req.param('step')
  const done = STEPS[step]
  if (done === undefined) return notGiven(c, 'contracts', { status: 404, detail: 'no step of this name' })
  const form = await c.req.formData()
  const [note, sunset] = [String(form.get('note') ?? '').trim(), String(form.get('sunset') ?? '')]
  const answer = await c.get('side').ask('POST', `${pathOf(c)}/${step}`, {
    ...(note !== '' && { note }),
    ...(sunset !== '' && { sunset_at: `${sunset}T00:00:00Z` }),
  })
  return show(c, answer.ok ? { done } : { error: answer.detail })
})

const pathOf = (c: Context<SideEnv>) => `/contracts/${encodeURIComponent(c.req.param('id') ?? '')}`

async function show(c: Context<SideEnv>, told: Told) {
  const { ask, home, who, Frame } = c.get('side')
  const found = await ask<ContractLooked>('GET', pathOf(c))
  if (!found.ok) return notGiven(c, 'contracts', found)
  const view = found.body
  const path = `${home}${pathOf(c)}`
  return sendOwnPage(
    c,
    <Frame title={`${view.name}@${view.version}`} here="contracts">
      <p class="soft">
        <a href={`${home}/contracts`}>Contracts</a> · <a href={`${home}/contracts?name=${view.name}`}>{view.name}</a> ·{' '}
        <a href={`${home}/batches?contract_id=${view.contract_id}`}>Its batches</a>
      </p>
      <h1>
        {view.document.title ?? view.name}{' '}
        <small class="soft">
          {view.name}@{view.version}
        </small>{' '}
        <State state={view.state} />
      </h1>
      <Done text={told.done} />
      <Wrong text={told.error} />
      {view.note !== null && <p class="notice warn">Note of the review: {view.note}</p>}
      {view.sunset_at !== null && (
        <p class="notice warn">
          Taken until <When at={view.sunset_at} />.
        </p>
      )}
      <Findings findings={view.findings} />
      <ContractActions contract={view} who={who} path={path} />
      {view.comparison && <Comparison comparison={view.comparison} />}
      <ContractText document={view.document} />
      {view.state === 'draft' ? (
        <details open={told.document !== undefined}>
          <summary>Change the document</summary>
          <DocumentForm action={path} document={told.document ?? JSON.stringify(view.document, null, 2)} />
        </details>
      ) : (
        <details>
          <summary>The whole document</summary>
          <pre class="tall" tabindex={0}>
            {JSON.stringify(view.document, null, 2)}
          </pre>
        </details>
      )}
    </Frame>,
    told.error === undefined ? 200 : 400,
  )
}

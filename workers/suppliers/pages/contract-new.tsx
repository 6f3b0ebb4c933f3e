import { type Context, Hono } from 'hono'
import { DATA_TYPES } from '../../../shared/schema/data-types.ts'
import type { Inferred } from '../../../shared/supply/infer.ts'
import { Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { ContractView } from '../contract-views.ts'
import { readJson, readSamples } from './read-json.ts'
import type { SideEnv } from './side.ts'

/** A new contract: from sample records, which a first draft is read off, or written. */
export const contractNew = new Hono<SideEnv>()

contractNew.get('/contracts/new', (c) => form(c, {}))

/** From samples: a draft to look through and to change. */
contractNew.post('/contracts/infer', async (c) => {
  const given = await c.req.formData()
  const samples = String(given.get('samples') ?? '').trim()
  const records = readSamples(samples)
  if ('error' in records) return form(c, { error: records.error, samples })
  const answer = await c.get('side').ask<Inferred>('POST', '/contracts/infer', {
    name: String(given.get('name') ?? '').trim(),
    type: String(given.get('type') ?? ''),
    samples: records.records,
  })
  if (!answer.ok) return form(c, { error: answer.detail, samples })
  return form(c, {
    samples,
    document: JSON.stringify(answer.body.document, null, 2),
    notes: answer.body.notes,
  })
})

contractNew.post('/contracts', async (c) => {
  const { ask, home } = c.get('side')
  const text = String((await c.req.formData()).get('document') ?? '')
  const document = readJson('The document', text)
  if ('error' in document) return form(c, { error: document.error, document: text })
  const made = await ask<ContractView>('POST', '/contracts', document.value)
  if (!made.ok) return form(c, { error: made.detail, document: text })
  return c.redirect(`${home}/contracts/${made.body.contract_id}`, 303)
})

interface Told {
  error?: string
  samples?: string
  document?: string
  notes?: string[]
}
function form(c: Context<SideEnv>, { error, samples, document, notes = [] }: Told) {
  const { home, Frame, who } = c.get('side')
  return sendOwnPage(
    c,
    <Frame title="New contract" here="contracts">
      <p class="soft">
        <a href={`${home}/contracts`}>Contracts</a>
      </p>
      <h1>New contract</h1>
      <Wrong text={error} />
      {document === undefined ? (
        <>
          {who === 'supplier' && <FromSamples home={home} samples={samples} />}
          <details open={who === 'developer'}>
            <summary>Write the document</summary>
            <DocumentForm action={`${home}/contracts`} document="" />
          </details>
        </>
      ) : (
        <>
          <p>Look through it: what could only be guessed is listed. Nothing holds before it was reviewed.</p>
          {notes.length > 0 && (
            <ul>
              {notes.map((note) => (
                <li>{note}</li>
              ))}
            </ul>
          )}
          <DocumentForm action={`${home}/contracts`} document={document} />
        </>
      )}
    </Frame>,
    error === undefined ? 200 : 400,
  )
}

const FromSamples = ({ home, samples = '' }: { home: string; samples?: string | undefined }) => (
  <form class="fields" method="post" action={`${home}/contracts/infer`}>
    <div class="field">
      <label for="name">Name</label>
      <input
        id="name"
        name="name"
        required
        pattern="[a-z][a-z0-9\-]{1,62}"
        placeholder="sleep-nights"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      <p class="help">Lower case letters, digits and hyphens: it is a part of the address that you push to.</p>
    </div>
    <div class="field">
      <label for="type">A record is about</label>
      <select id="type" name="type">
        {DATA_TYPES.map((type) => (
          <option selected={type === 'sleep'}>{type}</option>
        ))}
      </select>
    </div>
    <div class="field">
      <label for="samples">Sample records</label>
      <textarea
        id="samples"
        name="samples"
        class="code"
        rows={10}
        required
        spellcheck={false}
        autocomplete="off"
        placeholder={'{"subject":"p-017","start":"2026-11-26T22:41:00+01:00", …}'}
      >
        {samples}
      </textarea>
      <p class="help">One on each line, or a JSON array. Made-up ones do; they are read and not kept.</p>
    </div>
    <button type="submit">Draft it from these</button>
  </form>
)

export const DocumentForm = ({ action, document }: { action: string; document: string }) => (
  <form method="post" action={action}>
    <div class="field">
      <label for="document">The contract as a document</label>
      <textarea id="document" name="document" class="code" rows={24} required spellcheck={false} autocomplete="off">
        {document}
      </textarea>
      <p class="help">
        JSON; <a href="/docs/suppliers#contract">what it holds</a>.
      </p>
    </div>
    <button type="submit">Save the draft</button>
  </form>
)

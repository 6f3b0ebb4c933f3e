import { type Context, Hono } from 'hono'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { CredentialView, NewCredentialView } from '../account-views.ts'
import { Act, ForGood, State, Table, When } from '../pages/parts.tsx'
import { readJson } from '../pages/read-json.ts'
import type { PortalEnv } from './ask.ts'
import { NewCredentialForm } from './credential-form.tsx'
import { Once } from './once.tsx'

/** What machines and people of the supplier prove themselves with. */
export const credentials = new Hono<PortalEnv>()

credentials.get('/credentials', (c) => list(c, {}))

credentials.post('/credentials', async (c) => {
  const { ask, Frame } = c.get('side')
  const form = await c.req.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const keys = readKeys(text('jwks'))
  if (keys.error) return list(c, { error: keys.error, adding: true })
  const made = await ask<NewCredentialView>('POST', '/credentials', {
    name: text('name'),
    environment: text('environment'),
    method: text('method'),
    ...(form.getAll('scopes').length > 0 && { scopes: form.getAll('scopes').map(String) }),
    ...(text('addresses') !== '' && { addresses: text('addresses').split(/[\s,]+/) }),
    ...(form.get('signatures') === 'on' && { signatures: 'required' }),
    ...(keys.public_keys !== undefined && { public_keys: keys.public_keys }),
  })
  if (!made.ok) return list(c, { error: made.detail, adding: true })
  return sendOwnPage(
    c,
    <Frame title="New credential" here="credentials">
      <h1>
        {made.body.name} <State state={made.body.environment} />
      </h1>
      <p>
        Copy it to where your secrets are.{' '}
        {made.body.client_secret === undefined && 'It has no secret: it proves itself with your private key.'}
      </p>
      <Once credential={made.body} />
      <a class="button" href="/suppliers/credentials">
        Go on
      </a>
    </Frame>,
  )
})

credentials.post('/credentials/:id/rotate', async (c) => {
  const { ask, Frame } = c.get('side')
  const made = await ask<NewCredentialView>('POST', `/credentials/${encodeURIComponent(c.req.param('id'))}/rotate`, {})
  if (!made.ok) return list(c, { error: made.detail })
  return sendOwnPage(
    c,
    <Frame title="New secret" here="credentials">
      <h1>
        {made.body.name} <State state={made.body.environment} />
      </h1>
      <p>The old one is good for a day beside this one: move your machines over until then.</p>
      <Once credential={made.body} />
      <a class="button" href="/suppliers/credentials">
        Go on
      </a>
    </Frame>,
  )
})

credentials.post('/credentials/:id/revoke', async (c) => {
  const id = c.req.param('id')
  const answer = await c.get('side').ask('DELETE', `/credentials/${encodeURIComponent(id)}`)
  return list(c, answer.ok ? { done: 'Revoked: its tokens are good no more.' } : { error: answer.detail })
})

/** A JWK set, or its keys alone. */
function readKeys(text: string): { public_keys?: unknown; error?: string } {
  if (text === '') return {}
  const read = readJson('The JWK set', text)
  if ('error' in read) return read
  const keys = (read.value as { keys?: unknown } | null)?.keys
  return { public_keys: keys ?? (Array.isArray(read.value) ? read.value : [read.value]) }
}

async function list(c: Context<PortalEnv>, told: { done?: string; error?: string; adding?: boolean }) {
  const { ask, Frame, environment } = c.get('side')
  const here = c.get('session').held[environment]!.client_id
  const found = await ask<{ credentials: CredentialView[] }>('GET', '/credentials')
  return sendOwnPage(
    c,
    <Frame title="Credentials" here="credentials">
      <h1>Credentials</h1>
      <p class="soft">
        To change a key without downtime: replace it, and move your machines over while the old one is still good. “Last
        used” says when nothing needs it any more.
      </p>
      <Done text={told.done} />
      <Wrong text={told.error ?? (found.ok ? undefined : found.detail)} />
      {found.ok && <List credentials={found.body.credentials} here={here} />}
      <details open={told.adding}>
        <summary>Make another</summary>
        <NewCredentialForm environment={environment} />
      </details>
    </Frame>,
    told.error === undefined && found.ok ? 200 : 400,
  )
}

const List = ({ credentials: all, here }: { credentials: CredentialView[]; here: string }) => (
  <Table
    heads={['Name', 'Environment', 'Client id', 'Proves itself by', 'May', 'Last used', '']}
    rows={all.map((one) => [
      one.name,
      <State state={one.environment} />,
      <code>{one.credential_id}</code>,
      one.method === 'client_secret' ? (
        <>
          secret <code>{one.prefix}…</code>
        </>
      ) : (
        'private key'
      ),
      one.scopes.join(', '),
      one.last_used_at === null ? 'never' : <When at={one.last_used_at} />,
      one.revoked_at !== null ? (
        <span class="badge calm">revoked</span>
      ) : one.credential_id === here ? (
        <span class="badge calm">you are signed in with it</span>
      ) : (
        <div class="actions">
          <Act to={`/suppliers/credentials/${one.credential_id}/rotate`}>Replace</Act>
          <ForGood to={`/suppliers/credentials/${one.credential_id}/revoke`} what="Revoke" />
        </div>
      ),
    ])}
  />
)

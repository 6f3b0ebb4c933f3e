import { type Context, Hono } from 'hono'
import { HOOK_EVENT_NAMES, HOOK_EVENTS } from '../../../shared/supply/hook.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { DomainView } from '../domain.ts'
import type { HookView } from '../hook.ts'
import { Facts, State, When } from '../pages/parts.tsx'
import type { PortalEnv } from './ask.ts'

type Told = { done?: string; error?: string; secret?: string | undefined }

/** Where the supplier is told things, and what proves who it is. */
export const portalSettings = new Hono<PortalEnv>()
portalSettings.get('/settings', (c) => show(c, {}))

portalSettings.post('/settings/hook', async (c) => {
  const form = await c.req.formData()
  const answer = await c.get('side').ask<{ secret?: string }>('PUT', '/hook', {
    url: String(form.get('url') ?? '').trim(),
    events: form.getAll('events').map(String),
  })
  return show(c, answer.ok ? { done: 'Saved.', secret: answer.body.secret } : { error: answer.detail })
})
portalSettings.post('/settings/hook/test', async (c) => {
  const answer = await c
    .get('side')
    .ask<{ ok: boolean; status: number | null; error: string | null }>('POST', '/hook/test')
  if (!answer.ok) return show(c, { error: answer.detail })
  const { ok, status, error } = answer.body
  if (ok) return show(c, { done: 'The message arrived.' })
  return show(c, { error: `The message did not arrive: ${error ?? `your server answered ${status}`}` })
})
portalSettings.post('/settings/hook/delete', async (c) => {
  const answer = await c.get('side').ask('DELETE', '/hook')
  return show(c, answer.ok ? { done: 'The webhook is gone, and what waited for it.' } : { error: answer.detail })
})
portalSettings.post('/settings/domain', async (c) => {
  const domain = String((await c.req.formData()).get('domain') ?? '').trim()
  const answer = await c.get('side').ask('POST', '/domain/proof', domain === '' ? {} : { domain })
  return show(c, answer.ok ? { done: 'The domain is proved to be yours.' } : { error: answer.detail })
})

async function show(c: Context<PortalEnv>, { done, error, secret }: Told) {
  const { ask, environment, Frame } = c.get('side')
  const [hook, domain] = await Promise.all([
    ask<{ hook: HookView | null }>('GET', '/hook'),
    ask<DomainView>('GET', '/domain'),
  ])
  return sendOwnPage(
    c,
    <Frame title="Settings" here="settings">
      <h1>Settings</h1>
      <Done text={done} />
      <Wrong text={error} />
      {secret !== undefined && (
        <p class="notice good">
          The secret that signs its messages, shown this once
          <br />
          <span class="once" id="hook-secret">
            {secret}
          </span>
        </p>
      )}
      <h2>Webhook of the {environment === 'sandbox' ? 'sandbox' : 'production environment'}</h2>
      <p class="soft">
        Your server is told what came of batches, of alerts, and of pulls that fail: signed, and tried again for three
        days.
      </p>
      <Wrong text={hook.ok ? undefined : hook.detail} />
      {hook.ok && hook.body.hook && <HookState hook={hook.body.hook} />}
      <HookForm hook={(hook.ok && hook.body.hook) || undefined} />
      <h2>Domain</h2>
      <Wrong text={domain.ok ? undefined : domain.detail} />
      {domain.ok && <Domain domain={domain.body} />}
    </Frame>,
    error === undefined ? 200 : 400,
  )
}

const HookState = ({ hook: { waiting, delivered, dropped, failing, last } }: { hook: HookView }) => (
  <>
    <Facts
      facts={[
        ['State', failing ? <span class="badge bad">failing</span> : <span class="badge good">delivering</span>],
        ['Messages', `${delivered} arrived, ${waiting} wait, ${dropped} were given up`],
        [
          'Last try',
          last === null ? (
            'none yet'
          ) : (
            <>
              <When at={last.at} />: {last.error ?? `answered ${last.status}`}
            </>
          ),
        ],
      ]}
    />
    <div class="actions">
      <form method="post" action="/suppliers/settings/hook/test">
        <button type="submit" class="quiet">
          Send a test
        </button>
      </form>
      <form method="post" action="/suppliers/settings/hook/delete">
        <button type="submit" class="danger">
          Take it away
        </button>
      </form>
    </div>
  </>
)

const HookForm = ({ hook }: { hook: HookView | undefined }) => (
  <form class="fields" method="post" action="/suppliers/settings/hook">
    <div class="field">
      <label for="url">Address</label>
      <input id="url" name="url" type="url" required value={hook?.url} placeholder="https://" autocomplete="off" />
    </div>
    <fieldset class="field">
      <legend>It is told when</legend>
      <p class="help">None ticked: all of these.</p>
      {HOOK_EVENT_NAMES.map((name) => (
        <div class="field flag">
          <input id={name} type="checkbox" name="events" value={name} checked={hook?.events.includes(name)} />
          <label for={name}>
            <code>{name}</code>
          </label>
          <p class="help">{HOOK_EVENTS[name]}</p>
        </div>
      ))}
    </fieldset>
    <button type="submit">{hook ? 'Save' : 'Set the webhook'}</button>
  </form>
)

const Domain = ({ domain: { domain, url, line, proved_at } }: { domain: DomainView }) =>
  proved_at !== null ? (
    <p>
      <code>{domain}</code> is yours <State state="done" /> since <When at={proved_at} />.
    </p>
  ) : (
    <>
      <p>
        Production takes a proof of who you are. Put this line into the file{' '}
        <code>{url ?? 'https://YOUR-DOMAIN/.well-known/fascia-supplier.txt'}</code>, then let us look:
      </p>
      <p class="notice calm">
        <span class="once">{line}</span>
      </p>
      <form class="row" method="post" action="/suppliers/settings/domain">
        {domain === null && (
          <label>
            Your domain
            <input name="domain" required placeholder="lab.example.com" autocomplete="off" autocapitalize="none" />
          </label>
        )}
        <button type="submit" class="quiet">
          Look for the file
        </button>
      </form>
    </>
  )

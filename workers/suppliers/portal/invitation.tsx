import { type Context, Hono } from 'hono'
import { Wrong } from '../../dashboard/frame.tsx'
import { callApi } from '../../pages/call-api.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { Invited, Joined } from '../accept.ts'
import { moment } from '../pages/words.ts'
import { grant, type PortalEnv } from './ask.ts'
import { PortalFrame } from './frame.tsx'
import { Once } from './once.tsx'
import { beginWith } from './sign-in.tsx'

/** Where an invitation's link leads. To look takes nothing: whatever opens links by itself uses none up. */
export const invitation = new Hono<PortalEnv>()

invitation.get('/invitations/:token', async (c) => {
  const found = await knock<Invited>(c, '/supplier-invitations/look')
  if (!found.ok) return refused(c, found.detail)
  const { developer, supplier, region, expires_at } = found.body
  return sendOwnPage(
    c,
    <PortalFrame title="Invitation" here="">
      <h1>{developer} asks for your data</h1>
      <p>
        You are invited as <b>{supplier}</b>. What you push is kept in the region <b>{region}</b> and reaches{' '}
        {developer} only. You begin in a sandbox, where nothing counts.
      </p>
      <ol class="soft">
        <li>Accept: you get a client id and a secret.</li>
        <li>Agree on a contract: what a record looks like, and what is promised of them.</li>
        <li>Push records, read the reports, and go into production when the certification passes.</li>
      </ol>
      <form method="post">
        <button type="submit">Accept and open the sandbox</button>
      </form>
      <p class="soft">The invitation is good once, until {moment(expires_at)} UTC.</p>
    </PortalFrame>,
  )
})

invitation.post('/invitations/:token', async (c) => {
  const joined = await knock<Joined>(c, '/supplier-invitations/accept')
  if (!joined.ok) return refused(c, joined.detail)
  const { supplier, credential } = joined.body
  const granted = await grant(c, { client_id: credential.client_id, client_secret: credential.client_secret! })
  if (granted.ok) beginWith(c, granted.body)
  return sendOwnPage(
    c,
    <PortalFrame title="Welcome" here="">
      <h1>Welcome, {supplier.name}</h1>
      <p>
        Your sandbox is open. This is its first credential: copy it to where your secrets are. You sign in here with it
        as well.
      </p>
      <Once credential={credential} />
      <a class="button" href={granted.ok ? '/suppliers' : '/suppliers/sign-in'}>
        Go on
      </a>
    </PortalFrame>,
  )
})

const knock = <T,>(c: Context<PortalEnv>, path: string) =>
  callApi<T>(c.get('api'), {
    url: new URL(`/v2${path}`, c.req.url),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: c.req.param('token') }),
  })

const refused = (c: Context<PortalEnv>, detail: string) =>
  sendOwnPage(
    c,
    <PortalFrame title="Invitation" here="">
      <h1>This invitation does not open</h1>
      <Wrong text={detail} />
      <p>
        If you took it yourself before, <a href="/suppliers/sign-in">sign in</a> with the credential that it gave.
      </p>
    </PortalFrame>,
    404,
  )

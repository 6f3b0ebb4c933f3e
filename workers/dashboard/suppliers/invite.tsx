import { Hono } from 'hono'
import { Fields } from '../../pages/form.tsx'
import { formFields, readForm } from '../../pages/form-fields.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { InvitationView, SupplierView } from '../../suppliers/account-views.ts'
import { moment } from '../../suppliers/pages/words.ts'
import { InviteInput } from '../../suppliers/supplier-input.ts'
import { ask } from '../ask.ts'
import { Frame, Wrong } from '../frame.tsx'
import type { SuppliersEnv } from './side.tsx'

/** Limits are set later, where somebody needs more than everybody has. */
const FIELDS = formFields(InviteInput.omit({ limits: true }))

export const supplierInvite = new Hono<SuppliersEnv>()
supplierInvite.get('/invite', (c) => sendOwnPage(c, <InvitePage devId={c.get('session').dev_id} given={{}} />))
supplierInvite.post('/invite', async (c) => {
  const { dev_id } = c.get('session')
  const given = readForm(FIELDS, await c.req.formData())
  const answer = await ask<SupplierView & { invitation: InvitationView }>(c as never, 'POST', '/suppliers', given)
  if (!answer.ok)
    return sendOwnPage(
      c,
      <InvitePage devId={dev_id} given={given} error={answer.detail} />,
      answer.status === 403 ? 403 : 400,
    )
  const { name, supplier_id, invitation } = answer.body
  return sendOwnPage(
    c,
    <Frame title="Invited" devId={dev_id}>
      <h1>{name} is invited</h1>
      <InvitationLink invitation={invitation} />
      <a class="button" href={`/dashboard/suppliers/${supplier_id}/sandbox`}>
        Go on
      </a>
    </Frame>,
  )
})

export const InvitationLink = ({ invitation: { url, expires_at } }: { invitation: InvitationView }) => (
  <>
    <p>
      Send this link to them yourself, in a way that you trust: whoever opens it first is the supplier. It is shown this
      once, and good until {moment(expires_at)} UTC.
    </p>
    <p class="notice good">
      <span class="once" id="invitation">
        {url}
      </span>
    </p>
  </>
)

interface Props {
  devId: string
  given: Record<string, unknown>
  error?: string
}
const InvitePage = ({ devId, given, error }: Props) => (
  <Frame title="Invite a supplier" devId={devId}>
    <p class="soft">
      <a href="/dashboard/suppliers">Suppliers</a>
    </p>
    <h1>Invite a supplier</h1>
    <p class="soft">
      They begin in a sandbox, agree with you on a contract, and go into production when they pass the certification.
    </p>
    <Wrong text={error} />
    <form class="fields" method="post">
      <Fields fields={FIELDS} values={given} error={error} />
      <button type="submit">Make the invitation</button>
    </form>
  </Frame>
)

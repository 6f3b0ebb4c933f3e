import { type Context, Hono } from 'hono'
import type { Certification } from '../../../shared/supply/certification.ts'
import type { QualityView } from '../../../shared/supply/quality-view.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { InvitationView, SupplierView } from '../../suppliers/account-views.ts'
import type { BatchView } from '../../suppliers/batch-views.ts'
import type { ContractView } from '../../suppliers/contract-views.ts'
import { BatchTable } from '../../suppliers/pages/batches.tsx'
import { Checks, Ticked } from '../../suppliers/pages/checks.tsx'
import { notGiven } from '../../suppliers/pages/not-found.tsx'
import { Facts, State, When } from '../../suppliers/pages/parts.tsx'
import { stateOf } from '../../suppliers/pages/pull-card.tsx'
import { Verdict } from '../../suppliers/pages/quality-page.tsx'
import { ruleFacts } from '../../suppliers/pages/rule-facts.ts'
import type { PullOfSupplier } from '../../suppliers/pull-views.ts'
import { Done, Wrong } from '../frame.tsx'
import { InvitationLink } from './invite.tsx'
import type { SuppliersEnv } from './side.tsx'

type Told = { done?: string; error?: string; invitation?: InvitationView }

/** A supplier as its developer sees it first: whether all is well, and what waits for a decision. */
export const supplierPage = new Hono<SuppliersEnv>()
supplierPage.get('/', (c) => show(c, {}))

supplierPage.post('/suspend', async (c) => {
  const reason = String((await c.req.formData()).get('reason') ?? '').trim()
  const answer = await c.get('side').ask('POST', '/suspend', { reason })
  return show(c, answer.ok ? { done: 'Suspended: nothing of it is taken for now.' } : { error: answer.detail })
})
supplierPage.post('/resume', async (c) => {
  const answer = await c.get('side').ask('POST', '/resume')
  return show(c, answer.ok ? { done: 'Its data are taken again.' } : { error: answer.detail })
})
supplierPage.post('/invitations', async (c) => {
  const answer = await c.get('side').ask<InvitationView>('POST', '/invitations', {})
  return show(c, answer.ok ? { invitation: answer.body } : { error: answer.detail })
})

async function show(c: Context<SuppliersEnv>, told: Told) {
  const { ask, home, Frame, environment } = c.get('side')
  const [found, quality, batches, pulls, contracts, certification] = await Promise.all([
    ask<SupplierView>('GET', ''),
    ask<QualityView>('GET', '/scorecard'),
    ask<{ batches: BatchView[] }>('GET', '/batches?limit=5'),
    ask<{ pulls: PullOfSupplier[] }>('GET', '/pulls'),
    ask<{ contracts: ContractView[] }>('GET', '/contracts'),
    ask<Certification>('GET', '/certification'),
  ])
  if (!found.ok) return notGiven(c as never, '', found)
  const supplier = found.body
  const waiting = contracts.ok ? contracts.body.contracts.filter(({ state }) => state === 'review') : []
  const failing = pulls.ok ? pulls.body.pulls.filter((pull) => stateOf(pull) === 'in trouble') : []
  return sendOwnPage(
    c,
    <Frame title={supplier.name} here="">
      <h1>
        {supplier.name} <State state={supplier.state} />
      </h1>
      <Done text={told.done} />
      <Wrong text={told.error} />
      {told.invitation && <InvitationLink invitation={told.invitation} />}
      {supplier.state === 'suspended' && <p class="notice warn">Suspended: {supplier.reason}</p>}
      {waiting.map(({ contract_id, name, version }) => (
        <p class="notice warn">
          <a href={`${home}/contracts/${contract_id}`}>
            {name}@{version}
          </a>{' '}
          waits for your review.
        </p>
      ))}
      {failing.map(({ bucket, problem }) => (
        <p class="notice warn">
          Objects of <a href={`${home}/pulls`}>{bucket}</a> cannot be fetched. That began <When at={problem!.since} />.
        </p>
      ))}
      {quality.ok && <Verdict scores={quality.body.contracts} />}
      <Facts facts={factsOf(supplier, quality.ok ? quality.body : undefined, environment)} />
      {supplier.state === 'sandbox' && certification.ok && (
        <details>
          <summary>
            On its way into production: <Ticked checks={certification.body.checks} />
          </summary>
          <Checks certification={certification.body} side={{ who: 'developer', home }} />
        </details>
      )}
      <h2>Last batches</h2>
      <Wrong text={batches.ok ? undefined : batches.detail} />
      {batches.ok && batches.body.batches.length === 0 && <p class="soft">None in this environment yet.</p>}
      {batches.ok && <BatchTable batches={batches.body.batches} home={home} />}
      <Doings supplier={supplier} home={home} />
    </Frame>,
    told.error === undefined ? 200 : 400,
  )
}

const factsOf = (supplier: SupplierView, quality: QualityView | undefined, environment: string) => {
  const facts: Parameters<typeof Facts>[0]['facts'] = [
    [
      'Score',
      quality?.score == null ? 'too little to judge by yet' : `${Math.round(quality.score)} of 100 (${environment})`,
    ],
    ['Domain', supplier.domain ?? 'none named'],
    ['Proved', <When at={supplier.domain_proved_at} />],
    ['Certified', <When at={supplier.certified_at} />],
    ['Region', supplier.region],
    ['Invited', <When at={supplier.created_at} />],
    ['Here since', <When at={supplier.joined_at} />],
    ...ruleFacts(supplier.rules),
  ]
  return facts
}

const Doings = ({ supplier: { state }, home }: { supplier: SupplierView; home: string }) => {
  if (state === 'closed') return null
  return (
    <>
      <h2>What you can do</h2>
      {state === 'suspended' ? (
        <form method="post" action={`${home}/resume`}>
          <button type="submit">Take its data again</button>
        </form>
      ) : (
        state !== 'invited' && (
          <form class="row" method="post" action={`${home}/suspend`}>
            <label>
              Reason, which the supplier reads
              <input name="reason" required maxlength={500} autocomplete="off" />
            </label>
            <button type="submit" class="quiet">
              Suspend
            </button>
          </form>
        )
      )}
      <form method="post" action={`${home}/invitations`}>
        <button type="submit" class="quiet">
          {state === 'invited' ? 'Make a new invitation' : 'Invite again: they lost their credentials'}
        </button>
      </form>
    </>
  )
}

import { Hono } from 'hono'
import type { QualityView } from '../../../shared/supply/quality-view.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { SupplierView } from '../../suppliers/account-views.ts'
import { More, State, When, withQuery } from '../../suppliers/pages/parts.tsx'
import { toneOf } from '../../suppliers/pages/words.ts'
import { ask } from '../ask.ts'
import { Frame, Wrong } from '../frame.tsx'
import type { SuppliersEnv } from './side.tsx'

/** Scorecards that are asked for: each is a question to a desk. */
const MOST_SCORES = 24

/** Who pushes data to this developer, and whether it is as promised. */
export const supplierList = new Hono<SuppliersEnv>()
supplierList.get('/', async (c) => {
  const context = c as never
  const list = await ask<{ suppliers: SupplierView[]; next: string | null }>(
    context,
    'GET',
    withQuery('/suppliers', { limit: 50, after: c.req.query('after') }),
  )
  const suppliers = list.ok ? list.body.suppliers : []
  const scores = await Promise.all(
    suppliers
      .slice(0, MOST_SCORES)
      .map(({ supplier_id, state }) =>
        state === 'invited' || state === 'closed'
          ? undefined
          : ask<QualityView>(context, 'GET', `/suppliers/${supplier_id}/scorecard?environment=${environmentOf(state)}`),
      ),
  )
  return sendOwnPage(
    c,
    <Frame title="Suppliers" devId={c.get('session').dev_id}>
      <div class="head">
        <h1>Suppliers</h1>
        <a class="button" href="/dashboard/suppliers/invite">
          Invite a supplier
        </a>
      </div>
      <p class="soft">
        They push data to you, under contracts that both sides see. What they send is delivered like everything else.{' '}
        <a href="/docs/suppliers">How it works</a>
      </p>
      <Wrong text={list.ok ? undefined : list.detail} />
      {list.ok && suppliers.length === 0 && <p>None yet: an invitation is a link that you send them.</p>}
      <ul class="cards">
        {suppliers.map((supplier, i) => {
          const score = scores[i]
          return <Card supplier={supplier} quality={score?.ok ? score.body : undefined} />
        })}
      </ul>
      {list.ok && <More href={list.body.next && withQuery('/dashboard/suppliers', { after: list.body.next })} />}
    </Frame>,
    list.ok ? 200 : list.status === 403 ? 403 : 400,
  )
})

/** Where one looks first: production, once a supplier is there. */
const environmentOf = (state: SupplierView['state']) => (state === 'production' ? 'production' : 'sandbox')

const WORST = ['breached', 'at_risk', 'met', 'no_data'] as const
const Card = ({ supplier, quality }: { supplier: SupplierView; quality: QualityView | undefined }) => {
  const states = quality?.contracts.flatMap(({ objectives }) => objectives.map(({ state }) => state)) ?? []
  const worst = WORST.find((state) => states.includes(state))
  return (
    <li>
      <h2>
        <a href={`/dashboard/suppliers/${supplier.supplier_id}/${environmentOf(supplier.state)}`}>{supplier.name}</a>
      </h2>
      <p>
        <State state={supplier.state} />{' '}
        {worst !== undefined && <span class={`badge ${toneOf(worst)}`}>{PROMISES[worst]}</span>}
      </p>
      <dl class="figures">
        <div>
          <dt>Score</dt>
          <dd>{quality?.score == null ? '–' : Math.round(quality.score)}</dd>
        </div>
        <div>
          <dt>Alerts</dt>
          <dd>{quality?.alerts.length ?? '–'}</dd>
        </div>
        <div>
          <dt>Here since</dt>
          <dd>
            <When at={supplier.joined_at} />
          </dd>
        </div>
      </dl>
    </li>
  )
}
const PROMISES = {
  breached: 'a promise is broken',
  at_risk: 'a promise is at risk',
  met: 'as promised',
  no_data: 'no data yet',
}

import { type Context, Hono } from 'hono'
import { SupplierLimitsInput } from '../../../shared/supply/limits.ts'
import { SupplierRules } from '../../../shared/supply/supplier-rules.ts'
import { Fields } from '../../pages/form.tsx'
import { formFields, readForm } from '../../pages/form-fields.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { SupplierView } from '../../suppliers/account-views.ts'
import { notGiven } from '../../suppliers/pages/not-found.tsx'
import { ChangeInput } from '../../suppliers/supplier-input.ts'
import { Done, Wrong } from '../frame.tsx'
import type { SuppliersEnv } from './side.tsx'

const ABOUT = formFields(ChangeInput.omit({ limits: true, rules: true }))
const LIMITS = formFields(SupplierLimitsInput)
const RULES = formFields(SupplierRules)

/** What the developer sets of a supplier, and the end of it. */
export const supplierSettings = new Hono<SuppliersEnv>()
supplierSettings.get('/settings', (c) => show(c, {}))

supplierSettings.post('/settings', async (c) => {
  const form = await c.req.formData()
  const about = readForm(ABOUT, form, 'about.')
  const answer = await c.get('side').ask('PATCH', '', {
    ...about,
    // Emptied, a domain is taken away.
    ...(about.domain === undefined && { domain: null }),
    limits: readForm(LIMITS, form, 'limits.'),
    rules: readForm(RULES, form, 'rules.'),
  })
  return show(c, answer.ok ? { done: 'Saved.' } : { error: answer.detail })
})
supplierSettings.post('/settings/close', async (c) => {
  if ((await c.req.formData()).get('sure') !== 'on') return show(c, { error: 'Say that the account may end for good.' })
  const answer = await c.get('side').ask('DELETE', '')
  return answer.ok ? c.redirect('/dashboard/suppliers', 303) : show(c, { error: answer.detail })
})

async function show(c: Context<SuppliersEnv>, { done, error }: { done?: string; error?: string }) {
  const { ask, Frame, home } = c.get('side')
  const found = await ask<SupplierView>('GET', '')
  if (!found.ok) return notGiven(c as never, 'settings', found)
  const { name, domain, limits, rules, state } = found.body
  return sendOwnPage(
    c,
    <Frame title="Settings" here="settings">
      <h1>Settings</h1>
      <Done text={done} />
      <Wrong text={error} />
      <form class="fields" method="post" action={`${home}/settings`}>
        <Fields fields={ABOUT} prefix="about." values={{ name, domain }} error={error} />
        <h2>Limits</h2>
        <p class="soft">Left empty, this deployment’s own hold. They hold in both environments.</p>
        <Fields fields={LIMITS} prefix="limits." values={limits} error={error} />
        <h2>Rules</h2>
        <p class="soft">Left empty, what its contracts say holds. They hold in both environments.</p>
        <Fields fields={RULES} prefix="rules." values={rules} error={error} />
        <button type="submit">Save</button>
      </form>
      {state !== 'closed' && (
        <details>
          <summary>Close the account</summary>
          <p>
            Its credentials end at once, for good. What it sent before goes its way, and the data that it gave stay
            yours.
          </p>
          <form method="post" action={`${home}/settings/close`}>
            <label class="choices">
              <input type="checkbox" name="sure" required /> It may end for good
            </label>
            <button type="submit" class="danger">
              Close it
            </button>
          </form>
        </details>
      )}
    </Frame>,
    error === undefined ? 200 : 400,
  )
}

import { type Context, Hono } from 'hono'
import { PULL } from '../../../shared/base/supply-limits.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { Fields } from '../../pages/form.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { ContractView } from '../contract-views.ts'
import { PullCard } from '../pages/pull-card.tsx'
import type { PullView } from '../pull-views.ts'
import type { PortalEnv } from './ask.ts'
import { fieldsIn, type Given, HOW, namesOf, PLACE, readPull, STORE, shownAgain } from './pull-fields.ts'
import { ContractField, KeyFields, Policy, placeOf, WhatItIs } from './pull-parts.tsx'

/** Buckets of the supplier whose objects are fetched: all of them, and the form for another. */
export const pulls = new Hono<PortalEnv>()

pulls.get('/pulls', async (c) => {
  const { ask, Frame } = c.get('side')
  const list = await ask<{ pulls: PullView[] }>('GET', '/pulls')
  const all = list.ok ? list.body.pulls : []
  return sendOwnPage(
    c,
    <Frame title="Pulls" here="pulls">
      <div class="head">
        <h1>Pulls</h1>
        {list.ok && all.length < PULL.most && (
          <a class="button" href="/suppliers/pulls/new">
            Fetch from a bucket
          </a>
        )}
      </div>
      <WhatItIs />
      <Done text={c.req.query('did') === 'deleted' ? 'Deleted: its keys are forgotten.' : undefined} />
      <Wrong text={list.ok ? undefined : list.detail} />
      {list.ok && all.length === 0 && (
        <>
          <p>None yet.</p>
          <h2>What its keys need</h2>
          <Policy />
        </>
      )}
      <ul class="grid">
        {all.map((pull) => (
          <PullCard pull={pull} name={<a href={`/suppliers/pulls/${pull.pull_id}`}>{placeOf(pull)}</a>} />
        ))}
      </ul>
    </Frame>,
    list.ok ? 200 : 400,
  )
})

pulls.get('/pulls/new', (c) => form(c, {}))
pulls.post('/pulls', async (c) => {
  const given = readPull(await c.req.formData())
  const made = await c.get('side').ask<PullView>('POST', '/pulls', given)
  if (!made.ok) return form(c, shownAgain(given), made.detail)
  return c.redirect(`/suppliers/pulls/${made.body.pull_id}?did=made`, 303)
})

async function form(c: Context<PortalEnv>, given: Given, error?: string) {
  const { ask, Frame, environment } = c.get('side')
  const list = await ask<{ contracts: ContractView[] }>('GET', '/contracts')
  const names = list.ok ? namesOf(list.body.contracts, environment) : []
  return sendOwnPage(
    c,
    <Frame title="New pull" here="pulls">
      <p class="soft">
        <a href="/suppliers/pulls">Pulls</a>
      </p>
      <h1>Fetch from a bucket</h1>
      <Wrong text={error ?? (list.ok ? undefined : list.detail)} />
      {list.ok && names.length === 0 && (
        <p>
          First <a href="/suppliers/contracts/new">draft a contract</a>: it says what a record looks like.
        </p>
      )}
      {names.length > 0 && <NewPull names={names} given={given} wrong={fieldsIn(error)} />}
    </Frame>,
    error === undefined && list.ok ? 200 : 400,
  )
}

const NewPull = ({ names, given, wrong }: { names: string[]; given: Given; wrong: string | undefined }) => (
  <form class="fields" method="post" action="/suppliers/pulls">
    <ContractField names={names} chosen={given.contract as string | undefined} />
    <Fields fields={PLACE} values={given} error={wrong} />
    <details open={given.endpoint !== undefined || given.path_style !== undefined}>
      <summary>A store that is not Amazon’s</summary>
      <Fields fields={STORE} values={given} error={wrong} />
    </details>
    <details open={/every_minutes|since|mode|origin/.test(wrong ?? '')}>
      <summary>How they are taken</summary>
      <div class="field">
        <label for="since">Written from this day on</label>
        <input id="since" name="since" type="date" value={given.since as string} aria-describedby="since-help" />
        <p class="help" id="since-help">
          In UTC. Left empty: all that is there is.
        </p>
      </div>
      <Fields fields={HOW} values={given} error={wrong} />
    </details>
    <h2>Its keys</h2>
    <Policy given={given} />
    <KeyFields given={given} wrong={wrong} />
    <button type="submit">Try the keys and begin</button>
  </form>
)

import { type Context, Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { PULL } from '../../../shared/base/supply-limits.ts'
import { DAY_MS } from '../../../shared/base/time.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import type { Answer } from '../../pages/call-api.ts'
import { Fields } from '../../pages/form.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { ContractView } from '../contract-views.ts'
import { notGiven } from '../pages/not-found.tsx'
import { Act, Facts, Filters, ForGood, GoingOn, LOOKS_AGAIN, State, When, withQuery } from '../pages/parts.tsx'
import { stateOf } from '../pages/pull-card.tsx'
import { count, moment } from '../pages/words.ts'
import type { PulledObjectView, PullView } from '../pull-views.ts'
import type { PortalEnv } from './ask.ts'
import { CHANGE, fieldsIn, type Given, namesOf, readChange, readKeys } from './pull-fields.ts'
import { ContractField, KeyFields, Objects, Policy, placeOf } from './pull-parts.tsx'

const REMEMBERED_DAYS = PULL.rememberedMs / DAY_MS

/** One pull: how far it is, what can be done with it, and each object that it found. */
export const pull = new Hono<PortalEnv>()
pull.get('/pulls/:pull_id', (c) => show(c))

pull.post('/pulls/:pull_id/look', async (c) => after(c, 'looks', await asked(c, 'POST', '/look')))
pull.post('/pulls/:pull_id/retry', async (c) => after(c, 'again', await asked(c, 'POST', '/look', { failed: true })))
pull.post('/pulls/:pull_id/look-at-all', async (c) => after(c, 'all', await asked(c, 'POST', '/look', { all: true })))
pull.post('/pulls/:pull_id/pause', async (c) => after(c, 'paused', await asked(c, 'PATCH', '', { state: 'paused' })))
pull.post('/pulls/:pull_id/resume', async (c) => after(c, 'looks', await asked(c, 'PATCH', '', { state: 'active' })))
pull.post('/pulls/:pull_id/change', async (c) => {
  const given = readChange(await c.req.formData())
  return after(c, 'changed', await asked(c, 'PATCH', '', given), { change: given })
})
pull.post('/pulls/:pull_id/keys', async (c) => {
  const given = readKeys(await c.req.formData())
  const { access_key_id } = given
  return after(c, 'keyed', await asked(c, 'PATCH', '', given), { keys: { access_key_id } })
})
pull.post('/pulls/:pull_id/delete', async (c) => {
  const answer = await asked(c, 'DELETE', '')
  return answer.ok ? c.redirect('/suppliers/pulls?did=deleted', 303) : show(c, { error: answer.detail })
})

/** What was done, as the page says it that one is led to: whoever reloads it does nothing again. */
const DID = new Map([
  ['made', 'The keys open the bucket. It is looked at now.'],
  ['looks', 'It is looked at now.'],
  ['again', 'What failed waits to be tried again.'],
  ['all', 'All of the prefix is looked at now, however old, from the day on that the pull begins with.'],
  ['paused', 'Nothing is looked at or read until it goes on.'],
  ['changed', 'Saved: it holds for what is taken from now on.'],
  ['keyed', 'The new keys open the bucket, and the old ones are forgotten. It is looked at now.'],
])
/** A form that came back, open, as it was filled in. */
interface Told {
  error?: string
  change?: Given
  keys?: Given
}
const pathOf = (c: Context<PortalEnv>) => `/pulls/${encodeURIComponent(c.req.param('pull_id') ?? '')}`
const asked = (c: Context<PortalEnv>, method: string, path: string, body?: unknown) =>
  c.get('side').ask<PullView>(method, `${pathOf(c)}${path}`, body)
const after = (c: Context<PortalEnv>, did: string, answer: Answer<PullView>, forms: Omit<Told, 'error'> = {}) =>
  answer.ok ? c.redirect(`/suppliers${pathOf(c)}?did=${did}`, 303) : show(c, { ...forms, error: answer.detail })

async function show(c: Context<PortalEnv>, { error, change, keys }: Told = {}) {
  const { ask, Frame, environment } = c.get('side')
  const state = c.req.query('state')
  const objectsPath = withQuery(`${pathOf(c)}/objects`, { state, cursor: c.req.query('cursor'), limit: 50 })
  const [found, objects, contracts] = await Promise.all([
    ask<PullView>('GET', pathOf(c)),
    ask<{ objects: PulledObjectView[]; next_cursor: string | null }>('GET', objectsPath),
    ask<{ contracts: ContractView[] }>('GET', '/contracts'),
  ])
  if (!found.ok) return notGiven(c, 'pulls', found)
  const view = found.body
  const path = `/suppliers${pathOf(c)}`
  const goesOn = error === undefined && isAtWork(view)
  return sendOwnPage(
    c,
    <Frame title={placeOf(view)} here="pulls" goesOn={goesOn}>
      <p class="soft">
        <a href="/suppliers/pulls">Pulls</a>
      </p>
      <GoingOn goesOn={goesOn}>
        <div class="head">
          <h1>
            {placeOf(view)} <State state={stateOf(view)} />
          </h1>
          <div class="actions">
            {view.state === 'active' && <Act to={`${path}/look`}>Look now</Act>}
            {view.state === 'active' && view.objects.failed > 0 && (
              <Act to={`${path}/retry`}>Try what failed again</Act>
            )}
            {view.state === 'active' ? (
              <Act to={`${path}/pause`}>Pause</Act>
            ) : (
              <Act to={`${path}/resume`} look="">
                Go on
              </Act>
            )}
          </div>
        </div>
        <Done text={error === undefined ? DID.get(c.req.query('did') ?? '') : undefined} />
        <Wrong text={error} />
        <Wrong text={view.problem === null ? undefined : troubleOf(view.problem, view.next_look_at)} />
        <Facts facts={factsOf(view)} />
        <h2>Objects</h2>
        <Filters
          label="State"
          choices={[
            ['all', path, state === undefined],
            ...(['waiting', 'taken', 'failed'] as const).map((one): [string, string, boolean] => [
              `${count(view.objects[one])} ${one}`,
              withQuery(path, { state: one }),
              state === one,
            ]),
          ]}
        />
        <Wrong text={objects.ok ? undefined : objects.detail} />
        {objects.ok && <Objects objects={objects.body.objects} next={objects.body.next_cursor} {...{ path, state }} />}
      </GoingOn>
      <h2>Change it</h2>
      <details open={change !== undefined}>
        <summary>How objects are taken</summary>
        <form class="fields" method="post" action={`${path}/change`}>
          <ContractField
            names={contracts.ok ? namesOf(contracts.body.contracts, environment) : []}
            chosen={String(change?.contract ?? view.contract)}
          />
          <Fields fields={CHANGE} values={change ?? { ...view }} error={fieldsIn(change && error)} />
          <button type="submit">Save</button>
        </form>
      </details>
      <details open={keys !== undefined}>
        <summary>New keys</summary>
        <Policy given={{ ...view }} />
        <form class="fields" method="post" action={`${path}/keys`}>
          <KeyFields given={keys ?? {}} wrong={fieldsIn(keys && error)} />
          <button type="submit">Try them and change over</button>
        </form>
      </details>
      {view.state === 'active' && (
        <details>
          <summary>Objects older than {REMEMBERED_DAYS} days</summary>
          <p class="soft">
            They are remembered no longer, so one that shows up late, with the time when it was written first, is not
            found: a replica has such a time. This looks at all of the prefix once. What was taken of it is taken again;
            its records count as duplicates.
          </p>
          <Act to={`${path}/look-at-all`}>Look at all of it</Act>
        </details>
      )}
      <ForGood to={`${path}/delete`} what="Delete this pull">
        <p class="soft">
          Its keys are forgotten, and which objects were taken: another pull of this prefix takes them again. What
          became batches stays, and the bucket is as it was.
        </p>
      </ForGood>
    </Frame>,
    error === undefined ? 200 : 400,
    goesOn ? LOOKS_AGAIN : {},
  )
}

/** It is due, or reads: soon there is more to see. */
const isAtWork = ({ state, problem, next_look_at, objects }: PullView): boolean =>
  state === 'active' && problem === null && (objects.waiting > 0 || Date.parse(next_look_at!) <= Date.now())

function troubleOf({ message, times, since }: NonNullable<PullView['problem']>, next: string | null): string {
  const tried = `Tried ${times === 1 ? 'once' : `${times} times`} since ${moment(since)}`
  return `${message}. ${tried}${next === null ? '' : '; it is tried again by itself'}.`
}

function factsOf(view: PullView): [string, Child][] {
  const { suffix, since, mode, origin, every_minutes, region, endpoint } = view
  const every = every_minutes === 1 ? 'each minute' : `every ${every_minutes} minutes`
  return [
    ['Contract', view.contract],
    ['Seen', view.looked_at === null ? 'not yet' : <When at={view.looked_at} />],
    [
      'Next look',
      view.next_look_at === null ? (
        'none while it is paused'
      ) : (
        <>
          <When at={view.next_look_at} />, {every}
        </>
      ),
    ],
    [
      'Objects',
      suffix === '' ? (
        'all under the prefix'
      ) : (
        <>
          whose keys end with <code>{suffix}</code>
        </>
      ),
    ],
    ...(since === null ? [] : [['Written from', `${moment(since)} UTC`] satisfies [string, Child]]),
    [
      'Taken',
      `${mode === null ? 'as the contract says' : mode}${origin === 'backfill' ? ', as data of the past' : ''}`,
    ],
    ['Store', endpoint === null ? `Amazon S3 in ${region}` : `${endpoint}, ${region}`],
    ['Access key', <code>{view.access_key_id}</code>],
    ['Id', <code>{view.pull_id}</code>],
  ]
}

import { type Context, Hono } from 'hono'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { SubjectView } from '../subject-views.ts'
import { ForGood, More, Table, When, withQuery } from './parts.tsx'
import type { SideEnv } from './side.ts'

/** Whose data come: the supplier tells them and their consents, both sides see them. */
export const subjects = new Hono<SideEnv>()
subjects.get('/subjects', (c) => show(c, {}))

subjects.post('/subjects', async (c) => {
  const form = await c.req.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const [subject, reference_id, consent] = [text('subject'), text('reference_id'), text('consent')]
  const answer = await c.get('side').ask('PUT', pathOf(subject), {
    ...(reference_id !== '' && { reference_id }),
    ...(consent !== '' && { consent }),
  })
  return show(
    c,
    answer.ok
      ? { done: 'Told. What was held for the lack of it is sent on from the quarantine.' }
      : { error: answer.detail },
  )
})
subjects.post('/subjects/withdraw', async (c) => {
  const answer = await c.get('side').ask('DELETE', `${pathOf(await subjectOf(c))}/consent`)
  return show(
    c,
    answer.ok ? { done: 'The consent is taken back: records that come are held.' } : { error: answer.detail },
  )
})
subjects.post('/subjects/erase', async (c) => {
  const answer = await c.get('side').ask('DELETE', pathOf(await subjectOf(c)))
  return show(c, answer.ok ? { done: 'Erased, with what is held of them.' } : { error: answer.detail })
})

const pathOf = (subject: string) => `/subjects/${encodeURIComponent(subject)}`
const subjectOf = async (c: Context<SideEnv>) => String((await c.req.formData()).get('subject') ?? '')

async function show(c: Context<SideEnv>, { done, error }: { done?: string; error?: string }) {
  const { ask, home, who, Frame } = c.get('side')
  const path = `${home}/subjects`
  const list = await ask<{ subjects: SubjectView[]; next_cursor: string | null }>(
    'GET',
    withQuery('/subjects', { limit: 50, cursor: c.req.query('cursor') }),
  )
  const wrong = error ?? (list.ok ? undefined : list.detail)
  return sendOwnPage(
    c,
    <Frame title="Subjects" here="subjects">
      <h1>Subjects</h1>
      <p class="soft">
        The people whose data come, by the supplier’s names for them. A record of somebody who is not told, or without a
        consent, waits in quarantine.
      </p>
      <Done text={done} />
      <Wrong text={wrong} />
      {list.ok && list.body.subjects.length === 0 && <p class="soft">Nobody yet.</p>}
      {list.ok && list.body.subjects.length > 0 && (
        <Table
          heads={['Subject', 'The developer’s name', 'Consent', 'Since', who === 'supplier' ? '' : 'User']}
          rows={list.body.subjects.map((one) => [
            <code>{one.subject}</code>,
            one.reference_id ?? '–',
            <Consent subject={one} />,
            <When at={one.created_at} />,
            who === 'supplier' ? <Doings path={path} subject={one} /> : <code>{one.user_id}</code>,
          ])}
        />
      )}
      {list.ok && <More href={list.body.next_cursor && withQuery(path, { cursor: list.body.next_cursor })} />}
      {who === 'supplier' && <Tell path={path} />}
    </Frame>,
    wrong === undefined ? 200 : 400,
  )
}

const Consent = ({ subject: { state, consent, consent_ends_at } }: { subject: SubjectView }) => {
  if (state === 'withdrawn') return <span class="badge bad">taken back</span>
  if (consent === null) return <span class="badge warn">none on record</span>
  return (
    <>
      {consent}
      {consent_ends_at !== null && (
        <>
          {' '}
          until <When at={consent_ends_at} />
        </>
      )}
    </>
  )
}

const Doings = ({ path, subject: { subject, state } }: { path: string; subject: SubjectView }) => (
  <div class="actions">
    {state === 'active' && (
      <form method="post" action={`${path}/withdraw`}>
        <input type="hidden" name="subject" value={subject} />
        <button type="submit" class="quiet">
          Consent ended
        </button>
      </form>
    )}
    <ForGood to={`${path}/erase`} what="Erase">
      <input type="hidden" name="subject" value={subject} />
    </ForGood>
  </div>
)

const Tell = ({ path }: { path: string }) => (
  <>
    <h2>Tell a subject, or a new consent of one</h2>
    <form class="row" method="post" action={path}>
      <label>
        Subject
        <input name="subject" required maxlength={256} placeholder="p-017" autocomplete="off" />
      </label>
      <label>
        The developer’s name (left empty: the same)
        <input name="reference_id" maxlength={512} autocomplete="off" />
      </label>
      <label>
        Consent
        <input name="consent" maxlength={256} placeholder="consent-2026-114" autocomplete="off" />
      </label>
      <button type="submit">Tell it</button>
    </form>
  </>
)

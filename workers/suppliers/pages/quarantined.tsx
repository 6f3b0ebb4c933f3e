import { type Context, Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { z } from '../../../shared/base/zod.ts'
import { Done, Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { QuarantinedDetail } from '../quarantine-views.ts'
import { Pointers, sentence, Why } from './held.tsx'
import { notGiven } from './not-found.tsx'
import { Facts, State, When } from './parts.tsx'
import { readJson } from './read-json.ts'
import type { SideEnv } from './side.ts'
import { inWords } from './words.ts'

type Detail = z.infer<typeof QuarantinedDetail>

/** One quarantined record: why it is there, and a form to send it on, as it is or corrected. */
export const quarantined = new Hono<SideEnv>()
quarantined.get('/quarantine/:id', (c) => show(c, {}))

quarantined.post('/quarantine/:id/redrive', async (c) => {
  const form = await c.req.formData()
  const text = String(form.get('record') ?? '').trim()
  const corrected = form.get('as') === 'corrected' ? readJson('The record', text) : undefined
  if (corrected && 'error' in corrected) return show(c, { error: corrected.error, text })
  const answer = await c
    .get('side')
    .ask<Detail>('POST', `${pathOf(c)}/redrive`, corrected ? { record: corrected.value } : {})
  if (!answer.ok) return show(c, { error: answer.detail, text })
  if (answer.body.state === 'waiting') return show(c, { error: 'It was read again, and still cannot be taken.' })
  return show(c, { done: 'Sent on: the batch’s report says what came of it.' })
})

const pathOf = (c: Context<SideEnv>) => `/quarantine/${encodeURIComponent(c.req.param('id') ?? '')}`
async function show(c: Context<SideEnv>, told: { done?: string; error?: string; text?: string }) {
  const { ask, home, who, Frame } = c.get('side')
  const found = await ask<Detail>('GET', pathOf(c))
  if (!found.ok) return notGiven(c, 'quarantine', found)
  const item = found.body
  const path = `${home}${pathOf(c)}`
  return sendOwnPage(
    c,
    <Frame title="Quarantined record" here="quarantine">
      <p class="soft">
        <a href={`${home}/quarantine`}>Quarantine</a>
      </p>
      <h1>
        {sentence(inWords(item.reason)).slice(0, -1)} <State state={item.state} />
      </h1>
      <Done text={told.done} />
      <Wrong text={told.error} />
      <Why reason={item.reason} />
      <Facts
        facts={[
          ['Where', <Pointers problems={item.problems} />],
          ['Contract', item.contract],
          [
            'From',
            <>
              line {item.line} of <a href={`${home}/batches/${item.batch_id}`}>its batch</a>
            </>,
          ],
          ['Since', <When at={item.held_at} />],
          ['Kept until', <When at={item.expires_at} />],
          ['Sent on before', item.tries === 0 ? 'never' : `${item.tries} times`],
          ...(item.outcome === null ? [] : [['Taken as', <State state={item.outcome} />] as [string, Child]]),
        ]}
      />
      {item.state === 'waiting' && (
        <Redrive path={path} mine={who === 'supplier'} record={told.text ?? shown(item.record)} />
      )}
    </Frame>,
    told.error === undefined ? 200 : 400,
  )
}
const shown = (record: unknown): string | undefined =>
  record === undefined ? undefined : typeof record === 'string' ? record : JSON.stringify(record, null, 2)

interface RedriveProps {
  path: string
  /** Only whose record it is corrects it. */
  mine: boolean
  record: string | undefined
}
const Redrive = ({ path, mine, record }: RedriveProps) => (
  <form class="fields" method="post" action={`${path}/redrive`}>
    <h2>Send it on</h2>
    {record === undefined ? (
      <p class="soft">
        The record itself is not shown: your key may not see data, or its subject’s consent is wanting.
      </p>
    ) : (
      <div class="field">
        <label for="record">The record</label>
        <textarea
          id="record"
          name="record"
          class="code"
          rows={Math.min(22, record.split('\n').length + 1)}
          readonly={!mine}
          spellcheck={false}
          autocomplete="off"
        >
          {record}
        </textarea>
      </div>
    )}
    <div class="actions">
      <button type="submit" name="as" value="it-is">
        As it was
      </button>
      {mine && record !== undefined && (
        <button type="submit" name="as" value="corrected" class="quiet">
          As corrected above
        </button>
      )}
    </div>
  </form>
)

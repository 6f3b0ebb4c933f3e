import { sha256 } from '../base/hash.ts'
import { ask, askText, type Caller, PullRefused, parsed } from './ask.ts'
import type { Write } from './define.ts'
import { goTo, type Item } from './reader.ts'
import { buildRequest } from './request.ts'
import { valuesOf } from './values.ts'

/** The same item for the same type is the same write. */
export const itemHash = (type: string, item: Record<string, unknown>): string =>
  sha256(`${type}/${JSON.stringify(item)}`)

/** Writes one item to the provider. → how the provider calls it. Throws as `ask` does. */
export async function writeItem(caller: Caller, write: Write, item: Record<string, unknown>): Promise<string> {
  const values = write.values(item)
  const answer = await askText(caller, (carry) => buildRequest(write.request, valuesWith(caller, values), { carry }))
  const id = goTo(write.id)(parsed(answer ?? '{}') as Item)
  if (typeof id !== 'string' && typeof id !== 'number')
    throw new PullRefused('the provider did not say how it calls what was written')
  return String(id)
}

/** Takes a written item away. → 200, or 404 where the provider knows of none. */
export async function removeItem(caller: Caller, write: Write, logId: string): Promise<200 | 404> {
  if (!write.remove) throw new PullRefused('the provider lets nothing be taken away')
  const { remove } = write
  const answer = await ask(
    caller,
    (carry) => buildRequest(remove, valuesWith(caller, { log_id: logId }), { carry }),
    [404],
  )
  return answer === undefined ? 404 : 200
}

const valuesWith = ({ provider, app, token }: Caller, values: Record<string, string>): Record<string, string> => ({
  ...valuesOf(provider, app, token),
  ...values,
})

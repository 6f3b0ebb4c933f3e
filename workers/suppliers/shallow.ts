import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { bodyOf } from '../read-input.ts'

/** Lists and objects in each other; what walks over a document or a sample stays within the stack. */
const MOST_DEPTH = 64

/** A JSON body that is not nested beyond reason. */
export async function shallowBodyOf(c: Pick<Context, 'req'>): Promise<Record<string, unknown>> {
  const body = await bodyOf(c)
  if (isDeep(body))
    throw new Fault('bad_request', `the body has more than ${MOST_DEPTH} levels of lists and objects`, {}, 'too_deep')
  return body
}
function isDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}

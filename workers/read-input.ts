import type { Context } from 'hono'
import { text } from '../shared/base/bytes.ts'
import { Fault } from '../shared/base/fault.ts'
import { MAX_API_BODY_BYTES } from '../shared/base/limits.ts'
import type { z } from '../shared/base/zod.ts'
import { jsonErrorAt, position } from '../shared/source/malformed.ts'
import { readBody } from './ingest/read-body.ts'

type Asked = Pick<Context, 'req'>

/** A JSON or form body; an empty one is `{}`. A malformed one is a Fault that names the position. */
export async function bodyOf(c: Asked): Promise<Record<string, unknown>> {
  const body = await textOf(c)
  if (body === '') return {}
  // Command lines send JSON under the form's name.
  if (kindOf(c) === FORM && !body.startsWith('{')) return Object.fromEntries(new URLSearchParams(body))
  const given = parsed(body)
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Fault('bad_request', 'the body is not a JSON object')
  return given as Record<string, unknown>
}

/** A JSON body of any kind; an empty one is a Fault. */
export async function jsonOf(c: Asked): Promise<unknown> {
  const body = await textOf(c)
  if (body === '') throw new Fault('bad_request', 'the body is empty')
  return parsed(body)
}

const FORM = 'application/x-www-form-urlencoded'
/** What programs say who do not say what they send. */
const UNSAID = ['', 'text/plain']
const kindOf = (c: Asked): string => (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase()

/** A body of a kind that is read here; an empty one may be of any. */
async function textOf(c: Asked): Promise<string> {
  const body = text(await readBody(c.req.raw, MAX_API_BODY_BYTES))
  const kind = kindOf(c)
  if (body !== '' && kind !== FORM && !UNSAID.includes(kind) && !/^application\/([^/]+\+)?json$/.test(kind))
    throw new Fault(
      'unsupported_media_type',
      `a body of the type ${kind.slice(0, 100)} is not read here; send application/json`,
    )
  return body
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Fault('bad_request', `the body is not JSON from ${position(body, jsonErrorAt(body))}`)
  }
}

/** Parses a body with its schema; refusals name the field. */
export const inputOf = async <T>(c: Asked, schema: z.ZodType<T>): Promise<T> => schema.parse(await bodyOf(c))

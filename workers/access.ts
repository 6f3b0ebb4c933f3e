import { createMiddleware } from 'hono/factory'
import type { Env } from '../durable-objects/env.ts'
import { hashOfKey } from '../shared/access/keys.ts'
import { sameText } from '../shared/base/bytes.ts'
import { Fault } from '../shared/base/fault.ts'
import { settings } from '../shared/base/settings.ts'
import { type Developer, findDeveloper, findKey } from '../shared/db/developers.ts'
import { open } from '../shared/db/open.ts'

export type ApiEnv = { Bindings: Env; Variables: { developer: Developer; reference: string; legacy: boolean } }

/** A key that was found is believed this long, so that requests do not each ask the directory. */
const BELIEVED_MS = 5_000
const known = new Map<string, { developer: Developer; until: number }>()

async function developerOfKey(env: Env, key: string): Promise<Developer | undefined> {
  const hash = hashOfKey(key)
  if (!hash) return undefined
  const found = known.get(hash)
  if (found && found.until > Date.now()) return found.developer
  const row = await findKey(open(env.DB), hash, Date.now())
  if (!row) return undefined
  if (known.size > 10_000) known.clear()
  known.set(hash, { developer: row.developer, until: Date.now() + BELIEVED_MS })
  return row.developer
}

/** What this isolate believes of a developer is looked up again. */
export function forgetDeveloper(developerId: string): void {
  for (const [hash, { developer }] of known) if (developer.developer_id === developerId) known.delete(hash)
}

const bearer = (header: string | undefined): string | undefined => /^Bearer (.+)$/i.exec(header ?? '')?.[1]
const isOperator = (env: Env, header: string | undefined): boolean => {
  const token = bearer(header)
  return token !== undefined && sameText(token, settings(env).OPERATOR_TOKEN)
}

/** `dev-id` with `x-api-key`; the operator may act for a developer with its token in the key's place. */
export const developerOnly = createMiddleware<ApiEnv>(async (c, next) => {
  const devId = c.req.header('dev-id')
  const key = c.req.header('x-api-key')
  if (devId && isOperator(c.env, c.req.header('authorization'))) {
    const developer = await findDeveloper(open(c.env.DB), devId)
    if (!developer) throw new Fault('not_found', `no developer ${devId}`)
    c.set('developer', developer)
    return next()
  }
  if (!devId || !key) throw new Fault('unauthorized', 'dev-id or x-api-key headers are missing')
  const developer = await developerOfKey(c.env, key)
  if (developer?.developer_id !== devId) throw new Fault('unauthorized', 'the dev-id or x-api-key is not known')
  c.set('developer', developer)
  return next()
})

export const operatorOnly = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  if (!isOperator(c.env, c.req.header('authorization')))
    throw new Fault('unauthorized', 'this needs the operator token: Authorization: Bearer …')
  return next()
})

import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Env } from '../durable-objects/env.ts'
import { hashOfKey } from '../shared/access/keys.ts'
import { allows, readScopes, type Scope } from '../shared/access/scopes.ts'
import { sameText } from '../shared/base/bytes.ts'
import { Fault } from '../shared/base/fault.ts'
import { KEY_USE_EVERY_MS } from '../shared/base/limits.ts'
import { logLine } from '../shared/base/log-line.ts'
import { settings } from '../shared/base/settings.ts'
import { markKeyUsed } from '../shared/db/api-keys.ts'
import { type Developer, findDeveloper, findKey } from '../shared/db/developers.ts'
import { open } from '../shared/db/open.ts'

/** Who asks: a key of the developer, or the operator in their name. */
export interface Caller {
  key_id: string | undefined
  scopes: Scope[]
  requests_per_minute: number | null
}
export type ApiEnv = {
  Bindings: Env
  Variables: { developer: Developer; caller: Caller; reference: string; legacy: boolean }
}

/** A key that was found is believed this long, so that requests do not each ask the directory. */
const BELIEVED_MS = 5_000
interface Known {
  developer: Developer
  caller: Caller
  until: number
}
const known = new Map<string, Known>()

async function ownerOfKey(env: Env, key: string): Promise<Known | undefined> {
  const hash = hashOfKey(key)
  if (!hash) return undefined
  const now = Date.now()
  const found = known.get(hash)
  if (found && found.until > now) return found
  const row = await findKey(open(env.DB), hash, now)
  if (!row) return undefined
  const { key_id, scopes, requests_per_minute, expires_at } = row.key
  const owner: Known = {
    developer: row.developer,
    caller: { key_id, scopes: readScopes(scopes), requests_per_minute },
    until: Math.min(now + BELIEVED_MS, expires_at ?? Number.POSITIVE_INFINITY),
  }
  if (known.size > 10_000) known.clear()
  known.set(hash, owner)
  return owner
}

/** When this isolate last wrote that a key was used. */
const marked = new Map<string, number>()
function markUsed(c: Context<ApiEnv>, keyId: string): void {
  const now = Date.now()
  if (now - (marked.get(keyId) ?? 0) < KEY_USE_EVERY_MS) return
  if (marked.size > 10_000) marked.clear()
  marked.set(keyId, now)
  const written = markKeyUsed(open(c.env.DB), keyId, now).catch((error: Error) =>
    logLine('last use not written', { key_id: keyId, error: error.name }),
  )
  c.executionCtx.waitUntil(written)
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
    c.set('caller', { key_id: undefined, scopes: ['*'], requests_per_minute: null })
    return next()
  }
  if (!devId || !key) throw new Fault('unauthorized', 'dev-id or x-api-key headers are missing')
  if (!(await letIn(c, devId, key))) throw new Fault('unauthorized', 'the dev-id or x-api-key is not known')
  return next()
})
/** false: the key is not this developer's. */
export async function letIn(c: Context<ApiEnv>, devId: string, key: string): Promise<boolean> {
  const owner = await ownerOfKey(c.env, key)
  if (owner?.developer.developer_id !== devId) return false
  c.set('developer', owner.developer)
  c.set('caller', owner.caller)
  markUsed(c, owner.caller.key_id!)
  return true
}

/** Lets in who may do this. */
export const scoped = (scope: Scope) =>
  createMiddleware<ApiEnv>(async (c, next) => {
    if (!allows(c.get('caller').scopes, scope)) throw new Fault('forbidden', `this key lacks the scope ${scope}`)
    return next()
  })

export const operatorOnly = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  if (!isOperator(c.env, c.req.header('authorization')))
    throw new Fault('unauthorized', 'this needs the operator token: Authorization: Bearer …')
  return next()
})

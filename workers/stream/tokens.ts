import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Fault } from '../../shared/base/fault.ts'
import { STREAM } from '../../shared/base/limits.ts'
import { findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { type ApiEnv, letIn, scoped } from '../access.ts'
import { browsers } from '../browsers.ts'
import { rateLimited } from '../rate-limit.ts'
import { producerClaims } from './claims.ts'
import { streamToken } from './stream-token.ts'

/** Tokens for the live socket: single use, three minutes. At the root, as the clients of the wire contract call them. */
export const streamTokens = new Hono<ApiEnv>()

/** `dev-id` with `x-api-key`, or both as Basic. Here a missing one is a 400, and a wrong one a 403. */
const credentials = createMiddleware<ApiEnv>(async (c, next) => {
  const basic = basicOf(c.req.header('authorization'))
  const devId = c.req.header('dev-id') ?? basic?.devId
  const key = c.req.header('x-api-key') ?? basic?.key
  if (!devId || !key)
    throw new Fault(
      'bad_request',
      'dev-id and x-api-key headers, or Authorization: Basic base64(dev-id:x-api-key), are missing',
    )
  if (!(await letIn(c, devId, key))) throw new Fault('forbidden', 'the dev-id or x-api-key is not known')
  return next()
})
function basicOf(header: string | undefined): { devId: string; key: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [devId, ...rest] = Buffer.from(encoded, 'base64').toString().split(':')
  return devId && rest.length > 0 ? { devId, key: rest.join(':') } : undefined
}

streamTokens.use('/auth/*', browsers)
streamTokens.post('/auth/developer', credentials, rateLimited, scoped('stream:read'), (c) => {
  const { developer_id, region } = c.get('developer')
  const { key_id } = c.get('caller')
  const expires_at = Date.now() + STREAM.tokenMs
  const token = streamToken(c.env, { kind: 'consumer', developer_id, region, key_id, expires_at })
  return c.json({ token })
})
streamTokens.post('/auth/user', credentials, rateLimited, scoped('stream:write'), async (c) => {
  const id = c.req.query('id')
  if (!id) throw new Fault('bad_request', 'id is missing: name the user, ?id=<user_id>')
  const connection = await findConnection(open(c.env.DB), c.get('developer').developer_id, id.toLowerCase())
  // The contract has one answer for a user of nobody and of somebody else.
  if (!connection) throw new Fault('forbidden', 'this user is not yours, or is gone')
  if (connection.state !== 'active')
    throw new Fault('forbidden', 'this user is not active; PATCH /v2/users/{user_id} with active true')
  const token = streamToken(c.env, {
    kind: 'producer',
    ...producerClaims(connection),
    expires_at: Date.now() + STREAM.tokenMs,
  })
  return c.json({ token })
})

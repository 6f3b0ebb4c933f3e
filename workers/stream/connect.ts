import { Hono } from 'hono'
import { sessionNear } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { STREAM } from '../../shared/base/limits.ts'
import { StreamQuery } from '../../shared/streaming/filter.ts'
import { placeOf, type Whereabouts } from '../../shared/streaming/place.ts'
import type { ApiEnv } from '../access.ts'
import { problem } from '../problem.ts'

/** The live socket, for producers and consumers: who it is they say in it. */
export const streamSocket = new Hono<ApiEnv>()

streamSocket.get('/connect', async (c) => {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
    return problem(c, 426, 'this is a websocket; open it as one')
  if (new URL(c.req.url).search.length > STREAM.queryLength)
    throw new Fault('bad_request', `the query has more than ${STREAM.queryLength} characters; name fewer users`)
  StreamQuery.parse(c.req.query())
  return sessionNear(c.env, placeOf((c.req.raw.cf ?? {}) as Whereabouts)).fetch(c.req.raw)
})

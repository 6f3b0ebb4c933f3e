import { type Context, Hono } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { type ApiEnv, developerOnly, scoped } from '../access.ts'
import { widgetSession } from '../api/widget-session.ts'
import { idempotent } from '../idempotency.ts'
import { rateLimited } from '../rate-limit.ts'

/** Where clients of several generations make widget sessions, beside `generateWidgetSession`; the newest expects a 201. */
const SPELLINGS = { '/widget/api/session': 200, '/api/widget/session': 200, '/widget/session': 201 } as const

export const widgetDoor = new Hono<ApiEnv>()
for (const [path, status] of Object.entries(SPELLINGS))
  widgetDoor.post(path, admitted, rateLimited, scoped('users:write'), idempotent, async (c) =>
    c.json(await widgetSession(c), status),
  )

/** Wrong credentials are a 403 here, as this API's clients know it. */
async function admitted(c: Context<ApiEnv>, next: () => Promise<void>): Promise<Response | undefined> {
  try {
    return (await developerOnly(c, next)) as Response | undefined
  } catch (error) {
    throw error instanceof Fault && error.code === 'unauthorized' ? new Fault('forbidden', error.message) : error
  }
}

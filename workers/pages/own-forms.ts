import { createMiddleware } from 'hono/factory'
import { Fault } from '../../shared/base/fault.ts'
import { onlyLooks } from '../only-looks.ts'

/** Forms of other sites change nothing here: their browsers keep the cookie back, and say where they come from. */
export const ownFormsOnly = createMiddleware(async (c, next) => {
  if (!onlyLooks(c.req.method) && c.req.header('origin') !== new URL(c.req.url).origin)
    throw new Fault('forbidden', 'this form was not sent from the page it belongs to; open it here and send it again')
  await next()
})

import type { Env } from '../durable-objects/env.ts'
import { settings } from '../shared/base/settings.ts'

/** The public address of this deployment: the setting, or where the request came to. */
export const baseUrlOf = (c: { env: Env; req: { url: string } }): string =>
  settings(c.env).BASE_URL || new URL(c.req.url).origin

import type { Env } from '../../durable-objects/env.ts'
import * as hosts from '../../shared/access/region-hosts.ts'
import { Fault } from '../../shared/base/fault.ts'
import { settings } from '../../shared/base/settings.ts'
import { baseUrlOf } from '../base-url.ts'

type Asked = { env: Env; req: { url: string } }

export const regionUrl = (c: Asked, region: string): string => hosts.regionUrl(settings(c.env), c.req.url, region)

/** Whom a token is for: where its region's data come in. The global host takes such a token too. */
export const audienceOf = (c: Asked, region: string): string => `${regionUrl(c, region)}/v2/ingest`

/** Those of this deployment: which host takes which region is told apart from whether a token is good. */
export const audiencesOf = (c: Asked): string[] => [
  `${baseUrlOf(c)}/v2/ingest`,
  ...Object.keys(settings(c.env).REGION_HOSTS).map((region) => audienceOf(c, region)),
]

/** Whoever is at the host of another region is told the right one. */
export function atItsHost(c: Asked, region: string): void {
  const wrong = hosts.wrongHost(settings(c.env), c.req.url, region)
  if (!wrong) return
  const { pathname, search } = new URL(c.req.url)
  const location = wrong.url + pathname + search
  throw new Fault('misdirected', `${wrong.here}: use ${wrong.host}`, { location }, 'wrong_region')
}

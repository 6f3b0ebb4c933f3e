import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { settings } from '../../shared/base/settings.ts'
import { baseUrlOf } from '../base-url.ts'

type Asked = { env: Env; req: { url: string } }

/** Where a region's data come in: its own host where it has one, and this deployment's otherwise. */
export function regionUrl(c: Asked, region: string): string {
  const base = baseUrlOf(c)
  const host = settings(c.env).REGION_HOSTS[region]
  return host === undefined ? base : `${new URL(base).protocol}//${host}`
}

/** Whom a token is for: where its region's data come in. The global host takes such a token too. */
export const audienceOf = (c: Asked, region: string): string => `${regionUrl(c, region)}/v2/ingest`

/** Those of this deployment: which host takes which region is told apart from whether a token is good. */
export const audiencesOf = (c: Asked): string[] => [
  `${baseUrlOf(c)}/v2/ingest`,
  ...Object.keys(settings(c.env).REGION_HOSTS).map((region) => audienceOf(c, region)),
]

/** Data of one region do not come in at the host of another; the global host takes all. */
export function atItsHost(c: Asked, region: string): void {
  const hosts = Object.entries(settings(c.env).REGION_HOSTS)
  if (hosts.length === 0) return
  const url = new URL(c.req.url)
  const here = hosts.filter(([, host]) => host.toLowerCase() === url.host.toLowerCase()).map(([name]) => name)
  if (here.length === 0 || here.includes(region)) return
  const right = regionUrl(c, region)
  throw new Fault(
    'misdirected',
    `${url.host} takes data of the region ${here.join(', ')}; this supplier’s region is ${region}: send to ${new URL(right).host}`,
    { location: right + url.pathname + url.search },
    'wrong_region',
  )
}

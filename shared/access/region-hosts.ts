import type { Settings } from '../base/settings.ts'

/** Hosts at which the data of one region are taken and given, beside the one that does it for all. */
type Hosts = Pick<Settings, 'BASE_URL' | 'REGION_HOSTS'>

/** Where a region's data come in: its own host where it has one, and this deployment's otherwise. `asked`: of a request. */
export function regionUrl({ BASE_URL, REGION_HOSTS }: Hosts, asked: string, region: string): string {
  const base = BASE_URL || new URL(asked).origin
  const host = REGION_HOSTS[region]
  return host === undefined ? base : `${new URL(base).protocol}//${host}`
}

export interface WrongHost {
  /** In words: what this host is. */
  here: string
  /** The right one: its origin, and its host. */
  url: string
  host: string
}
/** Data of one region do not go by the host of another; the global host takes all. undefined: this one is right. */
export function wrongHost(hosts: Hosts, asked: string, region: string): WrongHost | undefined {
  const { host } = new URL(asked)
  const regions = Object.entries(hosts.REGION_HOSTS)
    .filter(([, one]) => one.toLowerCase() === host.toLowerCase())
    .map(([name]) => name)
  if (regions.length === 0 || regions.includes(region)) return undefined
  const url = regionUrl(hosts, asked, region)
  const right = new URL(url).host
  // The region has no host of its own, and no other address of this deployment is known.
  if (right === host) return undefined
  return { here: `${host} is of the region ${regions.join(', ')}, yours is ${region}`, url, host: right }
}

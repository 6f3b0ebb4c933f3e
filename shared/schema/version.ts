import { Fault } from '../base/fault.ts'

/** The version that events carry, and the newest that a developer can pin. */
export const API_VERSION = '2022-03-16'
export const VERSIONS = [API_VERSION] as const

/** An event as an older version showed it. There is one version so far; an unknown one is refused. */
export function toVersion<T>(event: T, version: string): T {
  if (!VERSIONS.includes(version as never))
    throw new Fault('bad_request', `version "${version}" is not known; use ${VERSIONS.join(' or ')}`)
  return event
}

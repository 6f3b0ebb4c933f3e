import type { ContractState, Environment } from './document.ts'

/** A version of a contract, as far as it is chosen by. */
export interface Version {
  major: number
  minor: number
  state: ContractState
}
export type Chosen<V> =
  | { kind: 'found'; version: V }
  | { kind: 'unknown' }
  /** It is there, but takes nothing in this environment. */
  | { kind: 'not_active'; states: ContractState[] }
  /** Records of one major are not those of another: the request has to say which. */
  | { kind: 'ambiguous'; majors: number[] }

/** Takes records in these states; those before are preferred. What is being drafted is tried out in the sandbox. */
const TAKES: Record<Environment, ContractState[]> = {
  production: ['active', 'deprecated'],
  sandbox: ['active', 'deprecated', 'review', 'draft'],
}
const NAMED = /^([a-z][a-z0-9-]{1,62})(?:@(\d{1,4})(?:\.(\d{1,4}))?)?$/

/** `name`, `name@1` or `name@1.2`; undefined: no name of a contract. */
export function parseContractName(text: string): { name: string; major?: number; minor?: number } | undefined {
  const found = NAMED.exec(text)
  if (!found) return undefined
  const [, name, major, minor] = found
  return {
    name: name!,
    ...(major !== undefined && { major: Number(major) }),
    ...(minor !== undefined && { minor: Number(minor) }),
  }
}

/** The newest active version of what was named; where none is active, the newest that takes records at all. */
export function whichContract<V extends Version>(
  versions: readonly V[],
  { major, minor }: { major?: number; minor?: number },
  environment: Environment,
): Chosen<V> {
  const named = versions.filter(
    (one) => (major === undefined || one.major === major) && (minor === undefined || one.minor === minor),
  )
  if (named.length === 0) return { kind: 'unknown' }
  const state = TAKES[environment].find((state) => named.some((one) => one.state === state))
  if (!state) return { kind: 'not_active', states: [...new Set(named.map((one) => one.state))] }
  const takes = named.filter((one) => one.state === state)
  const majors = [...new Set(takes.map((one) => one.major))].sort((a, b) => a - b)
  if (majors.length > 1) return { kind: 'ambiguous', majors }
  return { kind: 'found', version: takes.reduce((a, b) => (b.minor > a.minor ? b : a)) }
}

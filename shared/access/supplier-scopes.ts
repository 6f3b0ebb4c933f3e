import { z } from '../base/zod.ts'
import { DATA_TYPES, type DataType } from '../schema/data-types.ts'

/** What a supplier's token may do. `ingest:write` pushes every data type; with a type behind it, only that one. */
export const SUPPLIER_SCOPES = [
  'ingest:write',
  ...DATA_TYPES.map((type) => `ingest:write:${type}` as const),
  'batches:read',
  'contracts:write',
  'subjects:write',
  'account:write',
] as const
export const SupplierScope = z.enum(SUPPLIER_SCOPES).openapi('SupplierScope')
export type SupplierScope = z.infer<typeof SupplierScope>

const ABOUT: Record<string, string> = {
  'ingest:write': 'Push records of every type, and live samples',
  'batches:read': 'See batches, reports and quarantine',
  'contracts:write': 'Draft contracts and hand them in',
  'subjects:write': 'Tell subjects, and that one left',
  'account:write': 'Manage credentials, the webhook, pulls, the domain and the sandbox’s clock',
}
export const aboutScope = (scope: SupplierScope): string =>
  ABOUT[scope] ?? `Push records of the type ${scope.split(':').at(-1)}`

/** All there is, for a supplier's first credential. */
export const WHOLE_ACCOUNT: readonly SupplierScope[] = [
  'ingest:write',
  'batches:read',
  'contracts:write',
  'subjects:write',
  'account:write',
]

const PUSH = 'ingest:write'
const isPush = (scope: SupplierScope) => scope === PUSH || scope.startsWith(`${PUSH}:`)

/** Whether somebody who holds these may do what takes `scope`. Who may push one type is let in where data are pushed. */
export const mayDo = (held: readonly SupplierScope[], scope: SupplierScope): boolean =>
  held.includes(scope) || (scope === PUSH ? held.some(isPush) : isPush(scope) && held.includes(PUSH))

/** The data types that these may not push. */
export const typesRefused = (held: readonly SupplierScope[], types: readonly DataType[]): DataType[] =>
  types.filter((type) => !held.includes(PUSH) && !held.includes(`${PUSH}:${type}`))

/** What of these goes beyond what is held: a narrower scope is within its wider one, and not the other way round. */
export const beyond = (held: readonly SupplierScope[], wanted: readonly SupplierScope[]): SupplierScope[] =>
  wanted.filter((scope) => !held.includes(scope) && !(isPush(scope) && held.includes(PUSH)))

/** As OAuth writes them, and as a row holds them. */
export const scopesText = (scopes: readonly SupplierScope[]): string => [...new Set(scopes)].join(' ')
/** → the scopes; a name that is none is given back as it is. */
export function readSupplierScopes(text: string): { scopes: SupplierScope[]; unknown: string[] } {
  const names = text.split(/[ ,]+/).filter((name) => name !== '')
  const known = new Set<string>(SUPPLIER_SCOPES)
  return {
    scopes: [...new Set(names.filter((name) => known.has(name)))] as SupplierScope[],
    unknown: names.filter((name) => !known.has(name)),
  }
}

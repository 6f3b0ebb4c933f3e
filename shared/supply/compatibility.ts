import { z } from '../base/zod.ts'
import { Change, EFFECTS } from './compatibility/change.ts'
import { mappingChanges } from './compatibility/mapping-changes.ts'
import { reachesOf } from './compatibility/reads.ts'
import { schemaChanges } from './compatibility/schema-changes.ts'
import {
  identityChanges,
  otherTerms,
  retentionChanges,
  slaChanges,
  timeChanges,
  updateChanges,
} from './compatibility/terms.ts'
import type { ContractDocument } from './document.ts'

/** What a newer version of a contract changes, and whom that breaks. */
export const Comparison = z.object({
  older: z.string().describe('`name@major.minor`'),
  newer: z.string(),
  compatible: z.boolean().describe('Nothing breaks anybody: a minor version is enough'),
  breaks: z.object({ supplier: z.boolean(), developer: z.boolean() }),
  needs: z.enum(['minor', 'major']),
  summary: z.string().describe('In one sentence'),
  changes: z.array(Change),
})
export type Comparison = z.infer<typeof Comparison>

/** Both documents must be good ones by themselves. */
export function compareContracts(older: ContractDocument, newer: ContractDocument): Comparison {
  // What either reads reaches the developer.
  const [before, now] = [reachesOf(older), reachesOf(newer)]
  const changes = [
    ...schemaChanges(older.schema, newer.schema, (path) => before(path) || now(path)),
    ...mappingChanges(older, newer),
    ...identityChanges(older, newer),
    ...updateChanges(older, newer),
    ...timeChanges(older, newer),
    ...otherTerms(older, newer),
    ...slaChanges(older, newer),
    ...retentionChanges(older, newer),
  ].sort((a, b) => weight(b) - weight(a))
  const breaks = {
    supplier: changes.some(({ supplier }) => supplier.effect === 'breaking'),
    developer: changes.some(({ developer }) => developer.effect === 'breaking'),
  }
  const compatible = !breaks.supplier && !breaks.developer
  return {
    older: titleOf(older),
    newer: titleOf(newer),
    compatible,
    breaks,
    needs: compatible ? 'minor' : 'major',
    summary: summaryOf(breaks, changes),
    changes,
  }
}
const weight = ({ supplier, developer }: Change): number =>
  Math.max(EFFECTS.indexOf(supplier.effect), EFFECTS.indexOf(developer.effect))

export const titleOf = ({ name, version }: Pick<ContractDocument, 'name' | 'version'>): string => `${name}@${version}`

function summaryOf(breaks: Comparison['breaks'], changes: Change[]): string {
  if (changes.length === 0) return 'nothing differs'
  const whom = [...(breaks.supplier ? ['the supplier'] : []), ...(breaks.developer ? ['the developer'] : [])]
  const many = `${changes.length} ${changes.length === 1 ? 'difference' : 'differences'}`
  if (whom.length === 0) return `${many}, none of which breaks anybody: a minor version is enough`
  return `${many}; breaks ${whom.join(' and ')}: a new major version is needed, and a date for the end of the older one`
}

/** What breaks, line by line in words. */
export const breakages = ({ changes }: Comparison): string[] =>
  changes.flatMap(({ part, path, supplier, developer }) => {
    const at = path === '' ? part : `${part} ${path}`
    return [
      ...(supplier.effect === 'breaking' ? [`for the supplier, ${at}: ${supplier.says}`] : []),
      ...(developer.effect === 'breaking' ? [`for the developer, ${at}: ${developer.says}`] : []),
    ]
  })

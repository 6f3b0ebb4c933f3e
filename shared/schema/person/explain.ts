import type { Source } from './rules.ts'

export type SourceName = Pick<Source, 'user_id' | 'provider'>
/** Whose a field is; `also`: whose items fill its gaps. */
export type FieldSource = SourceName & { also?: (SourceName & { items: number })[] }
export interface LeftOut extends SourceName {
  summary_id?: string
  start_time?: string
  reason: 'lower_priority' | 'overlap'
}
export interface Explanation {
  /** By JSON pointer; what is inside a place that is named is of the same source. */
  fields: Record<string, FieldSource>
  left_out: LeftOut[]
}

export const nameOf = ({ user_id, provider }: Source): SourceName => ({ user_id, provider })

/** One line for all that is in a place, where all of it is of one source. */
export function pointers(of: Map<string, FieldSource>): Record<string, FieldSource> {
  const found: Record<string, FieldSource> = {}
  const visit = (entries: [string[], FieldSource][], at: string[]) => {
    const groups = Map.groupBy(entries, ([path]) => path[at.length]!)
    for (const name of [...groups.keys()].sort()) {
      const inside = groups.get(name)!
      const here = [...at, name]
      const [path, first] = inside[0]!
      const isLeaf = inside.length === 1 && path.length === here.length
      const isOne = inside.every(([, { user_id, also }]) => user_id === first.user_id && also === undefined)
      if (isLeaf || isOne) found[pointer(here)] = first
      else visit(inside, here)
    }
  }
  visit(
    [...of].map(([path, source]) => [path.split('.'), source]),
    [],
  )
  return found
}
const pointer = (names: string[]): string =>
  names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

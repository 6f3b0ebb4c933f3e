import type { DataType } from '../data-types.ts'

/** One connection of a person. `category` is its provider's, `connectedAt` in epoch ms. */
export interface Source {
  user_id: string
  provider: string
  category: string
  connectedAt: number
}
export interface MergeRules {
  /** Providers from the best on, by `*`, a type (`daily`) or a section of one (`daily.heart_rate_data`). */
  priorities: Record<string, string[]>
  /** `best`: series are one source's; `fill`: gaps in it are filled from the next. */
  samples: 'best' | 'fill'
  /** What is a gap. */
  gap_seconds: number
  /** Sessions of different sources are one where they share more than this part of the shorter. */
  overlap: number
}
export const DEFAULT_RULES: MergeRules = { priorities: {}, samples: 'best', gap_seconds: 900, overlap: 0.5 }

/** What is worn all day knows more of a day than what is opened for a workout, and that more than a phone in a pocket. */
const CATEGORIES = ['wearable', 'training', 'body', 'phone']

/** Which of two sources stands higher at a place: a total order that does not depend on who else is there. */
export function orderAt(rules: MergeRules, type: DataType, section: string): (a: Source, b: Source) => number {
  const lists = prioritiesAt(rules, type, section)
  return (a, b) => {
    for (const list of lists) {
      const difference = placeIn(list, a.provider) - placeIn(list, b.provider)
      if (difference !== 0) return difference
    }
    return (
      placeIn(CATEGORIES, a.category) - placeIn(CATEGORIES, b.category) ||
      b.connectedAt - a.connectedAt ||
      compare(a.user_id, b.user_id)
    )
  }
}
/** The nearest list first: whom it does not name is ordered by the next. */
function prioritiesAt({ priorities }: MergeRules, type: DataType, section: string): string[][] {
  const names = section === '' ? [type] : [type, ...section.split('.')]
  const keys = [...names.map((_, i) => names.slice(0, names.length - i).join('.')), '*']
  return keys.flatMap((key) => (Object.hasOwn(priorities, key) ? [priorities[key]!] : []))
}
const placeIn = (list: string[], name: string): number => {
  const at = list.indexOf(name)
  return at < 0 ? list.length : at
}
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

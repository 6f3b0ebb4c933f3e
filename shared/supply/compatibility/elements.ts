import type { Cover } from './cover.ts'
import { type Covered, freshly, given, join, lost, NOTHING, together } from './covered.ts'
import type { Flat } from './flat.ts'
import { coverRange } from './scalars.ts'
import type { Schema } from './side.ts'

/** Lists: how long, and what is in them, one by one where their start is told and then all others alike. */
export function coverElements(cover: Cover, from: Flat, to: Flat, path: string): Covered {
  const parts = [lost(...coverRange(from.items, to.items, path, 'minItems', 'maxItems'))]
  if (to.unique && !from.unique && from.items.most > 1) parts.push(lost({ path, rule: 'uniqueItems' }))
  const start = Math.max(0, ...[...from.elements, ...to.elements].map(({ prefix }) => prefix.length))
  for (let i = 0; i < Math.min(start, from.items.most); i++) parts.push(coverAt(cover, from, to, path, i))
  if (from.items.most > start) parts.push(coverAt(cover, from, to, path, undefined, start))
  return together(parts)
}

function coverAt(cover: Cover, from: Flat, to: Flat, path: string, index: number | undefined, after = 0): Covered {
  const at = (flat: Flat): Schema[] =>
    flat.elements.flatMap(({ prefix, rest }): Schema[] => given(prefix[index ?? after] ?? rest))
  const [had, asked] = [at(from), at(to)]
  if (asked.length === 0) return NOTHING
  if (had.includes(false)) return NOTHING
  if (asked.includes(false)) return lost({ path, rule: 'maxItems', had: from.items.most, asks: index ?? after })
  return cover.cover(freshly(had), freshly(asked), join(path, index === undefined ? '*' : String(index)))
}

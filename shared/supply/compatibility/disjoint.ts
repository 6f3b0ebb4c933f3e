import { type Flat, flatten, ownField } from './flat.ts'
import type { Side } from './side.ts'

/** Whether it is plain that no value is of both. */
export function disjoint(one: Flat, other: Flat, side: Side, depth = 0): boolean {
  if (disjointKinds(one, other)) return true
  if (one.values) return !one.values.some((value) => side.accepts(value, [...one.all, ...other.all]))
  if (other.values) return !other.values.some((value) => side.accepts(value, [...one.all, ...other.all]))
  if (depth > 2) return false
  // Of two objects that both must have a field, it tells them apart.
  const objects = one.kinds.size === 1 && other.kinds.size === 1 && one.kinds.has('object') && other.kinds.has('object')
  return (
    objects && [...one.required].some((name) => other.required.has(name) && fieldsApart(one, other, name, side, depth))
  )
}
function fieldsApart(one: Flat, other: Flat, name: string, side: Side, depth: number): boolean {
  const of = (flat: Flat) => flatten(ownField(flat, name), side)
  return disjoint(of(one), of(other), side, depth + 1)
}
export const disjointKinds = (one: Flat, other: Flat): boolean => [...one.kinds].every((kind) => !other.kinds.has(kind))

import type { z } from '../../base/zod.ts'
import { DATA_TYPES, type DataType, SCHEMAS } from '../data-types.ts'
import { isObjectSchema, unwrap } from '../sample-paths.ts'
import { sectionOf } from './sections.ts'

/** Sections of each type, and what holds several of them: for these there may be priorities of their own. */
export const SECTION_NAMES = Object.fromEntries(DATA_TYPES.map((type) => [type, namesOf(type)])) as Record<
  DataType,
  string[]
>

function namesOf(type: DataType): string[] {
  const sections = leavesIn(SCHEMAS[type], '').map((path) => sectionOf(type, path).split('.'))
  return [...new Set(sections.flatMap((names) => names.map((_, i) => names.slice(0, i + 1).join('.'))))].sort()
}
function leavesIn(schema: z.ZodType, path: string): string[] {
  const inner = unwrap(schema)
  if (!isObjectSchema(inner)) return [path]
  return Object.entries(inner.shape).flatMap(([name, field]) => leavesIn(field, path ? `${path}.${name}` : name))
}

import { isObject } from '../base/json.ts'

/** Paths of a difference that are told. */
const MOST_PATHS = 200

/** Where two objects differ: paths of fields, `[]` for every item of a list. No values. */
export function differingPaths(before: unknown, after: unknown): string[] {
  const paths = new Set<string>()
  compare(before, after, '', paths)
  return [...paths].sort()
}

function compare(before: unknown, after: unknown, path: string, paths: Set<string>): void {
  if (paths.size >= MOST_PATHS || before === after) return
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) paths.add(`${path}[]`)
    for (let i = 0; i < Math.min(before.length, after.length); i++) compare(before[i], after[i], `${path}[]`, paths)
  } else if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[name], after[name], path === '' ? name : `${path}.${name}`, paths)
  } else paths.add(path)
}

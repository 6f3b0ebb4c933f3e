import type { ReadPath, Step } from './read-paths.ts'
import { type Accountable, noticeRoots, omittedOf, type PayloadKind, pathsRead, rootsOf, under } from './reckoning.ts'
import { stepOf } from './structure.ts'

/** What a definition knows of the payloads of one of its resources, whatever one of them holds. */
export interface KnownPaths {
  /** A map reads it, or something in it. */
  isRead: (path: string) => boolean
  /** It is left out, and the definition says why. */
  isOmitted: (path: string) => boolean
  /** Whether the tables that read it have a meaning for the word; undefined: no table reads it. */
  hasWord: (path: string, word: string) => boolean | undefined
}

export function knownPaths(unit: Accountable, resource: string, kind: PayloadKind): KnownPaths {
  const read = pathsRead(unit, resource, undefined, kind)
  const roots = kind === 'notice' ? noticeRoots(unit, resource, undefined) : rootsOf(unit.maps[resource], undefined)
  const omits = omittedOf(unit.omits, resource, roots)
  const tables = (unit.maps[resource]?.records ?? []).flatMap(({ compiled, options }) =>
    compiled.knows.flatMap(({ path, has }) => {
      const inner = options.each === undefined || /^[@^/]/.test(path) ? path : `${options.each}.*.${path}`
      return under(roots, [inner.replace(/^slices\.\*\./, '')]).map((at) => ({ at, has }))
    }),
  )
  return {
    isRead: (path) => read.some((one) => reaches(one, path.split('.'))),
    isOmitted: (path) => omits.some((omit) => omit.path.test(path)),
    hasWord: (path, word) => {
      const steps = path.split('.')
      const of = tables.filter(({ at }) => at.steps.length === steps.length && reaches(at, steps))
      return of.length === 0 ? undefined : of.some(({ has }) => has(word))
    },
  }
}

/** A path of a reader against one of a structure, in which elements and keys that are data are `*`. */
function reaches({ steps, shallow }: ReadPath, path: string[]): boolean {
  if (shallow && path.length > steps.length) return false
  return path.every((name, i) => i >= steps.length || isAt(steps[i]!, name))
}
const isAt = (step: Step, name: string): boolean =>
  'any' in step || ('field' in step ? name === '*' : step.name === name || (name === '*' && stepOf(step.name) === '*'))

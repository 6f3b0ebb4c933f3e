import { breaking, type Change, type Effect, none, warning } from './change.ts'
import { plain } from './side.ts'

export type Part = Change['part']
export const changeOf = (part: Part, path: string, change: string, supplier: Effect, developer: Effect): Change => ({
  part,
  path,
  change,
  supplier,
  developer,
})
export const same = (one: unknown, other: unknown): boolean =>
  one === other || (one !== undefined && other !== undefined && plain(one) === plain(other))
export const told = (value: unknown): string => (typeof value === 'string' ? `\`${value}\`` : JSON.stringify(value))

/** A number that the supplier has to meet, and the developer counts on. `harder` 1: more is harder to meet. */
export function promise(
  part: Part,
  path: string,
  before: number | undefined,
  now: number | undefined,
  { harder, what }: { harder: 1 | -1; what: string },
): Change[] {
  if (before === now) return []
  if (now === undefined) return [changeOf(part, path, 'given_up', none(), breaking(`${what} is no longer promised`))]
  if (before === undefined)
    return [
      changeOf(
        part,
        path,
        'asked',
        breaking(`${what} is promised now: ${now}`),
        none(`${what} is promised now: ${now}`),
      ),
    ]
  const tighter = harder * now > harder * before
  const says = `${what}: ${now} now, before ${before}`
  return [
    changeOf(
      part,
      path,
      tighter ? 'tightened' : 'loosened',
      tighter ? breaking(says) : none(says),
      tighter ? none(says) : breaking(says),
    ),
  ]
}

/** A choice of the document, each way with what it means for either side. */
export function choice<T extends string>(
  part: Part,
  path: string,
  before: T,
  now: T,
  means: (before: T, now: T) => [supplier: Effect, developer: Effect],
): Change[] {
  if (before === now) return []
  return [changeOf(part, path, 'changed', ...means(before, now))]
}
export const BOTH = (says: string): [Effect, Effect] => [breaking(says), breaking(says)]
export const WARNED = (says: string): [Effect, Effect] => [warning(says), warning(says)]

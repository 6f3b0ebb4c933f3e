import { type Input, UsageError } from './command.ts'

/** A flag that is a whole number above 0 (or from 0 on, where that says something). */
export function count({ flag }: Input, name: string, least: 0 | 1 = 1): number | undefined {
  const text = flag(name)
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text) || Number(text) < least)
    throw new UsageError(`--${name} needs a whole number ${least === 0 ? 'from 0 on' : 'above 0'}`)
  return Number(text)
}
/** A flag that is a list with commas. */
export const listed = ({ flag }: Pick<Input, 'flag'>, name: string): string[] | undefined =>
  flag(name)
    ?.split(',')
    .map((word) => word.trim())

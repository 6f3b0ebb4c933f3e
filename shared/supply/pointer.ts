import { stepOf } from '../source/structure.ts'

/** JSON pointers (RFC 6901). */
export const escaped = (key: string | number): string =>
  typeof key === 'number' ? String(key) : key.replaceAll('~', '~0').replaceAll('/', '~1')
export const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~')

/** A step for a key that no schema names: one that may be data itself (an address, a number, a long text) is told as `*`. */
export const strange = (key: string): string => (stepOf(key) === '*' ? '*' : escaped(key))

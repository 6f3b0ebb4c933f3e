export type Json = Record<string, unknown>

/** An object with fields: no list, no null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

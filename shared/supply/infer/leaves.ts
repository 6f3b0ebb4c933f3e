import { isObject } from '../../base/json.ts'

/** A field of the samples outside of lists. */
export interface Leaf {
  path: string
  values: unknown[]
  /** It is in every sample. */
  always: boolean
}

/** Names with dots or signs of the kit's paths cannot be written as a path. */
const SAYABLE = /^[A-Za-z0-9_-]+$/

export function leavesOf(samples: object[]): Leaf[] {
  const found = new Map<string, unknown[]>()
  const walk = (value: unknown, path: string): void => {
    if (isObject(value)) {
      for (const [name, inner] of Object.entries(value))
        if (SAYABLE.test(name)) walk(inner, path === '' ? name : `${path}.${name}`)
    } else if (value !== null && !Array.isArray(value)) found.set(path, [...(found.get(path) ?? []), value])
  }
  for (const sample of samples) walk(sample, '')
  return [...found].map(([path, values]) => ({ path, values, always: values.length === samples.length }))
}

export const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/
export const DATE = /^\d{4}-\d\d-\d\d$/
export const WITH_OFFSET = /([Zz]|[+-]\d\d:?\d\d)$/
/** `restingHeartRate`, `resting_hr` → their words. */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9%]+/)
    .filter((word) => word !== '')

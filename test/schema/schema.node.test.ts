import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import { toVersion } from '../../shared/schema/version.ts'
import {
  asPublished,
  differing,
  digest,
  EXCEPTIONS,
  NOT_OURS,
  ONLY_OURS,
  ourShapes,
  publishedShapes,
} from './reference.ts'

const directory = join(process.env.REFERENCE_DIR ?? '', 'specs/schemas')
const published = process.env.REFERENCE_DIR && existsSync(directory) ? publishedShapes(directory) : undefined
const known: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/schema-digest.json'), 'utf8'),
)

describe('the schema against the published one', () => {
  test('the published schemas are there in CI', () => {
    if (process.env.CI)
      expect(published, `REFERENCE_DIR=${process.env.REFERENCE_DIR ?? ''} holds specs/schemas`).toBeDefined()
    else if (!published) console.warn('REFERENCE_DIR is not set: the schema is held against its checked-in digest only')
  })

  test('every type has the published fields with their kinds, and every code, both ways', () => {
    const ours = asPublished(ourShapes())
    if (published) expect(ours).toEqual(published)
    expect(differing(ours, known)).toEqual([])
  })

  test.runIf(published)('the digest is that of the published schemas', () => {
    expect(differing(published!, known)).toEqual([])
  })

  test('every exception is one: ours is as it says, the published one is not', () => {
    const ours = ourShapes()
    for (const { at, ours: kind } of EXCEPTIONS) {
      const [name, field] = at.split('.') as [string, string]
      expect(ours[name]?.[field], at).toBe(kind)
      if (published) expect(published[name]?.[field], at).not.toBe(kind)
    }
    for (const name of Object.keys(ONLY_OURS)) {
      expect(ours, name).toHaveProperty(name)
      expect(known, name).not.toHaveProperty(name)
    }
    for (const name of Object.keys(NOT_OURS)) {
      expect(ours, name).not.toHaveProperty(name)
      if (published) expect(existsSync(join(directory, `${name}.yaml`)), name).toBe(true)
    }
  })

  test('a change of any kind is noticed, and by the name of its type', () => {
    const ours = asPublished(ourShapes())
    const { SleepMetadata, StressLevel } = ours
    const changes = {
      optional: { SleepMetadata: { ...SleepMetadata, start_time: 'string?' } },
      'no null': { SleepMetadata: { ...SleepMetadata, summary_id: 'string' } },
      'another kind': { SleepMetadata: { ...SleepMetadata, is_nap: 'string?' } },
      'a field more': { SleepMetadata: { ...SleepMetadata, mood: 'string?' } },
      'a field less': { SleepMetadata: without(SleepMetadata!, 'summary_id') },
      'a code more': { StressLevel: { ...StressLevel, '5': 'code' } },
      'a code less': { StressLevel: without(StressLevel!, '4') },
      'a type more': { Mood: {} },
    }
    for (const [what, change] of Object.entries(changes))
      expect(differing({ ...ours, ...change }, digest(ours)), what).toEqual(Object.keys(change))
    expect(differing({ ...ours, StressLevel: {} }, known)).toEqual(['StressLevel'])
    const { Sleep: _, ...withoutSleep } = ours
    expect(differing(withoutSleep, known)).toEqual(['Sleep'])
  })
})

describe('events', () => {
  test('are told apart by their type', () => {
    expect(EVENT_TYPES).toHaveLength(25)
    expect(new Set(EVENT_TYPES).size).toBe(25)
  })
  test('go out in a version that is known, others are refused', () => {
    const event = { type: 'sleep' }
    expect(toVersion(event, '2022-03-16')).toBe(event)
    expect(() => toVersion(event, '1999-01-01')).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})

const without = (shape: Record<string, string>, field: string) =>
  Object.fromEntries(Object.entries(shape).filter(([name]) => name !== field))

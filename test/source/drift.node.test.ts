import { describe, expect, test } from 'vitest'
import { DRIFT } from '../../shared/base/limits.ts'
import { accept, learn, newEndpoint, sketchOf } from '../../shared/source/drift.ts'
import { knownPaths } from '../../shared/source/known-paths.ts'
import { into, resource } from '../../shared/source/map.ts'
import { day } from '../../shared/source/places.ts'
import { integer, number, table } from '../../shared/source/readers.ts'
import { structureOf } from '../../shared/source/structure.ts'

const known = knownPaths(
  {
    maps: {
      days: resource('data', [
        into('daily', day({ date: 'day' }), {
          metadata: { upload_type: table('by', { device: 1, manual: 2 }, 1) },
          distance_data: { steps: integer('steps'), distance_meters: number('far.meters') },
        }),
      ]),
    },
    omits: { days: { 'goals.**': 'what is wanted' } },
  },
  'days',
  'fetched',
)
type Day = Record<string, unknown>
const usual = (i: number): Day => ({
  day: '2026-07-01',
  steps: i,
  by: 'device',
  mood: 'calm',
  far: { meters: i },
  ...(i % 3 === 0 ? { rare: 1 } : {}),
})
/** An endpoint that is learned, and what is found in more payloads. */
function learned() {
  const endpoint = newEndpoint()
  const take = (...days: Day[]) => learn(endpoint, sketchOf(structureOf({ data: days })), known)
  for (let i = 0; i < DRIFT.learnedPayloads; i++) expect(take(usual(i))).toEqual({ found: [], back: [] })
  return { endpoint, take }
}

describe('drift', () => {
  test('is nothing where payloads stay as they are, empty ones too', () => {
    const { take } = learned()
    for (let i = 0; i < 100; i++) expect(take(usual(i))).toEqual({ found: [], back: [] })
    for (let i = 0; i < 100; i++) expect(take()).toEqual({ found: [], back: [] })
  })
  test('is a new path that nobody reads, told each time until it is accepted', () => {
    const { take, endpoint } = learned()
    const found = [{ change: 'new', path: 'data.*.sparkle', detail: 'number', severity: 'notice' }] as const
    expect(take({ ...usual(1), sparkle: 1 }).found).toEqual(found)
    expect(take({ ...usual(1), sparkle: 2 }).found).toEqual(found)
    accept(endpoint, found[0])
    expect(take({ ...usual(1), sparkle: 3 }).found).toEqual([])
    expect(take({ ...usual(1), sparkle: true }).found).toMatchObject([{ change: 'changed', detail: 'flag' }])
  })
  test('is no path that a map reads or a definition leaves out', () => {
    const endpoint = newEndpoint()
    for (let i = 0; i < DRIFT.learnedPayloads; i++)
      learn(endpoint, sketchOf(structureOf({ data: [{ day: 'd' }] })), known)
    const page = { data: [{ day: 'd', steps: 1, far: { meters: 2 }, goals: { steps: 3 } }] }
    expect(learn(endpoint, sketchOf(structureOf(page)), known).found).toEqual([])
  })
  test('breaks what reads it when a value changes its kind; null is no kind', () => {
    const { take } = learned()
    expect(take({ ...usual(1), steps: null, mood: null }).found).toEqual([])
    expect(take({ ...usual(1), steps: '12' }).found).toEqual([
      { change: 'changed', path: 'data.*.steps', detail: 'text', severity: 'breaking' },
    ])
    expect(take({ ...usual(1), mood: 3 }).found).toEqual([
      { change: 'changed', path: 'data.*.mood', detail: 'number', severity: 'notice' },
    ])
  })
  test('breaks a table that has no meaning for a new word', () => {
    const { take, endpoint } = learned()
    expect(take({ ...usual(1), by: 'manual' }).found).toEqual([])
    const found = { change: 'word', path: 'data.*.by', detail: 'telepathy', severity: 'breaking' } as const
    expect(take({ ...usual(1), by: 'telepathy' }).found).toEqual([found])
    accept(endpoint, found)
    expect(take({ ...usual(1), by: 'telepathy' }).found).toEqual([])
    expect(take({ ...usual(1), mood: 'elated' }).found).toMatchObject([{ change: 'word', severity: 'notice' }])
  })
  test('is a path that was nearly always there, and is gone from many in a row', () => {
    const { take, endpoint } = learned()
    const { steps: _, rare: _2, ...without } = usual(1)
    for (let i = 1; i < DRIFT.vanishedAfter; i++) expect(take(without).found).toEqual([])
    const [found, ...more] = take(without).found
    expect(found).toEqual({ change: 'vanished', path: 'data.*.steps', detail: '', severity: 'breaking', share: 1 })
    expect(more).toEqual([])
    expect(take(usual(1)).back).toEqual(['data.*.steps'])
    for (let i = 0; i < DRIFT.vanishedAfter; i++) take(without)
    accept(endpoint, found!)
    expect(take(without).found).toEqual([])
  })
  test('is one record where what is around it vanished', () => {
    const { take } = learned()
    const { far: _, ...without } = usual(1)
    for (let i = 1; i < DRIFT.vanishedAfter; i++) take(without)
    expect(take(without).found).toMatchObject([{ path: 'data.*.far', severity: 'breaking' }])
  })
})

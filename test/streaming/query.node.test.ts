import { describe, expect, test } from 'vitest'
import { filterOf, passing, StreamQuery } from '../../shared/streaming/filter.ts'
import { HopTimes } from '../../shared/streaming/hops.ts'
import { placeOf } from '../../shared/streaming/place.ts'

describe('a filter', () => {
  const passes = (query: Record<string, string>) => passing(filterOf(StreamQuery.parse(query)))
  test('that is left out lets everything pass', () => expect(passes({})).toBeUndefined())
  test('lets pass what is of its users and of its types', () => {
    const wanted = passes({ users: 'a, b', types: 'HEART_RATE' })!
    expect(wanted({ uid: 'a', t: 'HEART_RATE' })).toBe(true)
    expect(wanted({ uid: 'c', t: 'HEART_RATE' })).toBe(false)
    expect(wanted({ uid: 'a', t: 'STEPS' })).toBe(false)
  })
  test.each([
    { users: ',' },
    { after: '-1' },
    { after: '1e3' },
    {
      types: Array(51)
        .fill(0)
        .map((_, i) => i)
        .join(),
    },
  ])('that cannot be meant is refused: %j', (query) => expect(() => StreamQuery.parse(query)).toThrow())
})

describe('a session’s place', () => {
  // Location hints and their regions: developers.cloudflare.com/durable-objects/reference/data-location
  test.each([
    [{ continent: 'NA', longitude: '-122.4' }, 'wnam'],
    [{ continent: 'NA', longitude: '-74.0' }, 'enam'],
    [{ continent: 'EU', longitude: '-0.1' }, 'weur'],
    [{ continent: 'EU', longitude: '21.0' }, 'eeur'],
    [{ continent: 'AS', country: 'AE' }, 'me'],
    [{ continent: 'AS', country: 'JP' }, 'apac'],
    [{ continent: 'OC' }, 'oc'],
    [{ continent: 'AF' }, 'afr'],
    [{ continent: 'SA' }, 'sam'],
    [{}, undefined],
  ])('%j is %s', (about, place) => expect(placeOf(about)).toBe(place))
})

describe('the times of hops', () => {
  test('are those of the last quarter of an hour, by their upper ends', () => {
    const hops = new HopTimes()
    const now = 1_000 * 60_000
    hops.add('hub', 7, now, 98)
    hops.add('hub', 700, now, 2)
    expect(hops.figures(now).hub).toEqual({ p50_ms: 8, p99_ms: 1_000, n: 100 })
    expect(hops.figures(now + 14 * 60_000).hub.n).toBe(100)
    expect(hops.figures(now + 15 * 60_000).hub.n).toBe(0)
  })
})

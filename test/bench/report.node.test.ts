import { expect, test } from 'vitest'
import { evaluate, search } from './measure.ts'
import { MARKER, push } from './payloads.ts'
import { intoPage, type Report } from './report.ts'
import { spread } from './statistics.ts'

type Item = { userId: string; calendarDate?: string; summary?: { startTimeInSeconds: number } }
const sent = (intended: number[], answered: number[]) => ({
  intended,
  answered,
  statuses: {},
  requests: 1,
  bytes: 1,
  medianItemBytes: 1,
})
const load = {
  url: '',
  headers: {},
  connections: ['a'],
  first: 100,
  requestsPerSecond: 1,
  seconds: 1,
  itemsPerRequest: 1,
  together: false,
}
const arrival = (id: number, at: number) => ({ id, at, receivedAt: Number.NaN, appendedAt: Number.NaN })

test('latency counts from when a request should have gone, and what was accepted and never came is lost', () => {
  const measured = evaluate(
    load,
    sent([1_000, 1_010, 1_020], [1_005, 1_500, Number.NaN]),
    [arrival(100, 1_020), arrival(100, 1_030)],
    2,
    0,
  )
  expect(measured).toMatchObject({ accepted: 2, landed: 1, lost: 1, duplicated: 1 })
  expect(measured.to_landed).toMatchObject({ n: 1, p50: 20 })
  expect(measured.to_accepted).toMatchObject({ n: 2, max: 490 })
})

test('the search ends just below the rate that no longer holds', async () => {
  const at = async (rate: number) =>
    evaluate({ ...load, requestsPerSecond: rate }, sent([0], [1]), rate < 1_234 ? [arrival(100, 5)] : [], 1, 0)
  const { best } = await search(at, { from: 100, step: 1.5, halvings: 5, most: 10_000 })
  expect(best?.offered_per_second).toBeGreaterThan(1_150)
  expect(best?.offered_per_second).toBeLessThan(1_234)
})

test('every item of a push carries its number, and the median is of genuine size', () => {
  const { body, items } = push(40, 50, ['a', 'b', 'c'], false)
  expect([...body.matchAll(MARKER)].map(([, id]) => Number(id) - 10_000_000).sort((a, b) => a - b)).toEqual(items)
  const { activityDetails, dailies } = JSON.parse(body)
  const sizes = [...activityDetails, ...dailies].map((item) => JSON.stringify(item).length)
  expect(spread(sizes)!.p50).toBeGreaterThanOrEqual(3_000)
})

test('no two items of one person are of the same day and kind', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 40; i += 2)
    for (const item of Object.entries(JSON.parse(push(i, 2, ['a', 'b', 'c'], true).body)).flatMap(([kind, list]) =>
      (list as Item[]).map((one) => ({ kind, ...one })),
    )) {
      const key = `${item.userId} ${item.kind} ${item.calendarDate ?? item.summary?.startTimeInSeconds}`
      expect(seen).not.toContain(key)
      seen.add(key)
    }
})

test('the table goes between the markers of a page and nothing else changes', () => {
  const report: Report = {
    date: '2026-01-01T00:00:00Z',
    smoke: false,
    machine: { cores: 2, cpu: 'x', node: 'v24', workerd: '1', wrangler: '4' },
    seconds: 1,
    mix_dollars: 4.2,
  }
  const page = 'before\n<!-- bench: written by npm run bench -- --write-readme -->\nold\n<!-- /bench -->\nafter\n'
  const once = intoPage(page, report)
  expect(once).toMatch(/^before\n/)
  expect(once).toMatch(/\nafter\n$/)
  expect(once).toContain('| 4.2 | ≤ 5 | ok |')
  expect(once).not.toContain('old')
  expect(intoPage(once, report)).toBe(once)
})

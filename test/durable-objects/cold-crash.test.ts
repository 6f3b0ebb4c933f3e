import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { house, migrate } from '../house.ts'
import { atStart, days, dies, looks, objectsOf, putDay, read, START } from './cold-cell.ts'
import { cell, drained, type House, leased } from './one-cell.ts'

beforeAll(migrate)
beforeEach(atStart)
afterEach(() => vi.restoreAllMocks())

/** What is on disk where the runtime ends: nothing after the failing step is done, and memory is lost. */
type Step = 'before the put' | 'between the put and the rows' | 'between the rows and the sweep'
const isCold = (name: unknown) => String(name).startsWith('cold/')
function ends(step: Step): { times: number } {
  const seen = { times: 0 }
  const die = () => {
    seen.times++
    throw new Error('the runtime ends here')
  }
  const put = house.RAW.put.bind(house.RAW)
  const sweep = house.RAW.delete.bind(house.RAW)
  if (step === 'between the rows and the sweep')
    vi.spyOn(house.RAW, 'delete').mockImplementation(async (names) => {
      if ([names].flat().some(isCold)) die()
      return sweep(names)
    })
  else
    vi.spyOn(house.RAW, 'put').mockImplementation(async (name, value, options) => {
      if (isCold(name) && step === 'before the put') die()
      const stored = await put(name, value as ArrayBuffer, options as R2PutOptions)
      if (isCold(name)) die()
      return stored
    })
  return seen
}
async function threeDays(): Promise<House> {
  const one = await cell({}, { created_at: START })
  for (const day of [0, 1, 2]) await putDay(one, day, { day })
  await drained(one)
  await days(one, 80)
  // Two of them change: they are rows again, and their month has an object already.
  for (const day of [0, 1]) await putDay(one, day, { changed: day })
  await drained(one)
  return one
}

describe.each(['before the put', 'between the put and the rows', 'between the rows and the sweep'] as const)(
  'the runtime ends %s',
  (step) => {
    it('nothing is lost, doubled or left behind', async () => {
      const one = await threeDays()
      const before = await read(one)
      expect(before).toHaveLength(3)
      const seen = ends(step)
      await days(one, 80)
      expect(seen.times).toBeGreaterThan(0)
      await dies(one)
      expect(await read(one)).toEqual(before)
      vi.restoreAllMocks()
      await days(one, 400)
      expect(await read(one)).toEqual(before)
      // One month, one object: neither the old one nor one that nobody names.
      expect(await objectsOf(one)).toHaveLength(1)
      await dies(one)
      expect(await read(one)).toEqual(before)
      expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
    })
    it('and the record changes before anything is tried again', async () => {
      const one = await threeDays()
      ends(step)
      await days(one, 80)
      await dies(one)
      vi.restoreAllMocks()
      atStart()
      await days(one, 161)
      await putDay(one, 0, { latest: true })
      await putDay(one, 2, undefined)
      await drained(one)
      const expected = [
        { day: 0, changed: 0, latest: true },
        { day: 1, changed: 1 },
      ]
      expect((await read(one)).map(({ body }) => body)).toEqual(expected)
      await days(one, 100)
      expect((await read(one)).map(({ body }) => body)).toEqual(expected)
      expect(await objectsOf(one)).toHaveLength(1)
    })
  },
)

/** The object calls itself: as with every call, its stub is of the one who uses it. */
const from = (one: House): House => ({ ...one, log: eventLog(house, one.row) })

describe('while an object is on its way', () => {
  /** Runs `work` when an object of cold history is stored and no row has changed yet. */
  function meanwhile(work: () => Promise<unknown>): { done: Promise<unknown> | undefined } {
    const state: { done: Promise<unknown> | undefined } = { done: undefined }
    const put = house.RAW.put.bind(house.RAW)
    vi.spyOn(house.RAW, 'put').mockImplementation(async (name, value, options) => {
      const stored = await put(name, value as ArrayBuffer, options as R2PutOptions)
      if (!isCold(name) || state.done) return stored
      state.done = work()
      await state.done
      return stored
    })
    return state
  }
  it('a record that changes stays a row, with what is new', async () => {
    const one = await threeDays()
    const at = meanwhile(async () => {
      await putDay(one, 0, { latest: true })
      await putDay(one, 2, { latest: true })
    })
    await days(one, 80)
    expect(at.done).toBeDefined()
    const expected = [
      { day: 0, changed: 0, latest: true },
      { day: 1, changed: 1 },
      { day: 2, latest: true },
    ]
    expect((await read(one)).map(({ body }) => body)).toEqual(expected)
    expect((await drained(one)).map(({ body }) => JSON.parse(body!))).toEqual([expected[0], expected[2]])
    await days(one, 80)
    await dies(one)
    expect((await read(one)).map(({ body }) => body)).toEqual(expected)
    expect(await objectsOf(one)).toHaveLength(1)
  })
  it('a connection that is closed takes the object with it', async () => {
    const one = await threeDays()
    meanwhile(() => from(one).log.closeConnection(one.row.user_id, { type: 'deauth', message: 'bye', silent: false }))
    await days(one, 80)
    await looks(one)
    expect(await one.log.connection(one.row.user_id)).toMatchObject({ state: 'closed' })
    expect(await objectsOf(one)).toEqual([])
    expect(await read(one)).toEqual([])
    expect(leased(await one.log.lease(one.destination.destination_id)).groups[0]!.events[0]!.type).toBe('deauth')
  })
  it('a read gets every record once', async () => {
    const one = await threeDays()
    const before = await read(one)
    const seen: unknown[] = []
    meanwhile(async () => seen.push(await read(from(one))))
    await Promise.all([days(one, 80), ...Array.from({ length: 20 }, async () => seen.push(await read(one)))])
    expect(seen).toEqual(seen.map(() => before))
    expect(seen.length).toBe(21)
  })
})

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { keepAllSubscriptions } from '../../workers/crons/keep-subscriptions.ts'
import makeOura from '../doubles/providers/oura.ts'
import { call, house, migrate, OPERATOR } from '../house.ts'
import { Journey } from './journey.ts'

/** Subscriptions of an app as a whole: made by a command, kept by the clock. */
const DAY_MS = 86_400_000
beforeAll(migrate)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
const keep = async (provider: string) => {
  const answer = await call(`/operator/providers/${provider}/subscriptions`, { method: 'POST', headers: OPERATOR })
  return { ...((await answer.json()) as Record<string, unknown>), status: answer.status }
}

describe('an app’s subscriptions', () => {
  it('are made once each, and renewed before they end', async () => {
    await Journey.begin(PROVIDERS.oura!, makeOura)
    const all = 3 * 11
    expect(await keep('oura')).toEqual({ status: 200, made: all, renewed: 0, kept: 0, secrets: {} })
    expect(await keep('oura')).toEqual({ status: 200, made: 0, renewed: 0, kept: all, secrets: {} })
    vi.setSystemTime(Date.now() + 84 * DAY_MS)
    expect(await keep('oura')).toEqual({ status: 200, made: 0, renewed: all, kept: 0, secrets: {} })
    expect(await keep('oura')).toMatchObject({ kept: all })
  })
  it('are kept by the clock, where the deployment says what its address is', async () => {
    await Journey.begin(PROVIDERS.oura!, makeOura)
    const said = vi.spyOn(console, 'log').mockImplementation(() => {})
    await keepAllSubscriptions({ ...house, BASE_URL: 'https://fascia.test' } as never, Date.now())
    expect(
      said.mock.calls
        .flat()
        .map(String)
        .filter((line) => line.includes('"provider":"oura"')),
    ).toEqual([expect.stringContaining('"what":"subscriptions kept"')])
    expect(await keep('oura')).toMatchObject({ made: 0, kept: 33 })
    await keepAllSubscriptions(house, Date.now())
  })
  it('that a provider refuses are told with its status, and that one has none is told too', async () => {
    const journey = await Journey.begin(PROVIDERS.oura!, makeOura)
    journey.fails({ status: 503 })
    expect(await keep('oura')).toMatchObject({ status: 424, detail: expect.stringContaining('503') })
    expect(await keep('garmin')).toMatchObject({ status: 400 })
    expect(await keep('nobody')).toMatchObject({ status: 404 })
  })
})

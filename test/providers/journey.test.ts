/// <reference types="vite/client" />
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type DataType, SCHEMAS } from '../../shared/schema/data-types.ts'
import type { SandboxItem } from '../../shared/sdk/sandbox.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import type { MakeDouble } from '../doubles/providers/double.ts'
import { migrate } from '../house.ts'
import { Journey } from './journey.ts'
import { strict } from './strict.ts'

/**
 * One loop takes a person of every provider through their whole life here, against the provider's double: sign-in, data
 * as the provider tells of them, trouble on the way, a token that ends, and the end.
 */
const doubles = import.meta.glob<{ default: MakeDouble }>('../doubles/providers/*.ts')
const pathOf = (slug: string) => `../doubles/providers/${slug}.ts`

beforeAll(migrate)

for (const provider of Object.values(PROVIDERS).filter(({ slug }) => pathOf(slug) in doubles))
  describe(provider.slug, () => {
    let journey: Journey
    beforeAll(async () => {
      const { default: make } = await doubles[pathOf(provider.slug)]!()
      journey = await Journey.begin(provider, make)
    })
    afterAll(() => {
      vi.useRealTimers()
      vi.restoreAllMocks()
    })

    it('signs in, and what the provider held before is there', async () => {
      // One that calls us tells of new data when somebody is connected; one that does not holds them until it is asked.
      const held = provider.webhook ? [] : await journey.holds(journey.lastDays(2))
      await journey.connect()
      await journey.settle()
      await expectThere(held)
    })
    it('lands what is new', async () => {
      journey.aDayPasses()
      const items = await journey.holds(journey.lastDays(1))
      await journey.look()
      await expectThere(items)
      expect(items.length).toBeGreaterThan(0)
    })
    it('gives nothing twice: the same data again change nothing', async () => {
      const before = await journey.seqs()
      await journey.holds(journey.lastDays(1))
      await journey.look()
      expect(await journey.seqs()).toEqual(before)
    })
    it('waits where the provider limits or fails, and goes on', async () => {
      journey.aDayPasses()
      journey.fails({ status: 429, headers: { 'retry-after': '7' } })
      const items = await journey.holds(journey.lastDays(1))
      const asked = await journey.look().catch((error: unknown) => error)
      // Those that push whole data are not asked, and so cannot refuse.
      if (journey.failed > 0) expect(asked).toBeInstanceOf(RetryLater)
      journey.fails({ status: 503 })
      await journey.settle().catch((error: unknown) => expect(error).toBeInstanceOf(RetryLater))
      journey.fails(undefined)
      await journey.settle()
      await expectThere(items)
    })
    it('renews a token that has ended', async () => {
      journey.aDayPasses()
      journey.double.expire?.(journey.account)
      const items = await journey.holds(journey.lastDays(1))
      await journey.look()
      await expectThere(items)
      expect(await journey.state()).toBe('active')
    })
    it('gives the past when it is asked for', async () => {
      if (!provider.notices.connected) return
      const backfill = await journey.backfill(45)
      expect(backfill).toMatchObject({ state: 'done', slices: 2, slices_done: 2 })
      const said = (await journey.seqs()).filter((event) => event.includes('large_request'))
      expect(said).toHaveLength(2)
    })
    it('leaves nothing open at the provider when it ends', async () => {
      await journey.disconnect()
      if (provider.auth.revoke) expect(journey.double.open(journey.account)).toBe(false)
      expect(await journey.state()).toBe(undefined)
    })

    /** Each is read at its day, is valid, and has nothing that the schema does not know. */
    async function expectThere(items: SandboxItem[]) {
      for (const { type, key } of items) {
        const records = await journey.read(type as DataType, key)
        expect(records.length, `${type} of ${key}`).toBeGreaterThan(0)
        for (const record of records) expect(strict(SCHEMAS[type as DataType]).safeParse(record).error).toBeUndefined()
      }
    }
  })

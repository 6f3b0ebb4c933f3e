import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { WrongCall } from '../doubles/providers/double.ts'
import { type Doubles, startProviderDoubles } from '../doubles/providers/start.ts'
import { testApp } from './test-app.ts'

/** A double that takes anything proves nothing: each shows what it refuses, as the real service does. */
const folder = join(import.meta.dirname, '../doubles/providers')
const slugs = readdirSync(folder)
  .map((name) => name.slice(0, -3))
  .filter((slug) => slug in PROVIDERS)

let doubles: Doubles
beforeAll(async () => {
  const apps = Object.fromEntries(slugs.map((slug) => [slug, testApp(PROVIDERS[slug]!)]))
  doubles = await startProviderDoubles({ apps, fasciaUrl: 'http://127.0.0.1:9' })
})
afterAll(() => doubles.close())

for (const slug of slugs) {
  const { refuses = [] } = (await import(/* @vite-ignore */ join(folder, `${slug}.ts`))) as { refuses?: WrongCall[] }
  describe.runIf(refuses.length > 0)(`the double of ${slug} refuses`, () => {
    it.each(refuses)('$about', async (wrong) => {
      const headers = { ...(wrong.signedIn ? doubles.double(slug).signedIn('4711') : {}), ...wrong.headers }
      const { origin } = new URL(wrong.url)
      const answer = await fetch(doubles.origins[origin] + wrong.url.slice(origin.length), {
        method: wrong.method ?? 'GET',
        redirect: 'manual',
        headers,
        ...(wrong.body === undefined ? {} : { body: wrong.body }),
      })
      expect(answer.status).toBe(wrong.status)
      if (wrong.says) expect(await answer.json()).toMatchObject(wrong.says)
    })
  })
}

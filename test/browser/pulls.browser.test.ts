import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createClient } from '../../shared/sdk/client.ts'
import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import { S3Double } from '../doubles/s3.ts'
import { serve } from '../local/spawned.ts'
import { KEYS, PLACE } from '../suppliers/bucket-place.ts'
import { NIGHTS, night } from '../suppliers/nights.ts'
import { lookedUntil, press, said } from './by-hand.ts'
import { barriers, launch, picture, withPage } from './chromium.ts'
import { newDeveloper } from './developer.ts'

let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
let account: Awaited<ReturnType<typeof newDeveloper>>
let developer: ReturnType<typeof createClient>
beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
  account = await newDeveloper(fascia, 'Night Owls')
  const { dev_id, api_key } = account
  developer = createClient({ baseUrl: fascia.url, devId: dev_id, apiKey: api_key })
})
let store: S3Double
let endpoint: string
let credential: { client_id: string; client_secret: string }
let supplierId: string
beforeEach(async () => {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = KEYS
  store = new S3Double({ ...PLACE, accessKeyId, secretAccessKey })
  endpoint = await store.start()
  const { invitation, supplier_id } = await developer.suppliers.invite({ name: 'Sleep Lab' })
  supplierId = supplier_id
  credential = (await developer.suppliers.accept(invitation.token)).credential
  await new Supplier({ baseUrl: fascia.url, credential }).call('POST', '/v2/supplier/contracts', NIGHTS)
  return () => store.stop()
})
afterAll(async () => {
  await browser?.close()
  await fascia?.stop()
})

/** As its owner puts it. */
function put(key: string, body: string | Uint8Array): void {
  const written = (store.objects.get(key)?.written ?? 0) + 1
  store.objects.set(key, { body: Buffer.from(body), headers: {}, written, modifiedAt: Date.now() })
}
const lines = (...numbers: number[]) =>
  numbers.map((number) => `${JSON.stringify(night(number, { people: 2 }))}\n`).join('')
const row = (page: Page, key: string) => page.getByRole('row').filter({ hasText: key })
async function signIn(page: Page): Promise<void> {
  await page.goto(`${fascia.url}/suppliers/pulls`)
  await page.getByLabel('Client id').fill(credential.client_id)
  await page.getByLabel('Client secret').fill(credential.client_secret)
  await press(page, 'Sign in')
  await said(page, 'None yet.')
}
async function fillIn(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Fetch from a bucket' }).click()
  const fields = { bucket: PLACE.bucket, region: PLACE.region, prefix: 'nights/', ...KEYS }
  for (const [name, value] of Object.entries(fields)) await page.locator(`#${name}`).fill(value)
  await page.getByText('A store that is not Amazon’s').click()
  await page.getByLabel('Endpoint').fill(endpoint)
}

describe('a supplier’s bucket in the portal, with real doors', () => {
  test('from the first pull to its end: all of it by forms, without a script', async () => {
    put('nights/1.ndjson.gz', gzipSync(lines(1, 2)))
    put('nights/2.ndjson.gz', gzipSync(lines(3)).subarray(0, 40))
    const options = { javaScriptEnabled: false }
    await withPage(browser, { options, expected: /status of 400/ }, async (page) => {
      await signIn(page)
      await picture(page, 'pulls-none', true)
      await fillIn(page)
      await page.getByLabel('Secret access key').fill('not-the-one-of-this-key')
      await press(page, 'Try the keys and begin')
      await said(page, 'SignatureDoesNotMatch')
      expect(await page.content()).not.toContain('not-the-one-of-this-key')
      expect(await page.getByLabel('Endpoint').inputValue()).toBe(endpoint)
      await picture(page, 'pulls-refused', true)
      await page.getByLabel('Secret access key').fill(KEYS.secret_access_key)
      await press(page, 'Try the keys and begin')
      await said(page, 'The keys open the bucket.')
      expect(await page.content()).not.toContain(KEYS.secret_access_key)
      await lookedUntil(page, '1 failed')
      await row(page, 'nights/2.ndjson.gz').getByText('ends before its end').waitFor()
      await picture(page, 'pulls-found', true)
      await page.getByRole('link', { name: '1 taken' }).click()
      expect(await page.getByRole('row').count()).toBe(2)
      await row(page, 'nights/1.ndjson.gz').getByRole('link', { name: 'its batch' }).click()
      await said(page, '2 records')
      await said(page, 'fetched from a bucket')
      await said(page, 'nights/1.ndjson.gz')
      await lookedUntil(page, '2 accepted')

      put('nights/2.ndjson.gz', gzipSync(lines(3)))
      await page.getByRole('link', { name: 'Pulls' }).click()
      await page.getByRole('link', { name: 'lab-exports/nights/' }).click()
      await press(page, 'Look now')
      await said(page, 'It is looked at now.')
      await lookedUntil(page, '2 taken')
      await page.getByText('Objects older than 30 days').click()
      await press(page, 'Look at all of it')
      await said(page, 'All of the prefix is looked at now')

      await press(page, 'Pause')
      await said(page, 'Nothing is looked at or read until it goes on.')
      expect(await page.getByRole('button', { name: 'Look now' }).count()).toBe(0)
      await page.getByText('How objects are taken').click()
      await page.getByLabel('Minutes between two looks').fill('60')
      await page.getByLabel('Keys end with').fill('.gz')
      await page.getByLabel('Mode').selectOption('strict')
      await press(page, 'Save')
      await said(page, 'Saved: it holds')
      await press(page, 'Go on')
      await said(page, 'every 60 minutes')
      await page.getByText('New keys').click()
      await page.getByLabel('Access key ID').fill('AKIAOFSOMEBODYELSE00')
      await page.getByLabel('Secret access key').fill('one-that-is-not-known')
      await press(page, 'Try them and change over')
      await said(page, 'InvalidAccessKeyId')
      expect(await page.content()).not.toContain('one-that-is-not-known')
      await page.getByLabel('Access key ID').fill(KEYS.access_key_id)
      await page.getByLabel('Secret access key').fill(KEYS.secret_access_key)
      await press(page, 'Try them and change over')
      await said(page, 'The new keys open the bucket')

      await page.getByText('Delete this pull').first().click()
      await press(page, 'Delete this pull for good')
      await said(page, 'Deleted: its keys are forgotten.')
      await said(page, 'None yet.')
      await page.goto(`${fascia.url}/suppliers/batches`)
      expect(await page.getByRole('row').count()).toBe(4)
    })
  })
  test('a pull that is looked at is looked at again by its page, until what it found is taken', async () => {
    put('nights/1.ndjson', lines(1, 2, 3))
    await withPage(browser, {}, async (page) => {
      await signIn(page)
      expect(await barriers(page)).toEqual([])
      await fillIn(page)
      await press(page, 'Try the keys and begin')
      await row(page, 'nights/1.ndjson').getByText('taken').waitFor({ timeout: 40_000 })
      await expect.poll(() => page.locator('[data-again]').count(), { timeout: 20_000 }).toBe(0)
      expect(await barriers(page)).toEqual([])

      await page.goto(`${fascia.url}/dashboard/suppliers/${supplierId}/sandbox/pulls`)
      await page.getByLabel('dev-id').fill(account.dev_id)
      await page.getByLabel('API key').fill(account.api_key)
      await press(page, 'Sign in')
      await said(page, '1 taken')
      for (const own of ['nights/1', KEYS.access_key_id]) expect(await page.content()).not.toContain(own)
      expect(await barriers(page)).toEqual([])
    })
  })
})

import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../local/spawned.ts'
import { lookedUntil, press, said } from './by-hand.ts'
import { barriers, launch, picture, withPage } from './chromium.ts'
import { newDeveloper } from './developer.ts'
import { asMember } from './member.ts'

let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
let account: { dev_id: string; api_key: string }
beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
  account = await newDeveloper(fascia, 'Night Owls')
})
afterAll(async () => {
  await browser?.close()
  await fascia?.stop()
})

const night = (subject: string, day: number, pulse: unknown = 54) =>
  JSON.stringify({
    id: `${subject}-${day}`,
    patient: subject,
    bedtime_start: `2026-06-${10 + day}T22:41:00+02:00`,
    bedtime_end: `2026-06-${11 + day}T06:10:00+02:00`,
    average_heart_rate: pulse,
  })

describe('a supplier and its developer, each in a browser, with real doors', () => {
  test('from an invitation to accepted data: all of it by forms, without a script', async () => {
    const options = { javaScriptEnabled: false }
    let link = ''
    await asMember({ browser, url: fascia.url, account, options }, async (page) => {
      await page.getByRole('link', { name: 'Suppliers' }).click()
      await page.getByRole('link', { name: 'Invite a supplier' }).click()
      await page.getByLabel('Name').fill('Sleep Lab')
      await press(page, 'Make the invitation')
      link = (await page.locator('#invitation').textContent())!.trim()
    })
    await withPage(browser, { options, expected: /status of 400/ }, async (page) => {
      await page.goto(link)
      await press(page, 'Accept and open the sandbox')
      expect(await page.locator('#client-secret').textContent()).toMatch(/fss_/)
      await page.getByRole('link', { name: 'Go on' }).click()
      await said(page, 'The way into production')
      await page.getByRole('link', { name: 'Contracts' }).first().click()
      await page.getByRole('link', { name: 'Draft a contract' }).click()
      await page.getByLabel('Name').fill('nights')
      await page.getByLabel('Sample records').fill([0, 1, 2, 3].map((day) => night('p-1', day)).join('\n'))
      await press(page, 'Draft it from these')
      await said(page, 'Look through it')
      await picture(page, 'suppliers-inferred', true)
      // The person who gives a consent in a record is connected by the first one: here they are told before.
      const document = page.getByLabel('The contract as a document')
      const inferred = JSON.parse(await document.inputValue())
      await document.fill(JSON.stringify({ ...inferred, identity: { subject: 'patient' } }))
      await press(page, 'Save the draft')
      await said(page, 'Hand in for review')
      await picture(page, 'suppliers-draft', true)
      await press(page, 'Hand in for review')
      await said(page, 'Take back from review')

      await page.getByRole('link', { name: 'Subjects' }).click()
      await page.getByLabel('Subject', { exact: true }).fill('p-1')
      await page.getByLabel('Consent', { exact: true }).fill('consent-1')
      await press(page, 'Tell it')
      await said(page, 'Told.')

      await page.getByRole('link', { name: 'Try it' }).click()
      const records = [night('p-1', 1), night('p-1', 2, 'fast'), night('p-2', 1), night('p-1', 1)]
      await page.getByLabel('Records').fill(records.join('\n'))
      await press(page, 'Look at them, store nothing')
      await said(page, '4 records, nothing stored')
      await said(page, '/average_heart_rate')
      await picture(page, 'suppliers-looked', true)
      await press(page, 'Push them to the sandbox')
      await page.waitForURL('**/batches/bat_*')
      await lookedUntil(page, 'done')
      for (const outcome of ['1 accepted', '1 duplicate', '1 rejected', '1 quarantined'])
        await page.getByRole('listitem').filter({ hasText: outcome }).waitFor()
      await picture(page, 'suppliers-report', true)
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'as a file' }).click()
      const report = readFileSync((await (await download).path())!, 'utf8')
        .trim()
        .split('\n')
      expect(report.map((line) => (JSON.parse(line) as { outcome: string }).outcome)).toEqual([
        'accepted',
        'rejected',
        'quarantined',
        'duplicate',
      ])
      await page.getByRole('cell', { name: 'quarantined' }).getByRole('link').click()
      await said(page, 'Unknown subject')
      await picture(page, 'suppliers-held', true)

      await page.getByRole('link', { name: 'Subjects' }).click()
      await page.getByLabel('Subject', { exact: true }).fill('p-2')
      await page.getByLabel('Consent', { exact: true }).fill('consent-2')
      await press(page, 'Tell it')
      await page.getByRole('link', { name: 'Quarantine' }).click()
      await press(page, 'Send these on')
      await said(page, /1 sent on/)
      await page.getByRole('link', { name: 'Batches' }).click()
      await page.getByRole('cell', { name: 'ago' }).getByRole('link').click()
      await lookedUntil(page, '2 accepted')
      await page.getByRole('link', { name: 'Quality' }).click()
      await said(page, 'Why records were rejected')
      await picture(page, 'suppliers-quality', true)
    })
    await asMember({ browser, url: fascia.url, account, options }, async (page) => {
      await page.goto(`${fascia.url}/dashboard/suppliers`)
      await page.getByRole('link', { name: 'Sleep Lab' }).click()
      await page.getByRole('link', { name: 'nights@1.0' }).first().click()
      await picture(page, 'suppliers-review', true)
      await press(page, 'Make it active')
      await said(page, 'Active: records may be pushed')
      await page.getByRole('link', { name: 'Quality' }).click()
      await said(page, 'Records by day')
    })
  })
  test('a batch that is worked on is looked at again by its page, until it has ended', async () => {
    let link = ''
    await asMember({ browser, url: fascia.url, account }, async (page) => {
      await page.goto(`${fascia.url}/dashboard/suppliers/invite`)
      await page.getByLabel('Name').fill('Large lab')
      await press(page, 'Make the invitation')
      link = (await page.locator('#invitation').textContent())!.trim()
    })
    await withPage(browser, {}, async (page) => {
      await page.goto(link)
      await press(page, 'Accept and open the sandbox')
      await page.goto(`${fascia.url}/suppliers/contracts/new`)
      await page.getByLabel('Name').fill('nights')
      await page.getByLabel('Sample records').fill([0, 1, 2, 3].map((day) => night('p-1', day)).join('\n'))
      await press(page, 'Draft it from these')
      await press(page, 'Save the draft')
      await page.getByRole('link', { name: 'Try it' }).click()
      await page.getByLabel('Records').fill(Array.from({ length: 300 }, (_, i) => night(`p-${i}`, i % 20)).join('\n'))
      await press(page, 'Push them to the sandbox')
      await page.waitForURL('**/batches/bat_*')
      await page.getByText('done', { exact: true }).waitFor({ timeout: 40_000 })
      expect(await barriers(page)).toEqual([])
    })
  })
})

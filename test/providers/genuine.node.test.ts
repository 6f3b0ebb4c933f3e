import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import garmin from '../../shared/providers/garmin.ts'
import oura from '../../shared/providers/oura.ts'
import withings from '../../shared/providers/withings.ts'
import { SCHEMAS } from '../../shared/schema/data-types.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { CARRIED, normalizePayload } from '../../shared/source/normalize.ts'
import { strict } from './strict.ts'

/** Every genuine payload of the reference data, where it is there: nothing quarantined, every record valid and strict. */
const folder = process.env.REFERENCE_DIR && join(process.env.REFERENCE_DIR, 'providers')

/** Calls about the connection, subscriptions and accounts: no data. */
const NOT_DATA = /^(ping-|user-|webhook-|oauth-|notify-)/
const RESOURCE: Record<string, (file: string) => string> = {
  garmin: (file) => file.replace(/^push-/, '').replace(/-.*$/, ''),
  oura: (file) => file.replace(/-.*$/, ''),
  withings: (file) =>
    file
      .replace(/^measure-/, '')
      .replace(/^sleep-getsummary/, 'getsummary')
      .replace(/^sleep-get/, 'sleep_get')
      .replace('heart-list', 'heart_list')
      .replace(/-.*$/, ''),
}

describe.runIf(folder && existsSync(folder))('genuine payloads', () => {
  for (const provider of [garmin, oura, withings])
    for (const name of files(provider.slug)) {
      const resource = RESOURCE[provider.slug]!(name.replace('.json', ''))
      test(`${provider.slug}/${name} normalizes into valid records`, () =>
        check(provider, resource, readFileSync(join(folder!, provider.slug, name), 'utf8')))
    }
})

function files(slug: string): string[] {
  if (!folder || !existsSync(folder)) return []
  return readdirSync(join(folder, slug)).filter((name) => name.endsWith('.json') && !NOT_DATA.test(name))
}

function check(provider: ProviderDefinition, resource: string, text: string) {
  const body = resource === 'sleep_get' ? `${CARRIED}${JSON.stringify({ night: nightOf(text) })},"page":${text}}` : text
  const { records, quarantined } = normalizePayload(provider, { resource, kind: 'fetched', body, user_id: 'u' })
  expect(quarantined).toEqual([])
  for (const { type, data, startAt, endAt } of records) {
    expect(strict(SCHEMAS[type]).safeParse(data).error).toBeUndefined()
    expect(endAt).toBeGreaterThanOrEqual(startAt)
  }
  if (process.env.SHOW) console.log(resource, JSON.stringify(records, null, 1).slice(0, 3000))
}
function nightOf(text: string) {
  const { series } = JSON.parse(text).body as { series: { startdate: number; enddate: number }[] }
  return {
    id: 1,
    timezone: 'Europe/Paris',
    startdate: Math.min(...series.map((s) => s.startdate)),
    enddate: Math.max(...series.map((s) => s.enddate)),
  }
}

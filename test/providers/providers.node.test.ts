import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type DataType, SCHEMAS } from '../../shared/schema/data-types.ts'
import { coverage } from '../../shared/source/coverage.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { CARRIED, normalizePayload } from '../../shared/source/normalize.ts'
import type { QuarantinedItem } from '../../shared/source/record.ts'
import { strict } from './strict.ts'

/** One loop tests every provider: a payload and the records it becomes, worked out from the provider's documentation. */
interface Fixture {
  about: string
  resource: string
  kind?: 'push' | 'notice'
  carried?: object
  payload: object
  /** Without summary_id where it is made by us. */
  records: { type: DataType; summary_id?: string; part: string; data?: { metadata?: object } }[]
  quarantined?: QuarantinedItem[]
}
const shelf = join(import.meta.dirname, '../../shared/providers')
const fixtures = join(import.meta.dirname, '../fixtures/providers')
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

for (const file of readdirSync(shelf).filter((name) => name.endsWith('.ts'))) {
  const slug = file.slice(0, -3)
  describe(slug, async () => {
    const provider = ((await import(join(shelf, file))) as { default: ProviderDefinition }).default
    test('has the name of its file and is covered by fixtures', () => {
      expect(provider.slug).toBe(slug)
      if (hasMaps(provider)) expect(readdirSync(join(fixtures, slug)).length).toBeGreaterThan(0)
    })
    test('names only pulls and maps that are there', () => {
      const plans = Object.values(provider.notices).flat()
      const follows = Object.values(provider.pulls).flatMap(({ follow }) => follow ?? [])
      for (const { pull } of [...plans, ...follows]) expect(provider.pulls).toHaveProperty([pull])
      for (const [name, { resource = name, asynchronous }] of Object.entries(provider.pulls))
        if (!asynchronous) expect(provider.maps).toHaveProperty([resource])
    })
    test('covers only fields that the schema has', () => {
      for (const [type, fields] of Object.entries(coverage(provider)))
        for (const field of fields) expect(hasField(type as DataType, field.split('.')), `${type}.${field}`).toBe(true)
    })
    for (const name of hasMaps(provider)
      ? readdirSync(join(fixtures, slug)).filter((file) => file.endsWith('.json'))
      : []) {
      const fixture = JSON.parse(readFileSync(join(fixtures, slug, name), 'utf8')) as Fixture
      test(`${name.slice(0, -5)}: ${fixture.about}`, () => check(provider, fixture))
    }
  })
}

const hasMaps = ({ maps }: ProviderDefinition) => Object.keys(maps).length > 0

function check(provider: ProviderDefinition, fixture: Fixture) {
  const page = JSON.stringify(fixture.payload)
  const body = fixture.carried ? `${CARRIED}${JSON.stringify(fixture.carried)},"page":${page}}` : page
  const kind = fixture.kind ?? 'fetched'
  const { records, quarantined } = normalizePayload(provider, { resource: fixture.resource, kind, body, user_id: 'u1' })
  expect(quarantined).toEqual(fixture.quarantined ?? [])
  const made = records.map(({ type, summary_id, part, data }, i) => {
    if (data) expect(strict(SCHEMAS[type]).safeParse(data).error).toBeUndefined()
    if (fixture.records[i]?.summary_id !== undefined) return { type, summary_id, part, data }
    expect(summary_id).toMatch(UUID)
    if (!data) return { type, part }
    const { metadata, ...rest } = data as { metadata: Record<string, unknown> }
    const { summary_id: inside, ...others } = metadata
    expect(inside).toBe(summary_id)
    return { type, part, data: { metadata: others, ...rest } }
  })
  expect(made).toEqual(fixture.records)
  const again = normalizePayload(provider, { resource: fixture.resource, kind, body, user_id: 'u2' })
  for (const [i, { type, summary_id }] of again.records.entries())
    if (type === 'activity' || type === 'sleep') expect(summary_id).not.toBe(records[i]!.summary_id)
}

function hasField(type: DataType, path: string[]): boolean {
  let schema: unknown = SCHEMAS[type]
  for (const name of path) {
    schema = inner(schema)
    const { shape } = schema as { shape?: Record<string, unknown> }
    if (!shape?.[name]) return false
    schema = shape[name]
  }
  return true
}
function inner(schema: unknown): unknown {
  const of = schema as { unwrap?: () => unknown; element?: unknown }
  if (of.element) return inner(of.element)
  return of.unwrap ? inner(of.unwrap()) : schema
}

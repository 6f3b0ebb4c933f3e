import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DATA_TYPES, SCHEMAS } from '../../shared/schema/data-types.ts'
import { compileContract } from '../../shared/supply/compile.ts'
import type { CompiledContract } from '../../shared/supply/compiled.ts'
import { documentOf, NIGHT, RECEIVED_AT, sleep } from './nights.ts'

const mapped = compileContract(
  documentOf({
    mapping: sleep({
      'heart_rate_data.summary.avg_hr_bpm': { path: 'hr.avg', unit: 'Hz' },
      'heart_rate_data.detailed.hr_samples': {
        list: 'hr.all',
        each: { timestamp: { time: { path: 'at', style: 'ms', zone: '^zone' } }, bpm: { path: 'v' } },
      },
      'sleep_durations_data.hypnogram_samples': {
        list: 'stages',
        each: { timestamp: { time: { path: 'at' } }, level: { path: 'length', words: { deep: 5 } } },
      },
      'metadata.is_nap': { path: 'nap' },
      'metadata.upload_type': { path: 'how' },
    }),
    updates: { rule: 'newest', version: { path: 'seen', style: 'ms', zone: 'zone' } },
    identity: { subject: 'person|hr.avg', consent: 'consent' },
  }),
)
const native = compileContract(documentOf({ mapping: { native: true } }))

const NAMES = [
  ...Object.keys(NIGHT),
  'hr',
  'avg',
  'all',
  'at',
  'v',
  'zone',
  'stages',
  'length',
  'nap',
  'how',
  'seen',
  'consent',
]
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom<unknown>(
      ...Object.values(NIGHT),
      'deep',
      'Europe/Berlin',
      '+02:00',
      '',
      null,
      0,
      51.5,
      1_924_984_900_000,
    ),
    fc.jsonValue({ maxDepth: 0 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}))
const changed = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6, noNullPrototype: true })

/** Whatever comes, it is refused with a reason or is a record of our schema. */
function answers(contract: CompiledContract, record: unknown, kinds: Map<string, number>): void {
  const found = contract.inspect(JSON.stringify(record))
  const made = found.kind === 'item' ? contract.map(found.item, 'user-1', RECEIVED_AT) : found
  kinds.set(made.kind, (kinds.get(made.kind) ?? 0) + 1)
  if (made.kind !== 'records') {
    expect(made.problems.length).toBeGreaterThan(0)
    for (const { pointer, rule, message } of made.problems) {
      expect(pointer).toMatch(/^(?:\/.*)?$/)
      expect([rule, message].every((text) => text !== '' && !text.includes('undefined'))).toBe(true)
    }
    return
  }
  expect(made.records.length).toBeGreaterThan(0)
  for (const { type, data } of made.records) {
    if (data === undefined) continue
    const fits = SCHEMAS[type].safeParse(data)
    expect(fits.success, JSON.stringify({ record, data, error: fits.error?.issues })).toBe(true)
  }
}

describe('whatever a record is, it is refused with a reason or becomes one of our schema', { timeout: 60_000 }, () => {
  test('by a mapping', () => {
    const kinds = new Map<string, number>()
    fc.assert(
      fc.property(changed, (change) => answers(mapped, { ...NIGHT, seen: 1, ...change }, kinds)),
      { numRuns: 5_000 },
    )
    for (const kind of ['records', 'unmapped', 'rejected']) expect(kinds.get(kind), kind).toBeGreaterThan(50)
  })
  test('in our own schema', () => {
    const kinds = new Map<string, number>()
    const metadata = { start_time: NIGHT.start, end_time: NIGHT.end, upload_type: 1, type: 8, summary_id: 'x' }
    fc.assert(
      fc.property(fc.constantFrom(...DATA_TYPES), changed, changed, (type, change, about) => {
        const data = { heart_rate_data: change.hr, metadata: { ...metadata, ...about }, ...change }
        answers(native, { person: 'p', type, data, ...(change.nap !== undefined && { deleted: change.nap }) }, kinds)
      }),
      { numRuns: 3_000 },
    )
    for (const kind of ['records', 'unmapped']) expect(kinds.get(kind), kind).toBeGreaterThan(50)
  })
})

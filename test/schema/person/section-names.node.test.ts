import { describe, expect, test } from 'vitest'
import { DATA_TYPES, type DataType, NATURAL_KEY, SCHEMAS } from '../../../shared/schema/data-types.ts'
import { leavesOf } from '../../../shared/schema/person/leaves.ts'
import { mergePerson } from '../../../shared/schema/person/merge-person.ts'
import { DEFAULT_RULES } from '../../../shared/schema/person/rules.ts'
import { SECTION_NAMES } from '../../../shared/schema/person/section-names.ts'
import { sectionOf } from '../../../shared/schema/person/sections.ts'
import { fullValue } from '../full-record.ts'
import { at, ownerOf, source } from './people.ts'

/** Every field that there is, of a session or a day at the same time. */
function full(type: DataType): object {
  const record = fullValue(SCHEMAS[type]) as { metadata?: object }
  if (NATURAL_KEY[type] === 'connection') return record
  return { ...record, metadata: { ...record.metadata, start_time: at(0), end_time: at(60) } }
}
const [first, second] = [source(2), source(1)]

describe.each(DATA_TYPES)('of %s', (type) => {
  const records = [first, second].map((one) => ({ source: one, record: full(type) }))
  test('a priority for a section moves all of it, and nothing else', () => {
    expect(SECTION_NAMES[type].length).toBeGreaterThan(1)
    for (const name of SECTION_NAMES[type]) {
      const rules = { ...DEFAULT_RULES, priorities: { [`${type}.${name}`]: [second.provider] } }
      const { data, sources } = mergePerson(type, records, rules)
      expect(data).toHaveLength(1)
      const moved = [...leavesOf(data[0]!).keys()].filter(
        (path) => ownerOf(sources[0]!, path)!.user_id === second.user_id,
      )
      const inside = [...leavesOf(data[0]!).keys()].filter((path) => `${sectionOf(type, path)}.`.startsWith(`${name}.`))
      expect(inside.length).toBeGreaterThan(0)
      expect([name, moved]).toEqual([name, inside])
    }
  })
  test('one record alone comes out as it went in', () => {
    const { data, sources } = mergePerson(type, records.slice(0, 1), DEFAULT_RULES)
    expect(data).toEqual([JSON.parse(JSON.stringify(records[0]!.record, (_, value) => value ?? undefined))])
    expect(SCHEMAS[type].safeParse(data[0]).success).toBe(true)
    expect(sources[0]!.left_out).toEqual([])
  })
  test('an equal record adds nothing', () => {
    const { data, sources } = mergePerson(type, records, DEFAULT_RULES)
    expect(data).toEqual(mergePerson(type, records.slice(0, 1), DEFAULT_RULES).data)
    expect(sources[0]!.left_out).toMatchObject([{ user_id: second.user_id, reason: 'lower_priority' }])
  })
})

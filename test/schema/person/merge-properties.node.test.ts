import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leavesOf } from '../../../shared/schema/person/leaves.ts'
import { mergePerson, type PersonRecord } from '../../../shared/schema/person/merge-person.ts'
import { isSeries, sectionOf } from '../../../shared/schema/person/sections.ts'
import { days, ownerOf, rules, sessions, source } from './people.ts'

const kinds = [
  ['daily', days],
  ['activity', sessions],
] as const

describe.each(kinds)('a merged %s', (type, people) => {
  test('has a source for every field, and every value is what that source says there', () => {
    fc.assert(
      fc.property(people, rules, (records, rule) => {
        const { data, sources } = mergePerson(type, records, rule)
        expect(sources).toHaveLength(data.length)
        for (const [i, merged] of data.entries())
          for (const [path, value] of leavesOf(merged)) {
            const owner = ownerOf(sources[i]!, path)
            expect(owner).toBeDefined()
            const own = [owner!, ...(owner!.also ?? [])].map(({ user_id }) => user_id)
            const said = records
              .filter((one) => own.includes(one.source.user_id))
              .map((one) => leavesOf(one.record).get(path))
            if (isSeries(type, path)) for (const item of value as unknown[]) expect(said.flat()).toContainEqual(item)
            else expect(said).toContainEqual(value)
          }
      }),
    )
  })
  test('is the same in whatever order the records come', () => {
    fc.assert(
      fc.property(
        people.chain((records) => fc.tuple(fc.constant(records as PersonRecord[]), permuted(records))),
        rules,
        ([records, others], rule) => {
          expect(mergePerson(type, others, rule)).toEqual(mergePerson(type, records, rule))
        },
      ),
    )
  })
  test('stays as it is when it is merged again', () => {
    fc.assert(
      fc.property(people, rules, (records, rule) => {
        const { data } = mergePerson(type, records, rule)
        const again = data.map((record) => ({ source: source(9), record }))
        expect(mergePerson(type, again, rule).data).toEqual(data)
      }),
    )
  })
  test('keeps every field when a source of lower priority comes, and has fields of one section from one source', () => {
    fc.assert(
      fc.property(people, rules, (records, rule) => {
        // Among equals the newest connection counts most: `least` stands below all where no list names it.
        const least = source(7, { category: 'phone', connectedAt: 0 })
        const added = records.map(({ record }) => ({ source: least, record: doubled(record) }))
        const before = mergePerson(type, records, rule)
        const after = mergePerson(type, [...records, ...added], rule)
        for (const merged of before.data) {
          const start = (merged.metadata as object | undefined) ?? {}
          const same = after.data.find((one) => JSON.stringify(one.metadata) === JSON.stringify(start))
          expect(same).toBeDefined()
          const leaves = leavesOf(same!)
          for (const [path, value] of leavesOf(merged))
            if (isSeries(type, path)) expect(leaves.get(path)).toEqual(expect.arrayContaining(value as unknown[]))
            else expect(leaves.get(path)).toEqual(value)
        }
        for (const [i, merged] of after.data.entries()) {
          const owners = Map.groupBy(leavesOf(merged).keys(), (path) => sectionOf(type, path))
          for (const paths of owners.values())
            expect(new Set(paths.map((path) => ownerOf(after.sources[i]!, path)!.user_id)).size).toBe(1)
        }
      }),
    )
  })
})

test('steps and energy of a day are never more than those of the source that tells most', () => {
  fc.assert(
    fc.property(days, rules, (records, rule) => {
      const [day] = mergePerson('daily', records, rule).data
      for (const path of ['distance_data.steps', 'calories_data.total_burned_calories']) {
        const told = records.map(({ record }) => (leavesOf(record).get(path) as number | undefined) ?? 0)
        expect((leavesOf(day!).get(path) as number | undefined) ?? 0).toBeLessThanOrEqual(Math.max(...told))
      }
    }),
  )
})
test('of sessions that overlap by more than half one is left, whatever tells of them', () => {
  fc.assert(
    fc.property(sessions, rules, (records, rule) => {
      const { data, sources } = mergePerson('activity', records, rule)
      const owners = sources.map(({ fields }) => (fields['/metadata'] ?? fields['/metadata/summary_id'])!.user_id)
      const spans = data.map(({ metadata }) => {
        const { start_time, end_time } = metadata as { start_time: string; end_time: string }
        return [Date.parse(start_time), Date.parse(end_time)] as const
      })
      for (const [i, [a, b]] of spans.entries())
        for (const [j, [c, d]] of spans.entries())
          if (owners[i] !== owners[j])
            expect(Math.min(b, d) - Math.max(a, c)).toBeLessThanOrEqual(Math.min(b - a, d - c) / 2)
    }),
  )
})
test('without samples a record says the same but for them', () => {
  fc.assert(
    fc.property(days, rules, (records, rule) => {
      const [full] = mergePerson('daily', records, rule).data
      const [bare] = mergePerson('daily', records, rule, false).data
      const expected = [...leavesOf(full!)].filter(([, value]) => !Array.isArray(value))
      expect([...leavesOf(bare!)].sort()).toEqual(expected.sort())
    }),
  )
})

const permuted = (records: PersonRecord[]) =>
  fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length })

/** The same with other numbers. */
function doubled(record: object): object {
  return JSON.parse(JSON.stringify(record), function (this: unknown, name: string, value: unknown) {
    return typeof value === 'number' && name !== 'type' && name !== 'upload_type' ? value * 2 : value
  }) as object
}

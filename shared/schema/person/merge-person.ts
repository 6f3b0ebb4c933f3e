import { type DataType, NATURAL_KEY } from '../data-types.ts'
import { type Explanation, type LeftOut, nameOf, pointers } from './explain.ts'
import { byTime, mergeSections, type PersonRecord } from './merge-sections.ts'
import { compare, type MergeRules } from './rules.ts'
import { type Session, sessionsOf } from './sessions.ts'

export type { PersonRecord } from './merge-sections.ts'

/**
 * What several connections tell of one person, as one: a record per local day, per session, or for the person. Nothing is
 * summed or averaged; every value is a source's own, and `sources` (aligned with `data`) tells whose. The order of
 * `records` does not matter. `samples`: false leaves the series out, and changes nothing else.
 */
export function mergePerson(type: DataType, records: PersonRecord[], rules: MergeRules, samples = true) {
  const merged = groupsOf(type, records, rules).map(({ records: parts, overlapping }) => {
    const { data, of, used } = mergeSections(type, parts, rules, samples)
    const left_out = [
      ...parts.filter((one) => !used.has(one)).map((one) => leftOut(one, 'lower_priority')),
      ...overlapping.map((one) => leftOut(one, 'overlap')),
    ].sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
    return { data, sources: { fields: pointers(of), left_out } satisfies Explanation }
  })
  merged.sort((a, b) => byTime(a.data, b.data))
  return { data: merged.map(({ data }) => data), sources: merged.map(({ sources }) => sources) }
}

function groupsOf(type: DataType, records: PersonRecord[], rules: MergeRules): Session[] {
  if (NATURAL_KEY[type] === 'summary_id') return sessionsOf(type, records, rules)
  const days = Map.groupBy(records, ({ record }) => (type === 'athlete' ? '' : dayOf(record)))
  return [...days.values()].map((parts) => ({ records: parts, overlapping: [] }))
}

interface Meta {
  metadata?: { start_time?: string; summary_id?: string }
}
/** A civil day is the person's own, whatever the offset. */
const dayOf = (record: object): string => (record as Meta).metadata?.start_time?.slice(0, 10) ?? ''

function leftOut({ source, record }: PersonRecord, reason: LeftOut['reason']): LeftOut {
  const { summary_id, start_time } = (record as Meta).metadata ?? {}
  return { ...nameOf(source), ...(summary_id && { summary_id }), ...(start_time && { start_time }), reason }
}

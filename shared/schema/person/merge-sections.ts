import type { DataType } from '../data-types.ts'
import { type FieldSource, nameOf } from './explain.ts'
import { filled } from './fill.ts'
import { fromLeaves, leavesOf } from './leaves.ts'
import { compare, type MergeRules, orderAt, type Source } from './rules.ts'
import { isSamples, isSeries, sectionOf } from './sections.ts'
import { spanOf } from './times.ts'

export interface PersonRecord {
  source: Source
  record: object
}
export interface Merged {
  data: Record<string, unknown>
  of: Map<string, FieldSource>
  /** Of which something was taken. */
  used: Set<PersonRecord>
}

/** One record out of several: each section whole from the best source that has it. */
export function mergeSections(type: DataType, records: PersonRecord[], rules: MergeRules, samples: boolean): Merged {
  const sections = new Map<string, Map<PersonRecord, Map<string, unknown>>>()
  for (const one of records)
    for (const [path, value] of leavesOf(one.record)) {
      const section = sectionOf(type, path)
      const holders = sections.get(section) ?? new Map<PersonRecord, Map<string, unknown>>()
      const leaves = holders.get(one) ?? new Map<string, unknown>()
      sections.set(section, holders.set(one, leaves.set(path, value)))
    }
  const leaves: [string, unknown][] = []
  const of: Merged['of'] = new Map()
  const used: Merged['used'] = new Set()
  const base = [...(sections.get('metadata')?.keys() ?? [])].sort(inOrder(rules, type, 'metadata'))[0]
  const span = base && spanOf(base.record)
  for (const section of [...sections.keys()].sort()) {
    const holders = sections.get(section)!
    const [best, ...others] = [...holders.keys()].sort(inOrder(rules, type, section))
    for (const [path, value] of holders.get(best!)!) {
      // Without its samples a record is of whom it is with them.
      if (!samples && isSamples(type, path)) continue
      const from: FieldSource = nameOf(best!.source)
      let whole = value
      if (rules.samples === 'fill' && Array.isArray(value) && isSeries(type, path))
        for (const other of others) {
          const list = holders.get(other)!.get(path) as unknown[]
          const { series, taken } = filled(whole as unknown[], list, span, rules.gap_seconds * 1_000)
          if (taken === 0) continue
          whole = series
          from.also = [...(from.also ?? []), { ...nameOf(other.source), items: taken }]
          used.add(other)
        }
      leaves.push([path, whole])
      of.set(path, from)
      used.add(best!)
    }
  }
  return { data: fromLeaves(leaves), of, used }
}

export function inOrder(rules: MergeRules, type: DataType, section: string) {
  const order = orderAt(rules, type, section)
  return (a: PersonRecord, b: PersonRecord): number => order(a.source, b.source) || byTime(a.record, b.record)
}

/** Records that have even their name in common are told apart by their text, so that the answer stays one. */
export const byTime = (a: object, b: object): number =>
  compare(headOf(a), headOf(b)) || compare(JSON.stringify(a), JSON.stringify(b))
function headOf(record: object): string {
  const { metadata } = record as { metadata?: { start_time?: string; summary_id?: string } }
  return `${metadata?.start_time} ${metadata?.summary_id}`
}

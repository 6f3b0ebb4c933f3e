import { differingPaths } from '../../shared/schema/field-diff.ts'
import type { RerunChange, RerunDiff } from '../rerun-api.ts'

/** Records of each type that are named. */
const SAMPLES = 20

/** Adds one record to what is told of a type. Names of fields and of records, never a value. */
export function addToDiff(
  diff: RerunDiff,
  type: string,
  change: RerunChange,
  record: { user_id: string; summary_id: string; before?: string; after?: string },
): void {
  diff[type] ??= { changed: 0, added: 0, dropped: 0, fields: {}, samples: [] }
  const told = diff[type]
  told[change]++
  if (told.samples.length < SAMPLES)
    told.samples.push({ user_id: record.user_id, summary_id: record.summary_id, change })
  if (change !== 'changed' || record.before === undefined || record.after === undefined) return
  for (const path of differingPaths(JSON.parse(record.before), JSON.parse(record.after)))
    told.fields[path] = (told.fields[path] ?? 0) + 1
}

/** Of several cells. */
export function joinDiffs(diffs: RerunDiff[]): RerunDiff {
  const all: RerunDiff = {}
  for (const diff of diffs)
    for (const [type, { changed, added, dropped, fields, samples }] of Object.entries(diff)) {
      all[type] ??= { changed: 0, added: 0, dropped: 0, fields: {}, samples: [] }
      const told = all[type]
      told.changed += changed
      told.added += added
      told.dropped += dropped
      for (const [path, count] of Object.entries(fields)) told.fields[path] = (told.fields[path] ?? 0) + count
      told.samples.push(...samples.slice(0, SAMPLES - told.samples.length))
    }
  return all
}

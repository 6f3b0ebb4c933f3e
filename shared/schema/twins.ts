import type { DataType } from './data-types.ts'

type Json = Record<string, unknown>

/** Fields that older clients read, each with the current field that it repeats. `[]` goes into a list. */
const TWINS: Partial<Record<DataType, [path: string[], current: string, older: string][]>> = {
  activity: [[['active_durations_data', 'activity_levels_samples', '[]'], 'activity_level', 'level']],
  daily: [[['active_durations_data', 'activity_levels_samples', '[]'], 'activity_level', 'level']],
  athlete: [[[], 'account_creation_date', 'joined_provider']],
  body: [[['glucose_data'], 'day_avg_blood_glucose_mg_per_dL', 'day_avg_blood_glucose_mg_per_dl']],
}

/** Fills older names in from the current ones. Changes what it is given. */
export function addTwins(type: DataType, record: object): void {
  for (const [path, current, older] of TWINS[type] ?? []) fill(record, path, current, older)
}

function fill(at: unknown, [name, ...rest]: string[], current: string, older: string): void {
  if (typeof at !== 'object' || at === null) return
  if (name === '[]') for (const item of at as unknown[]) fill(item, rest, current, older)
  else if (name !== undefined) fill((at as Json)[name], rest, current, older)
  else if ((at as Json)[current] !== undefined) (at as Json)[older] = (at as Json)[current]
}

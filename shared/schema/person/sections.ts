import type { DataType } from '../data-types.ts'
import { SAMPLE_PATHS } from '../sample-paths.ts'

/**
 * What belongs together and comes from one source: a total and its parts, a figure and its twin. A pattern that matches a
 * field's path names its section by what it captures (and `as`); the first that matches counts.
 */
const TOGETHER: { fields: RegExp; as: string }[] = [
  // Whose record it is: the device of another source did not measure what this one tells.
  { fields: /^(?:metadata|device_data)\./, as: 'metadata' },
  { fields: /^(data_enrichment)\./, as: '' },
  // A hypnogram is what the durations are counted from.
  { fields: /^(sleep_durations_data)\./, as: '' },
  { fields: /^(active_durations_data)\./, as: '' },
  { fields: /^(calories_data\.)net_intake_calories$/, as: 'net_intake_calories' },
  { fields: /^(calories_data)\./, as: '' },
  { fields: /^(distance_data\.)(?:summary\.|detailed\.)?elevation(?:_samples|\.)/, as: 'elevation' },
  { fields: /^(distance_data\.)(?:summary\.|detailed\.)?floors_climbed/, as: 'floors_climbed' },
  { fields: /^(distance_data\.)(?:summary\.)?swimming\./, as: 'swimming' },
  { fields: /^(distance_data)\./, as: '' },
  { fields: /^((?:heart_data\.)?heart_rate_data\.summary\.(?:resting_hr_bpm|avg_hrv_rmssd|avg_hrv_sdnn))$/, as: '' },
  { fields: /^(oxygen_data\.)(?:day_avg_)?vo2max/, as: 'vo2max' },
  // Weight and what it is made of; other measures stand for themselves.
  {
    fields: /^(measurements_data\.)day_avg_(?:weight|bmi|body|bone|muscle|lean|water|visceral)/,
    as: 'composition',
  },
  { fields: /^(measurements_data\.day_avg_\w+)$/, as: '' },
  { fields: /^(temperature_data\.day_avg_\w+)$/, as: '' },
  { fields: /^(hydration_data\.day_\w+)$/, as: '' },
  { fields: /^(?:summary\.(?:macros|micros)\.|meals$)/, as: 'food' },
  { fields: /^(?:summary\.(?:water|drink)_ml|drink_samples)$/, as: 'drinks' },
  { fields: /^(?:account_creation_date|joined_provider)$/, as: 'account_creation_date' },
]
/** Timed too, though a person would call its items records. */
const SERIES_BESIDE: Partial<Record<DataType, string>> = { body: 'measurements_data.measurements' }
const SERIES = Object.fromEntries(
  Object.entries(SAMPLE_PATHS).map(([type, paths]) => [
    type,
    new Set([...paths, SERIES_BESIDE[type as DataType]].filter((path) => path !== undefined)),
  ]),
) as Record<DataType, Set<string>>
const SAMPLES = Object.fromEntries(
  Object.entries(SAMPLE_PATHS).map(([type, paths]) => [type, new Set(paths)]),
) as Record<DataType, Set<string>>

/** Left out where samples are not asked for. */
export const isSamples = (type: DataType, path: string): boolean => SAMPLES[type].has(path)
/** A series that stands for itself: its gaps may be filled. Counts never are, since another's would be counted beside them. */
export const isSeries = (type: DataType, path: string): boolean =>
  SERIES[type].has(path) && sectionOf(type, path) === path

/** The section of a field: fields of one section come from one source. */
export function sectionOf(type: DataType, path: string): string {
  for (const { fields, as } of TOGETHER) {
    const found = fields.exec(path)
    if (found) return (found[1] ?? '') + as
  }
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')))
  return parent === '' || SERIES[type].has(path) ? path : parent
}

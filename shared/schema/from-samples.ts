type Json = Record<string, unknown>
type Sample = Json & { timestamp: string }
type How = 'last' | 'sum' | 'mean' | 'least' | 'most'

/** Of a day: a figure, and the samples that it may have been made from. */
const FIGURES: [figure: string, samples: string, field: string, how: How][] = [
  ['distance_data.steps', 'distance_data.detailed.step_samples', 'steps', 'last'],
  ['distance_data.distance_meters', 'distance_data.detailed.distance_samples', 'distance_meters', 'last'],
  ['distance_data.floors_climbed', 'distance_data.detailed.floors_climbed_samples', 'floors_climbed', 'last'],
  ['calories_data.net_activity_calories', 'calories_data.calorie_samples', 'calories', 'sum'],
  ['heart_rate_data.summary.avg_hr_bpm', 'heart_rate_data.detailed.hr_samples', 'bpm', 'mean'],
  ['heart_rate_data.summary.min_hr_bpm', 'heart_rate_data.detailed.hr_samples', 'bpm', 'least'],
  ['heart_rate_data.summary.max_hr_bpm', 'heart_rate_data.detailed.hr_samples', 'bpm', 'most'],
  ['heart_rate_data.summary.avg_hrv_rmssd', 'heart_rate_data.detailed.hrv_samples_rmssd', 'hrv_rmssd', 'mean'],
  ['heart_rate_data.summary.avg_hrv_sdnn', 'heart_rate_data.detailed.hrv_samples_sdnn', 'hrv_sdnn', 'mean'],
]

/**
 * A day that comes in parts (readings of the morning, then those of the afternoon): running totals of the parts are united
 * by how much they rise, and a figure that in both parts is what their samples come to is that of all samples. Where a
 * source tells a figure of its own, the newer stays. Changes `merged`.
 */
export function uniteFigures(older: object, newer: object, merged: object): void {
  for (const [figure, samples, field, how] of FIGURES) {
    const [a, b] = [samplesAt(older, samples), samplesAt(newer, samples)]
    if (!a || !b) continue
    const both = how === 'last' ? rising(a, b, field) : undefined
    if (both) put(merged, samples, both)
    const all = samplesAt(merged, samples)
    if (
      !all ||
      (how === 'last' && !both) ||
      !isMadeFrom(older, figure, a, field, how) ||
      !isMadeFrom(newer, figure, b, field, how)
    )
      continue
    const value = made(all, field, how)
    put(merged, figure, Number.isInteger(at(newer, figure)) && how === 'last' ? Math.round(value) : value)
  }
}

/** Running totals that begin with nothing, as one: of a time that both tell of the newer counts. */
function rising(older: Sample[], newer: Sample[], field: string): Sample[] | undefined {
  if (older[0]![field] !== 0 || newer[0]![field] !== 0) return undefined
  const late = rises(newer, field)
  const early = rises(older, field).filter(
    (rise) => !late.some(({ startAt, endAt }) => rise.startAt < endAt && startAt < rise.endAt),
  )
  const all: Sample[] = []
  let sum = 0
  for (const { from, to, rise, startAt } of [...early, ...late].sort((a, b) => a.startAt - b.startAt)) {
    if (all.length === 0 || Date.parse(all.at(-1)!.timestamp) < startAt) all.push({ ...from, [field]: sum })
    sum = exact(sum + rise)
    all.push({ ...to, [field]: sum })
  }
  return all.length > 0 ? all : undefined
}
function rises(samples: Sample[], field: string) {
  return samples.slice(1).flatMap((to, i) => {
    const from = samples[i]!
    const rise = (to[field] as number) - (from[field] as number)
    return rise > 0
      ? [{ from, to, rise: exact(rise), startAt: Date.parse(from.timestamp), endAt: Date.parse(to.timestamp) }]
      : []
  })
}

function isMadeFrom(record: object, figure: string, samples: Sample[], field: string, how: How): boolean {
  const value = at(record, figure)
  const expected = made(samples, field, how)
  return (
    typeof value === 'number' &&
    (Math.abs(value - expected) <= Math.abs(expected) * 1e-9 || value === Math.round(expected))
  )
}
function made(samples: Sample[], field: string, how: How): number {
  const values = samples.map((sample) => sample[field] as number)
  if (how === 'last') return values.at(-1)!
  if (how === 'least') return values.reduce((a, b) => Math.min(a, b))
  if (how === 'most') return values.reduce((a, b) => Math.max(a, b))
  const sum = values.reduce((a, b) => a + b, 0)
  return exact(how === 'sum' ? sum : sum / values.length)
}
const exact = (value: number): number => Number(value.toPrecision(12))

function samplesAt(record: object, path: string): Sample[] | undefined {
  const found = at(record, path)
  const field = FIELDS.get(path)!
  return Array.isArray(found) &&
    found.length > 0 &&
    found.every((one) => typeof one?.[field] === 'number' && typeof one.timestamp === 'string')
    ? found
    : undefined
}
const FIELDS = new Map(FIGURES.map(([, samples, field]) => [samples, field]))
function at(record: object, path: string): unknown {
  let value: unknown = record
  for (const name of path.split('.')) value = (value as Json | null | undefined)?.[name]
  return value
}
/** Sections of a merged record are its own. */
function put(record: object, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop()!
  const section = names.reduce<Json>((inner, name) => inner[name] as Json, record as Json)
  section[last] = value
}

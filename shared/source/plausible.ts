/**
 * Ranges that no living person's data leave, by what a field's name ends in. Wide on purpose: what falls out is in the wrong
 * unit (a height of 178 in metres, a heart rate of 1.2 in Hz), not unusual.
 */
const RANGES: [ends: RegExp, least: number, most: number, what: string][] = [
  [/(^|_)(bpm|avg_hr_bpm|max_hr_bpm|min_hr_bpm|resting_hr_bpm|user_max_hr_bpm)$/, 20, 300, 'beats a minute'],
  [/hrv_(rmssd|sdnn)$|_hrv_(rmssd|sdnn)$/, 0, 500, 'milliseconds'],
  [/_percentage$|_efficiency$/, 0, 100, 'percent'],
  [/weight_kg$/, 1, 500, 'kilograms'],
  [/height_cm$/, 30, 280, 'centimetres'],
  [/_mass_g$/, 100, 400_000, 'grams'],
  [/temperature_celsius$|_celsius$/, -60, 60, 'degrees Celsius'],
  [/blood_glucose_mg_per_dL$/, 10, 1_500, 'mg/dL'],
  [/(systolic|diastolic)_bp$/, 20, 320, 'mmHg'],
  [/_breaths_per_min$/, 2, 100, 'breaths a minute'],
  [/vo2max_ml_per_min_per_kg$/, 5, 110, 'ml/min/kg'],
  [/_watts$/, 0, 3_500, 'watts'],
  [/_meters_per_second$/, -100, 150, 'metres a second'],
  [/_minutes_per_kilometer$/, 0, 500, 'minutes a kilometre'],
  [/(^|_)steps$/, 0, 250_000, 'steps'],
  [/_calories$|^calories$/, 0, 30_000, 'kcal'],
  [/_seconds$/, -1, 8 * 86_400, 'seconds'],
  [/cadence_rpm$|_rpm$/, 0, 400, 'turns a minute'],
]

export interface Implausible {
  path: string
  /** Never the value. */
  reason: string
}

/** The fields of a record that are outside. A path and what was expected; values are nobody's business. */
export function implausible(record: object): Implausible[] {
  const found: Implausible[] = []
  look(record, '', '', found)
  return found
}
function look(value: unknown, path: string, name: string, found: Implausible[]): void {
  if (Array.isArray(value)) for (const one of value) look(one, path, name, found)
  else if (typeof value === 'object' && value !== null)
    for (const [inner, one] of Object.entries(value)) look(one, path === '' ? inner : `${path}.${inner}`, inner, found)
  else if (typeof value === 'number') {
    const range = RANGES.find(([ends]) => ends.test(name))
    if (range && (value < range[1] || value > range[2]) && !found.some((one) => one.path === path))
      found.push({ path, reason: `is not between ${range[1]} and ${range[2]} ${range[3]}` })
  }
}

/**
 * Ranges that no living person's data leave, by what a field's path ends in. Wide on purpose: what falls out is in the wrong
 * unit (a height of 178 in metres, a heart rate of 1.2 in Hz), not unusual. Listed in the documentation, with the sources.
 */
export interface Range {
  /** What a field's path ends in. */
  ends: RegExp
  of: string
  least: number
  most: number
  unit: string
  /** Where the range is from. */
  source: string
}
const BY_NATURE = 'by definition'
// The first that fits counts.
export const RANGES: readonly Range[] = [
  {
    ends: /(^|[._])(bpm|avg_hr_bpm|max_hr_bpm|min_hr_bpm|resting_hr_bpm|user_max_hr_bpm)$/,
    of: 'heart rate',
    least: 20,
    most: 300,
    unit: 'beats a minute',
    source: 'Lowest on record in health 25–27 (Guinness World Records); 1:1 conducted atrial flutter reaches 300',
  },
  {
    ends: /rr_interval_ms$/,
    of: 'time between heart beats',
    least: 150,
    most: 6_000,
    unit: 'milliseconds',
    source: 'A heart rate of 400 to 10: pauses of single beats are longer than the lowest rate',
  },
  {
    ends: /hrv_(rmssd|sdnn)$/,
    of: 'heart rate variability',
    least: 0,
    most: 500,
    unit: 'milliseconds',
    source: 'Shaffer & Ginsberg 2017, Front Public Health 5:258: norms up to about 150, tripled',
  },
  {
    ends: /_percentage$|_efficiency$|[._]percentage$/,
    of: 'shares',
    least: 0,
    most: 100,
    unit: 'percent',
    source: BY_NATURE,
  },
  {
    ends: /weight_kg$/,
    of: 'weight',
    least: 0.2,
    most: 650,
    unit: 'kilograms',
    source: 'Guinness World Records: smallest survivors of birth 0.21, heaviest person 635',
  },
  {
    ends: /height_cm$/,
    of: 'height',
    least: 20,
    most: 280,
    unit: 'centimetres',
    source: 'Guinness World Records: tallest person 272; newborns from 22',
  },
  {
    ends: /_mass_g$/,
    of: 'mass of a tissue',
    least: 100,
    most: 400_000,
    unit: 'grams',
    source: 'Parts of the weight above',
  },
  {
    ends: /body_temperature\w*\.temperature_celsius$|body_temperature_celsius$/,
    of: 'body temperature',
    least: 13,
    most: 47,
    unit: 'degrees Celsius',
    source: 'Survived: 13.7 (Gilbert 2000, Lancet 355:375) and 46.5 (Slovis 1982, Ann Emerg Med 11:269)',
  },
  {
    ends: /temperature_celsius$|_celsius$/,
    of: 'temperature of skin and surroundings',
    least: -60,
    most: 60,
    unit: 'degrees Celsius',
    source:
      'Where people live and train: from −67.7 (Oymyakon) to 56.7 (Furnace Creek), World Meteorological Organization',
  },
  {
    ends: /blood_glucose_mg_per_d[lL]$/,
    of: 'blood glucose',
    least: 10,
    most: 2_700,
    unit: 'mg/dL',
    source: 'Guinness World Records: highest survived 2,656',
  },
  {
    ends: /(systolic|diastolic)_bp$/,
    of: 'blood pressure',
    least: 20,
    most: 500,
    unit: 'mmHg',
    source: 'MacDougall 1985, J Appl Physiol 58:785: up to 480/350 while lifting',
  },
  {
    ends: /breaths_per_min$/,
    of: 'breathing',
    least: 2,
    most: 100,
    unit: 'breaths a minute',
    source: 'From slow breathing in meditation to the panting of newborns, rounded outwards',
  },
  {
    ends: /vo2max_ml_per_min_per_kg$/,
    of: 'VO2 max',
    least: 5,
    most: 110,
    unit: 'ml/min/kg',
    source: 'Highest published 96.7 (Rønnestad 2019, J Appl Physiol 127:306)',
  },
  {
    ends: /[._]watts$/,
    of: 'power',
    least: 0,
    most: 3_500,
    unit: 'watts',
    source: 'Peaks of track sprinters, about 2,500, rounded outwards',
  },
  {
    ends: /meters_per_second$/,
    of: 'speed',
    least: -100,
    most: 150,
    unit: 'metres a second',
    source: 'A free fall at terminal velocity, about 140 at most head down, rounded outwards',
  },
  {
    ends: /minutes_per_kilometer$/,
    of: 'pace',
    least: 0,
    most: 500,
    unit: 'minutes a kilometre',
    source: 'Two metres a minute is no movement',
  },
  {
    ends: /(^|[._])steps$/,
    of: 'steps of a day',
    least: 0,
    most: 400_000,
    unit: 'steps',
    source: 'The 24-hour running record, 319.6 km (IAU 2022), at 0.8 m a step',
  },
  {
    ends: /(^|[._])calories$/,
    of: 'energy of a day',
    least: 0,
    most: 30_000,
    unit: 'kcal',
    source: 'Thurber 2019, Science Advances 5:eaaw0341: the longest events at several times rest, rounded outwards',
  },
  {
    ends: /_seconds$/,
    of: 'lengths of time',
    least: -1,
    most: 8 * 86_400,
    unit: 'seconds',
    source: 'No session and no day is longer than the longest races',
  },
  {
    ends: /cadence_rpm$|_rpm$/,
    of: 'cadence',
    least: 0,
    most: 400,
    unit: 'turns a minute',
    source: 'Sprints on rollers, about 300, rounded outwards',
  },
]

/** The range of a field, by its dotted path; undefined: it has none. */
export function rangeOf(path: string): Range | undefined {
  if (!known.has(path) && known.size < MOST_KNOWN)
    known.set(
      path,
      RANGES.find(({ ends }) => ends.test(path)),
    )
  return known.get(path)
}
/** The paths of the schema, of which there are about 700. */
const known = new Map<string, Range | undefined>()
const MOST_KNOWN = 5_000

export interface Implausible {
  path: string
  /** Never the value. */
  reason: string
}

/** The fields of a record that are outside. A path and what was expected; values are nobody's business. */
export function implausible(record: object): Implausible[] {
  const found: Implausible[] = []
  look(record, '', found)
  return found
}
function look(value: unknown, path: string, found: Implausible[]): void {
  if (Array.isArray(value)) for (const one of value) look(one, path, found)
  else if (typeof value === 'object' && value !== null)
    for (const [inner, one] of Object.entries(value)) look(one, path === '' ? inner : `${path}.${inner}`, found)
  else if (typeof value === 'number') {
    const range = rangeOf(path)
    if (range && isOutside(range, value) && !found.some((one) => one.path === path))
      found.push({ path, reason: `is not ${within(range)}` })
  }
}
export const isOutside = ({ least, most }: Range, value: number): boolean => value < least || value > most
export const within = ({ least, most, unit }: Range): string => `between ${least} and ${most} ${unit}`

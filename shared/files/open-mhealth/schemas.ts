import type { Item } from '../../source/reader.ts'

/** Schemas that are read, and the field by which a body without a header tells that it is of one. */
const BY_FIELD: Record<string, string> = {
  systolic_blood_pressure: 'blood-pressure',
  diastolic_blood_pressure: 'blood-pressure',
  blood_glucose: 'blood-glucose',
  body_weight: 'body-weight',
  body_height: 'body-height',
  body_fat_percentage: 'body-fat-percentage',
  body_mass_index: 'body-mass-index',
  body_temperature: 'body-temperature',
  ambient_temperature: 'ambient-temperature',
  oxygen_saturation: 'oxygen-saturation',
  rr_interval: 'rr-interval',
  heart_rate: 'heart-rate',
  activity_name: 'physical-activity',
  is_main_sleep: 'sleep-episode',
  latency_to_sleep_onset: 'sleep-episode',
  sleep_duration: 'sleep-duration',
  total_sleep_time: 'total-sleep-time',
  step_count: 'step-count',
  kcal_burned: 'calories-burned',
  minutes_moderate_activity: 'minutes-moderate-activity',
  respiratory_rate: 'respiratory-rate',
  latitude: 'geoposition',
  pace: 'pace',
  speed: 'speed',
}
export const SCHEMAS = new Set(Object.values(BY_FIELD))
/** Those that are summed over a day. */
export const COUNTED = new Set(['step-count', 'calories-burned', 'minutes-moderate-activity'])
export const NO_TRAINING = 'a single value of a way, and no training that it belongs to'
export const NOT_TAKEN: Record<string, string> = {
  'respiratory-rate': 'the schema has breaths a minute only within a sleep',
  geoposition: NO_TRAINING,
  pace: NO_TRAINING,
  speed: NO_TRAINING,
}

/** Both families use the same names; versions add fields and take none away. */
const NAMESPACES = ['omh', 'ieee', 'granola', undefined]

/** A data point with its schema's name: of the header, or told by its fields. */
export function pointOf(found: Item): Item {
  const wrapped = found?.body !== undefined && typeof found.body === 'object'
  const body = wrapped ? found.body : found
  const { namespace, name } = found?.header?.schema_id ?? {}
  const told = typeof name === 'string' && NAMESPACES.includes(namespace) ? name : undefined
  const field = Object.keys(BY_FIELD).find((one) => body?.[one] !== undefined)
  const schema = told ?? (field && BY_FIELD[field])
  return { ...(found?.header ? { header: found.header } : {}), body, ...(schema ? { schema } : {}) }
}

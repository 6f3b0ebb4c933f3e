/** How a type of frame is shown. */
export interface Quantity {
  label: string
  unit: string
  /** Digits behind the point. */
  digits: number
  /** The chart spans so much at least: small changes are not to look like large ones. */
  least: number
  /** Whose colour it has. */
  tone: 'heart' | 'motion' | 'energy' | 'body'
}

const quantity = (
  label: string,
  unit: string,
  tone: Quantity['tone'],
  { digits = 0, least = 1 }: Partial<Pick<Quantity, 'digits' | 'least'>> = {},
): Quantity => ({ label, unit, tone, digits, least })

/** By the names that watches, phones and straps send. */
const QUANTITIES: Record<string, Quantity> = {
  HEART_RATE: quantity('Heart rate', 'bpm', 'heart', { least: 20 }),
  HRV: quantity('Heart rate variability', 'ms', 'heart', { least: 20 }),
  HEART_RATE_VARIABILITY: quantity('Heart rate variability', 'ms', 'heart', { least: 20 }),
  RR_INTERVAL: quantity('Beat to beat', 'ms', 'heart', { least: 100 }),
  ECG: quantity('ECG', '', 'heart', { digits: 2 }),
  STEPS: quantity('Steps', 'steps', 'motion', { least: 20 }),
  DISTANCE: quantity('Distance', 'm', 'motion', { least: 10 }),
  FLOORS_CLIMBED: quantity('Floors climbed', 'floors', 'motion', { least: 4 }),
  FLIGHTS_CLIMBED: quantity('Flights climbed', 'flights', 'motion', { least: 4 }),
  STEPS_CADENCE: quantity('Step cadence', 'steps/s', 'motion', { digits: 1 }),
  BIKE_CADENCE: quantity('Bike cadence', 'rpm', 'motion', { least: 20 }),
  SPEED: quantity('Speed', 'm/s', 'motion', { digits: 1 }),
  POWER: quantity('Power', 'W', 'energy', { least: 40 }),
  CALORIES: quantity('Calories', 'kcal', 'energy', { least: 4 }),
  TOTAL_CALORIES: quantity('Total calories', 'kcal', 'energy', { least: 4 }),
  BASAL_METABOLIC_RATE: quantity('Basal metabolic rate', 'kcal', 'energy', { least: 40 }),
  MET: quantity('Metabolic equivalent', 'MET', 'energy', { digits: 1 }),
  DURATION: quantity('Duration', 's', 'body', { least: 10 }),
  ACTIVITY: quantity('Activity', '', 'body'),
}

/** A watch puts the exercise in front: RUNNING_HEART_RATE. What nobody knows is shown by its own name. */
export function quantityOf(type: string): Quantity {
  const name = type.toUpperCase()
  const known = Object.keys(QUANTITIES)
    .filter((one) => name === one || name.endsWith(`_${one}`))
    .sort((a, b) => b.length - a.length)[0]
  if (known === undefined) return { label: sentence(name), unit: '', digits: 1, least: 0, tone: 'body' }
  const found = QUANTITIES[known]!
  const exercise = name.slice(0, -known.length).replace(/_$/, '')
  const label = exercise === '' ? found.label : `${sentence(exercise)} ${lowered(found.label)}`
  return { ...found, label }
}

const sentence = (name: string): string => {
  const words = name.replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const lowered = (label: string): string => (/^[A-Z]{2}/.test(label) ? label : label[0]!.toLowerCase() + label.slice(1))

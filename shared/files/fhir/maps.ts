import { clock } from '../../source/clocks.ts'
import { into } from '../../source/map.ts'
import { session } from '../../source/places.ts'
import { goTo, type Reader, Unreadable } from '../../source/reader.ts'
import { constant, first, odd, when } from '../../source/readers.ts'
import { sampledData } from '../../source/sample-arrays.ts'
import { one } from '../../source/samples.ts'
import type { Meaning } from './codes.ts'
import { AT, counted, DAY, dated, isOf, partOf, measured as q, TIME, timed, wholeDay } from './observation.ts'

/** A reading of the moment; of a day alone it is the day's. */
const sample = <T extends object>(tree: Parameters<typeof one<T>>[0]) => timed(one<T>(tree))
// biome-ignore format: a table reads better in rows.
const BODY: Meaning[] = [
  'systolic', 'diastolic', 'weight', 'height', 'bmi', 'bodyFat', 'leanMass', 'glucose', 'temperature', 'skinTemperature', 'oxygen', 'sdnn', 'ecg',
]
/** A waveform of the heart: microvolts from the beginning on. */
const signal = (unit: string, times: number): Reader<{ timestamp: string; potential_uV: number }[]> =>
  odd(['valueSampledData.**', 'component.*.valueSampledData.**'], (item, context) => {
    const part = partOf(item, 'ecg')
    if (part?.valueSampledData?.origin?.unit !== unit) return undefined
    return sampledData('valueSampledData', 'potential_uV', { times, start: AT }).read(
      { ...part, ...TIMES(item) },
      context,
    )
  })
const TIMES = ({ effectiveDateTime, effectiveInstant, effectivePeriod }: Record<string, unknown>) => ({
  effectiveDateTime,
  effectiveInstant,
  effectivePeriod,
})

// biome-ignore format: a table reads better in rows.
export const body = into('body', DAY, {
  blood_pressure_data: {
    blood_pressure_samples: sample({ timestamp: TIME, systolic_bp: q('mmHg', 'systolic'), diastolic_bp: q('mmHg', 'diastolic') }),
    day_avg_systolic_bp: dated(q('mmHg', 'systolic')), day_avg_diastolic_bp: dated(q('mmHg', 'diastolic')),
  },
  glucose_data: {
    blood_glucose_samples: sample({ timestamp: TIME, blood_glucose_mg_per_dL: q('mg/dL', 'glucose') }),
    day_avg_blood_glucose_mg_per_dL: dated(q('mg/dL', 'glucose')),
  },
  heart_data: {
    ecg_signal: sample({ start_timestamp: TIME, raw_signal: first(signal('uV', 1), signal('mV', 1000)) }),
    heart_rate_data: {
      detailed: { hrv_samples_sdnn: sample({ timestamp: TIME, hrv_sdnn: q('ms', 'sdnn') }) },
      summary: { avg_hrv_sdnn: dated(q('ms', 'sdnn')) },
    },
  },
  measurements_data: {
    measurements: sample({
      measurement_time: TIME, weight_kg: q('kg', 'weight'), height_cm: q('cm', 'height'), BMI: number('bmi'),
      bodyfat_percentage: q('percent', 'bodyFat'), lean_mass_g: q('g', 'leanMass'),
    }),
    day_avg_weight_kg: dated(q('kg', 'weight')), day_avg_height_cm: dated(q('cm', 'height')), day_avg_bmi: dated(number('bmi')),
    day_avg_bodyfat_percentage: dated(q('percent', 'bodyFat')), day_avg_lean_mass_g: dated(q('g', 'leanMass')),
  },
  oxygen_data: {
    saturation_samples: sample({ timestamp: TIME, percentage: q('percent', 'oxygen'), type: when((item) => partOf(item, 'oxygen'), constant(0)) }),
    avg_saturation_percentage: dated(q('percent', 'oxygen')),
  },
  temperature_data: {
    body_temperature_samples: sample({ timestamp: TIME, temperature_celsius: q('degC', 'temperature') }),
    skin_temperature_samples: sample({ timestamp: TIME, temperature_celsius: q('degC', 'skinTemperature') }),
    day_avg_body_temperature_celsius: dated(q('degC', 'temperature')), day_avg_skin_temperature_celsius: dated(q('degC', 'skinTemperature')),
  },
}, { when: isOf(...BODY) })

const HEART = isOf('heartRate', 'restingHeartRate')
const rates = sampledData('valueSampledData', 'bpm', { start: AT })
// biome-ignore format: a table reads better in rows.
export const heart = into('daily', DAY, {
  metadata: { upload_type: constant(0) },
  heart_rate_data: {
    detailed: { hr_samples: first(sample({ timestamp: TIME, bpm: q('bpm', 'heartRate', 'restingHeartRate') }), timed(rates)) },
    summary: { avg_hr_bpm: dated(q('bpm', 'heartRate')), resting_hr_bpm: q('bpm', 'restingHeartRate') },
  },
}, { when: HEART })

/** Counts of a day; a part of one cannot be told, as nobody knows the rest. */
// biome-ignore format: a table reads better in rows.
export const counts = into('daily', DAY, {
  metadata: { upload_type: constant(0) },
  distance_data: { steps: counted('stepsOfDay', 'stepsOfTime'), distance_meters: q('m', 'distanceOfDay', 'distanceOfTime') },
  calories_data: { total_burned_calories: q('kcal', 'energyOfDay', 'energyOfTime') },
}, {
  when: (item, context) => {
    if (isOf('stepsOfDay', 'energyOfDay', 'distanceOfDay')(item, context)) return true
    if (!isOf('stepsOfTime', 'energyOfTime', 'distanceOfTime')(item, context)) return false
    if (!wholeDay(item, context)) throw new Unreadable('effectivePeriod', 'a count of a part of a day does not tell the day')
    return true
  },
})

// biome-ignore format: a table reads better in rows.
export const sleep = into('sleep', session({ id: 'id', start: clock('effectivePeriod.start'), end: clock('effectivePeriod.end') }), {
  metadata: { upload_type: constant(0) },
  sleep_durations_data: { asleep: { duration_asleep_state_seconds: q('s', 'sleepDuration') } },
}, { when: isOf('sleepDuration') })

/** kg/m² is told in many ways, and is always the same. */
function number(meaning: Meaning): Reader<number> {
  return odd(['valueQuantity.value', 'component.*.valueQuantity.value'], (item) => {
    const value = goTo('valueQuantity.value')(partOf(item, meaning))
    return typeof value === 'number' ? value : undefined
  })
}

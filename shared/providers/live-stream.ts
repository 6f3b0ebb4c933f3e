import { activityType } from '../source/activity-types.ts'
import { between, clock, told } from '../source/clocks.ts'
import { counted as countedOf } from '../source/counted.ts'
import { onDevice } from '../source/define.ts'
import { kindsResource } from '../source/kinds.ts'
import { into } from '../source/map.ts'
import { integer, number, numeric } from '../source/numbers.ts'
import { day, session } from '../source/places.ts'
import { reading } from '../source/reader.ts'
import { constant, rounded, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import { leastOver, meanOver, mostOver } from '../source/sums.ts'

/** Minutes as shared/streaming/minute-payload.ts makes them of a stream. */

const START = clock('start')
const AT = told(START)
const VALUE = numeric('value', { least: 0 })
const counted = (kind: string) => countedOf([`kinds.${kind}`], { start: START, end: clock('end|start'), value: VALUE })
const steps = counted('STEPS')
const distance = counted('DISTANCE')
const floors = counted('FLOORS')
const active = counted('CALORIES')
const HEART = 'kinds.HEART_RATE'

// biome-ignore format: a table reads better in rows.
const daily = into('daily', day({ moment: clock('first.start'), slice: 'batch' }), {
  metadata: { upload_type: constant(1) },
  calories_data: { net_activity_calories: active.total, calorie_samples: active.each('calories') },
  distance_data: {
    steps: rounded(steps.total), distance_meters: distance.total, floors_climbed: rounded(floors.total),
    detailed: {
      step_samples: steps.running('steps'), distance_samples: distance.running('distance_meters'),
      floors_climbed_samples: floors.running('floors_climbed'),
    },
  },
  heart_rate_data: {
    detailed: {
      hr_samples: list(HEART, { timestamp: AT, bpm: VALUE }),
      hrv_samples_rmssd: list('kinds.HRV_RMSSD', { timestamp: AT, hrv_rmssd: VALUE }),
      hrv_samples_sdnn: list('kinds.HRV_SDNN', { timestamp: AT, hrv_sdnn: VALUE }),
    },
    summary: {
      avg_hr_bpm: meanOver(HEART, VALUE), max_hr_bpm: mostOver(HEART, VALUE), min_hr_bpm: leastOver(HEART, VALUE),
      avg_hrv_rmssd: meanOver('kinds.HRV_RMSSD', VALUE), avg_hrv_sdnn: meanOver('kinds.HRV_SDNN', VALUE),
    },
  },
  MET_data: { MET_samples: list('kinds.MET', { timestamp: AT, level: VALUE }) },
})

const TIME = told(clock('time'))
const figure = (kind: string, which: string) => number(`figures.${kind}.${which}`)
// biome-ignore format: a table reads better in rows.
const workout = into('activity', session({ id: 'id', start: START, end: clock('end') }), {
  metadata: { type: activityType('exercise', { RUNNING_TREADMILL: 133 }), name: text('exercise'), upload_type: constant(1) },
  active_durations_data: { activity_seconds: between(START, clock('end')) },
  calories_data: { net_activity_calories: number('totals.calories') },
  distance_data: {
    summary: { distance_meters: number('totals.distance'), steps: integer('totals.steps'), floors_climbed: integer('totals.floors') },
    detailed: {
      distance_samples: list('readings.DISTANCE', { timestamp: TIME, distance_meters: VALUE }),
      step_samples: list('readings.STEPS', { timestamp: TIME, steps: VALUE }),
    },
  },
  heart_rate_data: {
    summary: { avg_hr_bpm: figure('HEART_RATE', 'average'), max_hr_bpm: figure('HEART_RATE', 'most'), min_hr_bpm: figure('HEART_RATE', 'least') },
    detailed: {
      hr_samples: list('readings.HEART_RATE', { timestamp: TIME, bpm: VALUE }),
      hrv_samples_rmssd: list('readings.HRV_RMSSD', { timestamp: TIME, hrv_rmssd: VALUE }),
    },
  },
  movement_data: {
    avg_speed_meters_per_second: figure('SPEED', 'average'), max_speed_meters_per_second: figure('SPEED', 'most'),
    avg_cadence_rpm: figure('CADENCE', 'average'), max_cadence_rpm: figure('CADENCE', 'most'),
    speed_samples: list('readings.SPEED', { timestamp: TIME, speed_meters_per_second: VALUE }),
    cadence_samples: list('readings.CADENCE', { timestamp: TIME, cadence_rpm: VALUE }),
  },
  power_data: {
    avg_watts: figure('POWER', 'average'), max_watts: figure('POWER', 'most'),
    power_samples: list('readings.POWER', { timestamp: TIME, watts: VALUE }),
  },
})

/** People of whom only a stream comes: a phone, or a strap through an app. Their connection opens when the app registers. */
export default onDevice({
  slug: 'live-stream',
  resource: 'LIVE',
  name: 'Live stream',
  streams: true,
  maps: {
    minutes: kindsResource('minutes', [daily], {
      kind: 'kind',
      start: START,
      end: clock('end|start'),
      id: 'id',
      leftOut: {},
      // What several devices of a person count is told apart where the minutes are made.
      counted: { kinds: ['STEPS', 'DISTANCE', 'FLOORS', 'CALORIES'], source: reading([], () => ''), order: [] },
    }),
    workouts: workout,
  },
})

import { after, earliestOf, either, latestOf } from '../../source/clocks.ts'
import { latLng } from '../../source/derive.ts'
import { into } from '../../source/map.ts'
import { session } from '../../source/places.ts'
import { goTo, type Reader } from '../../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, first, integer, number, odd, table, text, unixTime, when } from '../../source/readers.ts'
import { list } from '../../source/samples.ts'
import { mostOver, timesOf, total } from '../../source/sums.ts'
import { at } from './clock.ts'
import { device } from './device.ts'
import { sport } from './sports.ts'

const s = (name: string) => number(`session.${name}`)
/** Newer devices tell the same with more bits. */
const enhanced = (name: string) => first(s(`enhanced_${name}`), s(name))
/** Halves of turns beside the whole ones. */
const cadence = (name: string, fraction: string) => first(total(name, fraction), number(name))
const SWIMMING = 5
const swims = (item: Parameters<Reader<unknown>['read']>[0]) => goTo('session.sport')(item) === SWIMMING
const RUNS = [1, 11]
const steps = (item: Parameters<Reader<unknown>['read']>[0]) => RUNS.includes(goTo('session.sport')(item) as number)

const START = either(at('session.start_time'), earliestOf('record', at('timestamp')))
const END = either(
  after(at('session.start_time'), s('total_elapsed_time')),
  at('session.timestamp'),
  latestOf('record', at('timestamp')),
)
const AT = { timestamp: unixTime('timestamp') }
const SMO2 = { type: constant(1) } as const
// biome-ignore format: a table reads better in rows.
const TRIGGERS = { 0: 'MANUAL', 1: 'TIME', 2: 'DISTANCE', 3: 'POSITION_START', 4: 'POSITION_LAP', 5: 'POSITION_WAYPOINT', 6: 'POSITION_MARKED', 7: 'SESSION_END', 8: 'FITNESS_EQUIPMENT' } as const
const STROKES = {
  0: 'freestyle',
  1: 'backstroke',
  2: 'breaststroke',
  3: 'butterfly',
  4: 'other',
  5: 'other',
  6: 'other',
  7: 'other',
  8: 'other',
} as const

/** Seconds in each zone; the one below the first is zone 0. */
const zoneSeconds = (path: string) =>
  odd([`${path}.*`], (item, context) => {
    const all = goTo(path)(item, context)
    if (!Array.isArray(all) || !all.some((seconds) => seconds > 0)) return undefined
    return all.flatMap((seconds, zone) => (typeof seconds === 'number' ? [{ zone, duration_seconds: seconds }] : []))
  })

/** A session with its laps and records. Its key is its start: the same training exported twice is one. */
// biome-ignore format: a table reads better in rows.
export const activity = into('activity', session({ start: START, end: END }), {
  metadata: { name: first(text('session.sport_profile_name'), text('sport.name')), type: sport('session.sport', 'session.sub_sport'), upload_type: constant(1) },
  active_durations_data: { activity_seconds: s('total_timer_time') },
  calories_data: { total_burned_calories: s('total_calories'), BMR_calories: s('metabolic_calories') },
  device_data: device,
  distance_data: {
    summary: {
      // A file that breaks off has no session: the last record's distance is the total up to there.
      distance_meters: first(s('total_distance'), mostOver('record', number('distance'))),
      // Of running and walking these are strides: two steps.
      steps: when(steps, timesOf(integer('session.total_cycles'), 2)),
      elevation: {
        gain_actual_meters: s('total_ascent'), loss_actual_meters: s('total_descent'),
        avg_meters: enhanced('avg_altitude'), max_meters: enhanced('max_altitude'), min_meters: enhanced('min_altitude'),
      },
      swimming: {
        num_laps: integer('session.num_active_lengths'), num_strokes: when(swims, integer('session.total_cycles')),
        pool_length_meters: integer('session.pool_length'),
      },
    },
    detailed: {
      distance_samples: list('record', { ...AT, distance_meters: number('distance') }),
      elevation_samples: list('record', { ...AT, elev_meters: first(number('enhanced_altitude'), number('altitude')) }),
    },
  },
  heart_rate_data: {
    summary: {
      avg_hr_bpm: s('avg_heart_rate'), max_hr_bpm: s('max_heart_rate'), min_hr_bpm: s('min_heart_rate'),
      hr_zone_data: first(zoneSeconds('session.time_in_hr_zone'), zoneSeconds('time_in_zone.0.time_in_hr_zone')),
      resting_hr_bpm: number('time_in_zone.0.resting_heart_rate'), user_max_hr_bpm: number('time_in_zone.0.max_heart_rate'),
    },
    detailed: {
      // A strap that kept the beats by itself knows those, too, that the device did not hear (in water).
      hr_samples: first(
        list('beats', { ...AT, bpm: number('bpm') }),
        list('record', { ...AT, bpm: number('heart_rate', { least: 1 }) }),
      ),
    },
  },
  lap_data: {
    laps: list('lap', {
      start_time: unixTime('start_time'), end_time: unixTime('timestamp'), active_duration_seconds: integer('total_timer_time'),
      distance_meters: number('total_distance'), calories: number('total_calories'), avg_hr_bpm: number('avg_heart_rate'),
      avg_speed_meters_per_second: first(number('enhanced_avg_speed'), number('avg_speed')), avg_watts: number('avg_power'),
      total_strokes: when((lap) => lap.sport === SWIMMING, integer('total_cycles')), stroke_type: table('swim_stroke', STROKES),
      trigger_method: table('lap_trigger', TRIGGERS),
    }),
  },
  movement_data: {
    avg_speed_meters_per_second: enhanced('avg_speed'), max_speed_meters_per_second: enhanced('max_speed'),
    avg_cadence_rpm: cadence('session.avg_cadence', 'session.avg_fractional_cadence'),
    max_cadence_rpm: cadence('session.max_cadence', 'session.max_fractional_cadence'),
    speed_samples: list('record', { ...AT, speed_meters_per_second: first(number('enhanced_speed'), number('speed')) }),
    cadence_samples: list('record', { ...AT, cadence_rpm: cadence('cadence', 'fractional_cadence') }),
  },
  oxygen_data: {
    saturation_samples: list('record', { ...AT, percentage: number('saturated_hemoglobin_percent'), ...SMO2 }),
  },
  position_data: {
    start_pos_lat_lng_deg: latLng('session.start_position_lat', 'session.start_position_long'),
    end_pos_lat_lng_deg: latLng('session.end_position_lat', 'session.end_position_long'),
    position_samples: list('record', { ...AT, coords_lat_lng_deg: latLng('position_lat', 'position_long') }),
  },
  power_data: {
    avg_watts: s('avg_power'), max_watts: s('max_power'),
    power_samples: list('record', { ...AT, watts: number('power') }),
  },
  TSS_data: {
    TSS_samples: odd(['session.training_stress_score', 'session.intensity_factor', 'session.normalized_power'], ({ session }) => {
      const sample = {
        ...(typeof session?.training_stress_score === 'number' ? { actual: session.training_stress_score } : {}),
        ...(typeof session?.intensity_factor === 'number' ? { intensity_factor_actual: session.intensity_factor } : {}),
        ...(typeof session?.normalized_power === 'number' ? { normalized_power_watts: session.normalized_power } : {}),
      }
      return Object.keys(sample).length > 0 ? [sample] : undefined
    }),
  },
  work_data: { work_kilojoules: number('session.total_work', { times: 0.001 }) },
})

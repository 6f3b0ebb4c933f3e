import { activityCode } from '../source/activity-types.ts'
import { clock, latestOf, told } from '../source/clocks.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { gatherByDay, gatherSessions } from '../source/gather.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { day, session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { constant, number, odd } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { sleepLevel, spanList } from '../source/stages.ts'
import { sumOver } from '../source/sums.ts'

const START = clock('startTimeNanos', 'ns')
const END = clock('endTimeNanos', 'ns')
const AT = told(START)
/** Values stand by their place, whole numbers and others under names of their own. */
const VALUE = number('value.0.fpVal')
const COUNT = number('value.0.intVal')
const DAYS = { gather: gatherByDay({ start: START }) }
const DAY = day({ moment: clock('slices.0.startTimeNanos', 'ns'), slices: true })
const AUTOMATIC = { upload_type: constant(1) }
/** Sleep is told among activities: 72, and its stages 109 to 112; 0, 3 and 5 are in a vehicle, still and tilting. */
const NO_ACTIVITY = [0, 3, 5, 72, 109, 110, 111, 112]
const typed = odd(['originDataSourceId'], ({ originDataSourceId: origin }: Item) =>
  typeof origin === 'string' && origin.endsWith(':user_input') ? (2 as const) : undefined,
)
const STAGES = hypnogram(
  spanList('slices', {
    start: START,
    end: END,
    level: sleepLevel('value.0.intVal', { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 72: 2, 109: 4, 110: 5, 111: 6, 112: 1 }),
  }),
)
const SEGMENTS_OF_SLEEP = (item: Item) => {
  const code = item?.value?.[0]?.intVal
  return item?.dataTypeName !== 'com.google.activity.segment' || code === 72 || (code >= 109 && code <= 112)
}
// biome-ignore format: a table reads better in rows.
const NIGHTS = resource('point', [
  into('sleep', session({ start: clock('slices.0.startTimeNanos', 'ns'), end: latestOf('slices', END) }), {
    metadata: { upload_type: constant(2) },
    sleep_durations_data: {
      asleep: {
        duration_asleep_state_seconds: STAGES.asleep, duration_light_sleep_state_seconds: STAGES.light, duration_deep_sleep_state_seconds: STAGES.deep,
        duration_REM_sleep_state_seconds: STAGES.rem,
      },
      awake: { duration_awake_state_seconds: STAGES.awake }, hypnogram_samples: STAGES.samples,
    },
  }),
], { gather: gatherSessions({ start: START, end: END, gapSeconds: 1_800, where: SEGMENTS_OF_SLEEP }) })

// biome-ignore format: a table reads better in rows.
/** Data sets of the REST API, as people have exported them: nothing can be asked for any more. Times are UTC nanoseconds as text. */
export default defineProvider({
  slug: 'google-fit', resource: 'GOOGLEFIT', name: 'Google Fit', category: 'phone', origins: ['https://accounts.google.com', 'https://www.googleapis.com'],
  closed: 'its API has taken no new apps since May 2024 and ends in 2026; use the service of its maker that came after',
  auth: oauth2({
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth', token: 'https://oauth2.googleapis.com/token', refreshRotates: false,
    identity: { path: 'sub', request: { method: 'GET', url: 'https://www.googleapis.com/oauth2/v3/userinfo', as: 'user' } },
  }),
  connected: { historyDays: 0 }, pulls: {}, notices: {}, items: 'point',
  maps: {
    'activity.segment': into('activity', session({ start: START, end: END }), {
      // The contract's codes are those of this service.
      metadata: { type: activityCode('value.0.intVal'), upload_type: odd(typed.from as string[], (item, context) => typed.read(item, context) ?? 1) },
    }, { when: (item: Item) => !NO_ACTIVITY.includes(item?.value?.[0]?.intVal) }),
    'activity.segment.sleep': NIGHTS, 'sleep.segment': NIGHTS,
    'calories.expended': resource('point', [
      into('daily', DAY, { metadata: AUTOMATIC, calories_data: { calorie_samples: list('slices', { timestamp: AT, calories: VALUE }) } }),
    ], DAYS),
    'heart_rate.bpm': resource('point', [
      into('daily', DAY, { metadata: AUTOMATIC, heart_rate_data: { detailed: { hr_samples: list('slices', { timestamp: AT, bpm: VALUE }) } } }),
    ], DAYS),
    'step_count.delta': resource('point', [
      into('daily', DAY, {
        metadata: AUTOMATIC,
        distance_data: { steps: sumOver('slices', COUNT), detailed: { step_samples: list('slices', { timestamp: told(END), steps: COUNT }, { running: 'steps' }) } },
      }),
    ], DAYS),
    'distance.delta': resource('point', [
      into('daily', DAY, {
        metadata: AUTOMATIC,
        distance_data: {
          distance_meters: sumOver('slices', VALUE), detailed: { distance_samples: list('slices', { timestamp: told(END), distance_meters: VALUE }, { running: 'distance_meters' }) },
        },
      }),
    ], DAYS),
    weight: into('body', day({ moment: START, slices: true }), { measurements_data: { measurements: one({ measurement_time: AT, weight_kg: VALUE }) } }),
    height: into('body', day({ moment: START, slices: true }), {
      measurements_data: { measurements: one({ measurement_time: AT, height_cm: number('value.0.fpVal', { times: 100 }) }) },
    }),
    'body.fat.percentage': into('body', day({ moment: START, slices: true }), { measurements_data: { measurements: one({ measurement_time: AT, bodyfat_percentage: VALUE }) } }),
    'location.sample': [],
  },
  omits: {
    '*': {
      '/minStartTimeNs': 'what was asked for', '/maxEndTimeNs': 'what was asked for', '/dataSourceId': 'the stream that it is of', dataTypeName: 'the resource',
      originDataSourceId: 'whose stream it is: the service has settled that', modifiedTimeMillis: 'when the service changed it', endTimeNanos: 'the same moment', 'value.*.mapVal': 'of other types',
      'value.*.mapVal.**': 'of other types',
    },
    'location.sample': { '**': 'places without an activity have no place in a record' },
  },
})

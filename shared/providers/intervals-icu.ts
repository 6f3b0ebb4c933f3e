import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock, either } from '../source/clocks.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { type Gather, into, resource } from '../source/map.ts'
import { day, profile, session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import {
  constant,
  date,
  first,
  integer,
  itsStart,
  number,
  odd,
  orElse,
  percent,
  table,
  text,
  when,
} from '../source/readers.ts'
import { parallel, positions } from '../source/sample-arrays.ts'
import { one } from '../source/samples.ts'

const SITE = 'https://intervals.icu'
/** 0 is the athlete of the token. */
const ME = `${SITE}/api/v1/athlete/0`
const TYPES = activityTypes(`
  1=Ride,Velomobile 7=Walk 8=Run 14=Handcycle 15=MountainBikeRide 16=TrackRide 17=VirtualRide 29=Soccer 35=Hike 36=Hockey 43=Kitesurf
  52=RockClimbing 54=VirtualRow 59=Sail 61=Skateboard 66=BackcountrySki 67=NordicSki,VirtualSki 68=AlpineSki 70=RollerSki
  73=Snowboard 75=Snowshoe 78=StairStepper 79=StandUpPaddling 82=Swim 84=OpenWaterSwim 85=TableTennis 97=WeightTraining
  98=Wheelchair 99=Windsurf 104=IceSkate 113=Crossfit 114=HighIntensityIntervalTraining 127=InlineSkate 133=VirtualRun
  140=Canoeing 149=TrailRun 150=GravelRide 151=Transition 152=EBikeRide 153=EMountainBikeRide
`)
/** Typed in, put there as a file, or come from another service. */
const UPLOADS = { MANUAL: 2, UPLOAD: 0, OAUTH_CLIENT: 0 } as const
const metadata = (at: string) => ({
  name: text(`${at}name`),
  type: activityType(`${at}type`, TYPES),
  upload_type: orElse(table(`${at}source`, UPLOADS, 6), 0),
})
const place = (at: string) =>
  session({
    id: `${at}id`,
    start: either(
      clock(`${at}start_date`, 'utc-iso', `${at}timezone`),
      clock(`${at}start_date_local`, 'local-iso', `${at}timezone`),
    ),
    length: duration(`${at}elapsed_time`),
  })
/** What came by way of Strava may not be passed on: of it there is a stub with no start. */
const isWhole = (item: Item) => item.start_date != null && item.elapsed_time != null
const zoneTimes = odd(['icu_hr_zone_times.*'], ({ icu_hr_zone_times: times }: Item) =>
  Array.isArray(times) && times.some((seconds) => seconds > 0)
    ? times.map((seconds: number, zone: number) => ({ zone, duration_seconds: seconds }))
    : undefined,
)

/** Streams come as a list, one for each kind; of places the latitudes, and beside them the longitudes. */
const together: Gather = (items) => [{ slices: items.map(inPairs), indexes: items.map((_, i) => i) }]
const inPairs = (stream: Item): Item =>
  stream?.type === 'latlng' && Array.isArray(stream.data2)
    ? {
        ...stream,
        data: stream.data.map((lat: unknown, i: number) =>
          lat == null || stream.data2[i] == null ? null : [lat, stream.data2[i]],
        ),
      }
    : stream
const TIME = { timeAt: 'slices[type=time].data' }
const stream = <K extends string>(type: string, key: K, least?: number) =>
  parallel(`slices[type=${type}].data`, key, { ...TIME, ...(least === undefined ? {} : { least }) })
const STREAMS = 'time,heartrate,watts,cadence,velocity_smooth,distance,altitude,latlng,torque'

const DAY = day({ date: 'id' })
const PHASES = { PERIOD: 1, FOLLICULAR: 2, OVULATING: 4, LUTEAL: 5 } as const
/** Carried over from a day before, until there is one of this day. */
const measured = (flag: string) => (item: Item) => item[flag] !== true
const DAYS = { start: 'oldest', end: 'newest', style: 'date' } as const
const BOTH = ['activities', 'wellness'].map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))

/** A training log by many sources: activities with their streams, and a page of wellness each day. Tokens do not end. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'intervals-icu', resource: 'INTERVALS', name: 'Intervals.icu', category: 'training', origins: [SITE],
  auth: oauth2({
    authorize: `${SITE}/oauth/authorize`, token: `${SITE}/api/oauth/token`, scopes: ['ACTIVITY:READ', 'WELLNESS:READ', 'SETTINGS:READ'],
    scopeSeparator: ',', identity: { path: 'athlete.id' }, revoke: { method: 'DELETE', url: `${SITE}/api/v1/disconnect-app`, as: 'user' },
  }),
  connected: { historyDays: 30 },
  pulls: {
    // Of the settings, which a user may keep to themselves.
    athlete: { request: { method: 'GET', url: ME, as: 'user' }, nothing: [403] },
    activities: {
      request: { method: 'GET', url: `${ME}/activities`, as: 'user' }, window: DAYS, items: '',
      follow: [{ pull: 'streams', params: { id: 'id' }, when: { path: 'stream_types.0', there: true }, carry: 'activity' }],
    },
    streams: { request: { method: 'GET', url: `${SITE}/api/v1/activity/{id}/streams.json`, query: { types: STREAMS }, as: 'user' }, nothing: [404] },
    wellness: { request: { method: 'GET', url: `${ME}/wellness.json`, as: 'user' }, window: DAYS, items: '' },
  },
  notices: { connected: [{ pull: 'athlete' }, ...BOTH], poll: BOTH },
  // What an activity comes to is worked out for a while after it is there.
  polling: { notice: 'poll', everyMinutes: 30, overlapHours: 48 },
  omits: {
    activities: {
      '*_id oauth_client* file_* group tags.** attachments.** gear.**': 'ids and links',
      'created icu_sync_date analyzed icu_sync_error icu_ignore* ignore_* lock_intervals icu_color coach_tick compliance icu_intervals_edited': 'of the log, not of the body',
      'icu_* ss_* p_max pace* gap* power_* hr_load* strain* trimp lthr threshold_pace decoupling polarization_index custom_zones.** tiz_order p30s_exponent': 'models of the athlete',
      'description sub_type commute race trainer device_watts has_* use_* skyline_chart_bytes.** interval_summary.** recording_stops.** stream_types.*': 'how it is shown',
      'average_temp min_temp max_temp *weather* *feels_like *wind* headwind_percent tailwind_percent average_clouds max_rain max_snow': 'no place for the weather',
      'perceived_exertion feel session_rpe carbs_* kg_lifted workout_shift_secs coasting_time average_stride avg_lr_balance crank_length': 'no place',
    },
    wellness: {
      'ctl atl rampRate ctlLoad atlLoad sportInfo.**': 'models of the athlete', 'updated locked': 'of the log',
      'sleepSecs sleepQuality avgSleepingHR': 'of a sleep whose start is not told', 'soreness fatigue stress mood motivation injury hydration comments': 'what the user felt has no place',
      'hydrationVolume bloodGlucose lactate': 'of a unit that is not documented', 'abdomen baevskySI respiration': 'no place',
    },
  },
  maps: {
    activities: resource('', [
      into('activity', place(''), {
        metadata: metadata(''),
        active_durations_data: { activity_seconds: number('moving_time') }, calories_data: { total_burned_calories: number('calories') },
        device_data: { name: text('device_name') },
        distance_data: {
          summary: {
            distance_meters: first(number('distance'), number('icu_distance')),
            elevation: {
              gain_actual_meters: number('total_elevation_gain'), loss_actual_meters: number('total_elevation_loss'),
              avg_meters: number('average_altitude'), min_meters: number('min_altitude'), max_meters: number('max_altitude'),
            },
            swimming: { num_laps: integer('lengths'), pool_length_meters: integer('pool_length') },
          },
        },
        heart_rate_data: {
          summary: {
            avg_hr_bpm: number('average_heartrate'), max_hr_bpm: number('max_heartrate'), user_max_hr_bpm: number('athlete_max_hr'), hr_zone_data: zoneTimes,
          },
        },
        movement_data: {
          avg_speed_meters_per_second: number('average_speed'), max_speed_meters_per_second: number('max_speed'), avg_cadence_rpm: number('average_cadence'),
        },
        power_data: { avg_watts: number('icu_average_watts') },
        TSS_data: { TSS_samples: one({ actual: number('icu_training_load'), normalized_power_watts: number('icu_weighted_avg_watts') }) },
        work_data: { work_kilojoules: number('icu_joules', { times: 0.001 }) },
      }, { when: isWhole }),
    ]),
    streams: resource('', [
      into('activity', place('@activity.'), {
        metadata: metadata('@activity.'),
        distance_data: { detailed: { distance_samples: stream('distance', 'distance_meters'), elevation_samples: stream('altitude', 'elev_meters') } },
        heart_rate_data: { detailed: { hr_samples: stream('heartrate', 'bpm', 1) } },
        movement_data: {
          speed_samples: stream('velocity_smooth', 'speed_meters_per_second'), cadence_samples: stream('cadence', 'cadence_rpm'),
          torque_samples: stream('torque', 'torque_newton_meters'),
        },
        position_data: { position_samples: positions('slices[type=latlng].data', TIME) },
        power_data: { power_samples: stream('watts', 'watts') },
      }),
    ], { gather: together }),
    wellness: resource('', [
      into('daily', DAY, {
        metadata: { upload_type: constant(0) },
        distance_data: { steps: integer('steps') }, calories_data: { net_intake_calories: number('kcalConsumed') },
        heart_rate_data: {
          summary: { resting_hr_bpm: when(measured('tempRestingHR'), number('restingHR')), avg_hrv_rmssd: number('hrv'), avg_hrv_sdnn: number('hrvSDNN') },
        },
        oxygen_data: { avg_saturation_percentage: percent('spO2'), vo2max_ml_per_min_per_kg: number('vo2max') },
        scores: { sleep: number('sleepScore'), recovery: number('readiness') },
      }),
      into('body', DAY, {
        measurements_data: {
          measurements: one({ measurement_time: itsStart, weight_kg: when(measured('tempWeight'), number('weight')), bodyfat_percentage: number('bodyFat') }),
        },
        blood_pressure_data: { blood_pressure_samples: one({ timestamp: itsStart, systolic_bp: number('systolic'), diastolic_bp: number('diastolic') }) },
      }),
      into('nutrition', DAY, {
        summary: {
          macros: { calories: number('kcalConsumed'), carbohydrates_g: number('carbohydrates'), protein_g: number('protein'), fat_g: number('fatTotal') },
        },
      }),
      into('menstruation', DAY, {
        menstruation_data: {
          current_phase: first(table('menstrualPhase', PHASES), table('menstrualPhasePredicted', PHASES)),
          is_predicted_cycle: odd(['menstrualPhasePredicted'], (item: Item) =>
            (item.menstrualPhase ?? 'NONE') === 'NONE' && (item.menstrualPhasePredicted ?? 'NONE') !== 'NONE' ? true : undefined),
        },
      }),
    ]),
    athlete: resource('', [
      into('athlete', profile, {
        provider_user_id: text('id'), first_name: text('firstname'), last_name: text('lastname'), email: text('email'), sex: text('sex'),
        city: text('city'), state: text('state'), country: text('country'), bio: text('bio'), date_of_birth: date('icu_date_of_birth'),
      }),
    ]),
  },
})

import { activityType, activityTypes } from '../source/activity-types.ts'
import { after, clock, told } from '../source/clocks.ts'
import { defineProvider, type Follow, oauth2, type Plan, type Pull } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { into } from '../source/map.ts'
import { day, profile, session } from '../source/places.ts'
import { type Item, reading } from '../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, flag, integer, itsStart, number, percent, text, zoneDurations } from '../source/readers.ts'
import { one } from '../source/samples.ts'
import { total } from '../source/sums.ts'
import { quantity } from '../source/units.ts'

const ORIGIN = 'https://api.prod.whoop.com'
const API = `${ORIGIN}/developer`
/** Times are UTC, the offset stands beside them. */
const at = (path: string, of = '') => clock(`${of}${path}`, 'iso', `${of}timezone_offset`)
const SPAN = session({ id: 'id', start: at('start'), end: at('end') })
/**
 * A cycle is from one falling asleep to the next; its day is that of twelve hours later: the day of waking up of whoever
 * falls asleep after noon and is up by midnight.
 */
const dayOfCycle = (of = '') => day({ moment: after(at('start', of), constant(12 * 3600)) })
const NIGHT = session({ id: 'sleep_id', start: at('start', '@sleep.'), end: at('end', '@sleep.') })
const ENERGY = quantity('score.kilojoule', 'kJ', 'kcal')
const stage = (name: string) => duration(`score.stage_summary.total_${name}_time_milli`, 'ms')
const zone = (name: string) => duration(`score.zone_durations.zone_${name}_milli`, 'ms')
const [LIGHT, DEEP, REM] = [stage('light_sleep'), stage('slow_wave_sleep'), stage('rem_sleep')]

const isScored = reading(['score_state'], (item: Item) => item.score_state === 'SCORED')
/** A cycle has the recovery of its night; naps and other sleeps of it have none. */
const isOfTheSleep = reading(
  ['score_state', 'sleep_id', '@sleep.id'],
  (item: Item, { carried }: { carried: Item }) => isScored(item) && carried?.sleep?.id === item.sleep_id,
)
const hasEnded = reading(['end'], (item: Item) => item.end != null)

const TYPES = activityTypes(`
  7=DOG_WALKING 8=TRACK_&_FIELD,OBSTACLE_COURSE_RACING 12=NETBALL 17=SPIN,ASSAULT_BIKE 19=COMMUTING 20=BOX_FITNESS
  26=FENCING 27=FOOTBALL 28=AUSTRALIAN_FOOTBALL 30=ULTIMATE 31=YARD_WORK 33=PARKOUR 35=HIKING/RUCKING
  38=MANUAL_LABOR,COOKING,CLEANING,DEDICATED_PARENTING 39=JUMPING_ROPE 42=KICKBOXING 43=KITE_BOARDING 44=JIU_JITSU
  49=BARRE,BARRE3 50=POLO 56=STROLLER_JOGGING 78=STAIRMASTER,CLIMBER,STADIUM_STEPS 79=PADDLEBOARDING
  80=STRENGTH_TRAINER 97=POWERLIFTING 98=WHEELCHAIR_PUSHING 100=HOT_YOGA 102=DIVING 113=FUNCTIONAL_FITNESS
  116=STROLLER_WALKING 119=PAINTBALL 123=F45_TRAINING 126=DUATHLON 132=WATER_SKIING 134=PADDLE_TENNIS 137=MOTOCROSS
  138=MOTOR_RACING 143=OPERATIONS___FLYING,OPERATIONS_FLYING 147=GAELIC_FOOTBALL 148=HURLING/CAMOGIE
`)

/** Newest first, 25 a page, over `[start, end)` (https://developer.whoop.com/docs/developing/pagination). */
const listOf = (path: string, follow: Follow[] = []): Pull => ({
  request: { method: 'GET', url: `${API}${path}`, query: { limit: '25' }, as: 'user' },
  window: { start: 'start', end: 'end', style: 'iso-utc' },
  paging: { kind: 'cursor', from: 'next_token', to: 'nextToken' },
  items: 'records',
  follow,
})
const documentOf = (resource: string, path: string, follow: Follow[] = []): Pull => ({
  request: { method: 'GET', url: `${API}${path}/{id}`, as: 'user' },
  resource,
  items: 'records',
  single: true,
  follow,
  nothing: [404],
})
/** A recovery tells no time: that is of its sleep. A cycle changes with everything in it, and is not notified of. */
const RECOVERY: Follow = {
  pull: 'recovery',
  when: { path: 'nap', in: ['false'] },
  params: { id: 'cycle_id' },
  carry: 'sleep',
}
const CYCLE: Follow = { pull: 'cycle/document', params: { id: 'cycle_id' } }
const pulls: Record<string, Pull> = {
  sleep: listOf('/v2/activity/sleep', [RECOVERY]),
  workout: listOf('/v2/activity/workout'),
  cycle: listOf('/v2/cycle'),
  'sleep/document': documentOf('sleep', '/v2/activity/sleep', [RECOVERY, CYCLE]),
  'workout/document': documentOf('workout', '/v2/activity/workout'),
  'cycle/document': documentOf('cycle', '/v2/cycle'),
  recovery: { request: { method: 'GET', url: `${API}/v2/cycle/{id}/recovery`, as: 'user' }, nothing: [404] },
  profile: { request: { method: 'GET', url: `${API}/v2/user/profile/basic`, as: 'user' } },
  // Height and weight tell no time: they are those of the cycle that runs.
  'cycle/newest': {
    request: { method: 'GET', url: `${API}/v2/cycle`, query: { limit: '1' }, as: 'user' },
    resource: 'cycle',
    items: 'records',
    follow: [{ pull: 'body', carry: 'cycle' }],
  },
  body: { request: { method: 'GET', url: `${API}/v2/user/measurement/body`, as: 'user' }, nothing: [404] },
}
const SPANNED: Plan[] = ['cycle', 'sleep', 'workout'].map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))
const byId = (pull: string): Plan => ({ pull, params: { id: 'id' } })

/** Notifies of sleeps, recoveries and workouts; cycles are looked at with them, and once a day. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'whoop', resource: 'WHOOP', name: 'WHOOP', category: 'wearable', origins: [ORIGIN],
  auth: oauth2({
    authorize: `${ORIGIN}/oauth/oauth2/auth`, token: `${ORIGIN}/oauth/oauth2/token`,
    scopes: ['offline', 'read:profile', 'read:body_measurement', 'read:cycles', 'read:recovery', 'read:sleep', 'read:workout'],
    refreshParams: { scope: 'offline' },
    identity: { path: 'user_id', request: { method: 'GET', url: `${API}/v2/user/profile/basic`, as: 'user' } },
    revoke: { method: 'DELETE', url: `${API}/v2/user/access`, as: 'user' },
  }),
  connected: { historyDays: 30 },
  webhook: {
    handshake: { kind: 'none' },
    verify: {
      kind: 'hmac', header: 'x-whoop-signature', algorithm: 'sha256', encoding: 'base64', key: 'client_secret',
      over: [{ header: 'x-whoop-signature-timestamp' }, 'body'],
      timestamp: { header: 'x-whoop-signature-timestamp', unit: 'ms', toleranceMs: 5 * 60_000 },
    },
    body: 'json', shape: { kind: 'one', owner: 'user_id', resource: 'type' }, kind: 'ping',
    words: Object.fromEntries(
      ['sleep', 'recovery', 'workout'].flatMap((name) => [[`${name}.updated`, name], [`${name}.deleted`, name]]),
    ),
    eventId: ['type', 'id', 'trace_id'],
    // A recovery that was deleted is no end of the sleep that it belongs to.
    deletion: { path: 'type', is: ['sleep.deleted', 'workout.deleted'], id: 'id' },
    ok: 200,
  },
  pulls,
  notices: {
    // The id of a recovery's notification is that of its sleep.
    sleep: [byId('sleep/document')], recovery: [byId('sleep/document')], workout: [byId('workout/document'), { pull: 'cycle/newest' }],
    connected: [{ pull: 'profile' }, { pull: 'cycle/newest' }, ...SPANNED],
    reconcile: [{ pull: 'cycle/newest' }, ...SPANNED],
  },
  polling: { notice: 'reconcile', everyMinutes: 24 * 60, overlapHours: 48 },
  limits: [{ per: 'app', calls: 100, seconds: 60 }, { per: 'app', calls: 10_000, seconds: 86_400 }],
  rateHeaders: { left: 'x-ratelimit-remaining', reset: { header: 'x-ratelimit-reset', as: 'seconds' } },
  items: 'records', single: true,
  maps: {
    // Without a score (it is being made, or could not be) a sleep or a workout is only when it was.
    sleep: into('sleep', SPAN, {
      metadata: { is_nap: flag('nap'), upload_type: constant(2) },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: total(LIGHT, DEEP, REM), duration_light_sleep_state_seconds: LIGHT,
          duration_deep_sleep_state_seconds: DEEP, duration_REM_sleep_state_seconds: REM,
        },
        awake: { duration_awake_state_seconds: stage('awake'), num_wakeup_events: integer('score.stage_summary.disturbance_count') },
        other: { duration_in_bed_seconds: stage('in_bed'), duration_unmeasurable_sleep_seconds: stage('no_data') },
        sleep_efficiency: percent('score.sleep_efficiency_percentage'),
      },
      respiration_data: { breaths_data: { avg_breaths_per_min: number('score.respiratory_rate') } },
      scores: { sleep: percent('score.sleep_performance_percentage') },
    }, { when: hasEnded }),
    recovery: [
      into('sleep', NIGHT, {
        metadata: { is_nap: flag('@sleep.nap'), upload_type: constant(2) },
        heart_rate_data: { summary: { resting_hr_bpm: number('score.resting_heart_rate'), avg_hrv_rmssd: number('score.hrv_rmssd_milli') } },
        respiration_data: { oxygen_saturation_data: { avg_saturation_percentage: percent('score.spo2_percentage') } },
        readiness_data: { readiness: percent('score.recovery_score') },
      }, { when: isOfTheSleep }),
      into('daily', day({ moment: at('end', '@sleep.') }), {
        metadata: { upload_type: constant(1) },
        heart_rate_data: { summary: { resting_hr_bpm: number('score.resting_heart_rate'), avg_hrv_rmssd: number('score.hrv_rmssd_milli') } },
        oxygen_data: { avg_saturation_percentage: percent('score.spo2_percentage') },
        scores: { recovery: percent('score.recovery_score') },
      }, { when: isOfTheSleep }),
      into('body', day({ moment: at('end', '@sleep.') }), {
        temperature_data: {
          skin_temperature_samples: one({ timestamp: told(at('end', '@sleep.')), temperature_celsius: number('score.skin_temp_celsius') }, ['temperature_celsius']),
        },
      }, { when: isOfTheSleep }),
    ],
    cycle: into('daily', dayOfCycle(), {
      metadata: { upload_type: constant(1) },
      calories_data: { total_burned_calories: ENERGY }, strain_data: { strain_level: number('score.strain') },
      heart_rate_data: { summary: { avg_hr_bpm: number('score.average_heart_rate'), max_hr_bpm: number('score.max_heart_rate') } },
    }, { when: isScored }),
    workout: into('activity', SPAN, {
      metadata: { name: text('sport_name'), type: activityType('sport_name', TYPES), upload_type: constant(0) },
      calories_data: { total_burned_calories: ENERGY }, energy_data: { energy_kilojoules: number('score.kilojoule') },
      distance_data: {
        summary: { distance_meters: number('score.distance_meter'), elevation: { gain_actual_meters: number('score.altitude_gain_meter') } },
      },
      heart_rate_data: {
        summary: {
          avg_hr_bpm: number('score.average_heart_rate'), max_hr_bpm: number('score.max_heart_rate'),
          hr_zone_data: zoneDurations({
            'Zone 0': zone('zero'), 'Zone 1': zone('one'), 'Zone 2': zone('two'), 'Zone 3': zone('three'),
            'Zone 4': zone('four'), 'Zone 5': zone('five'),
          }),
        },
      },
      strain_data: { strain_level: number('score.strain') },
    }, { when: hasEnded }),
    profile: into('athlete', profile, {
      first_name: text('first_name'), last_name: text('last_name'), email: text('email'), provider_user_id: text('user_id'),
    }),
    body: into('body', dayOfCycle('@cycle.'), {
      measurements_data: {
        measurements: one({ measurement_time: itsStart, height_cm: quantity('height_meter', 'm', 'cm'), weight_kg: number('weight_kilogram') }),
      },
      heart_data: { heart_rate_data: { summary: { user_max_hr_bpm: number('max_heart_rate') } } },
    }),
  },
  omits: {
    '*': {
      user_id: 'whose it is: known', created_at: 'when it was stored, not when it was', updated_at: 'when it was stored, not when it was',
      v1_id: 'an id of an API that is no more', '^next_token': 'of paging', '/next_token': 'of paging', sport_id: 'an id of an API that is no more',
      'score.user_calibrating': 'no place for it', 'score.percent_recorded': 'no place for it', 'score.altitude_change_meter': 'neither ascent nor descent',
      'score.sleep_needed.**': 'what would be good to sleep, not what was', 'score.sleep_consistency_percentage': 'no place for it',
      'score.stage_summary.sleep_cycle_count': 'no place for it', 'cycle_id trace_id': 'joins the answers when they are fetched', 'id end': 'of a cycle, which is of its day', score_state: 'says whether there is a score',
      v2_activity_id: 'an id',
    },
  },
})

import { defineProvider, oauth2, type Plan, type Pull } from '../source/define.ts'
import { DAY_SUMS, MAPS, OMITS } from './google-health/maps.ts'

const API = 'https://health.googleapis.com'
const TYPES = `${API}/v4/users/me/dataTypes`
const SCOPES =
  'activity_and_fitness health_metrics_and_measurements sleep nutrition ecg reproductive_health profile settings'

/** Moments, or civil dates, in a filter of AIP-160 with names in snake case: `{}` is the type. */
const BY = {
  sample: '{}.sample_time.physical_time',
  interval: '{}.interval.start_time',
  sleep: '{}.interval.end_time',
  session: '{}.interval.civil_start_time',
  civil: '{}.interval.civil_start_time',
  daily: '{}.date',
}
// biome-ignore format: a table reads better in rows.
/** All sources of a type as one stream, so that nothing is there twice. 403: a scope that the user withheld. */
const points = (type: string, by: keyof typeof BY, pageSize = '1000'): Pull => {
  const field = BY[by].replace('{}', type.replaceAll('-', '_'))
  const dates = by === 'daily' || by === 'session' || by === 'civil'
  return {
    request: {
      method: 'GET', url: `${TYPES}/${type}/dataPoints:reconcile`, as: 'user',
      query: { pageSize, filter: `${field} >= "{start}" AND ${field} < "{end}"` },
    },
    window: { start: 'start', end: 'end', in: 'values', ...(dates ? { style: 'date', endExclusive: true } : { style: 'iso-utc' }) },
    items: 'dataPoints', paging: { kind: 'cursor', from: 'nextPageToken', to: 'pageToken' }, nothing: [403],
  }
}
const civil = (at: string) => ({ date: { year: `{${at}_year}`, month: `{${at}_month}`, day: `{${at}_day}` } })
// biome-ignore format: a table reads better in rows.
/** Sums over civil days, made by the service: at most 14 or 90 of them. */
const sums = (type: string, maxDays: number): Pull => ({
  request: {
    method: 'POST', url: `${TYPES}/${type}/dataPoints:dailyRollUp`, as: 'user',
    json: { range: { start: civil('start'), end: civil('end') }, windowSizeDays: 1 },
  },
  window: { start: 'start', end: 'end', style: 'date', endExclusive: true, maxDays, in: 'values' },
  items: 'rollupDataPoints', nothing: [403],
})
// biome-ignore format: a table reads better in rows.
const SUMS = {
  steps: 90, distance: 90, floors: 90, altitude: 90, 'active-energy-burned': 90, 'total-calories': 14, 'active-minutes': 14,
  'sedentary-period': 90, 'time-in-heart-rate-zone': 90, 'heart-rate': 14, 'hydration-log': 90, 'nutrition-log': 90,
}
/** Minutes of whole days, as running totals are made of them: six days are less than a page. */
const minutes = (type: string): Pull => {
  const pull = points(type, 'civil', '10000')
  return {
    ...pull,
    window: { start: 'start', end: 'end', style: 'date', endExclusive: true, in: 'values', maxDays: 6 },
  }
}
// biome-ignore format: a table reads better in rows.
const POINTS: Record<string, Pull> = {
  steps: minutes('steps'), distance: minutes('distance'), floors: minutes('floors'),
  exercise: points('exercise', 'session', '25'), sleep: points('sleep', 'sleep', '25'), 'heart-rate': points('heart-rate', 'sample', '10000'),
  'heart-rate-variability': points('heart-rate-variability', 'sample'), 'oxygen-saturation': points('oxygen-saturation', 'sample'),
  'activity-level': points('activity-level', 'interval'), weight: points('weight', 'sample'), 'body-fat': points('body-fat', 'sample'),
  height: points('height', 'sample'), 'blood-glucose': points('blood-glucose', 'sample'), 'core-body-temperature': points('core-body-temperature', 'sample'),
  'daily-resting-heart-rate': points('daily-resting-heart-rate', 'daily'), 'daily-heart-rate-variability': points('daily-heart-rate-variability', 'daily'),
  'daily-oxygen-saturation': points('daily-oxygen-saturation', 'daily'), 'daily-vo2-max': points('daily-vo2-max', 'daily'),
  'daily-sleep-temperature-derivations': points('daily-sleep-temperature-derivations', 'daily'), 'nutrition-log': points('nutrition-log', 'session'),
  'hydration-log': points('hydration-log', 'session'), 'menstrual-period': points('menstrual-period', 'interval'),
}
const span = (pull: string, from: string, to: string): Plan => ({ pull, span: { from, to } })
const sumsOf = (...types: (keyof typeof SUMS)[]) => types.map((type) => `sums/${type}`)
const MOVED = [
  ...sumsOf('steps', 'distance', 'floors', 'altitude', 'total-calories', 'active-minutes'),
  'steps',
  'distance',
  'floors',
  'exercise',
]
/** A notification holds up to so many intervals; of each all is asked anew, as a deletion does not say of what. */
const about = (...pulls: string[]): Plan[] =>
  [0, 1, 2, 3].flatMap((i) => {
    const at = `data.intervals.${i}.physicalTimeInterval`
    return pulls.map((pull) => span(pull, `${at}.startTime`, `${at}.endTime`))
  })
const ALL = [...Object.keys(POINTS), ...Object.keys(SUMS).map((type) => `sums/${type}`)]
const EVERYTHING: Plan[] = [{ pull: 'profile' }, { pull: 'devices' }, ...ALL.map((pull) => span(pull, 'from', 'to'))]

// biome-ignore format: a table reads better in rows.
/** Tells of intervals of few types that changed, signed by a header; all others are asked for by the clock. */
export default defineProvider({
  slug: 'google-health', resource: 'GOOGLE', name: 'Google Health', category: 'wearable',
  origins: ['https://accounts.google.com', 'https://oauth2.googleapis.com', API],
  auth: oauth2({
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth', token: 'https://oauth2.googleapis.com/token', pkce: true, refreshRotates: false,
    scopes: SCOPES.split(' ').map((scope) => `https://www.googleapis.com/auth/googlehealth.${scope}.readonly`),
    // Without these no refresh token comes back.
    authorizeParams: { access_type: 'offline', prompt: 'consent', include_granted_scopes: 'true' },
    identity: { path: 'healthUserId', request: { method: 'GET', url: `${API}/v4/users/me/identity`, as: 'user' } },
    revoke: { method: 'POST', url: 'https://oauth2.googleapis.com/revoke', form: { token: '{access_token}' }, as: 'app' },
  }),
  connected: { historyDays: 30 },
  // The subscriber is made once for the app's project, with the policy AUTOMATIC and `Bearer {ingest_secret}` as its secret.
  webhook: {
    handshake: { kind: 'message', path: 'type', is: 'verification', ok: 201, verified: true },
    verify: [{ kind: 'header', name: 'authorization', value: 'Bearer {ingest_secret}' }, { kind: 'ecdsa', header: 'google-health-api-signature', key: 'signature_key' }],
    body: 'json', shape: { kind: 'list', items: '', owner: 'data.healthUserId', resource: 'data.dataType' }, kind: 'ping', ok: 204,
  },
  polling: { notice: 'reconcile', everyMinutes: 120, overlapHours: 24 },
  pulls: {
    ...POINTS, ...Object.fromEntries(Object.entries(SUMS).map(([type, most]) => [`sums/${type}`, sums(type, most)])),
    electrocardiogram: {
      request: { method: 'GET', url: `${TYPES}/electrocardiogram/dataPoints`, query: { filter: `electrocardiogram.interval.start_time >= "{start}"` }, as: 'user' },
      window: { start: 'start', style: 'iso-utc', in: 'values' }, items: 'dataPoints', paging: { kind: 'cursor', from: 'nextPageToken', to: 'pageToken' }, nothing: [403],
    },
    profile: { request: { method: 'GET', url: `${API}/v4/users/me/profile`, as: 'user' }, nothing: [403] },
    devices: { request: { method: 'GET', url: `${API}/v4/users/me/pairedDevices`, as: 'user' }, items: 'pairedDevices', nothing: [403] },
  },
  notices: {
    steps: about(...MOVED), distance: about(...MOVED), floors: about(...MOVED), altitude: about(...MOVED), sleep: about('sleep'), weight: about('weight', 'body-fat'),
    connected: EVERYTHING, reconcile: EVERYTHING,
  },
  items: 'dataPoints',
  maps: { ...MAPS, ...Object.fromEntries(Object.keys(SUMS).map((type) => [`sums/${type}`, DAY_SUMS])) },
  omits: OMITS,
})

import { createHmac } from 'node:crypto'
import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://www.polaraccesslink.com'
const MOST_DAYS = 28
const ZONE = '+03:00'

/**
 * Polar AccessLink v3 (https://www.polar.com/accesslink-api): a sign-in whose tokens are not renewed, people who must be
 * registered before anything of them can be had, lists by dates of at most 28 days, webhooks signed with a secret of their own.
 */
export default function polar({ app, ingestUrl }: Surroundings): ProviderDouble {
  // A code lives for ten minutes; the token for ten years.
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 600_000, expiresIn: 315_359_999 })
  const registered = new Set<string>()
  const held = new Map<string, Set<string>>()
  let webhook: string | undefined

  function api(call: Call): Reply {
    if (call.path === '/v3/webhooks') return webhooks(call)
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { message: 'Invalid access token' })
    if (call.path === '/v3/users') return call.method === 'POST' ? register(account, call) : reply(405)
    if (call.path === `/v3/users/${account}` && call.method === 'DELETE') {
      registered.delete(account)
      oauth.revoke(account)
      return reply(204)
    }
    if (call.method !== 'GET') return reply(405)
    if (!registered.has(account)) return reply(403, { message: 'User is not registered' })
    const days = [...(held.get(account) ?? [])].sort()
    const path = call.path.replace('/v3/', '').replace('users/', '')
    if (path === 'physical-info') return days.length > 0 ? reply(200, physicalInfo(days.at(-1)!)) : reply(404)
    if (path === 'exercises')
      return reply(
        200,
        days.map((day) => exercise(account, day)),
      )
    if (path === 'sleep') return reply(200, { nights: days.map((day) => night(account, day)) })
    const id = /^exercises\/(\w+)$/.exec(path)?.[1]
    if (id)
      return one(
        days.find((day) => idOf(day) === id),
        (day) => exercise(account, day),
      )
    const [, name = '', date] = /^([\w-]+(?:\/(?!\d)\w+)?)(?:\/(\d{4}-\d\d-\d\d))?$/.exec(path) ?? []
    if (name in OF_DAY && date)
      return one(
        days.find((day) => day === date),
        (day) => OF_DAY[name]!(account, day),
      )
    const make = OF_SPAN[name]
    if (!make || date) return reply(404)
    const [from, to] = [dayOf(call.query.get('from')), dayOf(call.query.get('to'))]
    if (from === undefined || to === undefined) return reply(400, { message: 'from and to are dates' })
    if (to < from || to - from >= MOST_DAYS) return reply(400, { message: `a range is of at most ${MOST_DAYS} days` })
    const inside = days.filter((day) => dayStart(day) / 86_400 >= from && dayStart(day) / 86_400 <= to)
    return inside.length === 0
      ? reply(204)
      : reply(
          200,
          inside.map((day) => make(account, day)),
        )
  }
  function register(account: string, { body }: Call): Reply {
    if (!(JSON.parse(body || '{}') as Record<string, unknown>)['member-id']) return reply(400)
    if (registered.has(account)) return reply(409, { message: 'already registered' })
    registered.add(account)
    return reply(200, { 'polar-user-id': Number(account), 'member-id': account })
  }
  function webhooks({ method, headers, body }: Call): Reply {
    const basic = `Basic ${Buffer.from(`${app.client_id}:${app.client_secret}`).toString('base64')}`
    if (headers.authorization !== basic) return reply(401)
    if (method === 'GET')
      return reply(200, { data: webhook ? [{ id: 'abdf33', events: ['EXERCISE'], url: webhook, active: true }] : [] })
    if (method !== 'POST') return reply(405)
    if (webhook) return reply(409)
    const asked = JSON.parse(body || '{}') as { events?: string[]; url?: string }
    if (!asked.url || !asked.events?.length) return reply(400)
    webhook = asked.url
    return reply(201, {
      data: { id: 'abdf33', events: asked.events, url: webhook, signature_secret_key: app.more?.signature_secret },
    })
  }
  async function notify(account: string, event: string, rest: object): Promise<void> {
    const timestamp = new Date().toISOString()
    const body = JSON.stringify({ event, user_id: Number(account), ...rest, timestamp, url: `${API}/v3` })
    const signature = createHmac('sha256', app.more?.signature_secret ?? '')
      .update(body)
      .digest('hex')
    await callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/json', 'polar-webhook-signature': signature },
      body,
    })
  }

  const { signedIn, open } = signingIn(oauth)
  return {
    oauth,
    signedIn: (account) => {
      registered.add(account)
      return signedIn(account)
    },
    open,
    origins: {
      [API]: '/polar/api',
      'https://flow.polar.com': '/polar/flow',
      'https://polarremote.com': '/polar/remote',
    },
    handle(prefix, call) {
      if (prefix === '/polar/flow')
        return call.path === '/oauth2/authorization' ? oauth.authorize(call, () => '2278512') : reply(404)
      if (prefix === '/polar/api') return api(call)
      if (call.path !== '/v2/oauth2/token') return reply(404)
      if (call.method !== 'POST') return reply(405)
      // The app's id and secret are to be in the header; there are no refresh tokens.
      if (!call.headers.authorization?.startsWith('Basic ')) return reply(401, { error: 'invalid_client' })
      const issued = oauth.token(call)
      if ('error' in issued) return reply(issued.status, { error: issued.error })
      const { refresh_token: _, ...tokens } = issued.tokens
      return reply(200, { ...tokens, x_user_id: Number(issued.account) })
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      for (const date of days) {
        await notify(account, 'EXERCISE', { entity_id: idOf(date) })
        for (const event of ['SLEEP', 'ACTIVITY_SUMMARY', 'CONTINUOUS_HEART_RATE'])
          await notify(account, event, { date })
      }
      if (days.length > 0) await notify(account, 'PHYSICAL_INFORMATION', {})
      return days.flatMap((key) => ['activity', 'sleep', 'daily', 'body'].map((type) => ({ type, key, sent_at })))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/v3/exercises`, status: 401 },
  {
    about: 'a range of 29 days',
    url: `${API}/v3/users/activities?from=2026-06-01&to=2026-06-29`,
    signedIn: true,
    status: 400,
  },
  { about: 'a range without its end', url: `${API}/v3/users/activities?from=2026-06-01`, signedIn: true, status: 400 },
  { about: 'a sleep that is not there', url: `${API}/v3/users/sleep/2026-06-01`, signedIn: true, status: 404 },
  { about: 'webhooks with the token of a person', url: `${API}/v3/webhooks`, signedIn: true, status: 401 },
  {
    about: 'a person who is registered',
    method: 'POST',
    url: `${API}/v3/users`,
    signedIn: true,
    body: '{"member-id":"a"}',
    status: 409,
  },
  {
    about: 'the secret in the body of the token request',
    method: 'POST',
    url: 'https://polarremote.com/v2/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=authorization_code&code=no&client_id=app-polar&client_secret=secret-polar',
    status: 401,
  },
]

const one = (day: string | undefined, make: (day: string) => object): Reply =>
  day === undefined ? reply(404) : reply(200, make(day))
const dayOf = (text: string | null) => (text && /^\d{4}-\d\d-\d\d$/.test(text) ? dayStart(text) / 86_400 : undefined)
const idOf = (day: string) => `E${dayStart(day) / 86_400}`

const OF_DAY: Record<string, (account: string, day: string) => object> = {
  sleep: night,
  activities: activity,
  'nightly-recharge': recharge,
  'continuous-heart-rate': heart,
}
// biome-ignore format: a table reads better in rows.
const OF_SPAN: Record<string, (account: string, day: string) => object> = {
  activities: activity,
  'continuous-heart-rate': heart,
  'cardio-load/date': (account, date) => ({
    date,
    cardio_load_status: 'MAINTAINING',
    strain: between(10, 90, account, date, 'strain'),
  }),
  'biosensing/skintemperature': (_, sleep_date) => ({
    sleep_time_skin_temperature_celsius: 35.1, deviation_from_baseline_celsius: 0.2, sleep_date,
  }),
  'biosensing/bodytemperature': (_, day) => ({
    source_device_id: '1111AAAA',
    measurement_type: 'TM_CORE_TEMPERATURE',
    start_time: `${day}T12:00:00`,
    end_time: `${day}T13:00:00`,
    samples: [{ temperature_celsius: 36.5, recording_time_delta_milliseconds: 60_000 }],
  }),
  'biosensing/spo2': (account, day) => ({
    test_time: dayStart(day) + 36_000, time_zone_offset: 180,
    test_status: 'SPO2_TEST_PASSED',
    blood_oxygen_percent: between(94, 99, account, day, 'oxygen'),
  }),
  'biosensing/ecg': (_, day) => ({
    test_time: dayStart(day) + 40_000, time_zone_offset: 180, average_heart_rate_bpm: 60,
    samples: [{ recording_time_delta_ms: 8, amplitude_mv: 0.1 }],
  }),
}
function exercise(account: string, day: string) {
  const beats = Array.from({ length: 40 }, (_, i) => (i === 0 ? 0 : between(95, 160, account, day, 'beat', i)))
  return {
    id: idOf(day),
    upload_time: `${day}T17:00:00.000Z`,
    device: 'Polar Vantage V3',
    start_time: `${day}T18:00:00`,
    start_time_utc_offset: 180,
    duration: 'PT40M',
    calories: between(250, 600, account, day, 'energy'),
    distance: between(5_000, 9_000, account, day, 'distance'),
    heart_rate: { average: 130, maximum: 160 },
    sport: 'OTHER',
    has_route: false,
    detailed_sport_info: 'RUNNING_TRAIL',
    heart_rate_zones: [{ index: 1, 'lower-limit': 110, 'upper-limit': 130, 'in-zone': 'PT20M' }],
    samples: [{ 'recording-rate': 60, 'sample-type': '0', data: beats.join(',') }],
  }
}
function activity(account: string, day: string) {
  const steps = between(4_000, 14_000, account, day, 'steps')
  return {
    start_time: `${day}T00:00:00`,
    end_time: `${day}T23:59:59`,
    active_duration: 'PT3H11M',
    inactive_duration: 'PT9H23M30S',
    daily_activity: 89.1,
    calories: between(2_000, 2_900, account, day, 'total'),
    active_calories: 700,
    steps,
    inactivity_alert_count: 1,
    distance_from_steps: steps * 0.7,
    samples: {
      date: day,
      steps: {
        interval_ms: 60_000,
        total_steps: steps,
        samples: [
          { steps: 40, timestamp: `${day}T08:00` },
          { steps: 20, timestamp: `${day}T08:03` },
        ],
      },
      activity_zones: {
        samples: [
          { zone: 'SEDENTARY', timestamp: `${day}T08:30` },
          { zone: 'VIGOROUS', timestamp: `${day}T18:00` },
        ],
      },
    },
  }
}
function night(account: string, date: string) {
  return {
    date,
    sleep_start_time: `${date}T00:39:07${ZONE}`,
    sleep_end_time: `${date}T07:19:37${ZONE}`,
    device_id: '1111AAAA',
    light_sleep: between(11_000, 14_000, account, date, 'light'),
    deep_sleep: 5_000,
    rem_sleep: 4_500,
    unrecognized_sleep_stage: 0,
    sleep_score: between(60, 95, account, date, 'score'),
    total_interruption_duration: 1_000,
    short_interruption_duration: 500,
    long_interruption_duration: 500,
    hypnogram: { '00:39': 2, '02:50': 4, '04:23': 1, '05:00': 3 },
    heart_rate_samples: { '00:41': 76, '00:46': 70, '07:00': 61 },
  }
}
function recharge(account: string, date: string) {
  return {
    date,
    heart_rate_avg: 60,
    heart_rate_variability_avg: between(25, 80, account, date, 'hrv'),
    breathing_rate_avg: 14.1,
    nightly_recharge_status: between(1, 6, account, date, 'recharge'),
    hrv_samples: { '00:41': 44, '00:46': 51 },
    breathing_samples: { '00:39': 13.4 },
  }
}
function heart(account: string, date: string) {
  const heart_rate_samples = Array.from({ length: 24 }, (_, i) => ({
    heart_rate: between(55, 110, account, date, 'heart', i),
    sample_time: `${String(i).padStart(2, '0')}:02:08`,
  }))
  return { date, heart_rate_samples }
}
// biome-ignore format: a table reads better in rows.
const physicalInfo = (day: string) => ({
  weight: 70.5, height: 175, created: '2024-06-01T12:00:00Z', modified: `${day}T12:00:00Z`, birthday: '1990-01-01', gender: 'MALE',
  maximum_heart_rate: 190, resting_heart_rate: 60, vo2_max: 50,
})

import { createHmac } from 'node:crypto'
import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const ORIGIN = 'https://www.strava.com'
const API = '/api/v3'
/** Fewer than are asked for: a page may be short though more follow (https://developers.strava.com/docs/#Pagination). */
const PAGE = 3
const MOST = 200
const OFFSET = -28_800
const UNAUTHORIZED = reply(401, {
  message: 'Authorization Error',
  errors: [{ resource: 'Athlete', field: 'access_token', code: 'invalid' }],
})
const NOT_FOUND = reply(404, {
  message: 'Record Not Found',
  errors: [{ resource: 'Activity', field: '', code: 'not found' }],
})

/**
 * Strava's API v3: a list of summaries in numbered pages, activities by id with their streams and zones
 * (https://developers.strava.com/docs/reference); one push subscription per app, whose address is asked first
 * (https://developers.strava.com/docs/webhooks); access is taken back by POST (https://developers.strava.com/docs/authentication).
 */
export default function strava({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 21_600 })
  const held = new Map<string, Set<string>>()
  let subscription: string | undefined

  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return UNAUTHORIZED
    if (call.path === '/oauth/deauthorize') {
      if (call.method !== 'POST') return reply(405)
      oauth.revoke(account)
      return reply(200, { access_token: call.token })
    }
    if (call.method !== 'GET') return reply(405)
    const days = [...(held.get(account) ?? [])].sort().reverse()
    const path = call.path.slice(API.length)
    if (path === '/athlete') return reply(200, athlete(account))
    if (path === '/athlete/activities') return list(call, account, days)
    const [, id, part] = /^\/activities\/(\d+)(?:\/(\w+))?$/.exec(path) ?? []
    const day = days.find((one) => idOf(one) === id)
    if (day === undefined) return NOT_FOUND
    if (part === undefined) return reply(200, detailOf(account, day))
    if (part === 'zones') return reply(402, { message: 'Payment Required' })
    if (part !== 'streams') return NOT_FOUND
    return call.query.get('keys') && call.query.get('key_by_type') === 'true'
      ? reply(200, streamsOf(account, day))
      : reply(400, { message: 'Bad Request', errors: [{ resource: 'Stream', field: 'keys', code: 'invalid' }] })
  }
  function subscriptions({ method, query, form }: Call): Reply {
    const from = method === 'GET' ? query : form
    if (from.get('client_id') !== app.client_id || from.get('client_secret') !== app.client_secret) return UNAUTHORIZED
    if (method === 'GET') return reply(200, subscription ? [{ id: 120_475, callback_url: subscription }] : [])
    if (method !== 'POST') return reply(405)
    if (subscription) return reply(400, { errors: [{ resource: 'PushSubscription', code: 'already exists' }] })
    subscription = form.get('callback_url') ?? undefined
    return subscription && form.get('verify_token')
      ? reply(201, { id: 120_475 })
      : reply(400, { message: 'Bad Request' })
  }
  async function notify(account: string, day: string): Promise<void> {
    const body = JSON.stringify({
      object_type: 'activity',
      object_id: Number(idOf(day)),
      aspect_type: 'create',
      updates: {},
      owner_id: Number(account),
      subscription_id: 120_475,
      event_time: dayStart(day) + 70_000,
    })
    const t = String(Math.floor(Date.now() / 1_000))
    const v1 = createHmac('sha256', app.client_secret).update(`${t}.${body}`).digest('hex')
    const headers = { 'content-type': 'application/json', 'x-strava-signature': `t=${t},v1=${v1}` }
    await callWebhook(ingestUrl(), { headers, body })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [ORIGIN]: '/strava/api' },
    handle(_, call) {
      if (call.path === '/oauth/authorize') {
        if (!call.query.get('scope')?.includes('activity:read')) return reply(400, { message: 'Bad Request' })
        const answer = oauth.authorize(call, () => '134815')
        const location = answer.headers?.location
        // The person may have ticked fewer: the address that they come back to says what was granted.
        return location?.includes('code=')
          ? reply(302, undefined, { location: `${location}&scope=${encodeURIComponent('read,activity:read_all')}` })
          : answer
      }
      if (call.path === `${API}/oauth/token`) {
        if (call.method !== 'POST') return reply(405)
        const issued = oauth.token(call)
        if ('error' in issued) return reply(issued.status, { message: 'Bad Request', errors: [{ code: 'invalid' }] })
        const expires_at = Math.floor(Date.now() / 1_000) + 21_600
        return reply(200, { ...issued.tokens, expires_at, athlete: { id: Number(issued.account) } })
      }
      return call.path === `${API}/push_subscriptions` ? subscriptions(call) : api(call)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      for (const day of days) await notify(account, day)
      return days.map((key) => ({ type: 'activity', key, sent_at }))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${ORIGIN}${API}/athlete`, status: 401 },
  {
    about: 'a page of more than 200',
    url: `${ORIGIN}${API}/athlete/activities?per_page=201`,
    signedIn: true,
    status: 400,
  },
  { about: 'streams without their keys', url: `${ORIGIN}${API}/activities/1/streams`, signedIn: true, status: 404 },
  { about: 'an activity that is not there', url: `${ORIGIN}${API}/activities/1`, signedIn: true, status: 404 },
  { about: 'a GET to end the access', url: `${ORIGIN}/oauth/deauthorize`, signedIn: true, status: 405 },
  { about: 'subscriptions of another app', url: `${ORIGIN}${API}/push_subscriptions?client_id=other`, status: 401 },
  { about: 'no scope', url: `${ORIGIN}/oauth/authorize?client_id=app-strava&response_type=code`, status: 400 },
  {
    about: 'a code that never was',
    method: 'POST',
    url: `${ORIGIN}${API}/oauth/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=authorization_code&code=no&client_id=app-strava&client_secret=secret-strava',
    status: 400,
  },
]

function list({ query }: Call, account: string, days: string[]): Reply {
  const perPage = Number(query.get('per_page') ?? 30)
  if (!(perPage >= 1 && perPage <= MOST)) return reply(400, { message: 'Bad Request' })
  const [after, before] = [Number(query.get('after') ?? 0), Number(query.get('before') ?? Infinity)]
  const inside = days.filter((day) => startOf(day) > after && startOf(day) < before)
  const from = (Number(query.get('page') ?? 1) - 1) * PAGE
  const page = inside.slice(from, from + PAGE).map((day) => summaryOf(account, day))
  return reply(200, page, { 'x-ratelimit-limit': '200,2000', 'x-ratelimit-usage': '1,1' })
}
const idOf = (day: string) => String(1_360_000_000 + dayStart(day) / 86_400)
/** 17:00 Pacific time. */
const startOf = (day: string) => dayStart(day) + 17 * 3_600 - OFFSET
const isoOf = (seconds: number) => `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`

const athlete = (account: string) => ({
  id: Number(account),
  resource_state: 3,
  firstname: 'Pat',
  lastname: 'Doe',
  city: 'San Francisco',
  state: 'CA',
  country: 'US',
  sex: 'F',
  created_at: '2017-11-14T02:30:05Z',
  ftp: null,
  weight: 0,
})
const summaryOf = (account: string, day: string) => ({
  resource_state: 2,
  athlete: { id: Number(account), resource_state: 1 },
  name: 'Evening Ride',
  distance: between(18_000, 30_000, account, day, 'distance'),
  moving_time: 3_500,
  elapsed_time: 3_600,
  total_elevation_gain: between(50, 500, account, day, 'gain'),
  type: 'Ride',
  sport_type: 'GravelRide',
  id: Number(idOf(day)),
  start_date: isoOf(startOf(day)),
  start_date_local: isoOf(startOf(day) + OFFSET),
  timezone: '(GMT-08:00) America/Los_Angeles',
  utc_offset: OFFSET,
  start_latlng: [37.83, -122.26],
  end_latlng: [],
  map: { id: `a${idOf(day)}`, summary_polyline: null, resource_state: 2 },
  trainer: false,
  manual: false,
  average_speed: 6.679,
  max_speed: 18.5,
  average_heartrate: between(120, 150, account, day, 'heart'),
  max_heartrate: 171,
})
const detailOf = (account: string, day: string) => ({
  ...summaryOf(account, day),
  resource_state: 3,
  calories: between(400, 900, account, day, 'energy'),
  device_name: 'Garmin Edge 1030',
  laps: [
    {
      id: 1,
      elapsed_time: 3_600,
      moving_time: 3_500,
      start_date: isoOf(startOf(day)),
      start_date_local: isoOf(startOf(day) + OFFSET),
      distance: 20_000,
      average_speed: 5.12,
      lap_index: 1,
    },
  ],
})
function streamsOf(account: string, day: string) {
  const stream = (value: (i: number) => unknown) => ({
    data: Array.from({ length: 60 }, (_, i) => value(i)),
    series_type: 'distance',
    original_size: 60,
    resolution: 'high',
  })
  return {
    time: stream((i) => i * 60),
    distance: stream((i) => i * 350.5),
    latlng: stream((i) => [37.83 + i / 1_000, -122.26]),
    altitude: stream((i) => 20 + (i % 9)),
    velocity_smooth: stream(() => 5.8),
    heartrate: stream((i) => between(110, 165, account, day, 'beat', i)),
    watts: stream((i) => (i % 7 === 0 ? null : between(120, 260, account, day, 'watts', i))),
  }
}

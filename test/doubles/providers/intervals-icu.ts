import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const SITE = 'https://intervals.icu'
/** At UTC+2 all year. */
const OFFSET = 7_200
const SCOPES = ['ACTIVITY:READ', 'WELLNESS:READ', 'SETTINGS:READ']

/**
 * Intervals.icu (https://intervals.icu/api-docs.html; sign-in: https://forum.intervals.icu/t/intervals-icu-oauth-support/2759):
 * a code lives for two minutes, a token does not end; lists by local dates, the newest first, athlete 0 is the token's own.
 */
export default function intervalsIcu({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 120_000, expiresIn: 10 * 365 * 86_400 })
  const held = new Map<string, Set<string>>()
  const daysOf = (account: string) => [...(held.get(account) ?? [])].sort().reverse()

  function token(call: Call): Reply {
    const issued = oauth.token(call)
    if ('error' in issued) return reply(issued.status, { error: issued.error })
    const { access_token } = issued.tokens
    return reply(200, {
      token_type: 'Bearer',
      access_token,
      scope: SCOPES.join(','),
      athlete: { id: issued.account, name: 'P' },
    })
  }
  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { status: 401, error: 'Unauthorized' })
    if (call.method === 'DELETE' && call.path === '/api/v1/disconnect-app') {
      oauth.revoke(account)
      return reply(200)
    }
    if (call.method !== 'GET') return reply(405, { status: 405, error: 'Method Not Allowed' })
    if (call.path === '/api/v1/athlete/0')
      return reply(200, {
        id: account,
        name: 'P N',
        firstname: 'P',
        lastname: 'N',
        email: 'person@example.com',
        sex: 'F',
        icu_date_of_birth: '1990-02-03',
      })
    const id = /^\/api\/v1\/activity\/(i[\w-]+)\/streams\.json$/.exec(call.path)?.[1]
    const day = id === undefined ? undefined : daysOf(account).find((one) => idOf(account, one) === id)
    if (id !== undefined)
      return day === undefined
        ? reply(404, { status: 404, error: 'Not Found' })
        : reply(200, streamsOf(account, day, call))
    const [oldest, newest] = [call.query.get('oldest'), call.query.get('newest') ?? '9999']
    const inside = daysOf(account).filter((one) => one >= (oldest ?? '') && one <= newest)
    if (call.path === '/api/v1/athlete/0/activities')
      return oldest === null
        ? reply(422, { status: 422, error: 'oldest is required' })
        : reply(
            200,
            inside.flatMap((one) => activitiesOf(account, one)),
          )
    if (call.path === '/api/v1/athlete/0/wellness.json')
      return reply(200, inside.map((one) => wellnessOf(account, one)).reverse())
    return reply(404, { status: 404, error: 'Not Found' })
  }

  return {
    oauth,
    ...signingIn(oauth),
    // Tokens do not end.
    expire: undefined,
    origins: { [SITE]: '/intervals-icu/site' },
    handle(_, call) {
      if (call.path === '/oauth/authorize')
        return (call.query.get('scope') ?? '').split(',').every((scope) => SCOPES.includes(scope))
          ? oauth.authorize(call, () => `i${between(1, 9_999_999, Date.now())}`)
          : reply(400, { error: 'invalid_scope' })
      if (call.path === '/api/oauth/token') return call.method === 'POST' ? token(call) : reply(405)
      return api(call)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['activity', 'daily', 'body', 'nutrition'].map((type) => ({ type, key, sent_at })))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${SITE}/api/v1/athlete/0`, status: 401 },
  { about: 'activities since no day', url: `${SITE}/api/v1/athlete/0/activities`, signedIn: true, status: 422 },
  {
    about: 'streams of an activity that is not there',
    url: `${SITE}/api/v1/activity/i0/streams.json`,
    signedIn: true,
    status: 404,
  },
  {
    about: 'a code that was not given',
    method: 'POST',
    url: `${SITE}/api/oauth/token`,
    body: 'client_id=app-intervals-icu&client_secret=secret-intervals-icu&grant_type=authorization_code&code=x',
    status: 400,
  },
]

const idOf = (account: string, day: string) => `i${account}-${day}`
function activitiesOf(account: string, day: string) {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  const whole = {
    id: idOf(account, day),
    start_date_local: `${day}T18:00:00`,
    start_date: `${new Date((dayStart(day) + 64_800 - OFFSET) * 1000).toISOString().slice(0, 19)}Z`,
    timezone: 'Africa/Johannesburg',
    type: 'Ride',
    name: 'Evening ride',
    source: 'GARMIN_CONNECT',
    elapsed_time: 3_600,
    moving_time: 3_500,
    distance: n('distance', 15_000, 40_000),
    total_elevation_gain: n('gain', 100, 500),
    average_heartrate: n('hr', 120, 150),
    max_heartrate: n('max', 155, 180),
    icu_average_watts: n('watts', 140, 230),
    icu_training_load: n('load', 30, 90),
    icu_hr_zone_times: [600, 1_800, 1_200, 0, 0],
    stream_types: ['time', 'heartrate', 'watts', 'latlng'],
  }
  return [whole, { id: `i0${account}-${day}`, start_date_local: `${day}T07:00:00`, source: 'STRAVA' }]
}
function streamsOf(account: string, day: string, { query }: Call) {
  const seconds = Array.from({ length: 60 }, (_, i) => i * 60)
  const values = (name: string, low: number, high: number) =>
    seconds.map((i) => between(low, high, account, day, name, i))
  const all = [
    { type: 'time', data: seconds },
    { type: 'heartrate', data: values('heart', 110, 170) },
    { type: 'watts', data: values('power', 90, 260) },
    { type: 'latlng', data: seconds.map((i) => -33.9 - i / 1e5), data2: seconds.map((i) => 18.8 + i / 1e5) },
  ]
  const asked = query.get('types')?.split(',')
  return all.filter(({ type }) => !asked || asked.includes(type))
}
function wellnessOf(account: string, id: string) {
  const n = (name: string, low: number, high: number) => between(low, high, account, id, name)
  return {
    id,
    ctl: 60.1,
    atl: 70.2,
    sportInfo: [],
    updated: `${id}T20:00:00.000+00:00`,
    weight: n('weight', 680, 740) / 10,
    restingHR: n('resting', 44, 56),
    hrv: n('hrv', 40, 90),
    kcalConsumed: n('kcal', 1_800, 2_900),
    steps: n('steps', 4_000, 14_000),
    menstrualPhase: null,
    sleepSecs: 27_000,
    sleepScore: n('sleep', 60, 95),
  }
}

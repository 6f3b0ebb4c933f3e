import { createHmac } from 'node:crypto'
import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://cloudapi.suunto.com'
const OAUTH = 'https://cloudapi-oauth.suunto.com'
const OFFSET_MINUTES = 120
const MOST_MS = 28 * 86_400_000
const KEY = 'ocp-apim-subscription-key'

/**
 * Suunto's Cloud API: a sign-in whose tokens are JWTs that name the user, a subscription's key on every call
 * (https://apizone.suunto.com/how-to-start); workouts in pages, samples of at most 28 days; notifications with the data,
 * signed with a secret of their own (https://apizone.suunto.com/webhooks).
 */
export default function suunto({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 600_000, expiresIn: 86_400 })
  const held = new Map<string, Set<string>>()
  /** The token of the sign-in is the signature of the JWT. */
  const accountOf = ({ token }: Call) => oauth.accountOf(token?.split('.')[2])
  const jwt = (account: string, token: unknown) => {
    const claims = Buffer.from(JSON.stringify({ sub: account, user: account })).toString('base64url')
    return `e30.${claims}.${token}`
  }

  function api(call: Call): Reply {
    if (call.headers[KEY] !== app.more?.subscription_key)
      return reply(401, { statusCode: 401, message: 'Access denied' })
    const account = accountOf(call)
    if (account === undefined) return reply(401, { error: 'invalid_token' })
    if (call.method !== 'GET') return reply(405)
    const days = [...(held.get(account) ?? [])].sort()
    if (call.path === '/v2/workouts')
      return workouts(
        call,
        days.map((day) => workout(account, day)),
      )
    const name = /^\/247samples\/(\w+)$/.exec(call.path)?.[1]
    const make = name === undefined ? undefined : SAMPLES[name]
    if (!make) return reply(404)
    const [from, to] = [Number(call.query.get('from') ?? Number.NaN), Number(call.query.get('to') ?? Number.NaN)]
    if (!(to >= from) || to - from > MOST_MS) return reply(400, { message: 'from and to, at most 28 days' })
    const all = days.flatMap((day) => make(account, day))
    return reply(
      200,
      all.filter(({ timestamp }) => Date.parse(timestamp) >= from && Date.parse(timestamp) <= to),
    )
  }
  async function notify(username: string, type: string, rest: object): Promise<void> {
    const body = JSON.stringify({ type, username, ...rest })
    const signature = createHmac('sha256', app.more?.notification_secret ?? '')
      .update(body)
      .digest('hex')
    await callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/json', 'x-hmac-sha256-signature': signature },
      body,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    signedIn: (account) => ({
      authorization: `Bearer ${jwt(account, oauth.grant(account))}`,
      [KEY]: app.more?.subscription_key ?? '',
    }),
    origins: { [API]: '/suunto/api', [OAUTH]: '/suunto/oauth' },
    handle(prefix, call) {
      if (prefix === '/suunto/api') return api(call)
      if (call.path === '/oauth/authorize') return oauth.authorize(call, () => 'johndoe123')
      if (call.path === '/oauth/deauthorize') {
        const account = accountOf(call)
        if (account === undefined || call.query.get('client_id') !== app.client_id) return reply(401)
        oauth.revoke(account)
        return reply(200)
      }
      if (call.path !== '/oauth/token') return reply(404)
      if (call.method !== 'POST') return reply(405)
      if (!call.headers.authorization?.startsWith('Basic ')) return reply(401, { error: 'invalid_client' })
      const issued = oauth.token(call)
      if ('error' in issued) return reply(issued.status, { error: issued.error })
      const { account, tokens } = issued
      return reply(200, { ...tokens, access_token: jwt(account, tokens.access_token), user: account })
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      for (const day of days) {
        await notify(account, 'WORKOUT_CREATED', {
          workout: workout(account, day),
          gear: { manufacturer: 'Suunto', name: 'Suunto Vertical' },
        })
        for (const name of ['sleep', 'recovery', 'activity'])
          await notify(account, `SUUNTO_247_${name.toUpperCase()}_CREATED`, { samples: SAMPLES[name]!(account, day) })
      }
      return days.flatMap((key) => ['activity', 'sleep', 'daily'].map((type) => ({ type, key, sent_at })))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/v2/workouts`, headers: { [KEY]: 'subscription_key-of-suunto' }, status: 401 },
  {
    about: 'another subscription key',
    url: `${API}/v2/workouts`,
    signedIn: true,
    headers: { [KEY]: 'other' },
    status: 401,
  },
  { about: 'a window of 29 days', url: `${API}/247samples/sleep?from=0&to=2505600000`, signedIn: true, status: 400 },
  { about: 'samples without a window', url: `${API}/247samples/sleep`, signedIn: true, status: 400 },
  { about: 'samples that are not there', url: `${API}/247samples/dreams?from=0&to=1`, signedIn: true, status: 404 },
  { about: 'to take access back without a token', url: `${OAUTH}/oauth/deauthorize?client_id=app-suunto`, status: 401 },
]

function workouts({ query }: Call, all: { startTime: number }[]): Reply {
  const [since, until] = [Number(query.get('since') ?? 0), Number(query.get('until') ?? Infinity)]
  const [limit, from] = [Number(query.get('limit') ?? 50), Number(query.get('offset') ?? 0)]
  if (!(limit >= 1 && limit <= 100)) return reply(400, { message: 'limit' })
  const inside = all.filter(({ startTime }) => startTime >= since && startTime <= until)
  return reply(200, { error: null, payload: inside.slice(from, from + limit), metadata: {} })
}
const utc = (day: string, hours: number) => dayStart(day) * 1_000 + hours * 3_600_000 - OFFSET_MINUTES * 60_000
const local = (day: string, hours: number) =>
  `${new Date(dayStart(day) * 1_000 + hours * 3_600_000).toISOString().slice(0, 23)}+02:00`
const workout = (account: string, day: string) => ({
  workoutKey: `${dayStart(day).toString(16)}01b942184624cb8`,
  activityId: 1,
  startTime: utc(day, 17),
  totalTime: 2_400.5,
  timeOffsetInMinutes: OFFSET_MINUTES,
  totalDistance: between(5_000, 9_000, account, day, 'distance'),
  totalAscent: 120.5,
  totalDescent: 110.3,
  energyConsumption: between(300, 600, account, day, 'energy'),
  stepCount: 6_500,
  startPosition: { x: 24.97242731, y: 60.27185791 },
  hrdata: { workoutAvgHR: between(130, 150, account, day, 'heart'), workoutMaxHR: 175 },
  avgSpeed: 2.78,
  maxSpeed: 6,
})
const SAMPLES: Record<string, (account: string, day: string) => { timestamp: string; entryData: object }[]> = {
  sleep: (account, day) => [
    {
      timestamp: local(day, -0.5),
      entryData: {
        BedtimeStart: local(day, -0.5),
        BedtimeEnd: local(day, 7),
        Duration: 27_000,
        DeepSleepDuration: between(4_000, 6_000, account, day, 'deep'),
        LightSleepDuration: 15_000,
        REMSleepDuration: 4_800,
        HRAvg: between(50, 62, account, day, 'rest'),
        HRMin: 44,
        SleepQualityScore: between(50, 95, account, day, 'quality'),
        IsNap: false,
        SleepId: dayStart(day),
      },
    },
  ],
  recovery: (account, day) =>
    [9, 15, 21].map((hour) => ({
      timestamp: local(day, hour),
      entryData: { Balance: between(20, 95, account, day, 'balance', hour) / 100, StressState: 2 },
    })),
  activity: (account, day) =>
    [8, 12, 18].map((hour) => ({
      timestamp: local(day, hour),
      entryData: {
        HR: between(60, 120, account, day, 'hr', hour),
        StepCount: between(100, 900, account, day, 'steps', hour),
        EnergyConsumption: 83_680,
      },
    })),
}

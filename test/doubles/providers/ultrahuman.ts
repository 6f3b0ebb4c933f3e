import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const PARTNER = 'https://partner.ultrahuman.com'
const METRICS = '/api/partners/v1/user_data/metrics'
/** At half past five before UTC. */
const OFFSET = 19_800

/**
 * Ultrahuman's API for partners (https://vision.ultrahuman.com/developer-docs): all metrics of one day a call, an
 * ordinary OAuth 2.0 sign-in without PKCE at a host of its own.
 */
export default function ultrahuman({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({
    app,
    pkce: false,
    codeMs: 60_000,
    expiresIn: 604_800,
    scope: 'ring_data cgm_data profile',
  })
  const held = new Map<string, Set<string>>()

  function revoke({ form }: Call): Reply {
    if (form.get('client_id') !== app.client_id || form.get('client_secret') !== app.client_secret) return reply(401)
    const account = oauth.accountOf(form.get('token') ?? undefined)
    if (account !== undefined) oauth.revoke(account)
    return reply(200, {})
  }
  function read({ path, query, token }: Call): Reply {
    const account = oauth.accountOf(token)
    if (account === undefined) return reply(401, { error: 'invalid token' })
    if (path === '/api/partners/v1/user_data/user_info')
      return reply(200, { data: { user_id: account, email: 'person@example.com' } })
    if (path !== METRICS) return reply(404, { error: 'not found' })
    const date = query.get('date')
    if (date === null || !/^\d{4}-\d\d-\d\d$/.test(date)) return reply(400, { error: 'date is required' })
    return reply(200, {
      data: { metric_data: held.get(account)?.has(date) ? metricsOf(account, date) : [] },
      error: null,
      status: 200,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { 'https://auth.ultrahuman.com': '/ultrahuman/auth', [PARTNER]: '/ultrahuman/partner' },
    handle(prefix, call) {
      if (prefix === '/ultrahuman/auth')
        return call.path === '/authorise'
          ? oauth.authorize(call, () => `uh-${call.query.get('state')?.slice(0, 8)}`)
          : reply(404)
      if (call.path === '/api/partners/oauth/token' && call.method === 'POST') {
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      if (call.path === '/api/partners/oauth/revoke' && call.method === 'POST') return revoke(call)
      return call.method === 'GET' ? read(call) : reply(405)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['daily', 'body', 'sleep'].map((type) => ({ type, key, sent_at })))
    },
  }
}

export const refuses: WrongCall[] = [
  { about: 'no token', url: `${PARTNER}${METRICS}?date=2026-07-01`, status: 401 },
  { about: 'metrics without their day', url: `${PARTNER}${METRICS}`, signedIn: true, status: 400 },
  { about: 'what is not there', url: `${PARTNER}/api/partners/v1/user_data/moods`, signedIn: true, status: 404 },
  {
    about: 'another client',
    method: 'POST',
    url: `${PARTNER}/api/partners/oauth/token`,
    body: 'grant_type=authorization_code&client_id=x',
    status: 401,
  },
]

function metricsOf(account: string, day: string): object[] {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const midnight = dayStart(day) - OFFSET
  const values = (name: string, low: number, high: number) =>
    Array.from({ length: 48 }, (_, i) => ({ value: n(name, low, high, i), timestamp: midnight + i * 1_800 }))
  const metric = (type: string, object: object) => ({ type, object: { day_start_timestamp: midnight, ...object } })
  return [
    metric('hr', { title: 'Heart Rate', values: values('hr', 46, 120), unit: 'bpm' }),
    metric('temp', { title: 'Skin Temperature', values: values('temp', 34, 37), unit: '°C' }),
    metric('hrv', { title: 'HRV', values: values('hrv', 20, 90), avg: n('hrv-day', 30, 70) }),
    metric('steps', { values: values('steps', 0, 400), total: n('steps-day', 4_000, 12_000), avg: 6_200 }),
    metric('night_rhr', { title: 'Resting HR', values: values('night', 44, 60), avg: n('rest', 46, 58) }),
    metric('recovery_index', { title: 'Recovery Index', value: n('recovery', 50, 95) }),
    metric('vo2_max', { title: 'VO2 Max', value: 42.5 }),
    {
      type: 'Sleep',
      object: {
        bedtime_start: midnight + 1_800,
        bedtime_end: midnight + 28_200,
        quick_metrics: [
          { type: 'time_in_bed', value: 26_400 },
          { type: 'total_sleep', value: n('asleep', 20_000, 25_000) },
          { type: 'sleep_efic', value: n('efficiency', 80, 97) },
        ],
        sleep_stages: [
          { type: 'deep_sleep', stage_time: n('deep', 4_000, 6_000) },
          { type: 'awake', stage_time: 2_100 },
        ],
        spo2: { title: 'Average Oxygen Saturation', value: 97 },
      },
    },
  ]
}

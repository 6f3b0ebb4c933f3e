import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const LOGIN = 'https://oauth-login.cloud.huawei.com'
const OAUTH = 'https://oauth-api.cloud.huawei.com'
const API = 'https://health-api.cloud.huawei.com'
const MOST_MS = 31 * 86_400_000

/**
 * Huawei Health Kit (https://developer.huawei.com/consumer/en/doc/HMSCore-References/restful-overview-0000001050069726):
 * samples by type with the span in the body, records by nanoseconds, activities by milliseconds; Huawei's sign-in.
 */
export default function huaweiHealth({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 300_000, expiresIn: 3_600, scope: 'openid' })
  const held = new Map<string, Set<string>>()
  const error = (status: number, code: string): Reply => reply(status, { error: { code, message: 'refused' } })

  function signIn(call: Call): Reply {
    if (call.path === '/oauth2/v3/authorize')
      return call.query.get('access_type') === 'offline'
        ? oauth.authorize(call, () => `hw-${call.query.get('state')?.slice(0, 8)}`)
        : reply(400, { error: 1101, error_description: 'access_type' })
    if (call.method !== 'POST') return reply(405)
    if (call.path === '/oauth2/v3/revoke') {
      const account = oauth.accountOf(call.form.get('token') ?? undefined)
      if (account !== undefined) oauth.revoke(account)
      return account === undefined ? reply(400, { error: 1203 }) : reply(200, {})
    }
    if (call.path !== '/oauth2/v3/token') return reply(404)
    const issued = oauth.token(call)
    return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
  }
  function tokenInfo({ query, form }: Call): Reply {
    const account = oauth.accountOf(form.get('access_token') ?? undefined)
    if (query.get('nsp_svc') !== 'huawei.oauth2.user.getTokenInfo' || account === undefined)
      return reply(400, { error: 'invalid token' })
    return reply(200, { union_id: account, open_id: `open-${account}`, client_id: app.client_id, expire_in: 3_600 })
  }
  function read(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return error(401, 'UNAUTHORIZED')
    if (call.headers['x-client-id'] !== app.client_id || !call.headers['x-version']) return error(400, 'MISSING_HEADER')
    const days = [...(held.get(account) ?? [])].sort()
    const within = (from: number, to: number) =>
      days.filter((day) => (dayStart(day) + 86_400) * 1_000 > from && dayStart(day) * 1_000 < to)
    if (call.path === '/healthkit/v2/sampleSet:polymerize' && call.method === 'POST')
      return samples(call, account, within)
    const [start, end] = [Number(call.query.get('startTime')), Number(call.query.get('endTime'))]
    const nanoseconds = call.path === '/healthkit/v2/healthRecords'
    const [from, to] = nanoseconds ? [start / 1e6, end / 1e6] : [start, end]
    if (call.method !== 'GET' || !(nanoseconds || call.path === '/healthkit/v2/activityRecords'))
      return error(404, 'NOT_FOUND')
    // Milliseconds where nanoseconds are meant are of January 1970.
    if (!(from > 1e12 && to > from && to - from <= MOST_MS)) return error(400, 'INVALID_TIME')
    if (nanoseconds) return reply(200, { healthRecords: within(from, to).map((day) => nightOf(account, day)) })
    return reply(200, { activityRecord: within(from, to).map((day) => runOf(account, day)) })
  }
  function samples({ body }: Call, account: string, within: (from: number, to: number) => string[]): Reply {
    const asked = JSON.parse(body) as {
      polymerizeWith?: { dataTypeName: string }[]
      startTime?: string
      endTime?: string
    }
    const [from, to] = [Number(asked.startTime), Number(asked.endTime)]
    const type = asked.polymerizeWith?.[0]?.dataTypeName
    if (type === undefined || !(to > from && to - from <= MOST_MS)) return error(400, 'INVALID_REQUEST')
    const points = within(from, to).flatMap((day) => pointsOf(account, day, type))
    const samplePoints = points.filter(({ startTime }) => startTime >= from && startTime < to)
    return reply(200, { group: [{ sampleSet: [{ dataCollectorId: `derived:${type}`, samplePoints }] }] })
  }

  return {
    oauth,
    ...signingIn(oauth),
    signedIn: (account) => ({
      authorization: `Bearer ${oauth.grant(account)}`,
      'x-client-id': app.client_id,
      'x-version': '1',
    }),
    origins: { [LOGIN]: '/huawei-health/login', [OAUTH]: '/huawei-health/oauth', [API]: '/huawei-health/api' },
    handle(prefix, call) {
      if (prefix === '/huawei-health/login') return signIn(call)
      return prefix === '/huawei-health/oauth' ? tokenInfo(call) : read(call)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['daily', 'body', 'sleep', 'activity'].map((type) => ({ type, key, sent_at })))
    },
  }
}

const RECORDS = `${API}/healthkit/v2/healthRecords?dataType=com.huawei.health.record.sleep`
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${RECORDS}&startTime=1&endTime=2`, status: 401 },
  { about: 'a call without its headers', url: RECORDS, signedIn: true, headers: { 'x-client-id': '' }, status: 400 },
  {
    about: 'milliseconds for nanoseconds',
    url: `${RECORDS}&startTime=1782864000000&endTime=1782950400000`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'samples of no type',
    method: 'POST',
    url: `${API}/healthkit/v2/sampleSet:polymerize`,
    signedIn: true,
    body: '{}',
    status: 400,
  },
  {
    about: 'what is not there',
    url: `${API}/healthkit/v2/moods?startTime=1782864000000&endTime=1782950400000`,
    signedIn: true,
    status: 404,
  },
  {
    about: 'another client',
    method: 'POST',
    url: `${LOGIN}/oauth2/v3/token`,
    body: 'grant_type=refresh_token&client_id=x',
    status: 401,
  },
]

function pointsOf(account: string, day: string, type: string): { startTime: number }[] {
  const point = (minute: number, value: object[]) => {
    const startTime = (dayStart(day) + minute * 60) * 1_000
    return { startTime, endTime: startTime + 60_000, dataTypeName: type, value }
  }
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const hours = (make: (i: number) => object) => Array.from({ length: 24 }, (_, i) => point(i * 60, [make(i)]))
  switch (type.replace('com.huawei.', '')) {
    case 'continuous.steps.delta':
      return hours((i) => ({ fieldName: 'steps_delta', integerValue: n('steps', 0, 900, i) }))
    case 'instantaneous.heart_rate':
      return hours((i) => ({ fieldName: 'bpm', floatValue: n('bpm', 48, 120, i) }))
    case 'instantaneous.body_weight':
      return [point(420, [{ fieldName: 'body_weight', floatValue: n('weight', 680, 740) / 10 }])]
    case 'instantaneous.blood_pressure':
      return [
        point(430, [
          { fieldName: 'systolic_pressure', floatValue: n('sys', 105, 130) },
          { fieldName: 'diastolic_pressure', floatValue: n('dia', 65, 85) },
        ]),
      ]
    default:
      return []
  }
}
function nightOf(account: string, day: string) {
  const at = (minute: number) => (dayStart(day) + minute * 60) * 1_000_000_000
  const fragment = (from: number, to: number, state: number) => ({
    startTime: at(from),
    endTime: at(to),
    value: [{ fieldName: 'sleep_state', integerValue: state }],
  })
  const samplePoints = [fragment(10, 200, 1), fragment(200, 320, 3), fragment(320, 440, 2)]
  const value = [
    { fieldName: 'all_sleep_time', integerValue: 430 },
    { fieldName: 'sleep_score', integerValue: between(60, 95, account, day, 'score') },
  ]
  return {
    startTime: at(10),
    endTime: at(440),
    value,
    subData: { 'com.huawei.continuous.sleep.fragment': { samplePoints } },
  }
}
function runOf(account: string, day: string) {
  const startTime = (dayStart(day) + 36_000) * 1_000
  const value = [{ fieldName: 'distance', floatValue: between(4_000, 9_000, account, day, 'run') }]
  const activitySummary = { dataSummary: [{ dataTypeName: 'com.huawei.continuous.distance.total', value }] }
  return {
    id: `${account}-${day}`,
    name: 'Run',
    activityType: 'running',
    startTime,
    endTime: startTime + 1_800_000,
    timeZone: '+0000',
    activitySummary,
  }
}

import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.dexcom.com'
/** Pacific daylight time. */
const OFFSET = -25_200
const MOST_DAYS = 30

/**
 * Dexcom's API v3: lists of records by a window of UTC times without a zone, of at most 30 days
 * (https://developer.dexcom.com/docs/dexcomv3/endpoint-overview), each under `records` with the user's id around it
 * (https://developer.dexcom.com/docs/dexcomv3/operation/getEstimatedGlucoseValuesV3).
 */
export default function dexcom({ app }: Surroundings): ProviderDouble {
  // A code lives for a minute, a token for two hours (https://developer.dexcom.com/docs/dexcom/authentication).
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 7_200 })
  const held = new Map<string, Set<string>>()
  const daysOf = (account: string) => [...(held.get(account) ?? [])].sort()

  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { fault: { faultstring: 'Invalid Access Token' } })
    const name = /^\/v3\/users\/self\/(\w+)$/.exec(call.path)?.[1]
    if (name === 'dataRange')
      return reply(200, {
        recordType: 'dataRange',
        recordVersion: '3.0',
        userId: account,
        egvs: rangeOf(daysOf(account)),
      })
    if (name === 'devices') return answer('device', account, daysOf(account).slice(-1).map(deviceOf))
    const make = name === undefined ? undefined : RECORDS[name]
    if (!make) return reply(404, { message: 'not found' })
    const [from, to] = [momentOf(call.query.get('startDate')), momentOf(call.query.get('endDate'))]
    if (from === undefined || to === undefined) return reply(400, { message: 'startDate and endDate are required' })
    if (to < from || to - from > MOST_DAYS * 86_400) return reply(400, { message: 'a window is of at most 30 days' })
    const all = daysOf(account).flatMap((day) => make.records(account, day))
    const inside = all.filter(({ systemTime }) => within(Date.parse(systemTime) / 1000, from, to))
    return answer(make.type, account, inside)
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [API]: '/dexcom/api' },
    handle(_, call) {
      if (call.path === '/v3/oauth2/login')
        return call.query.get('scope') === 'offline_access'
          ? oauth.authorize(call, () => `dexcom-${call.query.get('state')?.slice(0, 8)}`)
          : reply(400, { error: 'invalid_scope' })
      if (call.path === '/v3/oauth2/token') {
        if (call.method !== 'POST') return reply(405)
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      return call.method === 'GET' ? api(call) : reply(405)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['body', 'nutrition', 'daily', 'activity'].map((type) => ({ type, key, sent_at })))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  {
    about: 'no token',
    url: `${API}/v3/users/self/egvs?startDate=2026-07-01T00:00:00&endDate=2026-07-02T00:00:00`,
    status: 401,
  },
  {
    about: 'a window without an end',
    url: `${API}/v3/users/self/egvs?startDate=2026-07-01T00:00:00`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'a window of 31 days',
    url: `${API}/v3/users/self/events?startDate=2026-07-01T00:00:00&endDate=2026-08-01T00:00:00`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'times with a zone',
    url: `${API}/v3/users/self/egvs?startDate=2026-07-01T00:00:00Z&endDate=2026-07-02T00:00:00Z`,
    signedIn: true,
    status: 400,
  },
  { about: 'what is not there', url: `${API}/v3/users/self/statistics`, signedIn: true, status: 404 },
  {
    about: 'another client',
    method: 'POST',
    url: `${API}/v3/oauth2/token`,
    body: 'grant_type=authorization_code&client_id=x&client_secret=y&code=z',
    status: 401,
  },
]

/** `2026-07-01T09:12:35`, as the documentation has it. */
const momentOf = (text: string | null): number | undefined =>
  text !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) / 1000 : undefined
const within = (at: number, from: number, to: number) => at >= from && at < to
const answer = (recordType: string, userId: string, records: object[]): Reply =>
  reply(200, { recordType, recordVersion: '3.0', userId, records })

const RECORDS: Record<string, { type: string; records: (account: string, day: string) => { systemTime: string }[] }> = {
  egvs: { type: 'egv', records: readings },
  events: { type: 'event', records: events },
  calibrations: { type: 'calibration', records: calibrations },
}
/** Both clocks of a moment of a local day. */
function times(day: string, minute: number) {
  const at = dayStart(day) - OFFSET + minute * 60
  const systemTime = `${new Date(at * 1000).toISOString().slice(0, 19)}Z`
  return { systemTime, displayTime: `${new Date((at + OFFSET) * 1000).toISOString().slice(0, 19)}-07:00` }
}
const DEVICE = { transmitterId: 'a7f1c2', transmitterGeneration: 'g7', displayDevice: 'iOS' }

function readings(account: string, day: string) {
  return Array.from({ length: 288 }, (_, i) => ({
    recordId: `${account}-${day}-${i}`,
    ...times(day, i * 5 + 2),
    transmitterTicks: i * 300,
    value: i % 96 === 95 ? null : between(75, 180, account, day, 'egv', i),
    status: i % 96 === 95 ? 'low' : 'ok',
    trend: ['flat', 'fortyFiveUp', 'fortyFiveDown', 'singleUp'][between(0, 3, account, day, 'trend', i)],
    trendRate: 0,
    unit: 'mg/dL',
    rateUnit: 'mg/dL/min',
    ...DEVICE,
  }))
}
function events(account: string, day: string) {
  const event = (name: string, minute: number, rest: object) => ({
    recordId: `${account}-${day}-${name}`,
    ...times(day, minute),
    eventStatus: 'created',
    ...rest,
    ...DEVICE,
  })
  const n = (name: string, low: number, high: number) => String(between(low, high, account, day, name))
  return [
    event('lunch', 750, { eventType: 'carbs', eventSubType: null, value: n('carbs', 20, 80), unit: 'grams' }),
    event('bolus', 751, { eventType: 'insulin', eventSubType: 'fastActing', value: n('units', 2, 9), unit: 'units' }),
    event('stress', 900, { eventType: 'health', eventSubType: 'stress', value: 'stress', unit: null }),
    event('run', 1080, { eventType: 'exercise', eventSubType: 'medium', value: n('run', 20, 60), unit: 'minutes' }),
  ]
}
function calibrations(account: string, day: string) {
  const value = between(80, 150, account, day, 'meter')
  return [{ recordId: `${account}-${day}-meter`, ...times(day, 480), value, unit: 'mg/dL', ...DEVICE }]
}
const deviceOf = (day: string) => ({
  ...DEVICE,
  displayApp: 'G7',
  lastUploadDate: times(day, 1_300).systemTime,
  alertSchedules: [],
})
const rangeOf = (days: string[]) =>
  days.length === 0 ? null : { start: times(days[0]!, 2), end: times(days.at(-1)!, 1_437) }

import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const AUTH = 'https://oauth.omronwellness.com'
const API = 'https://api.omronwellness.com'
const SCOPES = ['bloodpressure', 'activity', 'openid', 'offline_access']
/** At UTC+2 all year. */
const OFFSET = 7_200

/**
 * Omron Wellness as open clients of it show it (the OMRON step of SMARTMarkers, CHBase's OAuth client): one form asks for
 * all measurements since a date; who the user is tells OpenID Connect's userinfo (OpenID Connect Core, section 5.3).
 */
export default function omron({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 300_000, expiresIn: 3_600, scope: SCOPES.join(' ') })
  const held = new Map<string, Set<string>>()

  function measurements(call: Call, account: string): Reply {
    const since = Date.parse(call.form.get('since') ?? '')
    if (Number.isNaN(since)) return reply(400, { status: 1, reason: 'since is required' })
    const all = [...(held.get(account) ?? [])].sort().map((day) => readingOf(account, day))
    const bloodPressure = all.filter(({ dateTime }) => Date.parse(`${dateTime}Z`) >= since)
    const result = { bloodPressure, activity: [], measurementCount: bloodPressure.length, truncated: false }
    return reply(200, { status: 0, reason: null, result })
  }
  function signIn(call: Call): Reply {
    if (call.path === '/connect/authorize')
      return (call.query.get('scope') ?? '').split(' ').every((scope) => SCOPES.includes(scope))
        ? oauth.authorize(call, () => `omron-${between(1, 1e9, Date.now())}`)
        : reply(400, { error: 'invalid_scope' })
    if (call.path === '/connect/token') {
      if (call.method !== 'POST') return reply(405)
      const issued = oauth.token(call)
      return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
    }
    if (call.path !== '/connect/userinfo') return reply(404)
    const account = oauth.accountOf(call.token)
    return account === undefined ? reply(401) : reply(200, { sub: account })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [AUTH]: '/omron/auth', [API]: '/omron/api' },
    handle(prefix, call) {
      if (prefix === '/omron/auth') return signIn(call)
      const account = oauth.accountOf(call.token)
      if (account === undefined) return reply(401, { status: 401, reason: 'Unauthorized' })
      if (call.path !== '/api/measurement') return reply(404)
      return call.method === 'POST' ? measurements(call, account) : reply(405)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.map((key) => ({ type: 'body', key, sent_at }))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', method: 'POST', url: `${API}/api/measurement`, body: 'since=2026-07-01', status: 401 },
  {
    about: 'measurements since no date',
    method: 'POST',
    url: `${API}/api/measurement`,
    body: 'limit=10',
    signedIn: true,
    status: 400,
  },
  { about: 'a way to ask that is none', url: `${API}/api/measurement?since=2026-07-01`, signedIn: true, status: 405 },
  { about: 'a scope that is none', url: `${AUTH}/connect/authorize?client_id=app-omron&scope=weight`, status: 400 },
  {
    about: 'a refresh token that was not given',
    method: 'POST',
    url: `${AUTH}/connect/token`,
    body: 'grant_type=refresh_token&refresh_token=x&client_id=app-omron&client_secret=secret-omron',
    status: 400,
  },
]

function readingOf(account: string, day: string) {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  const at = dayStart(day) - OFFSET + 27_000
  const text = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19)
  return {
    id: n('id', 1, 1e9),
    dateTime: text(at),
    dateTimeLocal: text(at + OFFSET),
    dateTimeUtcOffset: '02:00',
    systolic: n('systolic', 108, 132),
    diastolic: n('diastolic', 66, 86),
    pulse: n('pulse', 54, 78),
    bloodPressureUnits: 'mmHg',
    deviceType: 'BP7450',
  }
}

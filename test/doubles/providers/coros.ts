import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://open.coros.com'
const MOST_DAYS = 30
const error = (result: string, message: string): Reply => reply(200, { result, message })

/**
 * COROS's API for partners, of which no page is public: as its users show it, lists by days as `yyyymmdd`, at most 30 of
 * them, the token and the user's id in the query, and errors told in `result` of an answer with the status 200.
 */
export default function coros({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 1_800_000, expiresIn: 2_592_000 })
  const held = new Map<string, Set<string>>()

  function sports({ query, method }: Call): Reply {
    if (method !== 'GET') return reply(405)
    const account = oauth.accountOf(query.get('token') ?? undefined)
    if (account === undefined || query.get('openId') !== account) return error('1019', 'token is invalid')
    const [from, to] = [dayOf(query.get('startDate')), dayOf(query.get('endDate'))]
    if (from === undefined || to === undefined || to < from) return error('1001', 'startDate and endDate')
    if (to - from >= MOST_DAYS) return error('1001', `at most ${MOST_DAYS} days`)
    const days = [...(held.get(account) ?? [])].sort()
    const inside = days.filter((day) => dayStart(day) / 86_400 >= from && dayStart(day) / 86_400 <= to)
    return reply(200, { result: '0000', message: 'OK', data: inside.map((day) => sport(account, day)) })
  }

  /** A refresh token is used again and again, and makes the token that there is good for 30 days more. */
  const refresh = new Map<string, string>()
  function extend({ form }: Call): Reply {
    const found = oauth.access.get(refresh.get(form.get('refresh_token') ?? '') ?? '')
    const { client_id, client_secret } = app
    if (form.get('client_id') !== client_id || form.get('client_secret') !== client_secret)
      return error('1004', 'client')
    if (!found || form.get('grant_type') !== 'refresh_token') return error('1020', 'refresh token is invalid')
    found.until = Date.now() + 2_592_000_000
    return reply(200, { result: '0000', message: 'OK' })
  }

  const { open, expire } = signingIn(oauth)
  return {
    oauth,
    open,
    expire,
    signedIn: () => ({}),
    origins: { [API]: '/coros/api' },
    handle(_, call) {
      if (call.path === '/oauth2/authorize') return oauth.authorize(call, () => 'open-4711')
      if (call.path === '/v2/coros/sport/list') return sports(call)
      if (call.path === '/oauth2/refresh-token' && call.method === 'POST') return extend(call)
      if (call.path !== '/oauth2/accesstoken') return reply(404)
      if (call.method !== 'POST') return reply(405)
      const issued = oauth.token(call)
      if ('error' in issued) return reply(issued.status, { error: issued.error })
      refresh.set(String(issued.tokens.refresh_token), String(issued.tokens.access_token))
      return reply(200, { ...issued.tokens, openId: issued.account })
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.map((key) => ({ type: 'activity', key, sent_at }))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  {
    about: 'no token',
    url: `${API}/v2/coros/sport/list?openId=4711&startDate=20260701&endDate=20260702`,
    status: 200,
    says: { result: '1019' },
  },
  {
    about: 'a refresh token that never was',
    method: 'POST',
    url: `${API}/oauth2/refresh-token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token&refresh_token=no&client_id=app-coros&client_secret=secret-coros',
    status: 200,
    says: { result: '1020' },
  },
  { about: 'an address that is not there', url: `${API}/v2/coros/sleep/list`, status: 404 },
  { about: 'a GET for a token', url: `${API}/oauth2/accesstoken`, status: 405 },
  { about: 'another app', url: `${API}/oauth2/authorize?client_id=other&response_type=code`, status: 400 },
]

const dayOf = (text: string | null): number | undefined => {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? '') ?? []
  return year === undefined ? undefined : dayStart(`${year}-${month}-${day}`) / 86_400
}
function sport(account: string, day: string) {
  // 17:00 eight hours before UTC.
  const startTime = dayStart(day) + 9 * 3_600
  return {
    labelId: `4181732926024908${dayStart(day) / 86_400}`,
    mode: 8,
    subMode: 1,
    startTime,
    endTime: startTime + between(1_800, 3_600, account, day, 'length'),
    startTimezone: 32,
    endTimezone: 32,
    distance: between(5_000, 9_000, account, day, 'distance'),
    deviceName: 'COROS PACE 3',
    fitUrl: 'https://oss.coros.com/fit/1.fit',
  }
}

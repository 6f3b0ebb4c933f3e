import {
  between,
  callWebhook,
  dayStart,
  nextDay,
  type ProviderDouble,
  type Surroundings,
  type WrongCall,
} from './double.ts'
import { points, sumOf } from './google-health-days.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://health.googleapis.com'
const PAGE = 20
/** Types whose sums may be of 14 days at most; others of 90. */
const SHORT = ['heart-rate', 'total-calories', 'active-minutes']
/** Types that have sums alone. */
const ONLY_SUMS = ['total-calories']

/**
 * Google Health API v4, as its discovery document tells it (https://health.googleapis.com/$discovery/rest?version=v4):
 * points by a filter of AIP-160, sums of civil days, cursors; and Google's sign-in
 * (https://developers.google.com/identity/protocols/oauth2/web-server), whose refresh tokens stay.
 */
export default function googleHealth({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: true, codeMs: 600_000, expiresIn: 3_600 })
  const held = new Map<string, Set<string>>()
  const error = (code: number, status: string, message: string): Reply =>
    reply(code, { error: { code, status, message } })

  function read(call: Call, account: string): Reply {
    const days = [...(held.get(account) ?? [])].sort()
    if (call.path === '/v4/users/me/identity')
      return reply(200, { name: 'users/me/identity', healthUserId: account, legacyUserId: `f-${account}` })
    if (call.path === '/v4/users/me/profile') return reply(200, { name: `users/${account}/profile`, age: 34 })
    if (call.path === '/v4/users/me/pairedDevices')
      return reply(200, {
        pairedDevices: days
          .slice(-1)
          .map((day) => ({ name: 'w', deviceVersion: 'Charge 6', lastSyncTime: `${day}T20:00:00Z` })),
      })
    const [, type, verb] =
      /^\/v4\/users\/me\/dataTypes\/([a-z0-9-]+)\/dataPoints(?::(reconcile|dailyRollUp))?$/.exec(call.path) ?? []
    if (type === undefined) return error(404, 'NOT_FOUND', 'no such method')
    if (verb === 'dailyRollUp')
      return call.method === 'POST' ? rollUp(call, account, days, type) : error(404, 'NOT_FOUND', 'POST only')
    if (call.method !== 'GET') return error(404, 'NOT_FOUND', 'GET only')
    if (ONLY_SUMS.includes(type)) return error(400, 'INVALID_ARGUMENT', 'UNSUPPORTED_DATA_TYPE_ACTION')
    return list(call, account, days, type)
  }
  function list({ query }: Call, account: string, days: string[], type: string): Reply {
    const size = Number(query.get('pageSize') ?? 25)
    const field = type.replaceAll('-', '_')
    const filter = new RegExp(`^${field}\\.([a-z_.]+) >= "([^"]+)"(?: AND ${field}\\.\\1 < "([^"]+)")?$`).exec(
      query.get('filter') ?? '',
    )
    if (!filter) return error(400, 'INVALID_ARGUMENT', 'the filter is not one of this type')
    const [, at, first, last] = filter as unknown as string[]
    if (!fieldsOf(type).includes(at!)) return error(400, 'INVALID_ARGUMENT', `${type} has no ${at}`)
    if ((type === 'sleep' || type === 'exercise') && size > 25) return error(400, 'INVALID_ARGUMENT', 'at most 25')
    // Everything is held at UTC+2: a filter of moments touches the days around it.
    const inside = days.filter(
      (day) => day >= nextDay(first!.slice(0, 10), -1) && (last === undefined || day <= last.slice(0, 10)),
    )
    const all = inside.flatMap((day) => points(account, day, type))
    const from = Number(query.get('pageToken') ?? 0)
    const to = from + Math.min(size, type === 'heart-rate' || size > 9_999 ? size : PAGE)
    return reply(200, { dataPoints: all.slice(from, to), ...(to < all.length ? { nextPageToken: String(to) } : {}) })
  }
  function rollUp({ body }: Call, account: string, days: string[], type: string): Reply {
    const { range } = JSON.parse(body) as { range?: { start?: Civil; end?: Civil } }
    const [first, last] = [dateOf(range?.start), dateOf(range?.end)]
    if (first === undefined || last === undefined) return error(400, 'INVALID_ARGUMENT', 'range is required')
    const most = SHORT.includes(type) ? 14 : 90
    if (last <= first || (dayStart(last) - dayStart(first)) / 86_400 > most)
      return error(400, 'INVALID_ARGUMENT', `at most ${most} days`)
    const inside = days.filter((day) => day >= first && day < last)
    return reply(200, { rollupDataPoints: inside.flatMap((day) => sumOf(account, day, type)) })
  }
  async function notify(account: string, dataType: string, day: string): Promise<void> {
    const startTime = `${day}T06:00:00.386781Z`
    const intervals = [{ physicalTimeInterval: { startTime, endTime: `${day}T06:02:27.486198Z` } }]
    const body = JSON.stringify([
      {
        data: {
          version: '1',
          clientProvidedSubscriptionName: 's',
          healthUserId: account,
          operation: 'UPSERT',
          dataType,
          intervals,
        },
      },
    ])
    await callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/json', authorization: `Bearer ${app.ingest_secret}` },
      body,
    })
  }
  function token(call: Call): Reply {
    if (call.path === '/revoke') {
      const account = oauth.accountOf(call.form.get('token') ?? undefined)
      if (account !== undefined) oauth.revoke(account)
      return account === undefined ? reply(400, { error: 'invalid_token' }) : reply(200, {})
    }
    if (call.method !== 'POST' || call.path !== '/token') return reply(404)
    const issued = oauth.token(call)
    return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: {
      'https://accounts.google.com': '/google-health/accounts',
      'https://oauth2.googleapis.com': '/google-health/oauth',
      [API]: '/google-health/api',
    },
    handle(prefix, call) {
      if (prefix === '/google-health/accounts') {
        if (call.path !== '/o/oauth2/v2/auth') return reply(404)
        // Without these no refresh token is given.
        if (call.query.get('access_type') !== 'offline') return reply(400, { error: 'invalid_request' })
        return oauth.authorize(call, () => String(between(1, 1e9, String(call.query.get('state')))))
      }
      if (prefix === '/google-health/oauth') return token(call)
      const account = oauth.accountOf(call.token)
      return account === undefined
        ? error(401, 'UNAUTHENTICATED', 'invalid authentication credentials')
        : read(call, account)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const items = []
      for (const day of days) {
        const sent_at = Date.now()
        for (const type of ['steps', 'sleep', 'weight']) await notify(account, type, day)
        for (const type of ['daily', 'activity', 'sleep', 'body']) items.push({ type, key: day, sent_at })
      }
      return items
    },
  }
}
interface Civil {
  date?: { year: number | string; month: number | string; day: number | string }
}
const dateOf = (civil: Civil | undefined): string | undefined =>
  civil?.date &&
  `${civil.date.year}-${String(civil.date.month).padStart(2, '0')}-${String(civil.date.day).padStart(2, '0')}`
/** Fields that a type may be filtered by. */
function fieldsOf(type: string): string[] {
  if (type.startsWith('daily-')) return ['date']
  if (type === 'sleep') return ['interval.end_time', 'interval.civil_end_time']
  if (type === 'electrocardiogram') return ['interval.start_time']
  if (['exercise', 'nutrition-log', 'hydration-log'].includes(type)) return ['interval.civil_start_time']
  const spans = ['steps', 'distance', 'floors', 'altitude', 'activity-level', 'menstrual-period']
  return spans.includes(type)
    ? ['interval.start_time', 'interval.civil_start_time']
    : ['sample_time.physical_time', 'sample_time.civil_time']
}

const TYPES = `${API}/v4/users/me/dataTypes`
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/v4/users/me/identity`, status: 401 },
  {
    about: 'points of a type that has sums alone',
    url: `${TYPES}/total-calories/dataPoints:reconcile`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'a filter by a field of another type',
    url: `${TYPES}/weight/dataPoints?filter=${encodeURIComponent('weight.date >= "2026-07-01"')}`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'sums of heart rates of 30 days',
    method: 'POST',
    url: `${TYPES}/heart-rate/dataPoints:dailyRollUp`,
    signedIn: true,
    body: JSON.stringify({
      range: { start: { date: { year: 2026, month: 6, day: 1 } }, end: { date: { year: 2026, month: 7, day: 1 } } },
    }),
    status: 400,
  },
  {
    about: 'a sign-in that would get no refresh token',
    url: 'https://accounts.google.com/o/oauth2/v2/auth?client_id=x',
    status: 400,
  },
  {
    about: 'a token of another client',
    method: 'POST',
    url: 'https://oauth2.googleapis.com/token',
    body: 'grant_type=refresh_token&client_id=x',
    status: 401,
  },
]

import { createHmac, randomBytes } from 'node:crypto'
import {
  between,
  callWebhook,
  dayStart,
  nextDay,
  type ProviderDouble,
  type Surroundings,
  type WrongCall,
} from './double.ts'
import { fitbitDay } from './fitbit-days.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.fitbit.com'
const PAGE = 10
const COLLECTIONS = ['activities', 'body', 'foods', 'sleep', 'userRevokedAccess']
/** The longest span of dates of each series (https://dev.fitbit.com/build/reference/web-api/). */
const MOST_DAYS: Record<string, number> = {
  sleep: 100,
  hrv: 30,
  spo2: 30,
  'temp/core': 30,
  cardioscore: 30,
  weight: 31,
  fat: 31,
}

/**
 * Fitbit's Web API (https://dev.fitbit.com/build/reference/web-api/): dates in the path, errors as a list, tokens for eight
 * hours, refresh tokens that are used once, PKCE and HTTP Basic. Subscriptions are made per user and collection; the body
 * of a notification is signed (https://dev.fitbit.com/build/reference/web-api/developer-guide/best-practices/#Security).
 */
export default function fitbit({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({
    app,
    pkce: true,
    codeMs: 600_000,
    expiresIn: 28_800,
    scope: 'activity sleep profile',
  })
  const held = new Map<string, Set<string>>()
  const subscribed = new Map<string, string>()
  const error = (status: number, errorType: string, message: string): Reply =>
    reply(status, { errors: [{ errorType, message }], success: false })

  function token(call: Call): Reply {
    if (call.method !== 'POST') return reply(405)
    if (!call.headers.authorization?.startsWith('Basic ')) return error(401, 'invalid_client', 'Basic authentication')
    if (call.path === '/oauth2/revoke') return revoke(call)
    const issued = oauth.token(call)
    if ('error' in issued) return error(issued.status, issued.error, 'the request was refused')
    return reply(200, { ...issued.tokens, user_id: issued.account })
  }
  function revoke(call: Call): Reply {
    const account = oauth.accountOf(call.form.get('token') ?? undefined)
    if (account !== undefined) oauth.revoke(account)
    return account === undefined ? error(400, 'invalid_token', 'no such token') : reply(200)
  }
  function subscribe(account: string, collection: string, id: string): Reply {
    if (!COLLECTIONS.includes(collection)) return error(400, 'validation', 'unknown collection')
    const known = subscribed.get(`${account}/${collection}`)
    if (known !== undefined && known !== id) return error(409, 'conflict', 'subscribed under another id')
    subscribed.set(`${account}/${collection}`, id)
    const collectionType = collection
    return reply(known === undefined ? 201 : 200, {
      collectionType,
      ownerId: account,
      ownerType: 'user',
      subscriptionId: id,
    })
  }

  function read(call: Call, account: string): Reply {
    const days = [...(held.get(account) ?? [])].sort()
    const path = /^\/1(?:\.2)?\/user\/-\/(.+)\.json$/.exec(call.path)?.[1]
    if (path === undefined) return error(404, 'not_found', 'no such resource')
    if (path === 'profile')
      return reply(200, { user: { encodedId: account, firstName: 'Ada', memberSince: '2020-01-01', age: 34 } })
    if (path === 'devices') return reply(200, days.length === 0 ? [] : [deviceOf(days.at(-1)!)])
    if (path === 'activities/list')
      return paged(
        call,
        'activities',
        days.flatMap((day) => fitbitDay(account, day).activities),
      )
    if (path === 'ecg/list')
      return paged(
        call,
        'ecgReadings',
        days.map((day) => fitbitDay(account, day).ecg),
      )
    const [, name, first, last] = /^(.+?)\/date\/(\d{4}-\d\d-\d\d)(?:\/(.+))?$/.exec(path) ?? []
    if (name === undefined || first === undefined) return error(404, 'not_found', 'no such resource')
    return dated(account, days, name, first, last)
  }
  function dated(account: string, days: string[], name: string, first: string, rest = ''): Reply {
    const [, last = first, detail = ''] = /^(\d{4}-\d\d-\d\d)?\/?(.*)$/.exec(rest) ?? []
    const most = MOST_DAYS[name.replace('body/log/', '')] ?? 1_095
    if (last < first || (dayStart(last) - dayStart(first)) / 86_400 > most)
      return error(400, 'validation', `a span of at most ${most} days`)
    const inside = days.filter((day) => day >= first && day <= last)
    const answers = inside.map((day) => fitbitDay(account, day).series)
    const key = detail === '' || detail === 'all' ? name : `${name}/${detail}`
    if (
      [
        'activities',
        'foods/log',
        'activities/heart/1d/1min',
        'activities/steps/1d/1min',
        'activities/calories/1d/1min',
      ].includes(key)
    )
      return reply(200, fitbitDay(account, first).within[key])
    const found = SERIES[key]
    if (found === undefined) return error(404, 'not_found', 'no such resource')
    const items = answers.flatMap((series) => series[detail === 'all' ? `${name}/all` : name] ?? [])
    return reply(200, found === '' ? items : { [found]: items })
  }
  function paged(call: Call, name: string, all: { startTime: string }[]): Reply {
    const { query } = call
    const after = query.get('afterDate')
    const limit = Number(query.get('limit'))
    if (after === null || query.get('sort') !== 'asc' || !(limit >= 1 && limit <= (name === 'activities' ? 100 : 10)))
      return error(400, 'validation', 'afterDate, sort=asc and a limit are required')
    const inside = all.filter(({ startTime }) => startTime.slice(0, 10) >= after.slice(0, 10))
    // Other offsets come only in the address of the next page.
    const offset = Number(query.get('offset') ?? Number.NaN)
    if (Number.isNaN(offset)) return error(400, 'validation', 'offset is required')
    const size = Math.min(limit, PAGE)
    const next =
      offset + size < inside.length
        ? `${API}${call.path}?offset=${offset + size}&limit=${limit}&sort=asc&afterDate=${after}`
        : ''
    return reply(200, {
      pagination: { afterDate: after, limit, next, offset, previous: '', sort: 'asc' },
      [name]: inside.slice(offset, offset + size),
    })
  }
  async function notify(account: string, date: string): Promise<void> {
    const body = JSON.stringify(
      COLLECTIONS.slice(0, 4).map((collectionType) => {
        const subscriptionId = subscribed.get(`${account}/${collectionType}`)
        if (subscriptionId === undefined) throw new Error(`${account} has no subscription to ${collectionType}`)
        return { collectionType, date, ownerId: account, ownerType: 'user', subscriptionId }
      }),
    )
    const signature = createHmac('sha1', `${app.client_secret}&`).update(body).digest('base64')
    await callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/json', 'x-fitbit-signature': signature },
      body,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { 'https://www.fitbit.com': '/fitbit/www', [API]: '/fitbit/api' },
    handle(prefix, call) {
      if (prefix === '/fitbit/www')
        return call.path === '/oauth2/authorize'
          ? oauth.authorize(call, () => randomBytes(4).toString('hex'))
          : reply(404)
      if (call.path === '/oauth2/token' || call.path === '/oauth2/revoke') return token(call)
      const account = oauth.accountOf(call.token)
      if (account === undefined) return error(401, 'invalid_token', 'Access token invalid')
      const [, collection, id] = /^\/1\/user\/-\/(\w+)\/apiSubscriptions\/([\w-]+)\.json$/.exec(call.path) ?? []
      if (collection !== undefined && id !== undefined)
        return call.method === 'POST' ? subscribe(account, collection, id) : reply(405)
      return call.method === 'GET' ? read(call, account) : reply(405)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const items = []
      for (const day of days) {
        const sent_at = Date.now()
        await notify(account, day)
        for (const type of ['daily', 'activity', 'sleep', 'body', 'nutrition']) items.push({ type, key: day, sent_at })
      }
      return items
    },
  }
}
const SERIES: Record<string, string> = {
  'activities/steps': 'activities-steps',
  'activities/heart': 'activities-heart',
  sleep: 'sleep',
  hrv: 'hrv',
  br: 'br',
  'temp/skin': 'tempSkin',
  'temp/core': 'tempCore',
  spo2: '',
  cardioscore: 'cardioScore',
  'body/log/weight': 'weight',
  'body/log/fat': 'fat',
  'foods/log/caloriesIn': 'foods-log-caloriesIn',
  'foods/log/water': 'foods-log-water',
}
const deviceOf = (day: string) => ({
  battery: 'High',
  batteryLevel: between(60, 99, day),
  deviceVersion: 'Charge 6',
  id: '816713257',
  lastSyncTime: `${nextDay(day, 0)}T21:00:00.000`,
  type: 'TRACKER',
})

export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/1/user/-/profile.json`, status: 401, says: { success: false } },
  {
    about: 'a span of 200 days of sleep',
    url: `${API}/1.2/user/-/sleep/date/2026-01-01/2026-07-20.json`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'a list without its start',
    url: `${API}/1/user/-/activities/list.json?sort=asc&limit=10&offset=0`,
    signedIn: true,
    status: 400,
  },
  { about: 'what is not there', url: `${API}/1/user/-/moods/date/2026-07-01.json`, signedIn: true, status: 404 },
  {
    about: 'an unknown collection',
    method: 'POST',
    url: `${API}/1/user/-/moods/apiSubscriptions/1.json`,
    signedIn: true,
    status: 400,
  },
  {
    about: 'a token request without HTTP Basic',
    method: 'POST',
    url: `${API}/oauth2/token`,
    body: 'grant_type=refresh_token',
    status: 401,
  },
]

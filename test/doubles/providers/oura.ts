import { createHmac, randomBytes } from 'node:crypto'
import { between, callWebhook, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

type Document = Record<string, unknown> & { id: string; day: string }
const ZONE = '+02:00'
const PAGE = 10

/** As its document of the API tells errors (https://cloud.ouraring.com/v2/docs). */
export const refuses: WrongCall[] = [
  {
    about: 'a list without a start',
    url: 'https://api.ouraring.com/v2/usercollection/sleep',
    signedIn: true,
    status: 400,
  },
  { about: 'a call without a token', url: 'https://api.ouraring.com/v2/usercollection/personal_info', status: 401 },
  {
    about: 'heart rates of 31 days',
    url: 'https://api.ouraring.com/v2/usercollection/heartrate?start_datetime=2026-07-01T00:00:00Z&end_datetime=2026-08-01T00:00:00Z',
    signedIn: true,
    status: 400,
  },
  {
    about: 'a subscription with a user’s token instead of the app',
    method: 'POST',
    url: 'https://api.ouraring.com/v2/webhook/subscription',
    signedIn: true,
    body: '{}',
    status: 401,
  },
]
/** Shown by `npm start`. */
export const demonstrated = true

/**
 * Oura's API v2: collections by date with `next_token`, documents by id, `personal_info`; notifications signed with
 * upper-case hex HMAC-SHA256 over timestamp and body. Errors as its OpenAPI document tells them.
 */
export default function oura({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({
    app,
    pkce: false,
    codeMs: 60_000,
    expiresIn: 86_400,
    scope: 'daily heartrate personal workout session spo2',
  })
  const accounts = new Map<string, Map<string, Document[]>>()
  const subscribed = new Map<string, Record<string, string>>()
  const held = (account: string, type: string): Document[] => {
    const types = accounts.get(account) ?? new Map<string, Document[]>()
    accounts.set(account, types)
    const documents = types.get(type) ?? []
    types.set(type, documents)
    return documents
  }

  function api(call: Call): Reply {
    if (call.method === 'POST' && call.path === '/oauth/revoke') {
      const account = oauth.accountOf(call.query.get('access_token') ?? undefined)
      if (account !== undefined) oauth.revoke(account)
      return reply(account === undefined ? 401 : 200)
    }
    if (call.path.startsWith('/v2/webhook/subscription')) return subscriptions(call)
    const account = oauth.accountOf(call.token)
    if (account === undefined)
      return reply(401, { status: 401, title: 'Unauthorized', detail: 'access token is invalid or expired' })
    if (call.method !== 'GET') return reply(405)
    if (call.path === '/v2/usercollection/personal_info')
      return reply(200, {
        id: account,
        age: 34,
        weight: 71.2,
        height: 1.79,
        biological_sex: 'female',
        email: 'person@example.com',
      })
    const [, type, id] = /^\/v2\/usercollection\/(\w+)(?:\/([\w-]+))?$/.exec(call.path) ?? []
    if (!type) return reply(404)
    if (id) {
      const document = held(account, type).find((one) => one.id === id)
      return document
        ? reply(200, document)
        : reply(404, { status: 404, title: 'Not Found', detail: 'no such document' })
    }
    return list(call, held(account, type), type === 'heartrate')
  }
  /**
   * Of the app, with its id and secret in headers; they end after some days and are renewed one by one
   * (https://cloud.ouraring.com/v2/docs#tag/Webhook-Subscription-Routes).
   */
  function subscriptions(call: Call): Reply {
    if (call.headers['x-client-id'] !== app.client_id || call.headers['x-client-secret'] !== app.client_secret)
      return reply(401, { detail: 'x-client-id and x-client-secret are required' })
    const ends = () => new Date(Date.now() + 90 * 86_400_000).toISOString()
    const renewed = /^\/v2\/webhook\/subscription\/renew\/([\w-]+)$/.exec(call.path)?.[1]
    if (renewed) {
      const found = subscribed.get(renewed)
      if (call.method !== 'PUT' || !found) return reply(404, { detail: 'no such subscription' })
      found.expiration_time = ends()
      return reply(200, found)
    }
    if (call.method === 'GET') return reply(200, [...subscribed.values()])
    if (call.method !== 'POST') return reply(405)
    const asked = JSON.parse(call.body || '{}') as Record<string, string>
    const lacking = ['callback_url', 'verification_token', 'event_type', 'data_type'].find((name) => !asked[name])
    if (lacking) return reply(422, { detail: `${lacking} is required` })
    const { verification_token: _, ...kept } = asked
    const same = [...subscribed.values()].some(
      (one) => one.event_type === kept.event_type && one.data_type === kept.data_type,
    )
    if (same) return reply(409, { detail: 'there is one already' })
    const made = { id: randomBytes(8).toString('hex'), ...kept, expiration_time: ends() }
    subscribed.set(made.id, made)
    return reply(201, made)
  }
  function list({ query }: Call, documents: Document[], timed: boolean): Reply {
    const [start, end] = timed
      ? [query.get('start_datetime'), query.get('end_datetime')]
      : [query.get('start_date'), query.get('end_date')]
    if (!start) return reply(400, { detail: `${timed ? 'start_datetime' : 'start_date'} is required` })
    if (timed && end && Date.parse(end) - Date.parse(start) > 30 * 86_400_000)
      return reply(400, { detail: 'at most 30 days' })
    const inside = timed
      ? documents.filter(
          (one) =>
            Date.parse(String(one.timestamp)) >= Date.parse(start) &&
            (!end || Date.parse(String(one.timestamp)) < Date.parse(end)),
        )
      : documents.filter((one) => one.day >= start.slice(0, 10) && (!end || one.day <= end.slice(0, 10)))
    if (timed) return reply(200, { data: inside.map(({ id: _, day: __, ...reading }) => reading), next_token: null })
    const from = Number(query.get('next_token') ?? 0)
    const more = from + PAGE < inside.length
    return reply(200, { data: inside.slice(from, from + PAGE), next_token: more ? String(from + PAGE) : null })
  }

  async function notify(account: string, data_type: string, object_id: string): Promise<void> {
    const event_time = new Date().toISOString()
    const body = JSON.stringify({ event_type: 'create', data_type, object_id, event_time, user_id: account })
    const timestamp = String(Math.floor(Date.now() / 1_000))
    const signature = createHmac('sha256', app.client_secret)
      .update(timestamp + body)
      .digest('hex')
      .toUpperCase()
    await callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/json', 'x-oura-signature': signature, 'x-oura-timestamp': timestamp },
      body,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { 'https://cloud.ouraring.com': '/oura/cloud', 'https://api.ouraring.com': '/oura/api' },
    handle(prefix, call) {
      if (prefix === '/oura/cloud')
        return call.path === '/oauth/authorize'
          ? oauth.authorize(call, () => `oura-${randomBytes(8).toString('hex')}`)
          : reply(404)
      if (call.method !== 'POST' || call.path !== '/oauth/token') return api(call)
      const issued = oauth.token(call)
      return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
    },
    async days(account, days) {
      const items = []
      for (const day of days)
        for (const [type, document] of Object.entries(ouraDay(account, day))) {
          const documents = held(account, type)
          const before = documents.findIndex((one) => one.id === document.id)
          if (before >= 0) documents.splice(before, 1)
          documents.push(document)
          const sent_at = Date.now()
          await notify(account, type, document.id)
          const landsAs = { sleep: 'sleep', workout: 'activity', daily_activity: 'daily', daily_readiness: 'daily' }[
            type
          ]
          if (landsAs) items.push({ type: landsAs, key: day, sent_at })
        }
      return items
    },
  }
}

/** A day's documents, shapes as in the published API description. */
function ouraDay(account: string, day: string): Record<string, Document> {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const id = (name: string) => `${account}-${day}-${name}`.replace(/[^\w-]/g, '')
  const at = (time: string, on = day) => `${on}T${time}:00.000${ZONE}`
  const series = (timestamp: string, interval: number, count: number, value: (i: number) => number | null) => ({
    interval,
    items: Array.from({ length: count }, (_, i) => value(i)),
    timestamp,
  })
  const digits = (count: number, low: number, high: number, name: string) =>
    Array.from({ length: count }, (_, i) => String(n(name, low, high, i))).join('')
  return {
    daily_activity: {
      id: id('activity'),
      day,
      timestamp: at('04:00'),
      class_5_min: digits(288, 0, 5, 'class'),
      score: n('score', 60, 95),
      active_calories: n('active', 250, 700),
      average_met_minutes: 1.5,
      equivalent_walking_distance: n('distance', 4_000, 12_000),
      high_activity_time: n('high', 0, 1_800),
      medium_activity_time: n('medium', 1_200, 4_200),
      low_activity_time: n('low', 8_000, 14_000),
      sedentary_time: n('sedentary', 20_000, 30_000),
      resting_time: 28_800,
      non_wear_time: 300,
      inactivity_alerts: n('alerts', 0, 3),
      steps: n('steps', 4_000, 14_000),
      total_calories: n('total', 2_000, 2_900),
      met: series(at('04:00'), 60, 720, (i) => (i % 97 === 0 ? null : n('met', 9, 40, i) / 10)),
    },
    sleep: {
      id: id('sleep'),
      day,
      type: 'long_sleep',
      bedtime_start: at('00:20'),
      bedtime_end: at('07:50'),
      average_breath: 14.2,
      average_heart_rate: n('hr', 52, 60),
      average_hrv: n('hrv', 35, 80),
      awake_time: 1_800,
      deep_sleep_duration: n('deep', 4_000, 6_000),
      light_sleep_duration: n('light', 11_000, 14_000),
      rem_sleep_duration: n('rem', 4_000, 6_500),
      total_sleep_duration: 24_000,
      time_in_bed: 27_000,
      efficiency: n('efficiency', 82, 96),
      latency: n('latency', 200, 900),
      lowest_heart_rate: n('low', 44, 51),
      heart_rate: series(at('00:20'), 300, 90, (i) => (i % 23 === 0 ? null : n('night', 46, 66, i))),
      hrv: series(at('00:20'), 300, 90, (i) => (i % 23 === 0 ? null : n('rmssd', 20, 95, i))),
      sleep_phase_5_min: digits(90, 1, 4, 'phase'),
      period: 0,
    },
    daily_readiness: {
      id: id('readiness'),
      day,
      timestamp: at('00:00'),
      score: n('ready', 60, 95),
      temperature_deviation: n('deviation', -5, 5) / 10,
      contributors: { resting_heart_rate: 88, previous_night: 80 },
    },
    workout: {
      id: id('workout'),
      day,
      activity: 'cycling',
      calories: n('ride', 200, 500),
      distance: n('ride-distance', 8_000, 22_000),
      start_datetime: at('17:00'),
      end_datetime: at('17:55'),
      intensity: 'moderate',
      source: 'confirmed',
      label: null,
    },
  }
}

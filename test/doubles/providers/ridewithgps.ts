import { createHmac } from 'node:crypto'
import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const SITE = 'https://ridewithgps.com'
/** At UTC+2 all year. */
const OFFSET = 7_200
interface Trip {
  id: number
  day: string
  changedAt: number
}

/**
 * Ride with GPS' API v1 (https://github.com/ridewithgps/developers): a token for a JSON body, which does not end; trips by
 * id, what changed since a moment by `sync.json`; notifications signed with hex HMAC-SHA256 of the body, sent once.
 */
export default function ridewithgps({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 600_000, expiresIn: 10 * 365 * 86_400 })
  const held = new Map<string, Map<number, Trip>>()
  const tripsOf = (account: string) => [...(held.get(account)?.values() ?? [])]

  /** Its token requests are JSON. */
  const asForm = (call: Call): Call => {
    try {
      return { ...call, form: new URLSearchParams(JSON.parse(call.body) as Record<string, string>) }
    } catch {
      return call
    }
  }
  function token(call: Call): Reply {
    const issued = oauth.token(asForm(call))
    if ('error' in issued) return reply(issued.status, { error: issued.error })
    const { access_token } = issued.tokens
    const created_at = Math.floor(Date.now() / 1000)
    return reply(200, {
      access_token,
      token_type: 'Bearer',
      scope: 'user',
      created_at,
      user_id: Number(issued.account),
    })
  }
  function revoke(call: Call): Reply {
    const { form } = asForm(call)
    if (form.get('client_id') !== app.client_id || form.get('client_secret') !== app.client_secret)
      return reply(403, { error: 'unauthorized_client' })
    const account = oauth.accountOf(form.get('token') ?? undefined)
    if (account !== undefined) oauth.revoke(account)
    return reply(200, {})
  }
  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { error: 'unauthorized' })
    if (call.path === '/api/v1/users/current.json')
      return reply(200, {
        user: {
          id: Number(account),
          name: 'Bob',
          created_at: '2024-01-17T01:45:09Z',
          updated_at: '2024-06-11T21:11:16Z',
        },
      })
    if (call.path === '/api/v1/sync.json') {
      const since = Date.parse(call.query.get('since') ?? '')
      if (Number.isNaN(since)) return reply(400, { error: 'since is required' })
      const items = tripsOf(account).filter(({ changedAt }) => changedAt >= since)
      return reply(200, {
        items: items.map((trip) => noticeOf(account, trip, 'created')),
        meta: { rwgps_datetime: new Date().toISOString() },
      })
    }
    const id = /^\/api\/v1\/trips\/(\d+)\.json$/.exec(call.path)?.[1]
    const trip = id === undefined ? undefined : held.get(account)?.get(Number(id))
    return trip ? reply(200, { trip: tripOf(account, trip) }) : reply(404, { error: 'not found' })
  }
  async function notify(account: string, trip: Trip): Promise<void> {
    const { datetime: _, ...notification } = noticeOf(account, trip, 'created')
    const body = JSON.stringify({ notifications: [{ user_id: Number(account), ...notification }] })
    const signature = createHmac('sha256', app.client_secret).update(body).digest('hex')
    await callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/json', 'x-rwgps-api-key': 'key', 'x-rwgps-signature': signature },
      body,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    // Tokens do not end.
    expire: undefined,
    origins: { [SITE]: '/ridewithgps/site' },
    handle(_, call) {
      if (call.path === '/oauth/authorize')
        return oauth.authorize(call, () => String(between(1, 9_999_999, Date.now())))
      if (call.path === '/oauth/token.json') return call.method === 'POST' ? token(call) : reply(404)
      if (call.path === '/oauth/revoke.json') return call.method === 'POST' ? revoke(call) : reply(404)
      return call.method === 'GET' ? api(call) : reply(404)
    },
    async days(account, days) {
      const trips = held.get(account) ?? new Map<number, Trip>()
      held.set(account, trips)
      const items = []
      for (const day of days) {
        const trip = { id: dayStart(day) / 86_400, day, changedAt: Date.now() }
        trips.set(trip.id, trip)
        const sent_at = Date.now()
        await notify(account, trip)
        items.push({ type: 'activity', key: day, sent_at })
      }
      return items
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${SITE}/api/v1/users/current.json`, status: 401 },
  { about: 'a trip that is not there', url: `${SITE}/api/v1/trips/1.json`, signedIn: true, status: 404 },
  { about: 'changes since no moment', url: `${SITE}/api/v1/sync.json`, signedIn: true, status: 400 },
  {
    about: 'a code that was not given',
    method: 'POST',
    url: `${SITE}/oauth/token.json`,
    body: '{"grant_type":"authorization_code","client_id":"app-ridewithgps","client_secret":"secret-ridewithgps","code":"x"}',
    status: 400,
  },
  { about: 'another client', method: 'POST', url: `${SITE}/oauth/revoke.json`, body: '{"client_id":"x"}', status: 403 },
]

const noticeOf = (account: string, { id, changedAt }: Trip, action: string) => ({
  item_type: 'trip',
  item_id: id,
  item_user_id: Number(account),
  item_url: `${SITE}/api/v1/trips/${id}.json`,
  action,
  datetime: new Date(changedAt).toISOString(),
  collection: null,
})
function tripOf(account: string, { id, day }: Trip) {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const start = dayStart(day) - OFFSET + 61_200
  return {
    id,
    url: `${SITE}/api/v1/trips/${id}.json`,
    name: 'Evening ride',
    description: null,
    departed_at: `${day}T17:00:00+02:00`,
    time_zone: 'Africa/Johannesburg',
    locality: 'Stellenbosch',
    administrative_area: 'WC',
    country_code: 'ZA',
    activity_type: 'cycling:road',
    fit_sport: 2,
    fit_sub_sport: 7,
    is_stationary: false,
    distance: n('distance', 12_000, 40_000),
    duration: 3_600,
    moving_time: 3_400,
    elevation_gain: n('gain', 100, 600),
    elevation_loss: n('loss', 100, 600),
    first_lat: -33.93,
    first_lng: 18.86,
    last_lat: -33.94,
    last_lng: 18.87,
    avg_speed: n('speed', 180, 300) / 10,
    max_speed: 52.3,
    avg_cad: 82,
    max_cad: 110,
    avg_hr: n('hr', 120, 150),
    max_hr: 172,
    avg_watts: n('watts', 140, 230),
    calories: n('kcal', 300, 800),
    device: 'Garmin Edge 540',
    track_points: Array.from({ length: 120 }, (_, i) => ({
      x: 18.86 + i / 10_000,
      y: -33.93 - i / 10_000,
      e: n('e', 100, 160, i),
      d: i * 250,
      t: start + i * 30,
      s: n('s', 150, 350, i) / 10,
      h: n('h', 110, 165, i),
      c: n('c', 70, 95, i),
      p: n('p', 100, 260, i),
    })),
  }
}

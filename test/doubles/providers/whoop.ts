import { createHmac } from 'node:crypto'
import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const ORIGIN = 'https://api.prod.whoop.com'
const OFFSET_HOURS = -5
/** The real service gives 10, and up to 25 where asked (https://developer.whoop.com/docs/developing/pagination). */
const PAGE = 2
const MOST = 25

interface Document {
  id: string | number
  start: string
}

/**
 * WHOOP's API v2: collections newest first by `start` and `end` with `nextToken`, documents by id, the recovery of a cycle
 * (https://developer.whoop.com/api); notifications signed with base64 HMAC-SHA256 over timestamp and body, the id of a
 * recovery's being that of its sleep (https://developer.whoop.com/docs/developing/webhooks).
 */
export default function whoop({ app, ingestUrl }: Surroundings): ProviderDouble {
  // Tokens live for an hour; a refresh token comes with the scope `offline` (https://developer.whoop.com/docs/developing/oauth).
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 3_600, scope: 'offline read:sleep' })
  const held = new Map<string, Set<string>>()
  const daysOf = (account: string) => [...(held.get(account) ?? [])].sort().reverse()

  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, 'Authorization was not valid')
    if (call.path === '/developer/v2/user/access') {
      if (call.method !== 'DELETE') return reply(405)
      oauth.revoke(account)
      return reply(204)
    }
    if (call.method !== 'GET') return reply(405)
    const path = call.path.replace('/developer/v2/', '')
    const days = daysOf(account)
    if (path === 'user/profile/basic')
      return reply(200, { user_id: Number(account), email: 'p@example.com', first_name: 'Pat', last_name: 'Doe' })
    if (path === 'user/measurement/body')
      return reply(200, { height_meter: 1.8288, weight_kilogram: 70.5, max_heart_rate: 190 })
    const of = (cycle: string) => days.find((day) => String(cycleId(day)) === cycle)
    const recovery = /^cycle\/(\d+)\/recovery$/.exec(path)
    const day = recovery ? of(recovery[1]!) : undefined
    if (recovery) return day ? reply(200, recoveryOf(account, day)) : reply(404, 'no such cycle')
    const make = COLLECTIONS[path]
    if (make)
      return list(
        call,
        days.map((one) => make(account, one)),
      )
    const [, collection = '', id] = /^(.+)\/([\w-]+)$/.exec(path) ?? []
    const found = days.map((one) => COLLECTIONS[collection]?.(account, one)).find((one) => String(one?.id) === id)
    return found ? reply(200, found) : reply(404, 'not found')
  }

  async function notify(account: string, type: string, id: string): Promise<void> {
    const body = JSON.stringify({ user_id: Number(account), id, type, trace_id: crypto.randomUUID() })
    const timestamp = String(Date.now())
    const signature = createHmac('sha256', app.client_secret)
      .update(timestamp + body)
      .digest('base64')
    await callWebhook(ingestUrl(), {
      headers: {
        'content-type': 'application/json',
        'x-whoop-signature': signature,
        'x-whoop-signature-timestamp': timestamp,
      },
      body,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [ORIGIN]: '/whoop/api' },
    handle(_, call) {
      if (call.path === '/oauth/oauth2/auth') {
        // https://developer.whoop.com/docs/developing/oauth: the state must be eight characters long.
        if ((call.query.get('state') ?? '').length < 8) return reply(400, { error: 'invalid_state' })
        if (!call.query.get('scope')?.split(' ').includes('offline')) return reply(400, { error: 'invalid_scope' })
        return oauth.authorize(call, () => '10129')
      }
      if (call.path === '/oauth/oauth2/token') {
        if (call.method !== 'POST') return reply(405)
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      return call.path.startsWith('/developer/v2/') ? api(call) : reply(404)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      for (const day of days) {
        await notify(account, 'sleep.updated', idOf(day, 1))
        await notify(account, 'recovery.updated', idOf(day, 1))
        await notify(account, 'workout.updated', idOf(day, 2))
      }
      return days.flatMap((key) => ['sleep', 'daily', 'activity', 'body'].map((type) => ({ type, key, sent_at })))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${ORIGIN}/developer/v2/cycle`, status: 401 },
  { about: 'a page of more than 25', url: `${ORIGIN}/developer/v2/cycle?limit=26`, signedIn: true, status: 400 },
  { about: 'a start that is no time', url: `${ORIGIN}/developer/v2/cycle?start=today`, signedIn: true, status: 400 },
  { about: 'a sleep that is not there', url: `${ORIGIN}/developer/v2/activity/sleep/x`, signedIn: true, status: 404 },
  { about: 'the first version of the API', url: `${ORIGIN}/developer/v1/cycle`, signedIn: true, status: 404 },
  { about: 'a GET to end the access', url: `${ORIGIN}/developer/v2/user/access`, signedIn: true, status: 405 },
  { about: 'a short state', url: `${ORIGIN}/oauth/oauth2/auth?client_id=app-whoop&state=short`, status: 400 },
  {
    about: 'a token for a code that never was',
    method: 'POST',
    url: `${ORIGIN}/oauth/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=authorization_code&code=no&client_id=app-whoop&client_secret=secret-whoop',
    status: 400,
  },
]

function list({ query }: Call, all: Document[]): Reply {
  const limit = Number(query.get('limit') ?? 10)
  if (!(limit >= 1 && limit <= MOST)) return reply(400, 'limit')
  const [start, end] = [momentOf(query.get('start'), 0), momentOf(query.get('end'), Infinity)]
  if (Number.isNaN(start) || Number.isNaN(end)) return reply(400, 'start and end are ISO times')
  const inside = all.filter((one) => Date.parse(one.start) >= start && Date.parse(one.start) < end)
  const from = Number(query.get('nextToken') ?? 0)
  const to = from + Math.min(limit, PAGE)
  return reply(200, { records: inside.slice(from, to), ...(to < inside.length ? { next_token: String(to) } : {}) })
}
const momentOf = (text: string | null, otherwise: number) => (text === null ? otherwise : Date.parse(text))

const cycleId = (day: string) => dayStart(day) / 86_400
const idOf = (day: string, kind: number) => `ecfc6a15-4661-442f-a9a${kind}-${String(cycleId(day)).padStart(12, '0')}`
/** UTC of a local time of the day. */
const utc = (day: string, hours: number) =>
  new Date((dayStart(day) + (hours - OFFSET_HOURS) * 3_600) * 1_000).toISOString()
const common = (account: string, day: string, from: number, to: number) => ({
  user_id: Number(account),
  created_at: utc(day, to),
  updated_at: utc(day, to + 0.1),
  start: utc(day, from),
  end: utc(day, to),
  timezone_offset: '-05:00',
  score_state: 'SCORED',
})
const COLLECTIONS: Record<string, (account: string, day: string) => Document> = {
  'activity/sleep': (account, day) => ({
    id: idOf(day, 1),
    cycle_id: cycleId(day),
    ...common(account, day, -1, 6.5),
    nap: false,
    score: {
      stage_summary: {
        total_in_bed_time_milli: 27_000_000,
        total_awake_time_milli: 1_800_000,
        total_no_data_time_milli: 0,
        total_light_sleep_time_milli: 12_600_000,
        total_slow_wave_sleep_time_milli: between(4_000, 6_000, account, day, 'deep') * 1_000,
        total_rem_sleep_time_milli: between(5_000, 6_500, account, day, 'rem') * 1_000,
        sleep_cycle_count: 4,
        disturbance_count: between(2, 14, account, day, 'disturbances'),
      },
      sleep_needed: {
        baseline_milli: 27_395_716,
        need_from_sleep_debt_milli: 352_230,
        need_from_recent_strain_milli: 208_595,
        need_from_recent_nap_milli: 0,
      },
      respiratory_rate: 15.2,
      sleep_performance_percentage: between(60, 100, account, day, 'performance'),
      sleep_consistency_percentage: 80,
      sleep_efficiency_percentage: 91.5,
    },
  }),
  cycle: (account, day) => ({
    id: cycleId(day),
    ...common(account, day, -1, 22.9),
    score: {
      strain: between(30, 190, account, day, 'strain') / 10,
      kilojoule: between(8_000, 12_000, account, day, 'energy'),
      average_heart_rate: between(60, 80, account, day, 'heart'),
      max_heart_rate: between(130, 180, account, day, 'most'),
    },
  }),
  'activity/workout': (account, day) => ({
    id: idOf(day, 2),
    ...common(account, day, 17, 18),
    sport_name: 'cycling',
    score: {
      strain: between(50, 140, account, day, 'ride') / 10,
      average_heart_rate: between(120, 150, account, day, 'ride heart'),
      max_heart_rate: 171,
      kilojoule: between(1_200, 2_500, account, day, 'ride energy'),
      percent_recorded: 100,
      distance_meter: between(15_000, 30_000, account, day, 'ride distance'),
      altitude_gain_meter: 120.5,
      altitude_change_meter: -0.5,
      zone_durations: {
        zone_zero_milli: 300_000,
        zone_one_milli: 600_000,
        zone_two_milli: 1_200_000,
        zone_three_milli: 900_000,
        zone_four_milli: 600_000,
        zone_five_milli: 0,
      },
    },
  }),
}
function recoveryOf(account: string, day: string) {
  const { user_id, created_at, updated_at, score_state } = common(account, day, -1, 6.5)
  return {
    cycle_id: cycleId(day),
    sleep_id: idOf(day, 1),
    user_id,
    created_at,
    updated_at,
    score_state,
    score: {
      user_calibrating: false,
      recovery_score: between(20, 99, account, day, 'recovery'),
      resting_heart_rate: between(45, 60, account, day, 'resting'),
      hrv_rmssd_milli: between(30, 90, account, day, 'hrv'),
      spo2_percentage: 95.7,
      skin_temp_celsius: 33.7,
    },
  }
}

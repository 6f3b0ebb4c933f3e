import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.onepeloton.com'
const AUTH = 'https://auth.onepeloton.com'
/** Fewer than are asked for, so that pages are turned. */
const PAGE = 3

/**
 * Peloton's API, which is not documented: as its users show it, a sign-in with PKCE and a token request in JSON, workouts
 * in pages from 0, the graph of a workout apart; the old login is closed.
 */
export default function peloton({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: true, codeMs: 60_000, expiresIn: 172_800 })
  const held = new Map<string, Set<string>>()

  function api(call: Call): Reply {
    if (call.path === '/auth/login')
      return reply(403, { message: 'Access forbidden. Endpoint no longer accepting requests.' })
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { status: 401, message: 'Unauthorized' })
    if (call.method !== 'GET') return reply(405)
    if (call.path === '/api/me')
      return reply(200, { id: account, first_name: 'Pat', last_name: 'Doe', username: 'pat' })
    const all = [...(held.get(account) ?? [])]
      .sort()
      .reverse()
      .map((day) => workout(account, day))
    if (call.path === `/api/user/${account}/workouts`) return list(call, all)
    const id = /^\/api\/workout\/(\w+)\/performance_graph$/.exec(call.path)?.[1]
    const found = all.find((one) => one.id === id)
    if (!found) return reply(404, { message: 'not found' })
    return Number(call.query.get('every_n')) >= 1
      ? reply(200, graph(account, found.id))
      : reply(400, { message: 'every_n' })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [API]: '/peloton/api', [AUTH]: '/peloton/auth' },
    handle(prefix, call) {
      if (prefix === '/peloton/api') return api(call)
      if (call.path === '/authorize')
        return call.query.get('audience') === `${API}/`
          ? oauth.authorize(call, () => '4711')
          : reply(400, { error: 'access_denied' })
      if (call.path !== '/oauth/token') return reply(404)
      if (call.method !== 'POST') return reply(405)
      // The parameters come as JSON.
      const form = new URLSearchParams(JSON.parse(call.body || '{}') as Record<string, string>)
      const issued = oauth.token({ ...call, form })
      return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
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
  { about: 'no token', url: `${API}/api/me`, status: 401 },
  { about: 'the old login', method: 'POST', url: `${API}/auth/login`, body: '{}', status: 403 },
  { about: 'the workouts of somebody else', url: `${API}/api/user/9/workouts`, signedIn: true, status: 404 },
  { about: 'a page of more than 100', url: `${API}/api/user/4711/workouts?limit=101`, signedIn: true, status: 400 },
  { about: 'a sign-in for another API', url: `${AUTH}/authorize?client_id=app-peloton&audience=other`, status: 400 },
]

function list({ query }: Call, all: object[]): Reply {
  const [page, limit] = [Number(query.get('page') ?? 0), Number(query.get('limit') ?? 20)]
  if (!(page >= 0 && limit >= 1 && limit <= 100)) return reply(400, { message: 'page and limit' })
  const page_count = Math.ceil(all.length / PAGE)
  return reply(200, { data: all.slice(page * PAGE, (page + 1) * PAGE), limit, page, total: all.length, page_count })
}
function workout(account: string, day: string) {
  // 18:00, eight hours behind UTC.
  const start_time = dayStart(day) + 26 * 3_600
  return {
    id: `a${dayStart(day).toString(16)}`,
    created_at: start_time - 60,
    device_type: 'home_bike_v1',
    start_time,
    end_time: start_time + 1_200,
    fitness_discipline: 'cycling',
    name: 'Cycling Workout',
    status: 'COMPLETE',
    timezone: 'Etc/GMT+8',
    total_work: between(150_000, 250_000, account, day, 'work'),
    user_id: account,
    workout_type: 'class',
    ride: { title: '20 min Ride', duration: 1_200 },
  }
}
function graph(account: string, id: string) {
  const seconds = Array.from({ length: 60 }, (_, i) => i * 20)
  const metric = (slug: string, display_unit: string, low: number, high: number) => {
    const values = seconds.map((_, i) => between(low, high, account, id, slug, i))
    return { slug, display_unit, average_value: values[0], max_value: Math.max(...values), values }
  }
  return {
    duration: 1_200,
    seconds_since_pedaling_start: seconds,
    summaries: [
      { slug: 'distance', display_unit: 'mi', value: 6.5 },
      { slug: 'calories', display_unit: 'kcal', value: between(150, 300, account, id, 'energy') },
    ],
    metrics: [
      metric('output', 'watts', 120, 220),
      metric('cadence', 'rpm', 70, 100),
      metric('speed', 'mph', 15, 22),
      metric('heart_rate', 'bpm', 110, 165),
    ],
  }
}

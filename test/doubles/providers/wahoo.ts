import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.wahooligan.com'
/** Fewer than are asked for, so that pages are turned. */
const PAGE = 4

/**
 * Wahoo's Cloud API (https://cloud-api.wahooligan.com): refresh tokens that are used once, workouts in numbered pages with
 * numbers as text, a summary pushed for each workout with the app's token in its body.
 */
export default function wahoo({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 600_000, expiresIn: 7_200 })
  const held = new Map<string, Set<string>>()

  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { error: 'The access token is invalid' })
    if (call.path === '/v1/permissions') {
      if (call.method !== 'DELETE') return reply(404, { error: 'not found' })
      oauth.revoke(account)
      return reply(204)
    }
    if (call.method !== 'GET') return reply(404, { error: 'not found' })
    if (call.path === '/v1/user') return reply(200, user(account))
    const all = [...(held.get(account) ?? [])]
      .sort()
      .reverse()
      .map((day) => listed(account, day))
    if (call.path === '/v1/workouts') return list(call, all)
    const id = /^\/v1\/workouts\/(\d+)$/.exec(call.path)?.[1]
    const found = all.find((one) => String(one.id) === id)
    return found ? reply(200, found) : reply(404, { error: 'Workout not found' })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [API]: '/wahoo/api' },
    handle(_, call) {
      if (call.path === '/oauth/authorize')
        return call.query.get('scope')?.split(' ').includes('offline_data')
          ? oauth.authorize(call, () => '60462')
          : reply(400, { error: 'invalid_scope' })
      if (call.path !== '/oauth/token') return api(call)
      if (call.method !== 'POST') return reply(404)
      const issued = oauth.token(call)
      return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      for (const day of days) {
        const { workout_summary, ...workout } = listed(account, day)
        const body = JSON.stringify({
          event_type: 'workout_summary',
          webhook_token: app.more?.webhook_token,
          user: { id: Number(account) },
          workout_summary: { ...workout_summary, workout },
        })
        await callWebhook(ingestUrl(), { headers: { 'content-type': 'application/json' }, body })
      }
      return days.map((key) => ({ type: 'activity', key, sent_at }))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/v1/user`, status: 401 },
  { about: 'a page of more than 100', url: `${API}/v1/workouts?per_page=101`, signedIn: true, status: 400 },
  { about: 'a page before the first', url: `${API}/v1/workouts?page=0`, signedIn: true, status: 400 },
  { about: 'a workout that is not there', url: `${API}/v1/workouts/1`, signedIn: true, status: 404 },
  { about: 'a GET to end the access', url: `${API}/v1/permissions`, signedIn: true, status: 404 },
  {
    about: 'a sign-in without the scope of notifications',
    url: `${API}/oauth/authorize?client_id=app-wahoo&scope=email`,
    status: 400,
  },
]

function list({ query }: Call, all: object[]): Reply {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 30)]
  if (!(page >= 1 && perPage >= 1 && perPage <= 100)) return reply(400, { error: 'page and per_page' })
  const workouts = all.slice((page - 1) * PAGE, page * PAGE)
  return reply(200, { workouts, total: all.length, page, per_page: perPage, order: 'descending', sort: 'starts' })
}
const user = (account: string) => ({
  id: Number(account),
  height: '1.79',
  weight: '71.5',
  first: 'Pat',
  last: 'Doe',
  email: 'p@example.com',
  birth: '1990-06-01',
  gender: 1,
  created_at: '2018-10-23T15:38:23.000Z',
  updated_at: '2018-10-24T20:46:40.000Z',
})
function listed(account: string, day: string) {
  const seconds = between(2_400, 5_400, account, day, 'length')
  const at = `${day}T16:00:00.000Z`
  return {
    id: dayStart(day) / 86_400,
    starts: at,
    minutes: 60,
    name: 'Evening ride',
    created_at: at,
    updated_at: at,
    plan_id: null,
    workout_token: `ELEMNT:${day}`,
    workout_type_id: 15,
    workout_summary: {
      id: dayStart(day) / 86_400 + 500_000,
      ascent_accum: '450.0',
      cadence_avg: '81.0',
      calories_accum: String(between(400, 900, account, day, 'energy')),
      distance_accum: String(seconds * 7.5),
      duration_active_accum: String(seconds),
      duration_paused_accum: '60.0',
      duration_total_accum: String(seconds + 60),
      heart_rate_avg: '131.0',
      power_bike_np_last: '190.0',
      power_bike_tss_last: '55.5',
      power_avg: '170.5',
      speed_avg: '7.5',
      work_accum: '834000.0',
      created_at: at,
      updated_at: at,
    },
  }
}

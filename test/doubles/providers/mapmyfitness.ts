import { between, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.ua.com'
const SITE = 'https://www.mapmyfitness.com'
const PAGE = 2

/**
 * The workout resource of Under Armour's API: HAL pages with links that leave out the host, an `api-key` beside the token
 * (https://developer.underarmour.com/docs/v71_Workout/).
 */
export default function mapmyfitness({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 5_184_000 })
  const held = new Map<string, Set<string>>()

  function workouts({ query }: Call, account: string): Reply {
    if (query.get('user') !== account) return reply(403, { error: 'another user' })
    const [after, before] = [query.get('started_after') ?? '', query.get('started_before') ?? '9999']
    const all = [...(held.get(account) ?? [])].sort().map((day) => workout(account, day))
    const inside = all.filter(({ start_datetime }) => start_datetime >= after && start_datetime < before)
    const offset = Number(query.get('offset') ?? 0)
    const rest = new URLSearchParams(query)
    rest.set('offset', String(offset + PAGE))
    const more = offset + PAGE < inside.length
    return reply(200, {
      total_count: inside.length,
      _links: { self: [{ href: '/v7.1/workout/' }], ...(more ? { next: [{ href: `/v7.1/workout/?${rest}` }] } : {}) },
      _embedded: { workouts: inside.slice(offset, offset + PAGE) },
    })
  }
  return {
    oauth,
    ...signingIn(oauth),
    signedIn: (account) => ({ ...signingIn(oauth).signedIn(account), 'api-key': app.client_id }),
    origins: { [SITE]: '/mapmyfitness/site', [API]: '/mapmyfitness/api' },
    handle(prefix, call) {
      if (prefix === '/mapmyfitness/site') return oauth.authorize(call, () => '1234567')
      if (call.path === '/v7.1/oauth2/access_token/') {
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      if (call.headers['api-key'] !== app.client_id) return reply(403, { error: 'Developer Inactive' })
      const account = oauth.accountOf(call.token)
      if (account === undefined) return reply(401, { error: 'invalid_token' })
      if (call.method !== 'GET') return reply(405)
      if (call.path === '/v7.1/user/self/') return reply(200, { id: account, first_name: 'Person' })
      return call.path === '/v7.1/workout/' ? workouts(call, account) : reply(404)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.map((key) => ({ type: 'activity', key, sent_at }))
    },
  }
}

const workout = (account: string, day: string) => ({
  name: 'Morning Run',
  start_datetime: `${day}T14:00:00+00:00`,
  start_locale_timezone: 'America/New_York',
  aggregates: {
    distance_total: between(5_000, 12_000, account, day),
    active_time_total: 3_000,
    elapsed_time_total: 3_300,
    metabolic_energy_total: between(1_200_000, 2_600_000, account, day, 'J'),
    heartrate_avg: between(120, 160, account, day, 'hr'),
  },
  _links: {
    self: [{ href: `/v7.1/workout/${day.replaceAll('-', '')}/` }],
    activity_type: [{ href: '/v7.1/activity_type/16/' }],
  },
})

export const refuses: WrongCall[] = [
  { about: 'a call without the app’s key', url: `${API}/v7.1/user/self/`, status: 403 },
  { about: 'workouts of another user', url: `${API}/v7.1/workout/?user=1`, signedIn: true, status: 403 },
]

import { between, callWebhook, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://log.concept2.com'
const PAGE = 2
interface Result {
  id: number
  date: string
}

/**
 * The Logbook's API: results by date in pages of `meta.pagination`, strokes of a result; notified of results by an unsigned
 * call that holds the whole of it (https://log.concept2.com/developers/documentation/).
 */
export default function concept2({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({
    app,
    pkce: false,
    codeMs: 60_000,
    expiresIn: 604_800,
    scope: 'user:read,results:read',
  })
  const accounts = new Map<string, Result[]>()
  const held = (account: string): Result[] => accounts.get(account) ?? []

  function list({ query }: Call, account: string): Reply {
    const [from, to] = [query.get('from') ?? '0000', query.get('to') ?? '9999']
    if (Number(query.get('number') ?? 50) > 250) return reply(422, { message: 'number may not be more than 250' })
    const inside = held(account).filter(({ date }) => date.slice(0, 10) >= from && date.slice(0, 10) <= to)
    const page = Number(query.get('page') ?? 1)
    const pages = Math.max(1, Math.ceil(inside.length / PAGE))
    const pagination = { total: inside.length, per_page: PAGE, current_page: page, total_pages: pages }
    return reply(200, { data: inside.slice((page - 1) * PAGE, page * PAGE), meta: { pagination } })
  }
  function api(call: Call, account: string): Reply {
    if (call.method !== 'GET') return reply(405, { message: 'Method not allowed' })
    if (!String(call.headers.accept).includes('c2logbook')) return reply(406, { message: 'name the version in accept' })
    if (call.path === '/api/users/me')
      return reply(200, { data: { id: Number(account), first_name: 'Person', gender: 'F' } })
    if (call.path === '/api/users/me/results') return list(call, account)
    const [, id, strokes] = /^\/api\/users\/me\/results\/(\d+)(\/strokes)?$/.exec(call.path) ?? []
    const found = held(account).find((one) => one.id === Number(id))
    if (!found) return reply(404, { message: 'Not found' })
    return reply(200, strokes ? { data: strokesOf(account, found) } : { data: found })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [API]: '/concept2' },
    signedIn: (account) => ({ ...signingIn(oauth).signedIn(account), accept: 'application/vnd.c2logbook.v1+json' }),
    handle(_, call) {
      if (call.path === '/oauth/authorize') return oauth.authorize(call, () => '7')
      if (call.path === '/oauth/access_token') {
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      const account = oauth.accountOf(call.token)
      return account === undefined ? reply(401, { message: 'Unauthenticated' }) : api(call, account)
    },
    async days(account, days) {
      const sent_at = Date.now()
      const added = days.map((day) => resultOf(account, day))
      accounts.set(account, [...held(account).filter(({ id }) => !added.some((one) => one.id === id)), ...added])
      for (const result of added)
        await callWebhook(ingestUrl(), {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ type: 'result-added', result }),
        })
      return days.map((key) => ({ type: 'activity', key, sent_at }))
    },
  }
}

const resultOf = (account: string, day: string) => ({
  id: Number(day.replaceAll('-', '')),
  user_id: Number(account),
  date: `${day} 07:20:00`,
  timezone: 'Europe/Berlin',
  type: 'rower',
  workout_type: 'FixedTimeSplits',
  distance: between(3_000, 5_200, account, day),
  time: 12_000,
  stroke_rate: between(20, 28, account, day, 'rate'),
  calories_total: between(180, 320, account, day, 'kcal'),
  heart_rate: { average: between(120, 160, account, day, 'hr') },
  stroke_data: true,
  verified: true,
})
const strokesOf = (account: string, { id }: Result) =>
  Array.from({ length: 20 }, (_, i) => ({
    t: i * 600,
    d: i * 2_000,
    p: 1_200,
    spm: between(20, 28, account, id, i),
    hr: between(110, 170, account, id, 'hr', i),
  }))

/** As the documentation lists its errors. */
export const refuses: WrongCall[] = [
  {
    about: 'a call without a token',
    url: `${API}/api/users/me`,
    headers: { accept: 'application/vnd.c2logbook.v1+json' },
    status: 401,
  },
  { about: 'pages of 251 results', url: `${API}/api/users/me/results?number=251`, signedIn: true, status: 422 },
  {
    about: 'strokes of a result that is not there',
    url: `${API}/api/users/me/results/1/strokes`,
    signedIn: true,
    status: 404,
  },
]

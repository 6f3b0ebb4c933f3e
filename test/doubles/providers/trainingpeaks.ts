import { between, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.trainingpeaks.com'
const SIGN_IN = 'https://oauth.trainingpeaks.com'
const MOST_DAYS = 45
type Row = Record<string, unknown>

/** Partners' API: days in the path, at most 45 of them (https://github.com/TrainingPeaks/PartnersAPI/wiki). */
export default function trainingpeaks({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 3_600 })
  const held = new Map<string, Map<string, number>>()

  function ranged({ path }: Call, account: string): Reply {
    const [, kind, start, end] = /^\/v2\/(workouts|metrics)\/([\d-]{10})\/([\d-]{10})$/.exec(path) ?? []
    if (!kind || !start || !end) return reply(404, { Message: 'Not found' })
    if (Date.parse(end) - Date.parse(start) >= MOST_DAYS * 86_400_000)
      return reply(400, { Message: `at most ${MOST_DAYS} days` })
    const days = [...(held.get(account)?.keys() ?? [])].filter((day) => day >= start && day <= end).sort()
    return reply(
      200,
      days.map((day) => (kind === 'workouts' ? workout : metric)(account, day)),
    )
  }
  function api(call: Call, account: string): Reply {
    if (call.method !== 'GET') return reply(405)
    if (call.path === '/v1/athlete/profile')
      return reply(200, { Id: Number(account), FirstName: 'Person', Type: 'athlete' })
    if (call.path === '/v2/workouts/changed') {
      const since = Date.parse(call.query.get('date') ?? '')
      if (Number.isNaN(since)) return reply(400, { Message: 'date is required' })
      const changed = [...(held.get(account) ?? [])].filter(([, at]) => at >= since)
      return reply(200, { Modified: changed.map(([day]) => workout(account, day)), Deleted: [] })
    }
    // Athletes without a subscription: the list is for those who pay.
    if (call.path === `/v1/athletes/${account}/nutrition`) return reply(403, { Message: 'premium only' })
    return ranged(call, account)
  }
  return {
    oauth,
    ...signingIn(oauth),
    origins: { [SIGN_IN]: '/trainingpeaks/oauth', [API]: '/trainingpeaks/api' },
    handle(prefix, call) {
      if (prefix === '/trainingpeaks/oauth') {
        if (call.path === '/OAuth/Authorize') return oauth.authorize(call, () => '1')
        if (call.path !== '/oauth/token') return reply(404)
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      const account = oauth.accountOf(call.token)
      return account === undefined ? reply(401, { Message: 'Unauthorized' }) : api(call, account)
    },
    async days(account, days) {
      const of = held.get(account) ?? new Map<string, number>()
      held.set(account, of)
      for (const day of days) if (!of.has(day)) of.set(day, Date.now())
      const sent_at = Date.now()
      return days.flatMap((key) => ['activity', 'body', 'daily'].map((type) => ({ type, key, sent_at })))
    },
  }
}

const workout = (account: string, day: string): Row => ({
  Id: Number(day.replaceAll('-', '')),
  AthleteId: Number(account),
  Title: 'Tempo',
  WorkoutType: 'Bike',
  WorkoutDay: `${day}T00:00:00`,
  StartTime: `${day}T17:00:00`,
  IsItAnActivity: true,
  Distance: between(20_000, 60_000, account, day),
  TotalTime: 1.5,
})
const metric = (account: string, day: string): Row => ({
  Id: `m-${day}`,
  AthleteId: Number(account),
  Timestamp: `${day}T06:30:00`,
  WeightInKilograms: between(68, 74, account, day),
  RestingHeartRate: between(44, 56, account, day, 'hr'),
})

export const refuses: WrongCall[] = [
  { about: 'a window of 46 days', url: `${API}/v2/workouts/2026-01-01/2026-02-15`, signedIn: true, status: 400 },
  { about: 'a call without a token', url: `${API}/v1/athlete/profile`, status: 401 },
]

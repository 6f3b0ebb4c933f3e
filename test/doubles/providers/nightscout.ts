import { between, dayStart, type ProviderDouble, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'

/** A person's own server. */
const SITE = 'https://person.nightscout.test'
/** At UTC+2 all year. */
const OFFSET_MINUTES = 120

/**
 * A Nightscout site (https://github.com/nightscout/cgm-remote-monitor, lib/server/swagger.yaml and lib/authorization):
 * `entries` by `date`, `treatments` by `created_at`, the newest first, `count` of them (10 where it is not told), with an
 * access token in the query. Its readings are public to no one here.
 */
export default function nightscout(): ProviderDouble {
  const held = new Map<string, Set<string>>()
  const tokenOf = (account: string) => `reader-${account}`
  const daysOf = (account: string) => [...(held.get(account) ?? [])].sort().reverse()

  function answer(call: Call, account: string): Reply {
    const { query } = call
    const count = Number(query.get('count') ?? 10)
    const latest = <T>(all: T[]) => reply(200, all.slice(0, count))
    if (call.path === '/api/v1/entries.json') {
      const [from, to] = [Number(query.get('find[date][$gte]') ?? 0), Number(query.get('find[date][$lt]') ?? Infinity)]
      return latest(
        daysOf(account)
          .flatMap((day) => entries(account, day))
          .filter(({ date }) => date >= from && date < to),
      )
    }
    if (call.path !== '/api/v1/treatments.json') return reply(404, { status: 404, message: 'Not Found' })
    const [from, to] = [query.get('find[created_at][$gte]') ?? '', query.get('find[created_at][$lt]') ?? '9999']
    const all = daysOf(account).flatMap((day) => treatments(account, day))
    return latest(all.filter(({ created_at }) => created_at >= from && created_at < to))
  }

  return {
    origins: { [SITE]: '/nightscout/site' },
    handle(_, call) {
      if (call.method !== 'GET') return reply(404)
      const asked = /^\/api\/v2\/authorization\/request\/(.+)$/.exec(call.path)?.[1]
      const account = accountOf(asked ?? call.query.get('token'))
      if (account === undefined)
        return reply(401, { status: 401, message: 'Unauthorized', description: 'Invalid/Missing' })
      if (asked === undefined) return answer(call, account)
      const iat = Math.floor(Date.now() / 1000)
      return reply(200, {
        token: 'e30.e30.e30',
        sub: 'reader',
        permissionGroups: [['api:*:read']],
        iat,
        exp: iat + 28_800,
      })
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['body', 'nutrition', 'activity'].map((type) => ({ type, key, sent_at })))
    },
    typed: (account) => ({ base_url: SITE, token: tokenOf(account) }),
    signedIn: () => ({}),
    // A token is taken back by its owner, on their site.
    open: () => true,
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${SITE}/api/v1/entries.json`, status: 401 },
  { about: 'a token of nobody', url: `${SITE}/api/v1/treatments.json?token=x`, status: 401 },
  { about: 'a sign-in with a wrong token', url: `${SITE}/api/v2/authorization/request/x`, status: 401 },
  { about: 'what is not there', url: `${SITE}/api/v1/sleep.json?token=reader-4711`, status: 404 },
]

const accountOf = (token: string | null): string | undefined => /^reader-(\d+)$/.exec(token ?? '')?.[1]
const momentOf = (day: string, minute: number) => (dayStart(day) + (minute - OFFSET_MINUTES) * 60) * 1000
const id = (...parts: (string | number)[]) =>
  between(0, 2 ** 32, ...parts)
    .toString(16)
    .padStart(24, '0')

function entries(account: string, day: string) {
  return Array.from({ length: 288 }, (_, i) => {
    const date = momentOf(day, 1_437 - i * 5)
    return {
      _id: id(account, day, 'entry', i),
      type: 'sgv',
      sgv: i % 90 === 89 ? 5 : between(75, 180, account, day, 'sgv', i),
      date,
      dateString: new Date(date).toISOString(),
      utcOffset: OFFSET_MINUTES,
      direction: i % 90 === 89 ? 'NOT COMPUTABLE' : 'Flat',
      device: 'share2',
      noise: 1,
    }
  })
}
function treatments(account: string, day: string) {
  const treatment = (name: string, minute: number, rest: object) => ({
    _id: id(account, day, name),
    created_at: new Date(momentOf(day, minute)).toISOString(),
    utcOffset: OFFSET_MINUTES,
    enteredBy: 'Trio',
    ...rest,
  })
  return [
    treatment('walk', 1_080, { eventType: 'Exercise', duration: between(20, 60, account, day, 'walk'), notes: 'Walk' }),
    treatment('lunch', 750, {
      eventType: 'Meal Bolus',
      carbs: between(20, 80, account, day, 'carbs'),
      insulin: between(20, 90, account, day, 'insulin') / 10,
    }),
    treatment('basal', 600, { eventType: 'Temp Basal', duration: 30, rate: 0.8, absolute: 0.8 }),
  ]
}

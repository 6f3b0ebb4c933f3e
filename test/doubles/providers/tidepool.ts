import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.tidepool.org'
const AUTH = 'https://auth.tidepool.org'
const REALM = '/realms/tidepool/protocol/openid-connect'
/** At UTC+2 all year, in minutes. */
const OFFSET = 120
const MG_PER_MMOL = 18.01559

/**
 * Tidepool's platform (https://tidepool.redocly.app/reference/data.v1): one list of data by types and times, the token in
 * the header `x-tidepool-session-token`; glucose in mmol/L whatever was sent. Its sign-in is OpenID Connect with PKCE.
 */
export default function tidepool({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: true, codeMs: 60_000, expiresIn: 600, scope: 'openid offline_access' })
  const held = new Map<string, Set<string>>()

  function api(call: Call): Reply {
    const account = oauth.accountOf(String(call.headers['x-tidepool-session-token'] ?? ''))
    if (account === undefined)
      return reply(401, { code: 'unauthorized', message: 'No x-tidepool-session-token was found' })
    if (call.path === '/auth/user') return reply(200, { userid: account, emailVerified: true })
    if (call.path !== `/data/${account}`)
      return reply(call.path.startsWith('/data/') ? 403 : 404, { code: 'forbidden' })
    const [from, to] = [
      Date.parse(call.query.get('startDate') ?? '1970-01-01'),
      Date.parse(call.query.get('endDate') ?? '2999-01-01'),
    ]
    if (Number.isNaN(from) || Number.isNaN(to)) return reply(500, { code: 'data_cant_parse_dates' })
    const types = call.query.get('type')?.split(',')
    const all = [...(held.get(account) ?? [])].flatMap((day) => dayOf(account, day))
    const inside = all.filter(
      ({ type, time }) => (!types || types.includes(type)) && Date.parse(time) >= from && Date.parse(time) <= to,
    )
    return reply(200, inside)
  }

  return {
    oauth,
    ...signingIn(oauth),
    signedIn: (account) => ({ 'x-tidepool-session-token': oauth.grant(account) }),
    origins: { [API]: '/tidepool/api', [AUTH]: '/tidepool/auth' },
    handle(prefix, call) {
      if (prefix !== '/tidepool/auth') return call.method === 'GET' ? api(call) : reply(405)
      if (call.path === `${REALM}/auth`)
        return oauth.authorize(call, () => between(1, 1e9, Date.now()).toString(16).padStart(10, '0'))
      if (call.path !== `${REALM}/token`) return reply(404)
      const issued = oauth.token(call)
      return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['body', 'nutrition', 'activity'].map((type) => ({ type, key, sent_at })))
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/auth/user`, status: 401 },
  { about: 'data of somebody else', url: `${API}/data/0000000001?type=cbg`, signedIn: true, status: 403 },
  { about: 'a time that is none', url: `${API}/data/4711?startDate=yesterday`, signedIn: true, status: 500 },
  {
    about: 'a sign-in without PKCE',
    url: `${AUTH}${REALM}/auth?client_id=app-tidepool&response_type=code&redirect_uri=https://a.test&state=s`,
    status: 400,
  },
  {
    about: 'another client',
    method: 'POST',
    url: `${AUTH}${REALM}/token`,
    body: 'grant_type=refresh_token&client_id=x',
    status: 401,
  },
]

function dayOf(account: string, day: string) {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const datum = (type: string, minute: number, rest: object) => ({
    type,
    id: `${account}-${day}-${type}-${minute}`,
    time: new Date((dayStart(day) + (minute - OFFSET) * 60) * 1000).toISOString(),
    timezoneOffset: OFFSET,
    deviceId: 'pump-1',
    uploadId: `up-${day}`,
    ...rest,
  })
  return [
    ...Array.from({ length: 96 }, (_, i) =>
      datum('cbg', i * 15 + 5, { value: n('cbg', 75, 180, i) / MG_PER_MMOL, units: 'mmol/L' }),
    ),
    datum('smbg', 481, { value: n('smbg', 80, 140) / MG_PER_MMOL, units: 'mmol/L' }),
    datum('bolus', 750, { subType: 'normal', normal: n('bolus', 10, 90) / 10 }),
    datum('food', 751, { nutrition: { carbohydrate: { net: n('net', 20, 80), units: 'grams' } } }),
    datum('physicalActivity', 1_080, { name: 'Walk', duration: { units: 'minutes', value: n('walk', 20, 60) } }),
  ]
}

import { between, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'

const AUTH = 'https://auth-api.8slp.net'
const API = 'https://client-api.8slp.net'

/**
 * The interface of Eight Sleep's app, as open clients describe it (https://github.com/lukas-clarke/eight_sleep,
 * https://github.com/steipete/eightctl): a token for a password and the app's own client, nights by date.
 */
export default function eightSleep({ app }: Surroundings): ProviderDouble {
  const held = new Map<string, Set<string>>()
  const tokens = new Map<string, string>()
  let made = 0
  const open = (account: string): string => {
    const token = `8-${account}-${made++}`
    tokens.set(token, account)
    return token
  }
  function logIn(call: Call): Reply {
    const said = JSON.parse(call.body || '{}') as Record<string, string>
    if (said.client_id !== app.client_id || said.client_secret !== app.client_secret || said.grant_type !== 'password')
      return reply(400, { error: 'invalid_client' })
    const account = /^(\w+)@person\.test$/.exec(said.username ?? '')?.[1]
    if (account === undefined || said.password !== `secret-${account}`)
      return reply(401, { error: 'invalid credentials' })
    return reply(200, {
      access_token: open(account),
      refresh_token: 'r',
      token_type: 'Bearer',
      expires_in: 72_000,
      userId: account,
    })
  }
  function api(call: Call): Reply {
    const account = tokens.get(call.token ?? '')
    if (account === undefined) return reply(401, { error: 'unauthorized' })
    if (call.path === '/v1/users/me') return reply(200, { user: { userId: account, email: `${account}@person.test` } })
    if (call.path !== `/v1/users/${account}/trends`) return reply(403, { error: 'forbidden' })
    const [from, to] = [call.query.get('from'), call.query.get('to')]
    if (!from || !to || !call.query.get('tz')) return reply(400, { error: 'tz, from and to are required' })
    const days = [...(held.get(account) ?? [])].filter((day) => day >= from && day <= to).sort()
    return reply(200, { days: days.map((day) => nightOf(account, day)) })
  }

  return {
    origins: { [AUTH]: '/eight-sleep/auth', [API]: '/eight-sleep/api' },
    handle(prefix, call) {
      if (prefix === '/eight-sleep/auth')
        return call.method === 'POST' && call.path === '/v1/tokens' ? logIn(call) : reply(404)
      return call.method === 'GET' ? api(call) : reply(405)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.map((key) => ({ type: 'sleep', key, sent_at }))
    },
    typed: (account) => ({ email: `${account}@person.test`, password: `secret-${account}` }),
    signedIn: (account) => ({ authorization: `Bearer ${open(account)}` }),
    // Nothing takes a sign-in back but the person's new password.
    open: () => true,
    expire: (account) => {
      for (const [token, of] of tokens) if (of === account) tokens.delete(token)
    },
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no token', url: `${API}/v1/users/me`, status: 401 },
  { about: 'nights without dates', url: `${API}/v1/users/4711/trends?tz=UTC`, signedIn: true, status: 400 },
  {
    about: 'nights of somebody else',
    url: `${API}/v1/users/1/trends?tz=UTC&from=2026-07-01&to=2026-07-02`,
    signedIn: true,
    status: 403,
  },
  {
    about: 'another client',
    method: 'POST',
    url: `${AUTH}/v1/tokens`,
    body: '{"grant_type":"password","client_id":"x"}',
    status: 400,
  },
  {
    about: 'a wrong password',
    method: 'POST',
    url: `${AUTH}/v1/tokens`,
    body: '{"grant_type":"password","client_id":"app-eight-sleep","client_secret":"secret-eight-sleep","username":"4711@person.test","password":"x"}',
    status: 401,
  },
]

function nightOf(account: string, day: string) {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const at = (minute: number) => `${day}T0${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:00Z`
  const pairs = (name: string, low: number, high: number) =>
    Array.from({ length: 80 }, (_, i) => [at(i * 5), n(name, low, high, i)])
  return {
    day,
    presenceStart: at(0),
    presenceEnd: at(420),
    presenceDuration: 25_200,
    processing: false,
    score: n('score', 60, 98),
    sleepDuration: 23_400,
    lightDuration: 12_600,
    deepDuration: 5_400,
    remDuration: 5_400,
    sleepQualityScore: {
      heartRate: { average: n('hr', 48, 60), score: 90 },
      hrv: { current: n('hrv', 30, 90), score: 80 },
      respiratoryRate: { average: 14.2, score: 90 },
    },
    sessions: [
      {
        id: `${account}-${day}`,
        ts: at(0),
        stages: [
          { stage: 'awake', duration: 900 },
          { stage: 'light', duration: 12_600 },
          { stage: 'deep', duration: 5_400 },
          { stage: 'rem', duration: 5_400 },
          { stage: 'out', duration: 900 },
        ],
        timeseries: {
          heartRate: pairs('beats', 46, 66),
          respiratoryRate: pairs('breaths', 12, 17),
          tempBedC: pairs('bed', 26, 31),
        },
      },
    ],
  }
}

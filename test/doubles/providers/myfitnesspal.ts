import { between, callWebhook, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const API = 'https://api.myfitnesspal.com'

/**
 * The partners' API v2: a subscription per user and type of item, notifications that hold the addresses of items, and a client id
 * in every call (https://myfitnesspalapi.com/docs).
 */
export default function myfitnesspal({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 3_600 })
  const callbacks = new Map<string, string>()
  const items = new Map<string, object>()

  function signIn(call: Call): Reply {
    if (call.path === '/v2/oauth2/auth') return oauth.authorize(call, () => 'person')
    if (call.path === '/v2/oauth2/revoke') {
      const account = oauth.accountOf(call.form.get('token') ?? undefined)
      if (account === undefined || call.form.get('client_secret') !== app.client_secret) return reply(401)
      oauth.revoke(account)
      return reply(200)
    }
    const issued = oauth.token(call)
    return 'error' in issued
      ? reply(issued.status, { error: issued.error })
      : reply(200, { ...issued.tokens, user_id: issued.account })
  }
  function subscribe(call: Call, account: string): Reply {
    const { item_type, callback_url } = JSON.parse(call.body || '{}') as Record<string, string>
    if (!item_type || !callback_url) return reply(400, { error: 'item_type and callback_url are required' })
    if (callbacks.has(`${account}/${item_type}`)) return reply(409, { error: 'subscribed already' })
    callbacks.set(`${account}/${item_type}`, callback_url)
    return reply(201)
  }
  return {
    oauth,
    ...signingIn(oauth),
    signedIn: (account) => ({
      ...signingIn(oauth).signedIn(account),
      'mfp-client-id': app.client_id,
      'mfp-user-id': account,
    }),
    origins: { [API]: '/myfitnesspal' },
    handle(_, call) {
      if (call.path.startsWith('/v2/oauth2/')) return signIn(call)
      const account = oauth.accountOf(call.token)
      if (account === undefined) return reply(401, { error: 'invalid_token' })
      if (call.headers['mfp-client-id'] !== app.client_id) return reply(400, { error: 'mfp-client-id is missing' })
      if (call.path === '/v2/subscription' && call.method === 'POST') return subscribe(call, account)
      const item = call.method === 'GET' ? items.get(`${account}${call.path}`) : undefined
      return item ? reply(200, { item }) : reply(404, { error: 'not found' })
    },
    async days(account, days) {
      const sent_at = Date.now()
      for (const day of days)
        for (const [item_type, path, item] of itemsOf(account, day)) {
          items.set(`${account}${path}`, item)
          const callback = callbacks.get(`${account}/${item_type}`)
          if (!callback) throw new Error(`${account} has no subscription of ${item_type}`)
          const body = JSON.stringify([{ user_id: account, item_type, item_url: API + path }])
          await callWebhook(callback, { headers: { 'content-type': 'application/json' }, body })
        }
      return days.flatMap((key) => ['nutrition', 'body'].map((type) => ({ type, key, sent_at })))
    },
  }
}

const itemsOf = (account: string, day: string): [string, string, object][] => [
  [
    'diary_meal',
    `/v2/diary/${day}-lunch`,
    {
      id: `${day}-lunch`,
      date: day,
      diary_meal: 'Lunch',
      nutritional_contents: {
        energy: { unit: 'calories', value: between(300, 900, account, day) },
        protein: between(10, 40, account, day, 'p'),
      },
    },
  ],
  [
    'measurements',
    `/v2/measurements/${day}`,
    { id: day, measurement_type: 'Weight', date: day, value: between(140, 160, account, day), unit: 'pounds' },
  ],
]

export const refuses: WrongCall[] = [
  { about: 'a call without a token', url: `${API}/v2/measurements/1`, status: 401 },
  {
    about: 'a call without the client’s id',
    url: `${API}/v2/measurements/1`,
    signedIn: true,
    headers: { 'mfp-client-id': '' },
    status: 400,
  },
]

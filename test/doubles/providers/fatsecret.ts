import { createHmac } from 'node:crypto'
import { between, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, redirect, reply } from './http.ts'

const API = 'https://platform.fatsecret.com'
const SIGN_IN = 'https://authentication.fatsecret.com'

/**
 * FatSecret's Platform: OAuth 1.0a signed requests (https://platform.fatsecret.com/docs/guides/authentication/oauth1), methods by
 * name, errors in a 200 (https://platform.fatsecret.com/docs/guides/error-codes), JSON made from XML: numbers are text, a list
 * of one is its element, of none an empty text.
 */
export default function fatsecret({ app }: Surroundings): ProviderDouble {
  const requests = new Map<string, { secret: string; callback: string; account?: string }>()
  const tokens = new Map<string, { secret: string; account: string }>()
  const held = new Map<string, Set<string>>()
  const nonces = new Set<string>()
  let made = 0

  const granted = (account: string): string => {
    const token = `token-of-${account}`
    tokens.set(token, { secret: `secret-of-${account}`, account })
    return token
  }
  /** Why a signature is not good: the code of the error, as its list has it. */
  function refusal(call: Call, origin: string, tokenSecret: string): number | undefined {
    const fields = fieldsOf(call)
    if (fields.oauth_consumer_key !== app.client_id) return 5
    if (fields.oauth_version !== '1.0' || fields.oauth_signature_method !== 'HMAC-SHA1') return 2
    if (Math.abs(Date.now() / 1000 - Number(fields.oauth_timestamp)) > 300) return 6
    if (nonces.has(fields.oauth_nonce!)) return 7
    nonces.add(fields.oauth_nonce!)
    const { oauth_signature, ...signed } = fields
    const all = [...call.query, ...call.form, ...Object.entries(signed)].map((pair) => pair.map(encode).join('='))
    const base = [call.method, origin + call.path, all.sort().join('&')].map(encode).join('&')
    const key = `${encode(app.client_secret)}&${encode(tokenSecret)}`
    return createHmac('sha1', key).update(base).digest('base64') === oauth_signature ? undefined : 8
  }
  function signIn(call: Call): Reply {
    const { oauth_token = '', oauth_callback, oauth_verifier } = fieldsOf(call)
    if (call.path === '/oauth/request_token') {
      if (refusal(call, SIGN_IN, '') !== undefined || !oauth_callback) return reply(401, 'invalid request')
      const token = `request-${++made}`
      requests.set(token, { secret: `request-secret-${made}`, callback: oauth_callback })
      return form({
        oauth_token: token,
        oauth_token_secret: requests.get(token)!.secret,
        oauth_callback_confirmed: 'true',
      })
    }
    const request = requests.get(call.path === '/oauth/authorize' ? (call.query.get('oauth_token') ?? '') : oauth_token)
    if (!request) return reply(401, 'unknown token')
    if (call.path === '/oauth/authorize') {
      request.account = call.query.get('login_hint') ?? `person-${made}`
      const back = new URL(request.callback)
      back.searchParams.set('oauth_token', call.query.get('oauth_token')!)
      back.searchParams.set('oauth_verifier', `of-${request.account}`)
      return redirect(back.href)
    }
    if (call.path !== '/oauth/access_token') return reply(404)
    if (refusal(call, SIGN_IN, request.secret) !== undefined || oauth_verifier !== `of-${request.account}`)
      return reply(401, 'invalid verifier')
    requests.delete(oauth_token)
    const token = granted(request.account!)
    return form({ oauth_token: token, oauth_token_secret: tokens.get(token)!.secret })
  }
  function api(call: Call): Reply {
    const error = (code: number, message: string): Reply => reply(200, { error: { code, message } })
    if (call.path !== '/rest/server.api') return reply(404)
    const token = tokens.get(fieldsOf(call).oauth_token ?? '')
    if (!token) return error(9, 'Invalid access token')
    const code = refusal(call, API, token.secret)
    if (code !== undefined) return error(code, 'the signature is not good')
    const [method, date] = [call.query.get('method'), Number(call.query.get('date'))]
    const days = [...(held.get(token.account) ?? [])].map((day) => Date.parse(day) / 86_400_000).sort()
    if (method === 'food_entries.get.v2') {
      const entries = days.filter((day) => day === date).flatMap((day) => entriesOf(token.account, day))
      return reply(200, { food_entries: fromXml('food_entry', entries) })
    }
    if (method !== 'weights.get_month.v2') return error(10, 'Unknown method')
    const month = new Date(date * 86_400_000).toISOString().slice(0, 7)
    const inMonth = days.filter((day) => new Date(day * 86_400_000).toISOString().startsWith(month))
    const weighed = inMonth.map((day) => ({
      date_int: String(day),
      weight_kg: `7${between(0, 9, token.account, day)}.5000`,
    }))
    return reply(200, { month: fromXml('day', weighed) })
  }

  return {
    origins: { [SIGN_IN]: '/fatsecret/authentication', [API]: '/fatsecret/platform' },
    handle: (prefix, call) => (prefix === '/fatsecret/authentication' ? signIn(call) : api(call)),
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['nutrition', 'body'].map((type) => ({ type, key, sent_at })))
    },
    // Every request has a signature of its own.
    signedIn: () => ({}),
    open: (account) => tokens.has(`token-of-${account}`),
  }
}

const fieldsOf = ({ headers }: Call): Record<string, string> =>
  Object.fromEntries(
    [...String(headers.authorization ?? '').matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, name, value]) => [
      name,
      decodeURIComponent(value!),
    ]),
  )
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
const form = (fields: Record<string, string>): Reply =>
  reply(200, new URLSearchParams(fields).toString(), { 'content-type': 'application/x-www-form-urlencoded' })
const fromXml = (name: string, all: object[]) => (all.length === 0 ? '' : { [name]: all.length === 1 ? all[0] : all })
const entriesOf = (account: string, day: number) =>
  (day % 2 === 0 ? ['breakfast', 'dinner'] : ['lunch']).map((meal) => ({
    food_entry_id: `${day}${meal.length}`,
    food_entry_name: 'Porridge',
    food_id: '4142',
    number_of_units: '1.000',
    meal,
    date_int: String(day),
    calories: String(between(200, 700, account, day, meal)),
    carbohydrate: '60.00',
    protein: '12.50',
    fat: '8.10',
  }))

/** As the list of its error codes has them: in a 200. */
export const refuses: WrongCall[] = [
  {
    about: 'a call without a token',
    url: `${API}/rest/server.api?method=food_entries.get.v2`,
    status: 200,
    says: { error: { code: 9 } },
  },
  { about: 'a request token without a signature', method: 'POST', url: `${SIGN_IN}/oauth/request_token`, status: 401 },
]

import { createHash } from 'node:crypto'
import type { Http } from '../base/http.ts'
import { SECOND_MS } from '../base/time.ts'
import { parseJson } from './big-numbers.ts'
import type { Credentials, Login } from './define.ts'
import { kept } from './keep.ts'
import { type Granted, TokenRefused } from './oauth.ts'
import { goTo } from './reader.ts'
import { buildRequest } from './request.ts'

interface Deps {
  http: Http
  now: () => number
  /** Of the app and the provider's facts. */
  values?: Record<string, string>
}

/** What a person typed becomes a token: the key itself, or what the provider's login gives for it. */
export async function grantOf(auth: Credentials, typed: Record<string, string>, deps: Deps): Promise<Granted> {
  const values = { ...typed, ...hashed(auth, typed) }
  if (!auth.login) return { access_token: typed[auth.fields[0]!.name]!, answer: typed, values }
  return logIn(auth, auth.login, values, deps)
}

function hashed({ hashes = {} }: Credentials, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hashes).flatMap(([name, { of, algorithm }]) =>
      values[of] === undefined ? [] : [[name, createHash(algorithm).update(values[of]).digest('hex')]],
    ),
  )
}

async function logIn(auth: Credentials, login: Login, typed: Record<string, string>, deps: Deps): Promise<Granted> {
  const { moved } = login
  const values = moved && typed[moved.name] === undefined ? { ...typed, [moved.name]: moved.otherwise } : typed
  const { url, init } = buildRequest(login.request, { ...deps.values, ...values })
  const response = await deps.http(url, init)
  if (response.status >= 500 || response.status === 429) throw new Error(`the login answered ${response.status}`)
  if (!response.ok) throw new TokenRefused(`the login answered ${response.status}`)
  const answer = await bodyOf(response)
  const elsewhere = moved && goTo(moved.path)(answer)
  if (moved && typeof elsewhere === 'string' && elsewhere !== values[moved.name])
    return logIn(auth, login, { ...values, [moved.name]: elsewhere }, deps)
  if (login.unfinished !== undefined && goTo(login.unfinished)(answer) !== undefined)
    throw new TokenRefused('the provider wants something of the user first: open its app and sign in there')
  const { token } = login
  const access_token = typeof token === 'string' ? goTo(token)(answer) : response.headers.get(token.header)
  if (typeof access_token !== 'string' || access_token === '')
    throw new TokenRefused('the login answered without a token')
  const seconds = login.expiresIn === undefined ? undefined : Number(goTo(login.expiresIn)(answer))
  const more = { ...values, ...kept(login.keep, answer) }
  return {
    access_token,
    answer,
    expiresAt: seconds ? deps.now() + seconds * SECOND_MS : undefined,
    values: { ...more, ...hashed(auth, more) },
  }
}
/** A login whose token is in a header may have no body. */
async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  if (text === '') return {}
  try {
    return parseJson(text) as Record<string, unknown>
  } catch {
    throw new Error('the login answered something that is not JSON')
  }
}

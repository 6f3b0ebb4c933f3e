import type { Http } from '../base/http.ts'
import { SECOND_MS } from '../base/time.ts'
import type { Credentials } from './define.ts'
import { type Granted, TokenRefused } from './oauth.ts'
import { goTo } from './reader.ts'
import { buildRequest } from './request.ts'

/** What a person typed becomes a token: the key itself, or what the provider's login gives for it. */
export async function grantOf(
  auth: Credentials,
  typed: Record<string, string>,
  { http, now }: { http: Http; now: () => number },
): Promise<Granted> {
  if (!auth.login) return { access_token: typed[auth.fields[0]!.name]!, answer: typed }
  const { url, init } = buildRequest(auth.login.request, typed)
  const response = await http(url, init)
  if (response.status >= 500 || response.status === 429) throw new Error(`the login answered ${response.status}`)
  if (!response.ok) throw new TokenRefused(`the login answered ${response.status}`)
  const answer = (await response.json()) as Record<string, unknown>
  const access_token = goTo(auth.login.token)(answer)
  if (typeof access_token !== 'string') throw new TokenRefused('the login answered without a token')
  const seconds = auth.login.expiresIn === undefined ? undefined : Number(goTo(auth.login.expiresIn)(answer))
  return { access_token, answer, expiresAt: seconds ? now() + seconds * SECOND_MS : undefined }
}

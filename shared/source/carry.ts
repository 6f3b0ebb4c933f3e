import { base64, utf8 } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { Carry, ProviderDefinition } from './define.ts'
import { OAUTH_VERSION, signOauth1 } from './oauth1.ts'
import { ACCEPT, type BuiltRequest, fill } from './request.ts'
import { valuesOf } from './values.ts'

/** What lets us in for one user. */
export interface UserToken {
  access_token: string
  /** OAuth 1.0a: the token's own secret. */
  token_secret?: string
  /** What was kept when the connection was made, and fills the braces of its requests. */
  values?: Record<string, string>
}
const BEARER: Carry = { kind: 'bearer' }

/** Puts a user's token onto a request, as the provider wants it carried, and the headers that it wants everywhere. */
export function carrying(
  provider: Pick<ProviderDefinition, 'auth' | 'headers' | 'facts'>,
  app: ProviderApp | undefined,
  token: UserToken,
): (built: BuiltRequest) => BuiltRequest {
  const { auth } = provider
  const values = valuesOf(provider, app, token)
  const filled = (text: string) => fill(text, values, (value) => value)
  const always = Object.entries(provider.headers ?? {}).map(([name, value]): [string, string] => [name, filled(value)])
  const dressed = ({ url, init }: BuiltRequest): BuiltRequest => {
    const headers = new Headers(init.headers)
    // A template's own header stands; `accept` has one where the template has none.
    for (const [name, value] of always) if (!headers.has(name) || headers.get(name) === ACCEPT) headers.set(name, value)
    return { url, init: { ...init, headers } }
  }
  if (auth.kind === 'oauth1')
    return (built) => signOauth1(dressed(built), { app: appOf(app), token, more: OAUTH_VERSION })
  const carry = auth.kind === 'credentials' ? auth.carry : BEARER
  return (built) => {
    const { url, init } = dressed(built)
    if (carry.kind === 'query') {
      const address = new URL(url)
      address.searchParams.set(carry.name, filled(carry.value))
      return { url: address.href, init }
    }
    init.headers.set(...headerOf(carry, filled))
    return { url, init }
  }
}

function headerOf(carry: Exclude<Carry, { kind: 'query' }>, filled: (text: string) => string): [string, string] {
  if (carry.kind === 'header') return [carry.name, filled(carry.value)]
  if (carry.kind === 'basic')
    return ['authorization', `Basic ${base64(utf8(`${filled(carry.user)}:${filled(carry.password)}`))}`]
  return ['authorization', `Bearer ${filled('{access_token}')}`]
}
function appOf(app: ProviderApp | undefined): ProviderApp {
  if (!app) throw new Error('requests are signed with an app that is not set up')
  return app
}

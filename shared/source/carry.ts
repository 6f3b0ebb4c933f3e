import { base64, utf8 } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { Auth, Carry } from './define.ts'
import { signOauth1 } from './oauth1.ts'
import { type BuiltRequest, fill } from './request.ts'

/** What lets us in for one user. */
export interface UserToken {
  access_token: string
  /** OAuth 1.0a: the token's own secret. */
  token_secret?: string
}
const BEARER: Carry = { kind: 'bearer' }

/** Puts a user's token onto a request, as the provider wants it carried. */
export function carrying(
  auth: Auth,
  app: ProviderApp | undefined,
  token: UserToken,
): (built: BuiltRequest) => BuiltRequest {
  if (auth.kind === 'oauth1') return (built) => signOauth1(built, { app: appOf(app), token })
  const carry = auth.kind === 'credentials' ? auth.carry : BEARER
  return ({ url, init }) => {
    const headers = new Headers(init.headers)
    headers.set(...headerOf(carry, token.access_token))
    return { url, init: { ...init, headers } }
  }
}

function headerOf(carry: Carry, access_token: string): [string, string] {
  const filled = (text: string) => fill(text, { access_token }, (value) => value)
  if (carry.kind === 'header') return [carry.name, filled(carry.value)]
  if (carry.kind === 'basic')
    return ['authorization', `Basic ${base64(utf8(`${filled(carry.user)}:${filled(carry.password)}`))}`]
  return ['authorization', `Bearer ${access_token}`]
}
function appOf(app: ProviderApp | undefined): ProviderApp {
  if (!app) throw new Error('requests are signed with an app that is not set up')
  return app
}

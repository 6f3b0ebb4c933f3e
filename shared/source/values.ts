import { base64, utf8 } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { UserToken } from './carry.ts'
import type { ProviderDefinition } from './define.ts'

/** What fills the braces of a provider's requests before any plan does: facts, the app, the connection. */
export function valuesOf(
  provider: Pick<ProviderDefinition, 'facts'>,
  app: ProviderApp | undefined,
  token?: UserToken,
): Record<string, string> {
  const facts = Object.entries(provider.facts ?? {}).map(([name, { value }]): [string, string] => [name, value])
  return {
    ...Object.fromEntries(facts),
    ...(app ? { ...appValues(app), ...app.more } : {}),
    ...(token ? { ...token.values, access_token: token.access_token } : {}),
  }
}
const appValues = ({ client_id, client_secret }: ProviderApp): Record<string, string> => ({
  client_id,
  client_secret,
  client_basic: basic(client_id, client_secret),
})

/** RFC 6749 section 2.3.1: both parts are form-encoded first, so that a secret may hold a colon, a plus or a percent sign. */
export const basic = (id: string, secret: string): string => base64(utf8(`${formEncoded(id)}:${formEncoded(secret)}`))
const formEncoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

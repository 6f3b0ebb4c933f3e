import type { RequestTemplate } from './define.ts'

/** How a user lets us in. */
export type Auth = Oauth2 | Oauth1 | Credentials | Device

/** RFC 5849: a request token, the user's consent, an access token; every request is signed with HMAC-SHA1. */
export interface Oauth1 {
  kind: 'oauth1'
  requestToken: string
  authorize: string
  accessToken: string
  /** Who the user is to the provider: a field of the token answer, or of the answer to a call. */
  identity: Identity
  revoke?: RequestTemplate
}

/** What a user types into our form: an API key, or the name and password of a login. */
export interface Credentials {
  kind: 'credentials'
  fields: CredentialField[]
  /** Where people find what is asked for. */
  help?: { text: string; url: string }
  /** Trades what was typed for a token; without it the first field is the token. */
  login?: { request: RequestTemplate; token: string; expiresIn?: string }
  carry: Carry
  /** A call that only good credentials pass, and that says whose they are. */
  identity: Identity & { request: RequestTemplate }
  revoke?: RequestTemplate
}
export interface CredentialField {
  name: string
  label: string
  /** Never shown again. */
  secret: boolean
  type: 'text' | 'password' | 'url' | 'email'
  help?: string
}
/** How requests carry the user's token. */
export type Carry =
  | { kind: 'bearer' }
  | { kind: 'header'; name: string; value: string }
  | { kind: 'basic'; user: string; password: string }

/** A store on the phone: the phone's app reads it and sends. */
export interface Device {
  kind: 'device'
  revoke?: undefined
}
export interface Identity {
  path: string
  request?: RequestTemplate
}

export interface Oauth2 {
  kind: 'oauth2'
  authorize: string
  token: string
  pkce: boolean
  /** Empty: permissions are configured at the provider and ticked by the user. */
  scopes: string[]
  scopeSeparator: ' ' | ','
  /** Where client_id and client_secret of the token request go. */
  clientAuth: 'body' | 'basic'
  /** Fixed parameters beside the standard ones. */
  authorizeParams?: Record<string, string>
  tokenParams?: Record<string, string>
  refreshParams?: Record<string, string>
  revokeParams?: Record<string, string>
  /** Field of the token answer that holds the standard one: `body`. */
  unwrap?: string
  /** The refresh token dies with its use: the new one is kept before the new access token is used. */
  refreshRotates: boolean
  /** Who the user is to the provider: a field of the (unwrapped) token answer, or of the answer to a call. */
  identity: Identity
  /** What the user granted, where the token answer's `scope` does not tell. */
  granted?: { path: string; request: RequestTemplate }
  /** Takes the access back at the provider when the connection is closed. Any 2xx, 401, 403 or 404 ends it. */
  revoke?: RequestTemplate
}

export const oauth2 = (
  knobs: Omit<Oauth2, 'kind' | 'pkce' | 'scopes' | 'scopeSeparator' | 'clientAuth' | 'refreshRotates'> &
    Partial<Oauth2>,
): Oauth2 => ({
  kind: 'oauth2',
  pkce: false,
  scopes: [],
  scopeSeparator: ' ',
  clientAuth: 'body',
  refreshRotates: true,
  ...knobs,
})

import type { RequestTemplate } from './request.ts'

/** How a user lets us in. */
export type Auth = Oauth2 | Oauth1 | Credentials | Device | FileUpload

/** Who the user is to the provider: a field of the token answer, of the token itself, or of the answer to a call. */
export interface Identity {
  path: string
  request?: RequestTemplate
  /** The path is in the claims of the access token, which is a JWT (RFC 7519). */
  claims?: true
  /** The path is in what the user typed (`base_url`, where each has a server of their own): the call only proves it good. */
  typed?: true
  /** What is there is a secret (a token, where the provider names nobody): its digest tells the account. */
  digest?: true
  /** Values of the answer that later requests need, name → path. Kept with the tokens. */
  keep?: Record<string, string>
}

/** RFC 5849: a request token, the user's consent, an access token; every request is signed with HMAC-SHA1. */
export interface Oauth1 {
  kind: 'oauth1'
  requestToken: string
  authorize: string
  accessToken: string
  identity: Identity
  revoke?: RequestTemplate | RequestTemplate[]
}

/** What a user types into our form: an API key, or the name and password of a login. */
export interface Credentials {
  kind: 'credentials'
  /** What is typed is kept with the token and fills requests: `{base_url}`. */
  fields: CredentialField[]
  /** Where people find what is asked for. */
  help?: { text: string; url: string }
  /** Values made of others: a service that wants the digest of the secret. */
  hashes?: Record<string, { of: string; algorithm: 'sha1' | 'sha256' }>
  /** Trades what was typed for a token; without it the first field is the token. */
  login?: Login
  carry: Carry
  /** Requests hold an app's id or key beside what the user typed. */
  app?: true
  /** A call that only good credentials pass, and that says whose they are. */
  identity: Identity & { request: RequestTemplate }
  revoke?: RequestTemplate | RequestTemplate[]
}
export interface Login {
  request: RequestTemplate
  /** Where the answer has the token: a path of the body, or a header. */
  token: string | { header: string }
  /** Path of its length in seconds. */
  expiresIn?: string
  /** The account lives elsewhere: the value at `path` is kept under `name`, and the login is sent once more with it. */
  moved?: { path: string; name: string; otherwise: string }
  /** Values of the answer that later requests need, name → path. */
  keep?: Record<string, string>
  /** A path that is there when the provider wants something of the user first: new terms, a second factor. */
  unfinished?: string
}
export interface CredentialField {
  name: string
  label: string
  /** Never shown again. */
  secret: boolean
  /** `url`: the address of the user's own server. It is checked to be a public one. */
  type: 'text' | 'password' | 'url' | 'email'
  help?: string
}
/** How requests carry the user's token. Texts may hold any kept value. */
export type Carry =
  | { kind: 'bearer' }
  | { kind: 'header'; name: string; value: string }
  | { kind: 'query'; name: string; value: string }
  | { kind: 'basic'; user: string; password: string }

/** A store on the phone: the phone's app reads it and sends. */
export interface Device {
  kind: 'device'
  /** Nothing is read and sent in batches: the app streams. Its users are made when the app registers, and nobody picks it. */
  streams?: true
  revoke?: undefined
}
/** Files that are uploaded. */
export interface FileUpload {
  kind: 'file'
  /** It takes files of every format, of people who have no connection yet: one opens with the first. */
  any?: true
  /** No files: suppliers push its people's records. */
  supplied?: 'sandbox' | 'production'
  revoke?: undefined
}

export interface Oauth2 {
  kind: 'oauth2'
  authorize: string
  token: string
  pkce: boolean
  /** Empty: permissions are configured at the provider and ticked by the user. */
  scopes: string[]
  scopeSeparator: ' ' | ','
  /** What the parameter with the scopes is called. */
  scopeParam: string
  /** Where client_id and client_secret of the token request go. `none`: a public client, which has no secret. */
  clientAuth: 'body' | 'basic' | 'none'
  /** Fixed parameters beside the standard ones; an empty text leaves a standard one out. Filled like templates. */
  authorizeParams?: Record<string, string>
  tokenParams?: Record<string, string>
  refreshParams?: Record<string, string>
  tokenHeaders?: Record<string, string>
  /** Parameters of the token request go there. */
  tokenIn: 'form' | 'query' | 'json'
  /** Field of the token answer that holds the standard one: `body`. */
  unwrap?: string
  /** Names in the token answer that are not the standard's. */
  names?: Partial<Record<'access_token' | 'refresh_token' | 'expires_in' | 'scope', string>>
  /** The refresh token dies with its use: the new one is kept before the new access token is used. */
  refreshRotates: boolean
  /**
   * Renewing has an address of its own, and gives no new token: it makes the one there is good for so many seconds more.
   * Whether it did is told by `answers`.
   */
  extension?: { url: string; seconds: number }
  identity: Identity
  /** What the user granted: in the answer to a call, or in a parameter of the address they come back to. Else `scope` of the token answer. */
  granted?: { path: string; request: RequestTemplate } | { returned: string }
  /** Takes the access back at the provider when the connection is closed. Any 2xx, 401, 403 or 404 ends it. */
  revoke?: RequestTemplate | RequestTemplate[]
}

type Defaulted = 'pkce' | 'scopes' | 'scopeSeparator' | 'scopeParam' | 'clientAuth' | 'tokenIn' | 'refreshRotates'
export const oauth2 = (knobs: Omit<Oauth2, 'kind' | Defaulted> & Partial<Oauth2>): Oauth2 => ({
  kind: 'oauth2',
  pkce: false,
  scopes: [],
  scopeSeparator: ' ',
  scopeParam: 'scope',
  clientAuth: 'body',
  tokenIn: 'form',
  refreshRotates: true,
  ...knobs,
})

/** An API key that a user pastes, sent in a header. */
export const apiKey = (
  knobs: Pick<Credentials, 'identity' | 'help'> & { header: string; value?: string; label?: string },
): Credentials => ({
  kind: 'credentials',
  fields: [{ name: 'api_key', label: knobs.label ?? 'API key', secret: true, type: 'password' }],
  help: knobs.help,
  carry: { kind: 'header', name: knobs.header, value: knobs.value ?? '{access_token}' },
  identity: knobs.identity,
})

import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { presented } from '../../shared/access/client-auth.ts'
import { ASSERTION_ALGORITHMS } from '../../shared/access/public-keys.ts'
import { beyond, readSupplierScopes, SUPPLIER_SCOPES, scopesText } from '../../shared/access/supplier-scopes.ts'
import { signToken, TOKEN_MS } from '../../shared/access/supplier-tokens.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import type { FoundCredential } from '../../shared/db/supplier-credentials.ts'
import { baseUrlOf } from '../base-url.ts'
import { bodyOf } from '../read-input.ts'
import { type OAuthContext, type OAuthError, provedClient, withheld } from './client.ts'
import { atItsHost, audienceOf } from './region.ts'
import { keySet, signer } from './signing-keys.ts'

type Form = (name: string) => string | undefined

/** Where suppliers take their tokens: OAuth 2.0 client credentials (RFC 6749, 7523), and the keys that tokens are checked with. */
export const oauth = new Hono<{ Bindings: Env }>()

oauth.post('/oauth/token', async (c) => {
  const body = await bodyOf(c)
  const form: Form = (name) => (typeof body[name] === 'string' ? (body[name] as string) : undefined)
  if (form('grant_type') !== 'client_credentials')
    return refused(c, { error: 'unsupported_grant_type', why: 'grant_type is client_credentials; no other is taken' })
  const found = await provedClient(c, presented(c.req.header('authorization'), form))
  if ('error' in found) return refused(c, found)
  const not = withheld(c, found, Date.now())
  if (not) return refused(c, not)
  atItsHost(c, found.supplier.region)
  return issued(c, found, form)
})

async function issued(c: OAuthContext, { credential, supplier, developer }: FoundCredential, form: Form) {
  const scopes = scopesOf(credential.scopes, form('scope'))
  if ('error' in scopes) return refused(c, scopes)
  const audience = audienceOf(c, supplier.region)
  const resource = form('resource')
  if (resource !== undefined && resource.replace(/\/$/, '') !== audience)
    return refused(c, { error: 'invalid_target', why: `resource is ${audience}, or left out` })
  const now = Date.now()
  const endsAt = Math.min(now + TOKEN_MS, credential.expires_at ?? Number.POSITIVE_INFINITY)
  const scope = scopesText(scopes.scopes)
  const claims = {
    sub: credential.credential_id,
    sup: supplier.supplier_id,
    dev: developer.developer_id,
    env: credential.environment,
    region: supplier.region,
    scope,
  }
  const access_token = await signToken(await signer(c.env), claims, { issuer: baseUrlOf(c), audience }, now, endsAt)
  const expires_in = Math.max(1, Math.floor((endsAt - now) / SECOND_MS))
  return c.json({ access_token, token_type: 'Bearer', expires_in, scope }, 200, NOT_KEPT)
}

/** What is asked for, or all that the credential has. */
function scopesOf(held: string, asked: string | undefined) {
  const { scopes } = readSupplierScopes(held)
  if (asked === undefined || asked.trim() === '') return { scopes }
  const wanted = readSupplierScopes(asked)
  if (wanted.unknown.length > 0)
    return oauthError('invalid_scope', `no such scope: ${wanted.unknown.slice(0, 5).join(' ').slice(0, 200)}`)
  const more = beyond(scopes, wanted.scopes)
  if (more.length > 0) return oauthError('invalid_scope', `this credential lacks the scope ${more.join(' ')}`)
  return { scopes: wanted.scopes }
}
const oauthError = (error: OAuthError['error'], why: string): OAuthError => ({ error, why })

const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' }
function refused(c: OAuthContext, { error, why }: OAuthError) {
  const stranger = error === 'invalid_client'
  return c.json({ error, error_description: why }, stranger ? 401 : 400, {
    ...NOT_KEPT,
    ...(stranger && { 'www-authenticate': 'Basic realm="suppliers"' }),
  })
}

oauth.get('/oauth/jwks.json', async (c) => c.json(await keySet(c.env), 200, { 'cache-control': 'public, max-age=300' }))

oauth.get('/.well-known/oauth-authorization-server', (c) => {
  const base = baseUrlOf(c)
  return c.json({
    issuer: base,
    token_endpoint: `${base}/oauth/token`,
    jwks_uri: `${base}/oauth/jwks.json`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    response_types_supported: [],
    scopes_supported: [...SUPPLIER_SCOPES],
    service_documentation: `${base}/docs/suppliers`,
  })
})

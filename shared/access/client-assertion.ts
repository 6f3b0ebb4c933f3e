import { decodeJwt, errors, type JWK, jwtVerify } from 'jose'
import { MINUTE_MS, SECOND_MS } from '../base/time.ts'
import { ASSERTION_ALGORITHMS, algorithmsOf, importedKey } from './public-keys.ts'

/** An assertion is made just before it is used, and its id is kept until it is over. */
const ASSERTION_MS = 10 * MINUTE_MS
const LEEWAY_S = 30

/** The client that an assertion is said to be of, before anything of it is believed. */
export function clientOf(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt(assertion)
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

export type Asserted = { kind: 'good'; jti: string; endsAt: number } | { kind: 'bad'; why: string }

/** Checks a client assertion (RFC 7523) with the client's keys. `audiences`: the names under which it may speak to us. */
export async function readAssertion(
  assertion: string,
  client: { id: string; keys: readonly JWK[] },
  audiences: string[],
  now: number,
): Promise<Asserted> {
  try {
    const { payload } = await jwtVerify(assertion, ({ kid, alg }) => keyOf(client.keys, kid, alg), {
      algorithms: ASSERTION_ALGORITHMS,
      issuer: client.id,
      subject: client.id,
      audience: audiences,
      requiredClaims: ['exp', 'jti'],
      clockTolerance: LEEWAY_S,
      currentDate: new Date(now),
    })
    const endsAt = payload.exp! * SECOND_MS
    if (endsAt > now + ASSERTION_MS + LEEWAY_S * SECOND_MS)
      return bad(`exp is at most ${ASSERTION_MS / MINUTE_MS} minutes ahead: make an assertion when you need one`)
    if (payload.iat !== undefined && payload.iat * SECOND_MS > now + LEEWAY_S * SECOND_MS)
      return bad('iat is in the future: is the clock right?')
    if (typeof payload.jti !== 'string' || payload.jti.length < 1 || payload.jti.length > 200)
      return bad('jti is a text of 1 to 200 characters, new for each assertion')
    return { kind: 'good', jti: payload.jti, endsAt: endsAt + LEEWAY_S * SECOND_MS }
  } catch (error) {
    const why = reasonOf(error)
    if (why === undefined) throw error
    return bad(why)
  }
}
const bad = (why: string): Asserted => ({ kind: 'bad', why })

class NoKey extends Error {}
async function keyOf(keys: readonly JWK[], kid: string | undefined, alg: string) {
  const named = keys.filter((key) => kid === undefined || key.kid === kid)
  const able = named.filter((key) => algorithmsOf(key).assertion.includes(alg))
  if (kid === undefined && able.length > 1)
    throw new NoKey('it names no kid, and several of your keys could have signed it')
  const [key] = able
  if (!key) throw new NoKey(named.length > 0 ? `your key does not sign with that alg` : 'its kid is none of your keys')
  return importedKey(key, alg)
}

/** In words; undefined: no fault of the assertion. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof NoKey) return error.message
  if (error instanceof errors.JWTExpired) return 'it is over (exp)'
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIMS[error.claim] ?? `its ${error.claim} is wrong`
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not fit the key'
  if (error instanceof errors.JOSEAlgNotAllowed) return `its alg is none of ${ASSERTION_ALGORITHMS.join(', ')}`
  if (error instanceof errors.JOSEError) return 'it is no signed JWT'
  return undefined
}
const CLAIMS: Record<string, string> = {
  iss: 'iss is the client_id',
  sub: 'sub is the client_id',
  aud: 'aud is this token endpoint, or the issuer of /.well-known/oauth-authorization-server',
  exp: 'exp is missing or wrong',
  jti: 'jti is missing: a new id for each assertion',
  nbf: 'nbf is in the future: is the clock right?',
}

import { errors, type JSONWebKeySet, type JWK, jwtVerify, SignJWT } from 'jose'
import { MINUTE_MS, SECOND_MS } from '../base/time.ts'
import { z } from '../base/zod.ts'
import { importedKey } from './public-keys.ts'

/** A token is good this long; what ends meanwhile (a credential, a supplier) is refused all the same. */
export const TOKEN_MS = 15 * MINUTE_MS
/** Clocks of the runtimes differ by less. */
const LEEWAY_MS = 5 * SECOND_MS
export const ALG = 'ES256'
const TYPE = 'at+jwt'

/** What a supplier's token says (RFC 9068): whose it is, where, and what it may do. */
const Claims = z.object({
  sub: z.string(),
  sup: z.string(),
  dev: z.string(),
  env: z.enum(['sandbox', 'production']),
  region: z.string(),
  scope: z.string(),
})
export type SupplierClaims = z.infer<typeof Claims>

/** A key that signs; `jwk` holds its private part. */
export interface Signer {
  kid: string
  jwk: JWK
}
export interface TokenPlace {
  issuer: string
  audience: string
}

export async function signToken(
  signer: Signer,
  claims: SupplierClaims,
  place: TokenPlace,
  now: number,
  endsAt: number,
) {
  const key = await importedKey(signer.jwk, ALG)
  const { sub, ...rest } = claims
  return new SignJWT({ ...rest, client_id: sub })
    .setProtectedHeader({ alg: ALG, typ: TYPE, kid: signer.kid })
    .setSubject(sub)
    .setIssuer(place.issuer)
    .setAudience(place.audience)
    .setIssuedAt(Math.floor(now / SECOND_MS))
    .setExpirationTime(Math.floor(endsAt / SECOND_MS))
    .setJti(crypto.randomUUID())
    .sign(key)
}

export type ReadToken =
  | { kind: 'good'; claims: SupplierClaims; endsAt: number }
  /** Signed by a key that is not in the set: it may be new. */
  | { kind: 'unknown_key' }
  | { kind: 'expired' }
  | { kind: 'invalid'; why: string }

/** Reads a token of ours; `place`: whom it must be from, and for which of these it must be. */
export async function readToken(
  token: string,
  keys: JSONWebKeySet,
  place: { issuer: string; audiences: string[] },
  now: number,
): Promise<ReadToken> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const jwk = keys.keys.find((one) => one.kid === kid)
        if (!jwk) throw new errors.JWKSNoMatchingKey()
        return importedKey(jwk, ALG)
      },
      {
        algorithms: [ALG],
        typ: TYPE,
        issuer: place.issuer,
        audience: place.audiences,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: LEEWAY_MS / SECOND_MS,
        currentDate: new Date(now),
      },
    )
    return { kind: 'good', claims: Claims.parse(payload), endsAt: payload.exp! * SECOND_MS }
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return { kind: 'unknown_key' }
    if (error instanceof errors.JWTExpired) return { kind: 'expired' }
    if (error instanceof errors.JWTClaimValidationFailed)
      return { kind: 'invalid', why: WHY[error.claim] ?? error.claim }
    if (error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof SyntaxError)
      return { kind: 'invalid', why: 'it is not a token of this deployment' }
    throw error
  }
}
const WHY: Record<string, string> = {
  aud: 'it is for another address: take one from this deployment’s /oauth/token',
  iss: 'another deployment issued it',
  typ: 'it is no access token',
}

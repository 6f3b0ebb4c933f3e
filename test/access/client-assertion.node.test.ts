import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientOf, readAssertion } from '../../shared/access/client-assertion.ts'
import { PublicKey, withKid } from '../../shared/access/public-keys.ts'

const NOW = Date.parse('2100-03-01T12:00:00Z')
const ME = 'crd_1'
const ENDPOINT = 'https://fascia.example.com/oauth/token'

interface Pair {
  privateKey: Parameters<SignJWT['sign']>[0]
  jwk: JWK & { kid: string }
}
async function pairOf(alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, jwk: await withKid(PublicKey.parse(await exportJWK(publicKey))) }
}
let mine: Pair
let other: Pair
beforeAll(async () => {
  ;[mine, other] = [await pairOf('ES256'), await pairOf('ES256')]
})

const seconds = (at: number) => Math.floor(at / 1_000)
async function assertion(
  claims: Record<string, unknown> = {},
  { alg = 'ES256', kid = mine.jwk.kid, pair = mine } = {},
) {
  const all = { iss: ME, sub: ME, aud: ENDPOINT, exp: seconds(NOW) + 60, jti: 'one', ...claims }
  return new SignJWT(all).setProtectedHeader({ alg, ...(kid !== '' && { kid }) }).sign(pair.privateKey)
}
const read = (text: string, keys: JWK[] = [mine.jwk]) =>
  readAssertion(text, { id: ME, keys }, [ENDPOINT, 'https://fascia.example.com'], NOW)

describe('a client assertion', () => {
  it.each(['ES256', 'ES384', 'Ed25519', 'PS256', 'RS256'])(
    'signed with %s is good, with the id that makes it good once',
    async (alg) => {
      const pair = await pairOf(alg)
      const text = await assertion({}, { alg, kid: pair.jwk.kid, pair })
      expect(await read(text, [mine.jwk, pair.jwk])).toEqual({ kind: 'good', jti: 'one', endsAt: NOW + 90_000 })
      expect(clientOf(text)).toBe(ME)
    },
  )
  it('may name the issuer as its audience, and no kid where there is one key', async () => {
    expect((await read(await assertion({ aud: ['https://fascia.example.com'] }, { kid: '' }))).kind).toBe('good')
    expect(await read(await assertion({}, { kid: '' }), [mine.jwk, other.jwk])).toMatchObject({
      kind: 'bad',
      why: expect.stringMatching(/several of your keys/),
    })
  })
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['another issuer', { iss: 'crd_2' }, /^iss is the client_id/],
    ['another subject', { sub: 'crd_2' }, /^sub is the client_id/],
    ['another audience', { aud: 'https://elsewhere.example/token' }, /^aud is this token endpoint/],
    ['no end', { exp: undefined }, /^exp is missing/],
    ['an end that is over', { exp: seconds(NOW) - 31 }, /over/],
    ['an end far ahead', { exp: seconds(NOW) + 3_600 }, /at most 10 minutes/],
    ['a time to come', { iat: seconds(NOW) + 120 }, /iat is in the future/],
    ['a beginning to come', { nbf: seconds(NOW) + 120 }, /nbf is in the future/],
    ['no id', { jti: undefined }, /jti/],
    ['an empty id', { jti: '' }, /jti/],
  ])('with %s is refused, and told why', async (_, claims, why) => {
    expect(await read(await assertion(claims))).toMatchObject({ kind: 'bad', why: expect.stringMatching(why) })
  })
  it('signed by another key is refused: one that is not named, and one that says it is', async () => {
    expect(await read(await assertion({}, { kid: other.jwk.kid, pair: other }))).toMatchObject({
      kind: 'bad',
      why: expect.stringMatching(/none of your keys/),
    })
    expect(await read(await assertion({}, { pair: other }))).toMatchObject({
      kind: 'bad',
      why: expect.stringMatching(/does not fit/),
    })
  })
  it('is never believed for what it says of its algorithm', async () => {
    const [, payload] = (await assertion()).split('.')
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: mine.jwk.kid })).toString('base64url')
    expect((await read(`${header('none')}.${payload}.`)).kind).toBe('bad')
    // The public key as a secret.
    const secret = new TextEncoder().encode(JSON.stringify(mine.jwk))
    const forged = await new SignJWT({ iss: ME, sub: ME, aud: ENDPOINT, exp: seconds(NOW) + 60, jti: 'x' })
      .setProtectedHeader({ alg: 'HS256', kid: mine.jwk.kid })
      .sign(secret)
    expect(await read(forged)).toMatchObject({ kind: 'bad', why: expect.stringMatching(/alg is none of/) })
    for (const text of ['', 'a.b', 'a.b.c', '...', 'é.é.é']) expect((await read(text)).kind).toBe('bad')
    expect(clientOf('a.b.c')).toBeUndefined()
  })
})

describe('a public key', () => {
  it('that holds its private part, is weak, or is no key is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    expect(PublicKey.safeParse(await exportJWK(privateKey)).success).toBe(false)
    expect(PublicKey.safeParse({ kty: 'oct', k: 'AAAA' }).success).toBe(false)
    expect(PublicKey.safeParse({ kty: 'RSA', n: 'A'.repeat(170), e: 'AQAB' }).success).toBe(false)
    const { x } = mine.jwk
    const off = PublicKey.parse({ kty: 'EC', crv: 'P-256', x, y: x })
    await expect(withKid(off)).rejects.toThrow()
  })
})

import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { readAssertion } from '../../shared/access/client-assertion.ts'
import { PublicKey, withKid } from '../../shared/access/public-keys.ts'
import { checkSignature } from '../../shared/access/request-signature.ts'
import { clientAssertion } from '../../shared/sdk/supplier/client-assertion.ts'
import { signatureOf } from '../../shared/sdk/supplier/request-signature.ts'
import type { PrivateKey } from '../../shared/sdk/supplier/signing-key.ts'

/** What the client signs is what the door checks, for every kind of key that the door takes. */

const NOW = Date.parse('2100-03-01T12:00:00Z')
const URL_ = 'https://eu.example.com/v2/ingest/sleep/batches?mode=strict'
const DIGEST = 'sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:'

async function pairOf(alg: string): Promise<{ key: PrivateKey; jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await withKid(PublicKey.parse(await exportJWK(publicKey)))
  return { key: { ...((await exportJWK(privateKey)) as JsonWebKey), kid: jwk.kid }, jwk }
}

describe.each(['ES256', 'ES384', 'Ed25519', 'PS256'])('a key of %s', (alg) => {
  it('signs requests', async () => {
    const { key, jwk } = await pairOf(alg)
    const request = { method: 'POST', url: URL_ }
    const signed = await signatureOf({ ...request, digest: DIGEST }, key, { now: NOW, nonce: 'nonce-0001' })
    const headers = new Headers({ ...signed, 'content-digest': DIGEST })
    expect(await checkSignature({ ...request, headers, hasBody: true }, [jwk], NOW)).toMatchObject({ kind: 'good' })
    headers.set('content-digest', DIGEST.replace('d', 'e'))
    expect(await checkSignature({ ...request, headers, hasBody: true }, [jwk], NOW)).toMatchObject({
      kind: 'bad',
      code: 'signature_invalid',
    })
  })
  it('signs assertions', async () => {
    const { key, jwk } = await pairOf(alg)
    const audience = 'https://fascia.example.com/oauth/token'
    const assertion = await clientAssertion(key, { clientId: 'crd_1', audience, now: NOW, id: 'one' })
    expect(await readAssertion(assertion, { id: 'crd_1', keys: [jwk] }, [audience], NOW)).toMatchObject({
      kind: 'good',
      jti: 'one',
    })
  })
})

import { createMiddleware } from 'hono/factory'
import type { JWK } from 'jose'
import { checkSignature } from '../../shared/access/request-signature.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { MAX_API_BODY_BYTES } from '../../shared/base/limits.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierCredentialRow } from '../../shared/db/schema.ts'
import { useOnce } from '../../shared/db/signing-keys.ts'
import { BatchBody } from '../ingest/batch-body.ts'
import type { SupplierContext, SupplierEnv } from './supplier-only.ts'

const parsed = new WeakMap<object, JWK[]>()
/** The public keys of a credential; the same objects as long as its row is believed, so that each is imported once. */
export function keysOf(credential: Pick<SupplierCredentialRow, 'public_keys'>): JWK[] {
  const found = parsed.get(credential) ?? (JSON.parse(credential.public_keys) as JWK[])
  parsed.set(credential, found)
  return found
}

/**
 * Before doors for data: requests are signed where the credential says so, and a signature that is there is checked in any
 * case. `streams`: the handler holds the body to its digest as it comes; a small one is held to it here.
 */
export const signed = (streams: boolean) =>
  createMiddleware<SupplierEnv>(async (c, next) => {
    await mustBeSigned(c)
    if (!streams) await asDigested(c.req.raw)
    return next()
  })

async function mustBeSigned(c: SupplierContext): Promise<void> {
  const { credential } = c.get('supplier')
  const { method, url, headers, body } = c.req.raw
  if (credential.signatures === 'optional' && !headers.has('signature-input')) return
  const checked = await checkSignature({ method, url, headers, hasBody: body !== null }, keysOf(credential), Date.now())
  if (checked.kind === 'bad') throw refused(checked.code, checked.why)
  if (!(await useOnce(open(c.env.DB), sha256(`nonce/${credential.credential_id}/${checked.once}`), checked.until)))
    throw refused('signature_replayed', 'the nonce was used before; sign each request anew, a repetition too')
}
/** What is asked for (RFC 9421 5.1). */
const ASKED = 'sig=("@method" "@target-uri" "content-digest");created;keyid;nonce'
const refused = (code: string, why: string) =>
  new Fault(
    'unauthorized',
    `request signature: ${why}`,
    { 'www-authenticate': 'Bearer', 'accept-signature': ASKED },
    code,
  )

/** A signature covers the digest of a body, not the body. */
async function asDigested(request: Request): Promise<void> {
  if (request.body === null || !request.headers.has('content-digest')) return
  const tooLarge = () => new Fault('too_large', `the body is larger than ${MAX_API_BODY_BYTES} bytes`)
  await new BatchBody(request.clone(), MAX_API_BODY_BYTES, tooLarge).pass()
}

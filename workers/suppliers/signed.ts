import type { Context } from 'hono'
import type { JWK } from 'jose'
import type { Env } from '../../durable-objects/env.ts'
import { checkSignature } from '../../shared/access/request-signature.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierCredentialRow } from '../../shared/db/schema.ts'
import { useOnce } from '../../shared/db/signing-keys.ts'

type Asked = Pick<Context<{ Bindings: Env }>, 'env' | 'req'>

const parsed = new WeakMap<object, JWK[]>()
/** The public keys of a credential; the same objects as long as its row is believed, so that each is imported once. */
export function keysOf(credential: Pick<SupplierCredentialRow, 'public_keys'>): JWK[] {
  const found = parsed.get(credential) ?? (JSON.parse(credential.public_keys) as JWK[])
  parsed.set(credential, found)
  return found
}

/**
 * Requests with data are signed where the credential says so, and a signature that is there is checked in any case. What
 * leads no data in is not: pages sign nothing.
 */
export async function mustBeSigned(c: Asked, credential: SupplierCredentialRow): Promise<void> {
  const { method, url, headers, body } = c.req.raw
  if (!new URL(url).pathname.replace('/api/', '/').startsWith('/v2/ingest/')) return
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

import { createHash, timingSafeEqual } from 'node:crypto'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'

export interface SignedRequest {
  method: string
  /** As it came: path and query. */
  target: string
  headers: Record<string, string>
  body: Uint8Array
}
export interface Refusal {
  status: number
  code: string
  message: string
}
export interface Account {
  accessKeyId: string
  secretAccessKey: string
}

/** AWS: "requests must reach AWS within 5 minutes of the time stamp"; services tolerate 15 minutes of clock skew. */
const MOST_SKEW_MS = 15 * 60_000
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/**
 * Whether a request is signed by the account, as AWS decides it; undefined: it is. Codes and statuses are those of
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html; what is signed and how:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function refusal(
  { method, target, headers, body }: SignedRequest,
  of: { service: string; region: string; account: Account },
  now = Date.now(),
): Promise<Refusal | undefined> {
  const given = headers.authorization
  if (!given) return refused('MissingAuthenticationToken', 'Request is missing Authentication Token')
  const found = AUTHORIZATION.exec(given)
  const stamp = headers['x-amz-date']
  if (!found || !stamp) return refused('IncompleteSignature', 'The request signature does not conform to AWS standards')
  const [, keyId, day, region, service, names, signature] = found as unknown as string[]
  if (keyId !== of.account.accessKeyId)
    return refused('InvalidClientTokenId', 'The security token included in the request is invalid')
  const at = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(now - at) <= MOST_SKEW_MS)) return refused('RequestExpired', `Signature expired: ${stamp}`)
  if (region !== of.region || service !== of.service || day !== stamp.slice(0, 8))
    return refused('SignatureDoesNotMatch', `Credential should be scoped to ${of.region} and ${of.service}`)
  const signed = names!.split(';')
  if (!signed.includes('host') || signed.some((name) => headers[name] === undefined))
    return refused('SignatureDoesNotMatch', 'Host, and every header that is named as signed, must be there')
  const url = new URL(target, `http://${headers.host}`)
  // The signer believes this header instead of looking at the body.
  const hash = createHash('sha256').update(body).digest('hex')
  if ((headers['x-amz-content-sha256'] ?? hash) !== hash)
    return refused('SignatureDoesNotMatch', 'x-amz-content-sha256 is not the hash of the body')
  // Not every client announces the hash of the body: what was not sent must not be signed either.
  const signer = new SignatureV4({ service, region, sha256: Sha256, credentials: of.account, applyChecksum: false })
  const again = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(signed.map((name) => [name, headers[name]!])),
      body,
    },
    { signingDate: new Date(at), signableHeaders: new Set(signed), unsignableHeaders: new Set() },
  )
  const expected = AUTHORIZATION.exec(again.headers.authorization!)?.[6]
  // The signer drops what must not be signed; then the names differ, and so do the signatures.
  const same = expected !== undefined && timingSafeEqual(Buffer.from(expected), Buffer.from(signature!))
  if (!same) return refused('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature')
  return undefined
}

const refused = (code: string, message: string): Refusal => ({ status: 403, code, message })

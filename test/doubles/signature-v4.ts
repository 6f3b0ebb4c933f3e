import { createHash } from 'node:crypto'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'

/**
 * Whether a request is signed as Amazon wants it, by Amazon's own implementation of signature version 4:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * Codes and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export class AwsError extends Error {
  readonly status: number
  readonly code: string
  /** Further elements of the answer. */
  readonly more: Record<string, string>
  constructor(status: number, code: string, message: string, more: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }
}

/** A request as it came. */
export interface Asked {
  method: string
  /** Path and query, as they were sent. */
  url: string
  headers: Record<string, string | undefined>
}
export interface Signed {
  service: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  now: () => number
}
const MOST_SKEW_MS = 15 * 60_000

export async function checkSignature(request: Asked, body: Buffer, expected: Signed): Promise<void> {
  const { headers } = request
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? '',
  )
  if (headers.authorization === undefined) throw new AwsError(403, 'AccessDenied', 'Access Denied')
  if (!parts) throw new AwsError(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.')
  const [, credential, names, signature] = parts as unknown as [string, string, string, string]
  const [key, day, region, service, end] = credential.split('/')
  if (key !== expected.accessKeyId)
    throw new AwsError(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: key!,
    })
  const date = headers['x-amz-date'] ?? ''
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(at))
    throw new AwsError(403, 'AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  if (Math.abs(at - expected.now()) > MOST_SKEW_MS)
    throw new AwsError(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      { RequestTime: date, MaxAllowedSkewMilliseconds: String(MOST_SKEW_MS) },
    )
  if (region !== expected.region)
    throw new AwsError(
      400,
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected.region}'`,
      { Region: expected.region },
    )
  if (service !== expected.service || end !== 'aws4_request' || day !== date.slice(0, 8))
    throw new AwsError(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed; wrong scope.')
  checkToken(headers['x-amz-security-token'], expected.sessionToken)
  if ((await signatureOf(request, body, names.split(';'), { ...expected, at })) !== signature)
    throw new AwsError(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: key, SignatureProvided: signature },
    )
}

function checkToken(token: string | undefined, expected: string | undefined): void {
  if (token === expected) return
  if (expected === undefined || token !== undefined)
    throw new AwsError(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.')
  throw new AwsError(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.')
}

async function signatureOf(
  request: Asked,
  body: Buffer,
  names: string[],
  { service, region, accessKeyId, secretAccessKey, at }: Signed & { at: number },
): Promise<string | undefined> {
  const { headers, method } = request
  // Whoever could change one of these on the way could change what is done.
  const mustSign = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
  const unsigned = mustSign.filter((name) => !names.includes(name))
  if (unsigned.length > 0)
    throw new AwsError(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    })
  const url = new URL(request.url, 'http://host')
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: headers.host!,
      path: url.pathname
        .split('/')
        .map((part) => escaped(decodeURIComponent(part)))
        .join('/'),
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
      body,
    },
    { signingDate: new Date(at), signableHeaders: new Set(names) },
  )
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1]
}
const escaped = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

export const digest = (algorithm: 'md5' | 'sha256', body: Buffer, encoding: 'base64' | 'hex') =>
  createHash(algorithm).update(body).digest(encoding)

import { beginning } from '../answer.ts'
import { Refused } from '../define.ts'
import { retry, retryAfterMs } from '../outcome.ts'
import { type Failed, notShipped } from '../shipment.ts'

/** What a store said instead of taking an object. */
export interface Refusal {
  status: number
  /** The store's own: `AccessDenied`. Absent: no answer, or one that is not of this protocol. */
  code?: string
  message: string
  /** Where the bucket is, where the store says so. */
  region?: string
  request_id?: string
  retryAfterMs?: number
}

/** Error codes (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html) → which setting, and what to mend. */
const MEND: Record<string, { field?: string; mend: string }> = {
  AccessDenied: { mend: 'allow s3:PutObject on the bucket and prefix to this access key (and to use the KMS key)' },
  AllAccessDisabled: { field: 'bucket', mend: 'the bucket is switched off at the store' },
  NoSuchBucket: { field: 'bucket', mend: 'create the bucket, or correct its name' },
  InvalidBucketName: { field: 'bucket', mend: 'correct the name of the bucket' },
  InvalidAccessKeyId: { field: 'access_key_id', mend: 'give a key that exists' },
  SignatureDoesNotMatch: { field: 'secret_access_key', mend: 'give the secret that belongs to the access key' },
  ExpiredToken: { field: 'session_token', mend: 'give new temporary credentials, or keys that do not end' },
  InvalidToken: { field: 'session_token', mend: 'give the token that belongs to the access key, or none' },
  RequestTimeTooSkewed: { mend: 'the clock here or at the store is wrong by more than 15 minutes' },
  PermanentRedirect: { field: 'region', mend: 'correct region (and endpoint)' },
  TemporaryRedirect: { mend: 'the bucket is new: this passes within hours; or give the endpoint of its region' },
  AuthorizationHeaderMalformed: { field: 'region', mend: 'correct region' },
  IllegalLocationConstraintException: { field: 'region', mend: 'correct region' },
  NotImplemented: {
    field: 'conditional_put',
    mend: 'the store does not know conditional puts or this encryption: set conditional_put to false, server_side_encryption to none',
  },
  KeyTooLongError: { field: 'prefix', mend: 'shorten the prefix' },
  BadDigest: { mend: 'the object was changed on its way; it is sent again' },
}

/** Keys of ours that an answer repeats are taken out: it is kept and shown. */
export async function readRefusal(
  response: Response,
  secrets: (string | undefined)[],
  { signal, now }: { signal: AbortSignal; now: () => number },
): Promise<Refusal> {
  const { status, headers } = response
  const xml = secrets.reduce<string>(
    (cleaned, secret) => (secret ? cleaned.replaceAll(secret, '…') : cleaned),
    await beginning(response, signal),
  )
  const code = tag(xml, 'Code')
  const region = tag(xml, 'Region') ?? headers.get('x-amz-bucket-region') ?? undefined
  const wait = retryAfterMs(headers.get('retry-after'), now())
  const request_id = tag(xml, 'RequestId') ?? headers.get('x-amz-request-id') ?? undefined
  return {
    status,
    message: tag(xml, 'Message') ?? `status ${status}`,
    ...(code && { code }),
    ...(region && { region }),
    ...(request_id && { request_id }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  }
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
const tag = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(xml)?.[1]
    ?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity]!)

const said = ({ code, message }: Refusal) => (code ? `${code}: ${message}` : message)
function mendOf({ code, region, status }: Refusal): { field?: string; mend?: string } {
  const known = code === undefined ? undefined : MEND[code]
  if (known?.field === 'region' && region) return { ...known, mend: `the bucket is in ${region}: set region to it` }
  if (known) return known
  if (code?.startsWith('KMS.')) return { field: 'kms_key_id', mend: 'look at the KMS key' }
  return code === undefined && (status === 503 || status === 504) ? { field: 'endpoint' } : {}
}
const whole = (refusal: Refusal): string => {
  const { mend } = mendOf(refusal)
  return `${said(refusal).replace(/\.$/, '')}${mend ? `; ${mend}` : ''}`
}

/** A refusal speaks of the bucket or the keys, never of one event: nobody is held for it, the window comes again. */
export function failedBy(refusal: Refusal): Failed {
  const { status, request_id, retryAfterMs } = refusal
  return retry('destination', whole(refusal), {
    status,
    response: `${said(refusal)}${request_id ? ` (request ${request_id})` : ''}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }) as Failed
}
export const notTaken = (refusal: Refusal) => notShipped(failedBy(refusal))
export const refusedBy = (refusal: Refusal): Refused => new Refused(whole(refusal), mendOf(refusal).field)

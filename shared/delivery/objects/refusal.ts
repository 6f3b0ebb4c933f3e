import {
  failedBy,
  KEY_MENDS,
  type MendOf,
  type Mends,
  type Reader,
  type Refusal,
  refusedBy as refused,
} from '../aws/refusal.ts'
import type { Refused } from '../define.ts'
import { notShipped } from '../shipment.ts'

/** Error codes (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html) → which setting, and what to mend. */
const MEND: Mends = {
  ...KEY_MENDS,
  // R2’s word, and Google’s: https://developers.cloudflare.com/r2/api/error-codes/, https://cloud.google.com/storage/docs/xml-api/reference-status
  Unauthorized: KEY_MENDS.InvalidAccessKeyId!,
  InvalidSecurity: KEY_MENDS.InvalidAccessKeyId!,
  AccessDenied: { mend: 'allow s3:PutObject on the bucket and prefix to this access key (and to use the KMS key)' },
  AllAccessDisabled: { field: 'bucket', mend: 'the bucket is switched off at the store' },
  AccountProblem: { field: 'bucket', mend: 'mend the account at the store' },
  UserProjectMissing: { field: 'bucket', mend: 'its owner has to pay for requests: switch “requester pays” off' },
  NoSuchBucket: { field: 'bucket', mend: 'create the bucket, or correct its name' },
  InvalidBucketName: { field: 'bucket', mend: 'correct the name of the bucket' },
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

/** Of an answer in XML: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses */
export const readXml: Reader = (xml, headers) => {
  const code = tag(xml, 'Code')
  const message = tag(xml, 'Message')
  // Google Cloud Storage: what is missing, where its message is “Access denied.”
  const details = tag(xml, 'Details')
  const region = tag(xml, 'Region') ?? headers.get('x-amz-bucket-region') ?? undefined
  const request_id = tag(xml, 'RequestId') ?? headers.get('x-amz-request-id') ?? undefined
  return {
    ...(code && { code }),
    ...(message && { message: details ? `${message.replace(/\.$/, '')}: ${details}` : message }),
    ...(region && { region }),
    ...(request_id && { request_id }),
  }
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
/** Of 0 to 10FFFF: what is none stays as it is. */
const ofCode = (code: number, entity: string): string => (code <= 0x10ffff ? String.fromCodePoint(code) : entity)
const tag = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(xml)?.[1]
    ?.replace(
      /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(lt|gt|quot|apos|amp));/gi,
      (whole, hex?: string, digits?: string, name?: string) =>
        name ? (ENTITIES[name.toLowerCase()] ?? whole) : ofCode(hex ? Number.parseInt(hex, 16) : Number(digits), whole),
    )

const mendOf: MendOf = ({ code, region, status }) => {
  const known = code === undefined ? undefined : MEND[code]
  if (known?.field === 'region' && region) return { ...known, mend: `the bucket is in ${region}: set region to it` }
  if (known) return known
  if (code?.startsWith('KMS.')) return { field: 'kms_key_id', mend: 'look at the KMS key' }
  return code === undefined && (status === 503 || status === 504) ? { field: 'endpoint' } : {}
}

export const notTaken = (refusal: Refusal) => notShipped(failedBy(refusal, mendOf))
export const refusedBy = (refusal: Refusal): Refused => refused(refusal, mendOf)

/** Where objects are listed and read: https://docs.aws.amazon.com/AmazonS3/latest/userguide/list-obj-version-enabled-bucket.html */
const READ_MEND: Mends = {
  AccessDenied: {
    mend: 'allow s3:ListBucket on the bucket and s3:GetObject under the prefix to this access key (and to use the KMS key); at Google, storage.objects.list and storage.objects.get',
  },
  NotImplemented: { mend: 'the store does not know ListObjectsV2 or If-Match, without which objects cannot be read' },
}
export const notRead = (refusal: Refusal): Refused =>
  refused(refusal, (one) => (one.code !== undefined && READ_MEND[one.code]) || mendOf(one))

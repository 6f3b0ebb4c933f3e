import { beginning } from '../answer.ts'
import { Refused } from '../define.ts'
import { retry, retryAfterMs } from '../outcome.ts'
import type { Failed } from '../shipment.ts'

/** What a service said instead of doing what it was asked. */
export interface Refusal {
  status: number
  /** The service's own: `AccessDenied`. Absent: no answer, or one that is not of this protocol. */
  code?: string
  message: string
  /** Where the thing is, where the service says so. */
  region?: string
  request_id?: string
  retryAfterMs?: number
}
/** What a service's answer says, in whichever notation it writes. */
export type Reader = (text: string, headers: Headers) => Partial<Omit<Refusal, 'status' | 'retryAfterMs'>>
/** Which setting to look at, and what to mend. */
export interface Mend {
  field?: string
  mend?: string
}
/** By code. */
export type Mends = Record<string, Mend>
export type MendOf = (refusal: Pick<Refusal, 'code'> & Partial<Refusal>) => Mend

const KEY = { field: 'access_key_id', mend: 'give a key that exists' }
const SECRET = {
  field: 'secret_access_key',
  mend: 'give the secret that belongs to the access key, or the right region where the words speak of one',
}
/** Of every service: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
export const KEY_MENDS: Mends = {
  InvalidAccessKeyId: KEY,
  InvalidClientTokenId: KEY,
  UnrecognizedClient: KEY,
  SignatureDoesNotMatch: SECRET,
  InvalidSignature: SECRET,
  ExpiredToken: { field: 'session_token', mend: 'give new temporary credentials, or keys that do not end' },
  InvalidToken: { field: 'session_token', mend: 'give the token that belongs to the access key, or none' },
  RequestTimeTooSkewed: { mend: 'the clock here or at the service is wrong by more than 15 minutes' },
}

/** Of a JSON answer. Names have a namespace in front, and some have `Exception` behind. */
export const readJson: Reader = (text, headers) => {
  const request_id = headers.get('x-amzn-requestid')
  let answer: { __type?: unknown; message?: unknown; Message?: unknown } | null
  try {
    answer = JSON.parse(text) as typeof answer
  } catch {
    // A proxy's page: it has a status and no more to say.
    return request_id ? { request_id } : {}
  }
  const code = typeof answer?.__type === 'string' ? plainCode(answer.__type) : undefined
  const message = answer?.message ?? answer?.Message
  return {
    ...(code && { code }),
    ...(typeof message === 'string' && message !== '' && { message }),
    ...(request_id && { request_id }),
  }
}
export const plainCode = (name: string): string => name.replace(/^.*[#.]/, '').replace(/Exception$/, '')

/** Keys of ours that an answer repeats are taken out: it is kept and shown. */
export async function readRefusal(
  response: Response,
  secrets: (string | undefined)[],
  reads: Reader,
  { signal, now }: { signal: AbortSignal; now: () => number },
): Promise<Refusal> {
  const { status, headers } = response
  const text = secrets.reduce<string>(
    (cleaned, secret) => (secret ? cleaned.replaceAll(secret, '…') : cleaned),
    await beginning(response, signal),
  )
  const wait = retryAfterMs(headers.get('retry-after'), now())
  return {
    status,
    message: `status ${status}`,
    ...reads(text, headers),
    ...(wait !== undefined && { retryAfterMs: wait }),
  }
}

export const said = ({ code, message }: Pick<Refusal, 'code' | 'message'>) => (code ? `${code}: ${message}` : message)
/** The service's words, and ours. */
export function whole(refusal: Pick<Refusal, 'code' | 'message'>, mendOf: MendOf): string {
  const { mend } = mendOf(refusal)
  return `${said(refusal).replace(/\.$/, '')}${mend ? `; ${mend}` : ''}`
}
export const mendBy =
  (mends: Mends): MendOf =>
  ({ code }) =>
    (code === undefined ? undefined : mends[code]) ?? {}

/** It speaks of the place or the keys, never of one event: nobody is held for it, the window comes again. */
export function failedBy(refusal: Refusal, mendOf: MendOf): Failed {
  const { status, request_id, retryAfterMs } = refusal
  return retry('destination', whole(refusal, mendOf), {
    status,
    response: `${said(refusal)}${request_id ? ` (request ${request_id})` : ''}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }) as Failed
}
export const refusedBy = (refusal: Pick<Refusal, 'code' | 'message'>, mendOf: MendOf): Refused =>
  new Refused(whole(refusal, mendOf), mendOf(refusal).field)

import { AwsV4Signer } from 'aws4fetch'
import { pause } from '../../base/pace.ts'
import { z } from '../../base/zod.ts'
import type { SendContext } from '../define.ts'
import { type Reader, type Refusal, readRefusal } from './refusal.ts'

/** They become headers. */
const PRINTABLE = /^[\x20-\x7e]*$/
const AS_GIVEN = 'has characters that no key has; copy it as the service shows it'
export const AwsKeys = z.strictObject({
  access_key_id: z.string().min(1).max(512).regex(PRINTABLE, AS_GIVEN),
  secret_access_key: z.string().min(1).max(512).describe('Belongs to the access key'),
  session_token: z
    .string()
    .min(1)
    .max(8_192)
    .regex(PRINTABLE, AS_GIVEN)
    .optional()
    .describe('Of temporary credentials. They end: keys are better'),
})
export type AwsKeys = z.infer<typeof AwsKeys>

export interface AwsRequest {
  service: string
  region: string
  method: 'POST' | 'PUT' | 'GET' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
}
export type Answer = { kind: 'answer'; response: Response } | { kind: 'refused'; refusal: Refusal }
export type AwsDeps = Pick<SendContext<unknown, unknown>, 'fetch' | 'signal' | 'now'>

/** Waits before a request is made again that failed by chance: Amazon's own clients try three times as well. */
const WAITS_MS = [100, 400]
/** By chance: two writers of one thing, an internal error, too many requests. */
const BY_CHANCE = new Set([409, 429, 500, 502, 503, 504])

/**
 * Requests signed as Amazon wants it (signature version 4). They never follow a redirect: it would lead them to a host that
 * nobody checked.
 */
export class AwsClient {
  private readonly keys: AwsKeys
  private readonly reads: Reader
  private readonly deps: AwsDeps
  /** Signing keys of the day. */
  private readonly cache = new Map<string, ArrayBuffer>()

  constructor(keys: AwsKeys, reads: Reader, deps: AwsDeps) {
    this.keys = keys
    this.reads = reads
    this.deps = deps
  }

  async send(request: AwsRequest): Promise<Answer> {
    for (let tried = 0; ; tried++) {
      const answer = await this.once(request)
      const wait = WAITS_MS[tried]
      const again = answer.kind === 'refused' && BY_CHANCE.has(answer.refusal.status)
      if (!again || wait === undefined || this.deps.signal.aborted) return answer
      await pause(wait, this.deps.signal)
    }
  }

  private async once({ method, url, headers, body, service, region }: AwsRequest): Promise<Answer> {
    const { fetch, signal, now } = this.deps
    const { access_key_id, secret_access_key, session_token } = this.keys
    const signer = new AwsV4Signer({
      method,
      url,
      headers: { 'user-agent': 'Fascia/1', ...headers },
      ...(body !== undefined && { body }),
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      ...(session_token && { sessionToken: session_token }),
      service,
      region,
      cache: this.cache,
      datetime: new Date(now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    })
    const signed = await signer.sign()
    try {
      const sent = { method, headers: signed.headers, redirect: 'manual' as const, signal }
      const response = await fetch(signed.url, { ...sent, ...(body !== undefined && { body }) })
      if (response.ok) return { kind: 'answer', response }
      return { kind: 'refused', refusal: await readRefusal(response, Object.values(this.keys), this.reads, this.deps) }
    } catch (error) {
      if (signal.aborted) return { kind: 'refused', refusal: { status: 504, message: 'no answer in time' } }
      const message = `connection failed: ${error instanceof Error ? error.message : 'unknown'}`
      return { kind: 'refused', refusal: { status: 503, message } }
    }
  }
}

import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { sha256 } from '../../base/hash.ts'
import { type Refusal, readRefusal } from './refusal.ts'

/** Where a bucket is. */
export interface Bucket {
  bucket: string
  region: string
  /** Absent: Amazon's own, of the region. */
  endpoint?: string | undefined
  path_style?: boolean | undefined
  server_side_encryption: 'none' | 'AES256' | 'aws:kms'
  kms_key_id?: string | undefined
}
export interface StoreKeys {
  access_key_id: string
  secret_access_key: string
  session_token?: string | undefined
}
export interface StoredObject {
  key: string
  body: Uint8Array<ArrayBuffer>
  contentType: string
}
/** there: the key was taken before, and `onlyNew` was asked for. */
export type Put = { kind: 'put' } | { kind: 'there' } | { kind: 'refused'; refusal: Refusal }
export interface Deps {
  fetch: typeof fetch
  signal: AbortSignal
  now: () => number
}

/** Waits before a request is made again that failed by chance: the store's own clients try three times as well. */
const WAITS_MS = [100, 400]
/** By chance: two writers of one key, an internal error, too many requests. */
const BY_CHANCE = new Set([409, 500, 502, 503, 504])

/**
 * A bucket over the S3 protocol. Requests are signed here (signature version 4) and never follow a redirect: it would
 * lead them to a host that nobody checked.
 */
export class ObjectStore {
  private readonly bucket: Bucket
  private readonly keys: StoreKeys
  private readonly deps: Deps
  /** Signing keys of the day. */
  private readonly cache = new Map<string, ArrayBuffer>()

  constructor(bucket: Bucket, keys: StoreKeys, deps: Deps) {
    this.bucket = bucket
    this.keys = keys
    this.deps = deps
  }

  /**
   * `onlyNew`: an object that is there already stays as it is, so that a repetition changes nothing:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async put({ key, body, contentType }: StoredObject, onlyNew: boolean): Promise<Put> {
    const { server_side_encryption: encryption, kms_key_id } = this.bucket
    const headers: Record<string, string> = {
      'content-type': contentType,
      // Buckets with a lock ask for it, and what was broken on the way is refused.
      'content-md5': createHash('md5').update(body).digest('base64'),
      ...(onlyNew && { 'if-none-match': '*' }),
      ...(encryption !== 'none' && { 'x-amz-server-side-encryption': encryption }),
      ...(encryption === 'aws:kms' && kms_key_id && { 'x-amz-server-side-encryption-aws-kms-key-id': kms_key_id }),
    }
    const refusal = await this.request('PUT', key, headers, body)
    if (!refusal) return { kind: 'put' }
    return onlyNew && refusal.status === 412 ? { kind: 'there' } : { kind: 'refused', refusal }
  }

  /** undefined: it is gone. */
  remove(key: string): Promise<Refusal | undefined> {
    return this.request('DELETE', key, {})
  }

  private async request(
    method: string,
    key: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Refusal | undefined> {
    for (let tried = 0; ; tried++) {
      const refusal = await this.once(method, key, headers, body)
      const wait = WAITS_MS[tried]
      if (!refusal || wait === undefined || !BY_CHANCE.has(refusal.status) || this.deps.signal.aborted) return refusal
      await pause(wait, this.deps.signal)
    }
  }

  private async once(
    method: string,
    key: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Refusal | undefined> {
    const { fetch, signal, now } = this.deps
    const signer = new AwsV4Signer({
      method,
      url: addressOf(this.bucket, key),
      headers: { 'user-agent': 'Fascia/1', 'x-amz-content-sha256': sha256(body ?? ''), ...headers },
      accessKeyId: this.keys.access_key_id,
      secretAccessKey: this.keys.secret_access_key,
      ...(this.keys.session_token && { sessionToken: this.keys.session_token }),
      service: 's3',
      region: this.bucket.region,
      cache: this.cache,
      datetime: new Date(now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    })
    const signed = await signer.sign()
    try {
      const response = await fetch(signed.url, {
        method,
        headers: signed.headers,
        ...(body && { body }),
        redirect: 'manual',
        signal,
      })
      if (!response.ok) return await readRefusal(response, Object.values(this.keys), this.deps)
      // Of no interest, but an unread one holds the connection.
      await response.body?.cancel().catch(() => undefined)
      return undefined
    } catch (error) {
      if (signal.aborted) return { status: 504, message: 'no answer in time' }
      return { status: 503, message: `connection failed: ${error instanceof Error ? error.message : 'unknown'}` }
    }
  }
}

/** Amazon's own address where none is given; a bucket with dots in its name is no host that certificates know. */
export function addressOf(
  { bucket, region, endpoint, path_style }: Pick<Bucket, 'bucket' | 'region' | 'endpoint' | 'path_style'>,
  key: string,
): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const { protocol, host, pathname } = new URL(endpoint ?? `https://s3.${region}.${suffix}`)
  const inPath = path_style ?? (endpoint !== undefined || bucket.includes('.'))
  const path = `${pathname.replace(/\/$/, '')}/${inPath ? `${bucket}/` : ''}${key.split('/').map(escaped).join('/')}`
  return `${protocol}//${inPath ? '' : `${bucket}.`}${host}${path}`
}
/** As the signature wants it: everything but letters, digits and -._~ */
const escaped = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Ends early when nobody waits any more. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })

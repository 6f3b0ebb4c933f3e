import { createHash } from 'node:crypto'
import { sha256 } from '../../base/hash.ts'
import { AwsClient, type AwsDeps, type AwsKeys } from '../aws/client.ts'
import type { Refusal } from '../aws/refusal.ts'
import { type Listing, readListing } from './listing.ts'
import { readXml } from './refusal.ts'

/** Where a bucket is. */
export interface Bucket {
  bucket: string
  region: string
  /** Absent: Amazon's own, of the region. */
  endpoint?: string | undefined
  path_style?: boolean | undefined
  /** Asked for with what is put; absent: what the bucket does by itself. */
  server_side_encryption?: 'none' | 'AES256' | 'aws:kms'
  kms_key_id?: string | undefined
}
export interface StoredObject {
  key: string
  body: Uint8Array<ArrayBuffer>
  contentType: string
}
/** there: the key was taken before, and `onlyNew` was asked for. */
export type Put = { kind: 'put' } | { kind: 'there' } | { kind: 'refused'; refusal: Refusal }
export type Listed = { kind: 'page'; page: Listing } | { kind: 'refused'; refusal: Refusal }
/** gone: it is not there any more, or is another than the one that was asked for. */
export type Opened = { kind: 'opened'; response: Response } | { kind: 'gone' } | { kind: 'refused'; refusal: Refusal }
/** A bucket over the S3 protocol. */
export class ObjectStore {
  private readonly bucket: Bucket
  private readonly client: AwsClient

  constructor(bucket: Bucket, keys: AwsKeys, deps: AwsDeps) {
    this.bucket = bucket
    this.client = new AwsClient(keys, readXml, deps)
  }

  /**
   * `onlyNew`: an object that is there already stays as it is, so that a repetition changes nothing:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async put({ key, body, contentType }: StoredObject, onlyNew: boolean): Promise<Put> {
    const { server_side_encryption: encryption = 'none', kms_key_id } = this.bucket
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

  /** A page of the keys under a prefix, in their order; `from`: where another page ended. */
  async list(prefix: string, { from, most }: { from: string | undefined; most: number }): Promise<Listed> {
    const asked = {
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': `${most}`,
      prefix,
      ...(from !== undefined && { 'continuation-token': from }),
    }
    const query = Object.entries(asked)
      .map(([name, value]) => `${name}=${escaped(value)}`)
      .join('&')
    const came = await this.client.send({
      ...this.ask('GET', `${addressOf(this.bucket, '')}?${query}`),
      headers: { 'x-amz-content-sha256': sha256('') },
    })
    if (came.kind === 'refused') return { kind: 'refused', refusal: unnamed(came.refusal, prefix) }
    let page: Listing | undefined
    try {
      page = await readListing(came.response)
    } catch {
      return noList('the list broke off before its end')
    }
    if (!page) return noList('the answer to ListObjectsV2 is no list of objects: this is no store that speaks S3')
    if (from !== undefined && page.next === from) return noList('the list goes on where it is already, and never ends')
    return { kind: 'page', page }
  }

  /** Its body as it comes. `etag`: only that version of it. */
  async open(key: string, etag: string): Promise<Opened> {
    const came = await this.client.send({
      ...this.ask('GET', addressOf(this.bucket, key)),
      headers: { 'x-amz-content-sha256': sha256(''), 'if-match': etag },
    })
    if (came.kind === 'answer') return { kind: 'opened', response: came.response }
    const { status, code } = came.refusal
    if (status === 412 || (status === 404 && code === 'NoSuchKey')) return { kind: 'gone' }
    return { kind: 'refused', refusal: unnamed(came.refusal, key) }
  }

  private ask<M extends 'PUT' | 'DELETE' | 'GET'>(method: M, url: string) {
    return { service: 's3', region: this.bucket.region, method, url }
  }
  private async request(
    method: 'PUT' | 'DELETE',
    key: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Refusal | undefined> {
    const came = await this.client.send({
      ...this.ask(method, addressOf(this.bucket, key)),
      headers: { 'x-amz-content-sha256': sha256(body ?? ''), ...headers },
      ...(body && { body }),
    })
    if (came.kind === 'refused') return came.refusal
    // Of no interest, but an unread one holds the connection.
    await came.response.body?.cancel().catch(() => undefined)
    return undefined
  }
}

/** Keys, and what they begin with, may name people, and stores and runtimes say of which they speak. */
function unnamed(refusal: Refusal, key: string): Refusal {
  // So short a one names nobody, and stands in many words.
  if (key.length < 3) return refusal
  const forms = [key, pathOf(key), escaped(key)]
  return { ...refusal, message: forms.reduce((message, form) => message.replaceAll(form, '…'), refusal.message) }
}
const noList = (message: string): Listed => ({ kind: 'refused', refusal: { status: 502, message } })

/** Amazon's own address where none is given; a bucket with dots in its name is no host that certificates know. */
export function addressOf(
  { bucket, region, endpoint, path_style }: Pick<Bucket, 'bucket' | 'region' | 'endpoint' | 'path_style'>,
  key: string,
): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const { protocol, host, pathname } = new URL(endpoint ?? `https://s3.${region}.${suffix}`)
  const inPath = path_style ?? (endpoint !== undefined || bucket.includes('.'))
  const path = `${pathname.replace(/\/$/, '')}/${inPath ? `${bucket}/` : ''}${pathOf(key)}`
  return `${protocol}//${inPath ? '' : `${bucket}.`}${host}${path}`
}
/** Not every bucket can stand in a host: 1.2.3.4 has no names below it. What is wrong with an endpoint is said of that. */
export function hasAddress(place: Parameters<typeof addressOf>[0]): boolean {
  try {
    return URL.canParse(addressOf(place, ''))
  } catch {
    return true
  }
}
export const NO_ADDRESS = {
  path: ['path_style'],
  error: 'the bucket cannot stand in the host of this endpoint; say true: it stands in the path',
}
/** An address loses such parts before anybody is asked: it would be another key's. */
export const isAddressable = (key: string): boolean => !key.split('/').some((part) => part === '.' || part === '..')
const pathOf = (key: string): string => key.split('/').map(escaped).join('/')
/** As the signature wants it: everything but letters, digits and -._~ */
const escaped = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

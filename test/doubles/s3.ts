import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Asked, AwsError, checkSignature, digest } from './signature-v4.ts'

export interface S3Options {
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  now?: () => number
  /** What it makes of If-None-Match on a put: Amazon knows it, others refuse or overlook it. */
  conditional?: 'known' | 'refused' | 'overlooked'
  /** s3:DeleteObject, s3:ListBucket is allowed. */
  deletes?: boolean
  lists?: boolean
  /** Keys in a page of a list, where less is not asked for; Amazon gives 1,000. */
  pageKeys?: number
}
export interface Kept {
  body: Buffer
  headers: Asked['headers']
  /** How often it was written, and when it was last. */
  written: number
  modifiedAt: number
}
/**
 * What it does with the next request instead: fails before or after the work is done, breaks the connection (in the middle
 * of its answer), never answers, or waits until it is told to go on.
 */
export type Trouble =
  | { kind: 'error'; status: number; code: string; message?: string; after?: boolean; headers?: Record<string, string> }
  | { kind: 'text'; status: number; body: string }
  | { kind: 'reset'; after?: boolean }
  | { kind: 'half' }
  | { kind: 'none' }
  | { kind: 'silent' }
  | { kind: 'slow'; until: Promise<void> }

interface Done {
  status: number
  body?: Buffer | string
  headers?: Record<string, string>
}
interface Answer extends Done {
  headers: Record<string, string>
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MOST_KEY_BYTES = 1_024

/**
 * Amazon S3 on loopback, path style: PutObject, GetObject, DeleteObject, ListObjectsV2 of one bucket, with the checks of
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, of
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, of
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and of
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export class S3Double {
  readonly objects = new Map<string, Kept>()
  /** `PUT key` → status, as they were answered. */
  readonly answered: string[] = []
  readonly troubles: Trouble[] = []
  /** Keys that are being written: a second conditional write meanwhile is a conflict. */
  readonly writing = new Set<string>()
  private server: Server | undefined
  private readonly options: S3Options

  constructor(options: S3Options) {
    this.options = options
  }
  async start(port = 0): Promise<string> {
    const server = createServer((request, response) => void this.handle(request, response))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    this.server = server
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()))
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const trouble = this.troubles.shift()
    if (trouble?.kind === 'silent') return
    if (trouble?.kind === 'reset' && !trouble.after) return void request.socket.destroy()
    const { status, body, headers } = await this.answer(request as Asked, Buffer.concat(chunks), trouble)
    if (trouble?.kind === 'reset') return void request.socket.destroy()
    if (trouble?.kind === 'half' && body) {
      const whole = Buffer.from(body)
      response.writeHead(status, { ...headers, 'content-length': whole.length })
      response.write(whole.subarray(0, whole.length / 2), () => request.socket.destroy())
      return
    }
    response.writeHead(status, headers).end(body)
  }

  /** What becomes of a request, wherever it came from. */
  async answer(asked: Asked, body: Buffer, trouble?: Trouble): Promise<Answer> {
    const answer = await this.outcome(asked, body, trouble)
    this.answered.push(`${asked.method} ${answer.status}`)
    return answer
  }
  private async outcome(asked: Asked, body: Buffer, trouble: Trouble | undefined): Promise<Answer> {
    const headers = { 'x-amz-request-id': '4442587FB7D0A2F9' }
    try {
      if (trouble?.kind === 'text') return { status: trouble.status, body: trouble.body, headers }
      if (trouble?.kind === 'error' && !trouble.after) throw errorOf(trouble)
      const done = await this.work(asked, body, trouble)
      if (trouble?.kind === 'error') throw errorOf(trouble)
      return { ...done, headers: { ...headers, ...done.headers } }
    } catch (error) {
      const refused = error instanceof AwsError ? error : new AwsError(500, 'InternalError', String(error))
      const more = trouble?.kind === 'error' ? trouble.headers : {}
      return {
        status: refused.status,
        body: errorXml(refused),
        headers: { ...headers, 'content-type': 'application/xml', ...more },
      }
    }
  }

  private async work(request: Asked, body: Buffer, trouble: Trouble | undefined): Promise<Done> {
    const { options } = this
    await checkSignature(request, body, { service: 's3', now: Date.now, ...options })
    checkContent(request, body)
    const [bucket, key] = splitPath(request.url)
    if (bucket !== options.bucket)
      throw new AwsError(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket })
    if (key === '' && request.method === 'GET')
      return listing(this.objects, new URL(request.url, 'http://host'), options)
    if (Buffer.byteLength(key) > MOST_KEY_BYTES) throw new AwsError(400, 'KeyTooLongError', 'Your key is too long')
    if (request.method === 'PUT') return this.put(request, key, body, trouble)
    if (request.method === 'GET') {
      const found = this.objects.get(key)
      if (!found) throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.')
      const match = request.headers['if-match']
      if (match !== undefined && match !== '*' && match !== etagOf(found.body))
        throw new AwsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
          Condition: 'If-Match',
        })
      const encoding = found.headers['content-encoding']
      return {
        status: 200,
        body: found.body,
        headers: { etag: etagOf(found.body), ...(encoding && { 'content-encoding': encoding }) },
      }
    }
    if (request.method !== 'DELETE') throw new AwsError(405, 'MethodNotAllowed', 'The method is not allowed')
    if (options.deletes === false) throw new AwsError(403, 'AccessDenied', 'Access Denied')
    this.objects.delete(key)
    return { status: 204 }
  }

  private async put({ headers }: Asked, key: string, body: Buffer, trouble: Trouble | undefined): Promise<Done> {
    const condition = this.options.conditional === 'overlooked' ? undefined : headers['if-none-match']
    if (condition !== undefined && (condition !== '*' || this.options.conditional === 'refused'))
      throw new AwsError(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', {
        Header: 'If-None-Match',
      })
    if (condition && this.objects.has(key))
      throw new AwsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
        Condition: 'If-None-Match',
      })
    if (condition && this.writing.has(key))
      throw new AwsError(
        409,
        'ConditionalRequestConflict',
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
      )
    this.writing.add(key)
    if (trouble?.kind === 'slow') await trouble.until
    this.writing.delete(key)
    // Its times have whole seconds.
    const modifiedAt = Math.floor((this.options.now ?? Date.now)() / 1_000) * 1_000
    this.objects.set(key, { body, headers, written: (this.objects.get(key)?.written ?? 0) + 1, modifiedAt })
    return { status: 200, headers: { etag: etagOf(body) } }
  }
}

function splitPath(url: string): [bucket: string, key: string] {
  const [, bucket, ...rest] = new URL(url, 'http://host').pathname.split('/')
  return [bucket!, decodeURIComponent(rest.join('/'))]
}

/** What was signed and announced is what came. */
function checkContent({ headers, method }: Asked, body: Buffer): void {
  const announced = headers['x-amz-content-sha256']
  if (announced === undefined)
    throw new AwsError(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  if (announced !== 'UNSIGNED-PAYLOAD' && announced !== digest('sha256', body, 'hex'))
    throw new AwsError(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
  if (method !== 'PUT') return
  if (headers['content-length'] === undefined)
    throw new AwsError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
  const md5 = headers['content-md5']
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16)
    throw new AwsError(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.')
  if (md5 !== undefined && md5 !== digest('md5', body, 'base64'))
    throw new AwsError(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.')
  const encryption = headers['x-amz-server-side-encryption']
  if (encryption !== undefined && encryption !== 'AES256' && encryption !== 'aws:kms')
    throw new AwsError(400, 'InvalidArgument', 'The encryption method specified is not supported')
  if (headers['x-amz-server-side-encryption-aws-kms-key-id'] !== undefined && encryption !== 'aws:kms')
    throw new AwsError(
      400,
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    )
}

/** Of an object that was put in one part. */
const etagOf = (body: Buffer) => `"${digest('md5', body, 'hex')}"`

/** In the order of the keys' bytes. A directory bucket has another; this one is none. */
function listing(
  objects: Map<string, Kept>,
  { searchParams: asked }: URL,
  { bucket, lists, pageKeys = 1_000 }: S3Options,
): Done {
  if (lists === false) throw new AwsError(403, 'AccessDenied', 'Access Denied')
  if (asked.get('list-type') !== '2') throw new AwsError(501, 'NotImplemented', 'Only version 2 of lists is known here')
  const invalid = (message: string, name: string, value: string) =>
    new AwsError(400, 'InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
  const encoding = asked.get('encoding-type')
  if (encoding !== null && encoding !== 'url')
    throw invalid('Invalid Encoding Method specified in Request', 'encoding-type', encoding)
  const most = Number(asked.get('max-keys') ?? pageKeys)
  if (!Number.isInteger(most) || most < 0)
    throw invalid('Provided max-keys not an integer or within integer range', 'max-keys', asked.get('max-keys')!)
  const token = asked.get('continuation-token')
  const after = token === null ? '' : Buffer.from(token, 'base64').toString()
  if (token !== null && !objects.has(after))
    throw invalid('The continuation token provided is incorrect', 'continuation-token', token)
  const prefix = asked.get('prefix') ?? ''
  const shown = (text: string) => xml(encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text)
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const page = keys.slice(0, Math.min(most, pageKeys))
  const truncated = keys.length > page.length
  const contents = page.map((key) => {
    const { body, modifiedAt } = objects.get(key)!
    const time = new Date(modifiedAt).toISOString()
    return `<Contents><Key>${shown(key)}</Key><LastModified>${time}</LastModified><ETag>${xml(etagOf(body)).replaceAll('"', '&quot;')}</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  })
  const next = truncated && page.length > 0 ? Buffer.from(page.at(-1)!).toString('base64') : undefined
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${shown(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys>${encoding ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${truncated}</IsTruncated>${next ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
  }
}

const errorOf = ({ status, code, message }: Extract<Trouble, { kind: 'error' }>) =>
  new AwsError(status, code, message ?? 'We encountered an internal error. Please try again.')
const xml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const errorXml = ({ code, message, more }: AwsError): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${Object.entries({
    Code: code,
    Message: message,
    ...more,
    RequestId: '4442587FB7D0A2F9',
    HostId: 'host',
  })
    .map(([name, value]) => `<${name}>${xml(value)}</${name}>`)
    .join('')}</Error>`

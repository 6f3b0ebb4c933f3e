import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { AwsV4Signer } from 'aws4fetch'
import { afterEach, expect, test } from 'vitest'
import { S3Double, type S3Options } from './s3.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const OPTIONS: S3Options = { bucket: 'records', region: 'eu-central-1', ...KEYS }
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
async function started(more: Partial<S3Options> = {}) {
  const s3 = new S3Double({ ...OPTIONS, ...more })
  const endpoint = await s3.start()
  stops.push(() => s3.stop())
  return { s3, endpoint }
}
const client = (endpoint: string, more: { region?: string; secretAccessKey?: string; clockOffset?: number } = {}) =>
  new S3Client({
    endpoint,
    region: more.region ?? OPTIONS.region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { ...KEYS, secretAccessKey: more.secretAccessKey ?? KEYS.secretAccessKey },
    ...(more.clockOffset && { systemClockOffset: more.clockOffset }),
  })
const put = (Key: string, Body = 'hello', IfNoneMatch?: string) =>
  new PutObjectCommand({ Bucket: OPTIONS.bucket, Key, Body, ...(IfNoneMatch && { IfNoneMatch }) })
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.name,
  )

/** A request signed by another implementation, which a test may break. */
async function raw(endpoint: string, tamper: { headers?: (headers: Headers) => void; body?: string; key?: string }) {
  const body = 'hello'
  const signer = new AwsV4Signer({
    method: 'PUT',
    url: `${endpoint}/records/a%2Bb/type%3Dsleep/x.json`,
    headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'), 'content-type': 'text/plain' },
    ...KEYS,
    service: 's3',
    region: OPTIONS.region,
  })
  const { url, headers } = await signer.sign()
  tamper.headers?.(headers)
  const target = tamper.key ? `${endpoint}/records/${tamper.key}` : url
  const response = await fetch(target, { method: 'PUT', headers, body: tamper.body ?? body })
  return { status: response.status, code: /<Code>(.*)<\/Code>/.exec(await response.text())?.[1] }
}

test('Amazon’s own client puts, reads and deletes', async () => {
  const { s3, endpoint } = await started()
  const key = "a b/type=sleep/date=2026-07-01/ü+(1)'*.json"
  await client(endpoint).send(put(key))
  const read = await client(endpoint).send(new GetObjectCommand({ Bucket: OPTIONS.bucket, Key: key }))
  expect(await read.Body?.transformToString()).toBe('hello')
  expect([...s3.objects.keys()]).toEqual([key])
  await client(endpoint).send(new DeleteObjectCommand({ Bucket: OPTIONS.bucket, Key: key }))
  expect(s3.objects.size).toBe(0)
})
test('what is wrong is refused as Amazon refuses it', async () => {
  const { endpoint } = await started()
  const one = client(endpoint)
  expect(await code(one.send(put('x', 'hello', '*')))).toBe('done')
  expect(await code(one.send(put('x', 'hello', '*')))).toBe('PreconditionFailed')
  expect(await code(one.send(put('x', 'hello', '"etag"')))).toBe('NotImplemented')
  expect(await code(one.send(new PutObjectCommand({ Bucket: 'other', Key: 'x', Body: 'x' })))).toBe('NoSuchBucket')
  expect(await code(one.send(put('k'.repeat(1_025))))).toBe('KeyTooLongError')
  expect(await code(client(endpoint, { secretAccessKey: 'wrong' }).send(put('y')))).toBe('SignatureDoesNotMatch')
  expect(await code(client(endpoint, { region: 'us-east-1' }).send(put('y')))).toBe('AuthorizationHeaderMalformed')
  expect(await code(client(endpoint, { clockOffset: 16 * 60_000 }).send(put('y')))).toBe('RequestTimeTooSkewed')
})
test('Amazon’s own client lists by prefix, page by page, and reads the version that it was told of', async () => {
  const { endpoint } = await started({ pageKeys: 2 })
  const one = client(endpoint)
  const names = ['nights/ü 1.json', 'nights/a+b&<c>.json', 'nights/z.json', 'other/x.json']
  for (const name of names) await one.send(put(name, name))
  const found: { Key?: string; ETag?: string; Size?: number }[] = []
  const asked = { Bucket: OPTIONS.bucket, Prefix: 'nights/' }
  for await (const page of paginateListObjectsV2({ client: one }, asked)) found.push(...(page.Contents ?? []))
  expect(found.map(({ Key }) => Key)).toEqual(['nights/a+b&<c>.json', 'nights/z.json', 'nights/ü 1.json'])
  const [first] = found
  expect(first!.Size).toBe(Buffer.byteLength(first!.Key!))
  const read = (IfMatch: string) => one.send(new GetObjectCommand({ Bucket: OPTIONS.bucket, Key: first!.Key, IfMatch }))
  expect(await (await read(first!.ETag!)).Body?.transformToString()).toBe(first!.Key)
  await one.send(put(first!.Key!, 'another'))
  expect(await code(read(first!.ETag!))).toBe('PreconditionFailed')
})
test('a list that Amazon would not give is not given', async () => {
  const { endpoint } = await started()
  const one = client(endpoint)
  const list = (more: object) => code(one.send(new ListObjectsV2Command({ Bucket: OPTIONS.bucket, ...more })))
  expect(await list({})).toBe('done')
  expect(await list({ ContinuationToken: 'nonsense' })).toBe('InvalidArgument')
  expect(await list({ EncodingType: 'xml' })).toBe('InvalidArgument')
  expect(await code(one.send(new ListObjectsCommand({ Bucket: OPTIONS.bucket })))).toBe('NotImplemented')
  const { endpoint: closed } = await started({ lists: false })
  expect(await code(client(closed).send(new ListObjectsV2Command({ Bucket: OPTIONS.bucket })))).toBe('AccessDenied')
})
test('a request that was changed on its way is refused', async () => {
  const { s3, endpoint } = await started()
  expect(await raw(endpoint, {})).toEqual({ status: 200, code: undefined })
  expect([...s3.objects.keys()]).toEqual(['a+b/type=sleep/x.json'])
  const tampered = (tamper: Parameters<typeof raw>[1]) => raw(endpoint, tamper).then((answer) => answer.code)
  expect(await tampered({ body: 'hullo' })).toBe('XAmzContentSHA256Mismatch')
  expect(await tampered({ key: 'elsewhere' })).toBe('SignatureDoesNotMatch')
  expect(await tampered({ headers: (headers) => headers.delete('x-amz-content-sha256') })).toBe('SignatureDoesNotMatch')
  expect(await tampered({ headers: (headers) => headers.set('x-amz-acl', 'public-read') })).toBe('AccessDenied')
  expect(await tampered({ headers: (headers) => headers.delete('authorization') })).toBe('AccessDenied')
  expect(await tampered({ headers: (headers) => headers.set('content-md5', 'AAAAAAAAAAAAAAAAAAAAAA==') })).toBe(
    'BadDigest',
  )
  expect(s3.objects.size).toBe(1)
})
test('of two that write a new key at the same time one is told of the conflict', async () => {
  const { s3, endpoint } = await started()
  const gate = Promise.withResolvers<void>()
  s3.troubles.push({ kind: 'slow', until: gate.promise })
  const first = client(endpoint).send(put('x', 'hello', '*'))
  await expect.poll(() => s3.writing.has('x')).toBe(true)
  expect(await code(client(endpoint).send(put('x', 'hello', '*')))).toBe('ConditionalRequestConflict')
  gate.resolve()
  await first
  expect(s3.objects.get('x')?.written).toBe(1)
})

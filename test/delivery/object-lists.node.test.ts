import { afterEach, expect, test } from 'vitest'
import { BucketPlace } from '../../shared/delivery/objects/bucket.ts'
import { notRead } from '../../shared/delivery/objects/refusal.ts'
import { ObjectStore } from '../../shared/delivery/objects/store.ts'
import { S3Double, type S3Options } from '../doubles/s3.ts'

const KEYS = { access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const doubles: S3Double[] = []
afterEach(async () => {
  for (const double of doubles.splice(0)) await double.stop()
})
async function opened(more: Partial<S3Options> = {}) {
  const double = new S3Double({
    ...{ bucket: 'exports', region: 'eu-central-1', ...more },
    ...{ accessKeyId: KEYS.access_key_id, secretAccessKey: KEYS.secret_access_key },
  })
  doubles.push(double)
  const endpoint = await double.start()
  const deps = { fetch, signal: AbortSignal.timeout(20_000), now: Date.now }
  const store = new ObjectStore({ bucket: 'exports', region: 'eu-central-1', endpoint }, KEYS, deps)
  const put = (key: string) => store.put({ key, body: new Uint8Array(Buffer.from(key)), contentType: 'x/y' }, false)
  return { double, store, put }
}
async function all(store: ObjectStore, prefix: string) {
  const keys: string[] = []
  for (let from: string | undefined; ; ) {
    const listed = await store.list(prefix, { from, most: 1_000 })
    if (listed.kind === 'refused') throw new Error(listed.refusal.message)
    keys.push(...listed.page.objects.map(({ key }) => key))
    from = listed.page.next
    if (from === undefined) return keys
  }
}

test('every key under a prefix is listed once, over pages, whatever characters it has', async () => {
  const { store, put } = await opened({ pageKeys: 3 })
  const keys = ['n/a b', 'n/a+b', 'n/a%2Bb', "n/it's (1)*!", 'n/<&">', 'n/ü😀', 'n/\u0001', 'n/x'.repeat(300)]
  for (const key of keys) await put(key)
  await put('m/x')
  expect((await all(store, 'n/')).sort()).toEqual([...keys].sort())
  expect(await all(store, 'n/a b')).toEqual(['n/a b'])
  expect(await all(store, 'nothing/')).toEqual([])
})
test('an object is read as it was listed, and not where it is another by now', async () => {
  const { store, put, double } = await opened()
  await put('a b/ü')
  const listed = await store.list('', { from: undefined, most: 10 })
  const [object] = listed.kind === 'page' ? listed.page.objects : []
  expect(object).toEqual({
    key: 'a b/ü',
    etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    bytes: 6,
    modifiedAt: double.objects.get('a b/ü')!.modifiedAt,
  })
  const read = await store.open(object!.key, object!.etag)
  expect(read.kind === 'opened' && (await read.response.text())).toBe('a b/ü')
  expect(await store.open(object!.key, '"other"')).toEqual({ kind: 'gone' })
  expect(await store.open('not there', object!.etag)).toEqual({ kind: 'gone' })
})
test('what a store refuses is told with what to mend', async () => {
  const { store } = await opened({ lists: false })
  const refused = await store.list('', { from: undefined, most: 1 })
  expect(refused.kind === 'refused' && notRead(refused.refusal).message).toContain('s3:ListBucket')
  const { message, field } = notRead({ status: 501, code: 'NotImplemented', message: 'A header is not implemented' })
  expect([message, field]).toEqual([expect.stringContaining('If-Match'), undefined])
})
test('a refusal that names the key is told without it', async () => {
  const { store, double } = await opened()
  const message = 'not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::exports/nights/ada.json"'
  double.troubles.push({ kind: 'error', status: 403, code: 'AccessDenied', message })
  const refused = await store.open('nights/ada.json', '"1"')
  expect(refused.kind === 'refused' && refused.refusal.message).toBe(message.replace('nights/ada.json', '…'))
})
test('a key is known in whatever way a store writes its letters', async () => {
  const { store, double } = await opened()
  for (const written of ['o&#39;brien &#34;1&#34;', 'o&#x27;brien &#X22;1&quot;', 'o&apos;brien &quot;1&quot;']) {
    const body = `<Error><Code>AccessDenied</Code><Message>no n/${written}.json, &#1114112; &amp;#39;</Message></Error>`
    double.troubles.push({ kind: 'text', status: 403, body })
    const refused = await store.open(`n/o'brien "1".json`, '"1"')
    expect(refused.kind === 'refused' && refused.refusal.message).toBe('no …, &#1114112; &#39;')
  }
})
test('a list that breaks off, or goes on where it is, is refused', async () => {
  const { store, put, double } = await opened()
  for (let n = 0; n < 300; n++) await put(`n/${n}`)
  double.troubles.push({ kind: 'half' })
  expect(await store.list('', { from: undefined, most: 1_000 })).toEqual({
    kind: 'refused',
    refusal: { status: 502, message: 'the list broke off before its end' },
  })
  double.troubles.push({ kind: 'text', status: 200, body: pageOf('', 'here') })
  const again = await store.list('', { from: 'here', most: 1_000 })
  expect(again.kind === 'refused' && again.refusal.message).toContain('never ends')
})
const pageOf = (contents: string, next = '') =>
  `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>${contents}</ListBucketResult>`
const entry = ({ key = 'k', etag = '"1"', size = '1' }: { key?: string; etag?: string; size?: string }) =>
  `<Contents><Key>${key}</Key><ETag>${etag}</ETag><Size>${size}</Size><LastModified>2026-07-01T00:00:00Z</LastModified></Contents>`
test('a page that S3 could have written is taken', async () => {
  const { store, double } = await opened()
  const body = pageOf(entry({ key: 'k'.repeat(1_024) }).repeat(1_000), 't'.repeat(8_192))
  double.troubles.push({ kind: 'text', status: 200, body })
  const listed = await store.list('', { from: undefined, most: 1_000 })
  expect(listed.kind === 'page' && [listed.page.objects.length, listed.page.next?.length]).toEqual([1_000, 8_192])
})
test('keys are decoded where their store says that it encoded them: not every store knows how', async () => {
  const { store, double } = await opened()
  const page = `${pageOf(entry({ key: 'n/a+b%20c' }))}`
  const said = page.replace('</ListBucketResult>', '<EncodingType>url</EncodingType></ListBucketResult>')
  const keys = []
  for (const body of [page, said]) {
    double.troubles.push({ kind: 'text', status: 200, body })
    keys.push(await all(store, ''))
  }
  expect(keys).toEqual([['n/a+b%20c'], ['n/a b c']])
})
test('a store that tells beside its words what is missing is told whole', async () => {
  const { store, double } = await opened()
  const details = 'lab@nights.example does not have storage.objects.list access to the bucket.'
  const body = `<Error><Code>AccessDenied</Code><Message>Access denied.</Message><Details>${details}</Details></Error>`
  double.troubles.push({ kind: 'text', status: 403, body })
  const refused = await store.list('', { from: undefined, most: 1 })
  expect(refused.kind === 'refused' && notRead(refused.refusal).message).toContain(
    `AccessDenied: Access denied: ${details.slice(0, -1)}; allow s3:ListBucket`,
  )
})
test.each(['Unauthorized', 'InvalidSecurity', 'InvalidAccessKeyId'])('%s is about the keys', (code) => {
  expect(notRead({ status: 401, code, message: 'no' }).field).toBe('access_key_id')
})
test.each([
  ['exports', true],
  ['sleep_lab.exports', true],
  ['_exports', false],
  ['Exports', false],
  ['ex/ports', false],
])('%s: a name that a bucket can have is %s', (bucket, can) => {
  expect(BucketPlace.safeParse({ bucket, region: 'auto' }).success).toBe(can)
})
test.each([
  ['a page of more keys than a page has', pageOf(entry({}).repeat(1_001))],
  ['a key that is longer than keys are', pageOf(entry({ key: 'ü'.repeat(513) }))],
  ['an etag that cannot be asked for', pageOf(entry({ etag: '"1&#10;host: other"' }))],
  ['an etag that is no text of a header', pageOf(entry({ etag: '"😀"' }))],
  ['a size below nothing', pageOf(entry({ size: '-1' }))],
  ['a place to go on that fits no address', pageOf('', 't'.repeat(8_193))],
  ['a page of a proxy', '<html><body>Welcome</body></html>'],
  ['half an answer', '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a'],
  ['no XML', '{"objects":[]}'],
  ['a list that goes on nowhere', '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'],
])('%s is not taken for an empty list', async (_, body) => {
  const { store, double } = await opened()
  double.troubles.push({ kind: 'text', status: 200, body })
  expect(await store.list('', { from: undefined, most: 1 })).toMatchObject({
    kind: 'refused',
    refusal: { status: 502 },
  })
})

import { afterEach, expect, test } from 'vitest'
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
})
test.each([
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

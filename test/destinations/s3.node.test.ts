import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { eventId } from '../../shared/delivery/parcel.ts'
import s3 from '../../shared/destinations/s3.ts'
import { event, group } from '../delivery/leases.ts'
import * as objects from './objects.ts'
import { keys, linesAt, night, type OpenBucket, shipment, window1 } from './objects.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
async function bucket(...given: Parameters<typeof objects.bucket>): Promise<OpenBucket> {
  const made = await objects.bucket(...given)
  stops.push(() => made.double.stop())
  return made
}
const NAME = 'dst_1-eu-3-000000000006-000000000009'
const JULY_1 = `type=sleep/date=2026-07-01/${NAME}.ndjson.gz`
const JULY_2 = `type=sleep/date=2026-07-02/${NAME}.ndjson.gz`
const allIn = {
  kind: 'done',
  groups: [
    { connection: 1, lane: false, delivered: 2 },
    { connection: 2, lane: false, delivered: 1 },
  ],
}

describe('batches', () => {
  test('are one object for each type and local day, a line for each event, in the order of seq', async () => {
    const to = await bucket({ prefix: 'health/events/' })
    expect(await to.ship(window1())).toEqual(allIn)
    expect(keys(to)).toEqual([`health/events/${JULY_1}`, `health/events/${JULY_2}`])
    const [first, second, ...more] = linesAt(to, `health/events/${JULY_1}`)
    expect(first).toEqual({
      event_id: eventId('dst_1', 'user-1', [7]),
      seq: 7,
      prev_seq: 5,
      type: 'sleep',
      deleted: false,
      user: { user_id: 'user-1', reference_id: null, provider: 'OURA' },
      summary_id: 'night-7',
      revision: 1,
      start_time: '2026-06-30T23:10:00.000000+02:00',
      end_time: '2026-07-01T07:00:00.000000+02:00',
      origin: 'live',
      appended_at: '1970-01-01T00:00:01.007Z',
      received_at: '2026-07-05T08:00:00.000Z',
      record: {
        metadata: { start_time: '2026-06-30T23:10:00.000000+02:00', end_time: '2026-07-01T07:00:00.000000+02:00' },
        sleep_durations_data: { sleep_efficiency: 0.5 },
        n: 7,
      },
    })
    expect(second).toMatchObject({ seq: 8, prev_seq: null, user: { user_id: 'user-2' } })
    expect(more).toEqual([])
  })
  test('keep a record’s text as it is', async () => {
    const to = await bucket()
    await to.ship(window1())
    expect(gunzipSync(to.double.objects.get(JULY_1)!.body).toString()).toContain('"n":7.0}')
  })
  test('by the day of receipt are fewer', async () => {
    const to = await bucket({ partition: 'received' })
    await to.ship(window1())
    expect(keys(to)).toEqual([`type=sleep/date=2026-07-05/${NAME}.ndjson.gz`])
  })
  test('hold deletions and events about the connection too, each in a place of its own', async () => {
    const to = await bucket()
    const receivedAt = Date.parse('2026-07-05T08:00:00Z')
    const auth = '{"type":"auth","status":"success"}'
    await to.ship(
      shipment(
        [
          group(1, [
            event(1, { type: 'auth', summary_id: 'a', receivedAt, body: auth }),
            event(2, { type: 'daily', summary_id: '2026-06-30', receivedAt, body: undefined }),
            event(3, {
              type: 'activity',
              summary_id: '0f0e8c2e-0000-8000-8000-000000000000',
              receivedAt,
              body: undefined,
            }),
            event(4, { type: 'athlete', summary_id: 'athlete', receivedAt, body: '{"sex":"male"}' }),
          ]),
        ],
        { from: 1, to: 4 },
      ),
    )
    const name = 'dst_1-eu-3-000000000001-000000000004.ndjson.gz'
    expect(keys(to)).toEqual([
      `type=activity/date=2026-07-05/${name}`,
      `type=athlete/date=2026-07-05/${name}`,
      `type=auth/date=2026-07-05/${name}`,
      `type=daily/date=2026-06-30/${name}`,
    ])
    const [deletion] = linesAt(to, `type=daily/date=2026-06-30/${name}`)
    expect(deletion).toMatchObject({ deleted: true, summary_id: '2026-06-30' })
    expect(deletion).not.toHaveProperty('record')
    expect(linesAt(to, `type=auth/date=2026-07-05/${name}`)[0]).toMatchObject({
      deleted: false,
      record: { type: 'auth', user: { user_id: 'user-1' }, status: 'success' },
    })
  })
  test('of a request have a line for each record', async () => {
    const to = await bucket()
    const requested = ['01', '02'].map((day, i) => ({
      summary_id: `2026-07-${day}`,
      seq: i + 1,
      revision: i + 3,
      body: `{"metadata":{"start_time":"2026-07-${day}T00:00:00.000000+02:00"}}`,
    }))
    const asked = event(30, {
      body: requested.map(({ body }) => body).join(),
      requested,
      request: { reference: 'ref', chunk: 1, chunks: 1 },
    })
    await to.ship(shipment([group(1, [asked])], { from: 30, to: 30 }))
    const name = 'dst_1-eu-3-000000000030-000000000030.ndjson.gz'
    const lines = keys(to).flatMap((key) => linesAt(to, key))
    expect(keys(to)).toEqual([`type=daily/date=2026-07-01/${name}`, `type=daily/date=2026-07-02/${name}`])
    expect(lines.map(({ seq, revision, summary_id }) => ({ seq, revision, summary_id }))).toEqual([
      { seq: 30, revision: 3, summary_id: '2026-07-01' },
      { seq: 30, revision: 4, summary_id: '2026-07-02' },
    ])
  })
  test('are not written twice, whatever a repetition has lost meanwhile', async () => {
    const to = await bucket()
    await to.ship(window1())
    const before = linesAt(to, JULY_1)
    // The night of seq 8 was replaced since: it is no longer in the window.
    const again = shipment([group(1, [night(7, '2026-07-01', { prevSeq: 5 }), night(9, '2026-07-02')])], {
      from: 6,
      to: 9,
    })
    expect(await to.ship(again)).toMatchObject({ kind: 'done' })
    expect(linesAt(to, JULY_1)).toEqual(before)
    expect([...to.double.objects.values()].map(({ written }) => written)).toEqual([1, 1])
  })
  test('of which some are in come again, and only what is missing is written', async () => {
    const to = await bucket()
    to.double.troubles.push({ kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' })
    expect(await to.ship(window1())).toMatchObject({ kind: 'failed' })
    expect(keys(to)).toHaveLength(1)
    expect(await to.ship(window1())).toEqual(allIn)
    expect(keys(to)).toEqual([JULY_1, JULY_2])
    expect([...to.double.objects.values()].map(({ written }) => written)).toEqual([1, 1])
  })
  test('sent again beside a window are named by their events, so that they are found too', async () => {
    const to = await bucket()
    const replay = group(5, [night(3, '2026-06-01', { replayOf: 'p1', origin: 'replay' })], { lane: true })
    const both = { ...window1(), groups: [...window1().groups, ...shipment([replay]).groups] }
    expect(await to.ship(both)).toMatchObject({ groups: [{}, {}, { connection: 5, lane: true, delivered: 1 }] })
    const [key] = keys(to)
    expect(key).toMatch(/^type=sleep\/date=2026-06-01\/dst_1-eu-3-[0-9a-f]{32}\.ndjson\.gz$/)
    expect(linesAt(to, key!)).toMatchObject([{ seq: 3, origin: 'replay' }])
    await to.ship(shipment([replay]))
    expect(to.double.objects.size).toBe(3)
    expect(to.double.objects.get(key!)!.written).toBe(1)
  })
  test('of two destinations never share a key', async () => {
    const to = await bucket()
    await to.ship(window1())
    await to.ship({ ...window1(), destination_id: 'dst_2' })
    expect(to.double.objects.size).toBe(4)
  })
  test('without conditions are put again under the same key', async () => {
    const to = await bucket({ conditional_put: false }, { conditional: 'refused' })
    await to.ship(window1())
    expect(await to.ship(window1())).toEqual(allIn)
    expect([...to.double.objects.values()].map(({ written }) => written)).toEqual([2, 2])
  })
  test('ask for the encryption that is set', async () => {
    const to = await bucket({ server_side_encryption: 'aws:kms', kms_key_id: 'arn:aws:kms:eu-central-1:1:key/2' })
    expect(await to.ship(window1())).toEqual(allIn)
    expect(to.double.objects.get(JULY_1)!.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:1:key/2',
      'content-type': 'application/gzip',
    })
  })
  test('are signed with temporary credentials too', async () => {
    const to = await bucket({}, { sessionToken: 'of an hour' }, { ...objects.KEYS, session_token: 'of an hour' })
    expect(await to.ship(window1())).toEqual(allIn)
  })
})

describe('one object for each record', () => {
  const LAYOUT = { layout: 'objects', prefix: 'p/' } as const
  test('is named and written as the wire contract has it', async () => {
    const to = await bucket(LAYOUT)
    const auth = event(1, { type: 'auth', summary_id: 'a', appendedAt: 1_783_000_000_000, body: '{"type":"auth"}' })
    const gone = event(11, { summary_id: '2026-07-01', appendedAt: 1_783_000_000_001, body: undefined })
    const groups = [group(1, [auth, night(7, '2026-07-01'), gone])]
    const sent = shipment(groups, { from: 1, to: 11 })
    expect(await to.ship(sent)).toMatchObject({ groups: [{ delivered: 3 }] })
    expect(keys(to)).toEqual([
      'p/2022-03-16/auth/user-1-2026-07-02T13:46:40.000Z.json',
      'p/2022-03-16/deletion/user-1-2026-07-02T13:46:40.001Z.json',
      'p/2022-03-16/sleep/user-1-2026-06-30T23:10:00.000000+02:00.json',
    ])
    const bodies = keys(to).map((key) => to.double.objects.get(key)!.body.toString())
    const [first, second, third] = sent.groups[0]!.events.map(({ body }) => body)
    expect(bodies).toEqual([first, third, second])
  })
  test('is replaced by what is newer, in order', async () => {
    const to = await bucket(LAYOUT)
    const versions = [7, 8, 9].map((seq) => night(seq, '2026-07-01'))
    await to.ship(shipment([group(1, versions)], { from: 7, to: 9 }))
    const [kept] = [...to.double.objects.values()]
    expect(kept!.written).toBe(3)
    expect(JSON.parse(kept!.body.toString()).data[0].n).toBe(9)
  })
  test('of a request that asked for many days stays one each', async () => {
    const to = await bucket(LAYOUT)
    const requested = ['01', '02'].map((day, i) => ({
      summary_id: `2026-07-${day}`,
      seq: i + 1,
      revision: 1,
      body: `{"metadata":{"start_time":"2026-07-${day}T00:00:00.000000+02:00"}}`,
    }))
    const asked = event(30, { body: requested.map(({ body }) => body).join(), requested })
    await to.ship(shipment([group(1, [asked])], { from: 30, to: 30 }))
    expect(keys(to).map((key) => JSON.parse(to.double.objects.get(key)!.body.toString()))).toEqual(
      requested.map(({ body }) => ({
        type: 'daily',
        user: expect.objectContaining({ user_id: 'user-1' }),
        version: '2022-03-16',
        data: [JSON.parse(body)],
      })),
    )
  })
  test('tells how far each user came when the store gives up in between', async () => {
    const to = await bucket(LAYOUT)
    const events = [night(7, '2026-07-01'), night(8, '2026-07-02'), night(9, '2026-07-03')]
    const answers = [200, 200, 403]
    to.double.troubles.push(
      { kind: 'slow', until: Promise.resolve() },
      { kind: 'slow', until: Promise.resolve() },
      { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' },
    )
    expect(await to.ship(shipment([group(1, events)], { from: 7, to: 9 }))).toEqual({
      kind: 'done',
      groups: [{ connection: 1, lane: false, delivered: 2 }],
    })
    expect(to.double.answered).toEqual(answers.map((status) => `PUT ${status}`))
  })
  test('that cannot be put at all fails the window', async () => {
    const to = await bucket(LAYOUT, { bucket: 'another' })
    expect(await to.ship(window1())).toMatchObject({ kind: 'failed', sent: { status: 404 } })
  })
})

describe('trouble', () => {
  const failed = async (to: OpenBucket, more = {}) => {
    const answer = await to.ship(window1(), more)
    if (answer.kind !== 'failed') throw new Error(`not failed: ${JSON.stringify(answer)}`)
    return answer.sent
  }
  test('a 500 after the put is nothing: the next try finds the object', async () => {
    const to = await bucket()
    to.double.troubles.push({ kind: 'error', status: 500, code: 'InternalError', after: true })
    expect(await to.ship(window1())).toEqual(allIn)
    expect([...to.double.objects.values()].map(({ written }) => written)).toEqual([1, 1])
    expect(to.double.answered.toSorted()).toEqual(['PUT 200', 'PUT 412', 'PUT 500'])
  })
  test('a connection that breaks before or after the put is made again', async () => {
    const to = await bucket()
    to.double.troubles.push({ kind: 'reset', after: true }, { kind: 'reset' })
    expect(await to.ship(window1())).toEqual(allIn)
    expect([...to.double.objects.values()].map(({ written }) => written)).toEqual([1, 1])
  })
  test('a conflict with another writer of the key is tried again', async () => {
    const to = await bucket()
    to.double.troubles.push({ kind: 'error', status: 409, code: 'ConditionalRequestConflict' })
    expect(await to.ship(window1())).toEqual(allIn)
  })
  test('a store that asks to slow down is left alone when it keeps asking', async () => {
    const to = await bucket({ partition: 'received' })
    const slow = { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' } as const
    to.double.troubles.push(slow, slow, { ...slow, headers: { 'retry-after': '7' } })
    expect(await failed(to)).toEqual({
      kind: 'retry',
      blame: 'destination',
      reason: 'SlowDown: Please reduce your request rate',
      status: 503,
      response: 'SlowDown: Please reduce your request rate. (request 4442587FB7D0A2F9)',
      retryAfterMs: 7_000,
    })
    expect(to.double.answered).toHaveLength(3)
  })
  test.each([
    ['a wrong secret', {}, {}, { secret_access_key: 'wrong' }, 'SignatureDoesNotMatch', 'the secret that belongs to'],
    ['an unknown key', {}, {}, { access_key_id: 'AKIAOTHER' }, 'InvalidAccessKeyId', 'give a key that exists'],
    ['an unknown bucket', { bucket: 'elsewhere' }, {}, {}, 'NoSuchBucket', 'create the bucket'],
    [
      'a wrong region',
      { region: 'us-east-1' },
      {},
      {},
      'AuthorizationHeaderMalformed',
      'eu-central-1: set region to it',
    ],
    ['a clock that is wrong', {}, { now: () => Date.now() + 16 * 60_000 }, {}, 'RequestTimeTooSkewed', 'clock'],
    ['a store without conditions', {}, { conditional: 'refused' }, {}, 'NotImplemented', 'conditional_put to false'],
  ] as const)('%s is told in the store’s words, with what to mend', async (_, given, options, secrets, code, mend) => {
    const to = await bucket(given, options, { ...objects.KEYS, ...secrets })
    const sent = await failed(to)
    expect(sent).toMatchObject({ kind: 'retry', blame: 'destination' })
    expect(sent.reason).toMatch(new RegExp(`^${code}: .*${mend}`))
    for (const secret of [...Object.values(objects.KEYS), ...Object.values(secrets)])
      expect(JSON.stringify(sent)).not.toContain(secret)
    // These do not pass by themselves: nothing is tried twice.
    expect(to.double.answered.length).toBeLessThanOrEqual(2)
  })
  test('a redirect to the bucket’s own region is not followed', async () => {
    const to = await bucket()
    to.double.troubles.push({
      kind: 'error',
      status: 301,
      code: 'PermanentRedirect',
      message: 'The bucket you are attempting to access must be addressed using the specified endpoint.',
      headers: { location: 'http://127.0.0.1:1/', 'x-amz-bucket-region': 'ap-south-1' },
    })
    expect((await failed(to)).reason).toContain('the bucket is in ap-south-1: set region to it')
  })
  test('an answer that is not the store’s is told by its status', async () => {
    const to = await bucket()
    to.double.troubles.push({ kind: 'text', status: 418, body: '<html>proxy</html>' })
    expect(await failed(to)).toMatchObject({ reason: 'status 418', status: 418 })
  })
  test('no answer in time, and nobody there', async () => {
    const to = await bucket()
    to.double.troubles.push({ kind: 'silent' }, { kind: 'silent' })
    expect(await failed(to, { signal: AbortSignal.timeout(150) })).toMatchObject({ status: 504 })
    const nobody = await bucket({ endpoint: 'http://127.0.0.1:1' })
    expect(await failed(nobody)).toMatchObject({ status: 503, reason: expect.stringContaining('connection failed') })
  })
})

describe('the test of the settings', () => {
  const refused = (to: OpenBucket, more = {}) =>
    to.check(more).then(
      () => undefined,
      (error: { message: string; field?: string }) => ({ message: error.message, field: error.field }),
    )
  test('puts a small object twice and takes it away', async () => {
    const to = await bucket({ prefix: 'p/' })
    await to.check()
    expect(to.double.answered).toEqual(['PUT 200', 'PUT 412', 'DELETE 204'])
    expect(keys(to)).toEqual([])
  })
  test('leaves it where deleting is not allowed', async () => {
    const now = () => 1_800_000_000_000
    const to = await bucket({ prefix: 'p/' }, { deletes: false, now })
    await to.check({ now })
    expect(keys(to)).toEqual(['p/_fascia-check/dst_1-1800000000000'])
  })
  test('finds a store that takes conditions and overlooks them', async () => {
    const to = await bucket({}, { conditional: 'overlooked' })
    expect(await refused(to)).toMatchObject({ field: 'conditional_put', message: expect.stringContaining('replaces') })
    expect(keys(to)).toEqual([])
    expect(await refused(await bucket({ conditional_put: false }, { conditional: 'overlooked' }))).toBeUndefined()
    expect(await refused(await bucket({ layout: 'objects' }, { conditional: 'refused' }))).toBeUndefined()
  })
  test.each([
    [{ bucket: 'elsewhere' }, {}, {}, 'bucket'],
    [{ region: 'us-east-1' }, {}, {}, 'region'],
    [{}, { conditional: 'refused' }, {}, 'conditional_put'],
    [{ endpoint: 'http://127.0.0.1:1' }, {}, {}, 'endpoint'],
    [{}, {}, { secret_access_key: 'wrong' }, 'secret_access_key'],
    [{}, {}, { access_key_id: 'wrong' }, 'access_key_id'],
    [{}, {}, { session_token: 'wrong' }, 'session_token'],
  ] as const)('%j %j %j is refused with the setting to look at', async (given, options, secrets, field) => {
    const to = await bucket(given, options, { ...objects.KEYS, ...secrets })
    expect(await refused(to)).toMatchObject({ field })
  })
})

describe('the settings', () => {
  const base = { bucket: 'records', region: 'eu-central-1' }
  const accepts = (settings: object) => s3.settings.safeParse({ ...base, ...settings }).success
  test('take what makes sense', () => {
    expect(accepts({})).toBe(true)
    expect(accepts({ endpoint: 'https://account.r2.cloudflarestorage.com', region: 'auto' })).toBe(true)
    expect(accepts({ prefix: 'a/b=1/' })).toBe(true)
    expect(accepts({ endpoint: 'https://user:pass@example.com' })).toBe(false)
    expect(accepts({ endpoint: 'ftp://example.com' })).toBe(false)
    expect(accepts({ region: 'example.com/' })).toBe(false)
    expect(accepts({ bucket: 'a/b' })).toBe(false)
    for (const prefix of ['a', '/a/', 'a//', '../', 'a/../']) expect(accepts({ prefix })).toBe(false)
    expect(accepts({ kms_key_id: 'x' })).toBe(false)
    expect(accepts({ endpoint: 'http://1.2.3.4', path_style: false })).toBe(false)
    expect(accepts({ endpoint: 'no address', path_style: false })).toBe(false)
    expect(accepts({ endpoint: 'http://1.2.3.4' })).toBe(true)
    expect(accepts({ batch_events: 501 })).toBe(false)
    expect(accepts({ storage: 'x' })).toBe(false)
  })
  test('say which host is spoken to', () => {
    const hosts = (settings: object) => s3.hosts(s3.settings.parse({ ...base, ...settings }))
    expect(hosts({})).toEqual(['records.s3.eu-central-1.amazonaws.com'])
    expect(hosts({ region: 'cn-north-1', path_style: true })).toEqual(['s3.cn-north-1.amazonaws.com.cn'])
    expect(hosts({ bucket: 'records.example' })).toEqual(['s3.eu-central-1.amazonaws.com'])
    expect(hosts({ endpoint: 'http://minio:9000/' })).toEqual(['minio:9000'])
    expect(hosts({ endpoint: 'https://e.example', path_style: false })).toEqual(['records.e.example'])
  })
  test('wait for batches, and not for single objects', () => {
    expect(s3.gather!(s3.settings.parse(base))).toEqual({ events: 500, ms: 60_000 })
    expect(s3.gather!(s3.settings.parse({ ...base, layout: 'objects' }))).toEqual({ events: 1, ms: 0 })
  })
})

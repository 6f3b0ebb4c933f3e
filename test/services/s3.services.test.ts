import { gunzipSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import s3 from '../../shared/destinations/s3.ts'
import { context, event, group } from '../delivery/leases.ts'
import { shipment } from '../destinations/objects.ts'
import type { FrontTrouble } from './front.ts'
import { startServices } from './services.ts'

const open = () => startServices('s3')
let services: Awaited<ReturnType<typeof open>>
let bucket = ''
let buckets = 0
beforeAll(async () => {
  services = await open()
})
afterAll(() => services?.close())
beforeEach(async () => {
  bucket = `records-${++buckets}`
  services.s3.behaves(() => ({ kind: 'none' }))
  await services.s3.createBucket(bucket)
})

const contextOf = (given: object = {}, secret = services.s3.account.secretAccessKey) => {
  const { url, region, account } = services.s3
  const settings = s3.settings.parse({ bucket, region, endpoint: url, ...given })
  const secrets = s3.secrets.parse({ access_key_id: account.accessKeyId, secret_access_key: secret })
  return context(settings, secrets, { signal: AbortSignal.timeout(20_000) })
}
const ship = (sent: Shipment, given: object = {}): Promise<Shipped> => s3.ship(sent, contextOf(given))

const DAYS = ['2026-07-01', '2026-07-02', '2026-07-03']
interface Line {
  event_id: string
  seq: number
  type: string
  user: { user_id: string }
  record: unknown
}
const source = (seq: number) => ({
  metadata: { start_time: `${DAYS[seq % 3]}T00:00:00.000000+02:00` },
  distance_data: { steps: seq },
  note: 'ü 😀 \\ " \n',
})
/** Windows of ten events of three users, two types and three days: six objects each. */
const windowFrom = (from: number) => {
  const events = Array.from({ length: 10 }, (_, i) => {
    const seq = from + i
    const type = seq % 2 ? 'daily' : 'body'
    return event(seq, { type, summary_id: `day-${seq}`, body: JSON.stringify(source(seq)) })
  })
  const users = [1, 2, 3].map((user) =>
    group(
      user,
      events.filter(({ seq }) => seq % 3 === user % 3),
    ),
  )
  return shipment(users, { from, to: from + 9 })
}

async function lines(): Promise<Line[]> {
  const found: Line[] = []
  for (const key of await services.s3.keys(bucket)) {
    const { body } = await services.s3.object(bucket, key)
    found.push(
      ...gunzipSync(body)
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
  }
  return found
}
/** What was owed, against what Amazon's client reads back. */
async function judged(windows: Shipment[]) {
  const found = await lines()
  const owed = windows.flatMap(({ groups }) => groups.flatMap(({ events }) => events))
  const byId = Map.groupBy(found, ({ event_id }) => event_id)
  return {
    events: owed.length,
    lost: owed.filter(({ event_id, seq }) => {
      const record = byId.get(event_id)?.[0]?.record
      return JSON.stringify(record) !== JSON.stringify(source(seq))
    }).length,
    duplicates: found.length - byId.size,
    strangers: [...byId.keys()].filter((id) => !owed.some(({ event_id }) => event_id === id)).length,
  }
}

describe('a bucket of a real server', () => {
  test('passes the test of its settings, which leaves nothing behind', async () => {
    await s3.check!(contextOf())
    expect(await services.s3.keys(bucket)).toEqual([])
  })
  test('has what was shipped, as Amazon’s client reads it', async () => {
    const sent = windowFrom(1)
    expect(await ship(sent, { prefix: 'health/' })).toMatchObject({ kind: 'done' })
    const name = 'dst_1-eu-3-000000000001-000000000010.ndjson.gz'
    expect(await services.s3.keys(bucket)).toEqual(
      ['body', 'daily'].flatMap((type) => DAYS.map((day) => `health/type=${type}/date=${day}/${name}`)),
    )
    expect(await judged([sent])).toEqual({ events: 10, lost: 0, duplicates: 0, strangers: 0 })
    const [first] = await services.s3.keys(bucket)
    expect((await services.s3.object(bucket, first!)).ContentType).toBe('application/gzip')
  })
  test('has Parquet files and single objects too', async () => {
    await ship(windowFrom(1), { format: 'parquet', partition: 'received' })
    const [key] = await services.s3.keys(bucket, 'type=daily/')
    const { body } = await services.s3.object(bucket, key!)
    const rows = await parquetReadObjects({ file: new Uint8Array(body).buffer })
    expect(rows.map(({ seq, record }) => [seq, record])).toEqual(
      [1, 3, 5, 7, 9].map((seq) => [BigInt(seq), source(seq)]),
    )
    await ship(windowFrom(1), { layout: 'objects' })
    const single = await services.s3.keys(bucket, '2022-03-16/daily/')
    expect(single).toHaveLength(3)
    const newest = await services.s3.object(bucket, `2022-03-16/daily/user-1-${DAYS[1]}T00:00:00.000000+02:00.json`)
    expect(JSON.parse(Buffer.from(newest.body).toString()).data).toEqual([source(7)])
  })
})

describe('trouble', () => {
  /** What every third request meets, or thereabouts. */
  const MATRIX: [string, FrontTrouble][] = [
    ['answers 500 although the object is in', { kind: 'answer', status: 500, after: true }],
    ['answers 503 and has done nothing', { kind: 'answer', status: 503, after: false }],
    ['breaks the connection after the put', { kind: 'reset', after: true }],
    ['breaks the connection before the put', { kind: 'reset', after: false }],
    ['is asked twice by the network', { kind: 'twice' }],
  ]
  /** The same at each run, and in no step with the six objects of a window. */
  function everyThird(trouble: FrontTrouble) {
    let state = 7
    let met = 0
    services.s3.behaves(() => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      if (state % 3 !== 0) return { kind: 'none' }
      met++
      return trouble
    })
    return () => met
  }
  /** As a drain does: the same window again until it is in, then the next. */
  async function shipAll(windows: Shipment[], between: () => Promise<void> = async () => undefined): Promise<number> {
    let failures = 0
    for (const sent of windows)
      while ((await ship(sent)).kind === 'failed') {
        await between()
        if (++failures > 200) throw new Error('it never gets in')
      }
    return failures
  }
  const windows = () => Array.from({ length: 8 }, (_, i) => windowFrom(1 + 10 * i))

  test.each(MATRIX)('the store %s, again and again: nothing lost, nothing twice', async (what, trouble) => {
    const met = everyThird(trouble)
    const sent = windows()
    const failures = await shipAll(sent)
    services.s3.behaves(() => ({ kind: 'none' }))
    const figures = await judged(sent)
    console.log(JSON.stringify({ what, ...figures, troubles: met(), failures }))
    expect(figures).toEqual({ events: 80, lost: 0, duplicates: 0, strangers: 0 })
    expect(met()).toBeGreaterThan(10)
  })

  test('the store is killed in the middle of windows and comes again: nothing lost, nothing twice', async () => {
    let requests = 0
    let kills = 0
    let dying: Promise<void> | undefined
    services.s3.behaves(() => {
      // In the middle of the six objects of a window.
      if (++requests % 16 === 9 && !dying && kills < 3) {
        kills++
        dying = services.s3.kill()
      }
      return { kind: 'none' }
    })
    const sent = windows()
    const failures = await shipAll(sent, async () => {
      if (!dying) return
      await dying
      await services.s3.restart()
      dying = undefined
    })
    services.s3.behaves(() => ({ kind: 'none' }))
    const figures = await judged(sent)
    console.log(JSON.stringify({ what: 'killed and started again', ...figures, kills, failures }))
    expect(figures).toEqual({ events: 80, lost: 0, duplicates: 0, strangers: 0 })
    expect(kills).toBe(3)
    expect(failures).toBeGreaterThan(0)
  })

  test('keys that are taken away fail with the store’s words; given back, all goes in', async () => {
    await services.s3.revoke()
    const failed = await ship(windowFrom(1))
    expect(failed).toMatchObject({
      kind: 'failed',
      sent: { kind: 'retry', blame: 'destination', reason: expect.stringContaining('SignatureDoesNotMatch') },
    })
    await expect(s3.check!(contextOf())).rejects.toMatchObject({ field: 'secret_access_key' })
    await services.s3.giveBack()
    expect(await ship(windowFrom(1))).toMatchObject({ kind: 'done' })
  })
})

import { Buffer } from 'node:buffer'
import { parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import s3 from '../../shared/destinations/s3.ts'
import { context, group } from '../delivery/leases.ts'
import { S3Double } from '../doubles/s3.ts'
import { KEYS, keys, linesAt, night, shipment } from './objects.ts'

/** The runtime of production signs, compresses and writes Parquet; Amazon's own implementation checks the signature. */
const OPTIONS = {
  bucket: 'records',
  region: 'eu-central-1',
  accessKeyId: KEYS.access_key_id,
  secretAccessKey: KEYS.secret_access_key,
}
function bucket(given: object, double = new S3Double(OPTIONS)) {
  const settings = s3.settings.parse({ bucket: 'records', region: 'eu-central-1', path_style: true, ...given })
  const ask = async (input: unknown, init?: RequestInit) => {
    const request = new Request(input as string, init)
    const { host, pathname, search } = new URL(request.url)
    const headers = { ...Object.fromEntries(request.headers), host, 'content-length': '1' }
    const asked = { method: request.method, url: pathname + search, headers }
    const { status, body, headers: answered } = await double.answer(asked, Buffer.from(await request.arrayBuffer()))
    return new Response(status === 204 ? null : (body as string), { status, headers: answered })
  }
  return { double, ship: context(settings, s3.secrets.parse(KEYS), { fetch: ask as typeof fetch }) }
}
const sent = shipment([group(1, [night(7, '2026-07-01'), night(8, '2026-07-01')])], { from: 7, to: 8 })
const NAME = 'type=sleep/date=2026-07-01/dst_1-eu-3-000000000007-000000000008'

test('lines are signed and compressed inside workerd', async () => {
  const to = bucket({ prefix: "it's=(1)*/" })
  await s3.check!(to.ship)
  expect(await s3.ship(sent, to.ship)).toMatchObject({ kind: 'done' })
  expect(await s3.ship(sent, to.ship)).toMatchObject({ kind: 'done' })
  expect(to.double.answered).toEqual(['PUT 200', 'PUT 412', 'DELETE 204', 'PUT 200', 'PUT 412'])
  expect(keys(to)).toEqual([`it's=(1)*/${NAME}.ndjson.gz`])
  expect(linesAt(to, keys(to)[0]!).map(({ seq }) => seq)).toEqual([7, 8])
})
test('Parquet is written inside workerd', async () => {
  const to = bucket({ format: 'parquet' })
  expect(await s3.ship(sent, to.ship)).toMatchObject({ kind: 'done' })
  expect(keys(to)).toEqual([`${NAME}.parquet`])
  const file = new Uint8Array(to.double.objects.get(`${NAME}.parquet`)!.body).buffer
  expect(await parquetReadObjects({ file, columns: ['seq', 'user_id', 'start_time'] })).toEqual([
    { seq: 7n, user_id: 'user-1', start_time: new Date('2026-06-30T21:10:00Z') },
    { seq: 8n, user_id: 'user-1', start_time: new Date('2026-06-30T21:10:00Z') },
  ])
})

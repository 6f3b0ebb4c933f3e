import { listDurableObjectIds } from 'cloudflare:test'
import { beforeAll, expect, it } from 'vitest'
import { deskName } from '../../shared/supply/desk.ts'
import { call, house, migrate, OPERATOR } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { done } from './pushed.ts'
import { answered, newSupplier, post } from './supplier.ts'

beforeAll(migrate)

const night = (n: number, more: object = {}) => ({
  night: `n-${n}`,
  person: `p-${n}`,
  consent: 'c-1',
  start: `2026-07-0${n}T22:00:00+02:00`,
  end: `2026-07-0${n + 1}T06:00:00+02:00`,
  ...more,
})
async function namesIn(bucket: R2Bucket): Promise<string[]> {
  const { objects, truncated } = await bucket.list()
  expect(truncated).toBe(false)
  return objects.map(({ key }) => key)
}
async function everything() {
  return {
    objects: [...(await namesIn(house.RAW)), ...(await namesIn(house.KEYS))],
    desks: (await listDurableObjectIds(house.SUPPLIER_DESK)).map(String),
    logs: (await listDurableObjectIds(house.EVENT_LOG)).map(String),
  }
}

it('what a supplier of the region `eu` pushes leaves no object, row or name outside `eu`', async () => {
  const before = await everything()
  const made = await call('/operator/developers', post({ name: 'European', region: 'eu' }, OPERATOR))
  const { dev_id, api_key } = await answered<{ dev_id: string; api_key: string }>(made)
  const headers = { 'dev-id': dev_id, 'x-api-key': api_key }
  const supplier = await newSupplier(call, { headers })
  await answered(await supplier.ask('POST', '/v2/supplier/contracts', NIGHTS))
  const records = [night(1), night(2), night(3, { consent: undefined, person: 'nobody' }), night(4, { start: 'late' })]
  const pushed = await supplier.ask(
    'POST',
    '/v2/ingest/sleep-nights@1.0/batches',
    records.map((one) => JSON.stringify(one)).join('\n'),
    { 'content-type': 'application/x-ndjson' },
  )
  const whileThere = await namesIn(house.RAW)
  const batch = await done(supplier, pushed)
  expect(batch).toMatchObject({ state: 'done', records: 4 })

  const after = await everything()
  const fresh = (now: string[], then: string[]) => now.filter((one) => !then.includes(one))
  const names = [...fresh(whileThere, before.objects), ...fresh(after.objects, before.objects)]
  expect(names.length).toBeGreaterThan(2)
  expect(names.filter((name) => !/^(supply\/|raw\/)?eu\//.test(name))).toEqual([])
  const desk = {
    region: 'eu',
    developer_id: dev_id,
    supplier_id: supplier.supplier_id,
    environment: 'sandbox',
  } as const
  expect(fresh(after.desks, before.desks)).toEqual([house.SUPPLIER_DESK.idFromName(deskName(desk)).toString()])
  expect(fresh(after.logs, before.logs)).toEqual([house.EVENT_LOG.idFromName(`eu/${dev_id}/1`).toString()])
  const { results } = await house.DB.prepare(`SELECT region FROM connections WHERE developer_id = ?`).bind(dev_id).all()
  expect(results).toEqual([{ region: 'eu' }, { region: 'eu' }])
})

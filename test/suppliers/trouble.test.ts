import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { AlertView } from '../../shared/supply/quality-view.ts'
import { DIED } from '../../shared/supply/trouble.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import type { Redrive } from '../../workers/suppliers/quarantine-views.ts'
import { call, house } from '../house.ts'
import { deskOf, diesBeforeItTells } from './held.ts'
import { NIGHTS, night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { consume, pushLines } from './pushed.ts'
import { answered } from './supplier.ts'
import { whenFetched } from './when-fetched.ts'

/** A piece that cannot be worked at, for a reason that nobody has thought of. */

const supplier = ownSupplier(({ ask }) => ask('POST', '/v2/supplier/contracts', NIGHTS).then(answered))

/** Object storage does not answer, or only not for what is of this batch. */
const illFor = (batch: string) =>
  whenFetched((key) => {
    if (key.includes(batch)) throw new TypeError('it held "p-1"')
  })
const ill = illFor('')
/** Cells do not answer. */
const cellsIll: Env = {
  ...house,
  EVENT_LOG: new Proxy(house.EVENT_LOG, {
    get: (cells, method) =>
      method === 'get'
        ? () => {
            throw new TypeError('it held "p-1"')
          }
        : (Reflect.get(cells, method, cells) as (...input: unknown[]) => unknown).bind(cells),
  }),
}
async function push(first: number, contract = 'sleep-nights@1.0'): Promise<string> {
  const nights = [0, 1, 2].map((i) => night(first + i, { people: 2 }))
  return (await answered<BatchView>(await pushLines(supplier, contract, nights))).batch_id
}
const ownDesk = () =>
  deskOf(deskAddress({ ...supplier.account.developer, supplier_id: supplier.supplier_id }, 'sandbox')).desk
const batchOf = async (id: string) => answered<BatchView>(await supplier.ask('GET', `/v2/supplier/batches/${id}`))
const advance = async (ms: number) =>
  Date.parse(
    (
      await answered<{ now: string }>(
        await supplier.ask('POST', '/v2/supplier/clock', { advance_seconds: ms / SECOND_MS }),
      )
    ).now,
  )
const alerts = async () =>
  (await answered<{ alerts: AlertView[] }>(await supplier.ask('GET', '/v2/supplier/alerts'))).alerts

describe('a piece that cannot be taken for a reason of ours', () => {
  it('is tried again, ever later, and is told without what it holds', async () => {
    const batch = await push(1)
    let now = await advance(SECOND_MS)
    for (const [i, wait] of [...SUPPLY.troubleWaitsMs, SUPPLY.troubleWaitsMs.at(-1)!].entries()) {
      await consume(supplier, ill)
      const { state, trouble } = await batchOf(batch)
      expect([state, trouble?.tries, trouble?.reason]).toEqual([
        'queued',
        i + 1,
        'something of ours failed (TypeError)',
      ])
      const waits = Date.parse(trouble!.next_try_at) - now
      expect(waits).toBeGreaterThanOrEqual(wait)
      expect(waits).toBeLessThan(1.5 * wait)
      // Before that nobody tries.
      await consume(supplier, ill)
      expect((await batchOf(batch)).trouble?.tries).toBe(i + 1)
      now = await advance(wait)
    }
  })

  it('is told to both sides when it goes on, and again when it is over', async () => {
    const batch = await push(1)
    await consume(supplier, ill)
    await advance(SUPPLY.troubleToldMs - SECOND_MS)
    await consume(supplier, ill)
    expect(await alerts()).toEqual([])
    await advance(MINUTE_MS)
    await consume(supplier, ill)
    const raised = {
      ...{ contract: 'sleep-nights@1', objective: 'processing', state: 'raised', action: 'alert' },
      message: expect.stringContaining(`${batch} of sleep-nights@1.0 waits`),
    }
    expect(await alerts()).toMatchObject([raised])
    const developers = `/v2/suppliers/${supplier.supplier_id}/alerts?environment=sandbox`
    expect(await answered(await call(developers, { headers: supplier.account.headers }))).toMatchObject({
      alerts: [raised],
    })
    // Once, however long it goes on.
    await advance(SUPPLY.troubleWaitsMs.at(-1)!)
    await consume(supplier, ill)
    expect(await alerts()).toMatchObject([raised])

    await advance(SUPPLY.troubleWaitsMs.at(-1)!)
    await consume(supplier)
    expect(await batchOf(batch)).toMatchObject({ state: 'done', trouble: null, counts: { accepted: 3 } })
    expect(await alerts()).toMatchObject([{ ...raised, state: 'cleared' }])
  })

  it('is given up after a day: its batch says what was not taken and what to do, and the next one goes on', async () => {
    const [stuck, next] = [await push(1), await push(11)]
    await consume(supplier, ill)
    await advance(DAY_MS - MINUTE_MS)
    await consume(supplier, ill)
    expect(await batchOf(stuck)).toMatchObject({ state: 'queued', trouble: { tries: 2 } })
    expect(await batchOf(next)).toMatchObject({ state: 'queued', trouble: null })
    await advance(10 * MINUTE_MS)
    await consume(supplier, ill)
    const failed = await batchOf(stuck)
    expect(failed).toMatchObject({ state: 'failed', trouble: null, counts: { accepted: 0 } })
    expect(failed.reason).toBe(
      '3 of its 3 records were not taken, tried for 24 h: something of ours failed (TypeError); send it again: what was taken counts as duplicate',
    )
    expect(await alerts()).toMatchObject([{ objective: 'processing', state: 'cleared' }])
    await advance(MINUTE_MS)
    await consume(supplier)
    expect(await batchOf(next)).toMatchObject({ state: 'done', counts: { accepted: 3 } })

    const again = await push(1)
    await consume(supplier)
    expect(await batchOf(again)).toMatchObject({ state: 'done', counts: { accepted: 3 } })
  })

  it('holds up nothing of another contract', async () => {
    await answered(await supplier.ask('POST', '/v2/supplier/contracts', { ...NIGHTS, name: 'other-nights' }))
    const [stuck, behind] = [await push(1), await push(11)]
    const other = await push(21, 'other-nights@1.0')
    await consume(supplier, illFor(stuck))
    expect(await batchOf(stuck)).toMatchObject({ state: 'queued', trouble: { tries: 1 } })
    expect(await batchOf(behind)).toMatchObject({ state: 'queued', trouble: null })
    expect(await batchOf(other)).toMatchObject({ state: 'done', counts: { accepted: 3 } })
  })

  const told = async (): Promise<string> => {
    const batch = await push(1)
    await consume(supplier, ill)
    await advance(SUPPLY.troubleToldMs)
    await consume(supplier, ill)
    expect(await alerts()).toMatchObject([{ objective: 'processing', state: 'raised' }])
    return batch
  }
  it('is over for both sides when its batch is cancelled', async () => {
    const batch = await told()
    await answered(await supplier.ask('DELETE', `/v2/supplier/batches/${batch}`))
    expect(await batchOf(batch)).toMatchObject({ state: 'cancelled', trouble: null })
    expect(await alerts()).toMatchObject([{ objective: 'processing', state: 'cleared' }])
  })

  it('is over also where its supplier was closed: what had come in goes its way', async () => {
    const batch = await told()
    await advance(SUPPLY.troubleWaitsMs.at(-1)!)
    const developers = `/v2/suppliers/${supplier.supplier_id}`
    const { headers } = supplier.account
    await answered(await call(developers, { method: 'DELETE', headers }))
    await consume(supplier)
    const see = (path: string) => call(`${developers}${path}?environment=sandbox`, { headers })
    expect(await answered(await see(`/batches/${batch}`))).toMatchObject({ state: 'done', counts: { accepted: 3 } })
    expect(await answered(await see('/alerts'))).toMatchObject({ alerts: [{ state: 'cleared' }] })
  })

  it('counts whoever dies over it too', async () => {
    const batch = await push(1)
    expect(await ownDesk().takePiece()).toMatchObject({ batch_id: batch })
    await advance(SUPPLY.pieceLeaseMs)
    await consume(supplier)
    expect(await batchOf(batch)).toMatchObject({
      state: 'queued',
      trouble: { tries: 1, reason: 'whoever worked at it was not heard of again' },
    })
    await advance(SUPPLY.troubleWaitsMs[0])
    await consume(supplier)
    expect(await batchOf(batch)).toMatchObject({ state: 'done', trouble: null })
  })
})

describe('an upload that cannot be read for a reason of ours', () => {
  const file = new TextEncoder().encode(`${JSON.stringify(night(1, { people: 1 }))}\n`)
  async function uploaded(): Promise<{ upload_id: string; batch_id: string }> {
    const begun = await supplier.ask('POST', '/v2/ingest/sleep-nights@1.0/uploads', { bytes: file.length })
    const { upload_id } = await answered<{ upload_id: string }>(begun)
    const path = `/v2/ingest/uploads/${upload_id}`
    await answered(await supplier.ask('PUT', `${path}/parts/1`, file, { 'content-type': 'application/octet-stream' }))
    const { batch_id } = await answered<BatchView>(await supplier.ask('POST', `${path}/complete`, {}))
    return { upload_id, batch_id }
  }
  const stateOf = async (upload_id: string) => answered(await supplier.ask('GET', `/v2/ingest/uploads/${upload_id}`))

  it('is tried again until it can be', async () => {
    const { upload_id, batch_id } = await uploaded()
    for (const [i, wait] of SUPPLY.troubleWaitsMs.entries()) {
      await consume(supplier, ill)
      expect(await batchOf(batch_id)).toMatchObject({ state: 'receiving', trouble: { tries: i + 1 } })
      await advance(wait)
    }
    expect(await alerts()).toMatchObject([{ objective: 'processing', state: 'raised' }])
    await consume(supplier)
    expect(await batchOf(batch_id)).toMatchObject({ state: 'done', trouble: null, counts: { accepted: 1 } })
    expect(await stateOf(upload_id)).toMatchObject({ state: 'received', reason: null })
    expect(await alerts()).toMatchObject([{ objective: 'processing', state: 'cleared' }])
  })
  it('is given up after a day, and both say why', async () => {
    const { upload_id, batch_id } = await uploaded()
    await consume(supplier, ill)
    await advance(DAY_MS)
    await consume(supplier, ill)
    await consume(supplier)
    const reason = expect.stringMatching(/^it could not be read, tried for 24 h: something of ours failed/)
    expect(await batchOf(batch_id)).toMatchObject({ state: 'failed', reason })
    expect(await stateOf(upload_id)).toMatchObject({ state: 'failed', reason })
  })
})

describe('a redrive that fails for a reason of ours', () => {
  /** Two records of somebody who is not registered, and is then; → the redrive of them. */
  async function redriven(more: object = {}) {
    const known = { ...NIGHTS, name: 'nights-of-the-known', identity: { ...NIGHTS.identity, connect: 'registered' } }
    await answered(await supplier.ask('POST', '/v2/supplier/contracts', { ...known, ...more }))
    const nights = [1, 2].map((number) => night(number, { people: 1 }))
    const pushed = await pushLines(supplier, 'nights-of-the-known@1.0', nights)
    const { batch_id } = await answered<BatchView>(pushed)
    await consume(supplier)
    expect(await batchOf(batch_id)).toMatchObject({ counts: { quarantined: 2 } })
    const person = night(1, { people: 1 }).person
    await answered(await supplier.ask('PUT', `/v2/supplier/subjects/${person}`, { consent: 'c-1' }))
    const { redrive_id } = await answered<Redrive>(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', {}))
    return { batch_id, redrive_id }
  }
  const redriveOf = async (id: string) => answered<Redrive>(await supplier.ask('GET', `/v2/supplier/redrives/${id}`))

  it('is tried again until it can be', async () => {
    const { batch_id, redrive_id } = await redriven()
    await consume(supplier, cellsIll)
    await advance(SUPPLY.troubleWaitsMs[0])
    await consume(supplier, cellsIll)
    const reason = 'something of ours failed (TypeError)'
    expect(await redriveOf(redrive_id)).toMatchObject({ state: 'running', trouble: { tries: 2, reason } })
    await advance(SUPPLY.troubleWaitsMs[1])
    await consume(supplier)
    expect(await redriveOf(redrive_id)).toMatchObject({ state: 'done', accepted: 2, kept: 0, trouble: null })
    expect(await batchOf(batch_id)).toMatchObject({ counts: { accepted: 2, quarantined: 0 } })
  })
  it('leaves records where they are after a day, and another one takes them', async () => {
    const { batch_id, redrive_id } = await redriven()
    await consume(supplier, cellsIll)
    await advance(DAY_MS)
    await consume(supplier, cellsIll)
    await consume(supplier)
    expect(await redriveOf(redrive_id)).toMatchObject({ state: 'done', accepted: 0, kept: 2, trouble: { tries: 2 } })
    expect(await batchOf(batch_id)).toMatchObject({ counts: { quarantined: 2 }, quarantine: { waiting: 2 } })
    await answered(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', {}))
    await consume(supplier)
    expect(await batchOf(batch_id)).toMatchObject({ counts: { accepted: 2, quarantined: 0 }, quarantine: { taken: 2 } })
  })

  it('goes on, and so does what is told of its batch, when that would be over', async () => {
    const { batch_id, redrive_id } = await redriven({ retention: { quarantine_days: 1, report_days: 1 } })
    await consume(supplier, cellsIll)
    await advance(DAY_MS + MINUTE_MS)
    await consume(supplier)
    expect(await redriveOf(redrive_id)).toMatchObject({ state: 'done', accepted: 2, kept: 0 })
    expect(await batchOf(batch_id)).toMatchObject({ counts: { accepted: 2, quarantined: 0 } })
    await advance(SUPPLY.keptStillMs)
    expect((await supplier.ask('GET', `/v2/supplier/batches/${batch_id}`)).status).toBe(404)
  })
  it('counts whoever dies over it, ever later, and tells both sides', async () => {
    const { batch_id, redrive_id } = await redriven()
    let now = await advance(SECOND_MS)
    for (const [i, wait] of SUPPLY.troubleWaitsMs.slice(0, 3).entries()) {
      await expect(consume(supplier, diesBeforeItTells)).rejects.toThrow('killed')
      expect(await alerts()).toEqual([])
      now = await advance(SUPPLY.pieceLeaseMs)
      await consume(supplier)
      const { state, trouble } = await redriveOf(redrive_id)
      expect([state, trouble?.tries, trouble?.reason]).toEqual(['running', i + 1, DIED.reason])
      expect(Date.parse(trouble!.next_try_at) - now).toBeGreaterThanOrEqual(wait)
      now = await advance(wait)
    }
    const raised = { contract: 'nights-of-the-known@1', objective: 'processing', state: 'raised', action: 'alert' }
    const message = expect.stringContaining(`${redrive_id} of nights-of-the-known@1.0 waits: ${DIED.reason}`)
    expect(await alerts()).toMatchObject([{ ...raised, message }])
    await consume(supplier)
    expect(await redriveOf(redrive_id)).toMatchObject({ state: 'done', accepted: 2, trouble: null })
    expect(await batchOf(batch_id)).toMatchObject({ counts: { accepted: 2, quarantined: 0 } })
    expect(await alerts()).toMatchObject([{ ...raised, state: 'cleared' }])
  })
  it('counts it also where the desk dies with it, and leaves records where they are after a day', async () => {
    const { batch_id, redrive_id } = await redriven()
    const died = async () => {
      await expect(consume(supplier, diesBeforeItTells)).rejects.toThrow('killed')
      await runInDurableObject(ownDesk(), (_, state) => state.abort()).catch(() => {})
    }
    for (const tries of [0, 0, 1]) {
      expect((await redriveOf(redrive_id)).trouble?.tries ?? 0).toBe(tries)
      await died()
    }
    await advance(DAY_MS)
    await consume(supplier)
    expect(await redriveOf(redrive_id)).toMatchObject({
      state: 'done',
      kept: 2,
      trouble: { tries: 3, reason: DIED.reason },
    })
    expect(await batchOf(batch_id)).toMatchObject({ counts: { quarantined: 2 }, quarantine: { waiting: 2 } })
    // The logs had taken them.
    await answered(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', {}))
    await consume(supplier)
    expect(await batchOf(batch_id)).toMatchObject({ counts: { duplicate: 2, quarantined: 0 } })
  })
})

import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { DAY_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { BatchView, ReportLine } from '../../workers/suppliers/batch-views.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import { redriveChunk } from '../../workers/suppliers/redrive-chunk.ts'
import { call, house } from '../house.ts'
import { deskOf } from './held.ts'
import { NIGHTS, night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { consume, pushLines } from './pushed.ts'
import { answered, post } from './supplier.ts'

/** What becomes of records that are being read again when something happens to them, or to whose they are, by the doors. */

const supplier = ownSupplier(({ ask }) =>
  ask('POST', '/v2/supplier/contracts', { ...NIGHTS, identity: { ...NIGHTS.identity, connect: 'registered' } }).then(
    answered,
  ),
)
const HELD = 3
const { person } = night(0, { people: 1 })
const desk = () => deskOf(deskAddress({ ...supplier.account.developer, supplier_id: supplier.supplier_id }, 'sandbox'))
const asks = async <T>(method: string, path: string, body?: object) =>
  answered<T>(await supplier.ask(method, `/v2/supplier${path}`, body))
/** They see it also where the supplier may do nothing any more. */
const developerSees = async <T>(path: string) => {
  const asked = `/v2/suppliers/${supplier.supplier_id}${path}?environment=sandbox`
  return answered<T>(await call(asked, { headers: supplier.account.headers }))
}
const developerSays = (method: string, path = '', body: object = {}) =>
  call(`/v2/suppliers/${supplier.supplier_id}${path}`, { ...post(body, supplier.account.headers), method })
const consents = () => asks('PUT', `/subjects/${person}`, { consent: 'c' })
async function works(env: Env = house): Promise<void> {
  while (await redriveChunk(env, desk().name)) {}
}

/** What a worker asks of desks and logs while it takes a chunk, in this order. */
const MOMENTS = ['leaseRedrive', 'subjects', 'accept', 'append', 'commitRedrive'] as const
type Moment = (typeof MOMENTS)[number]
/** Something happens once, just before a worker asks that. */
function meanwhile(moment: Moment | 'putSubject' | 'commitPiece', happens: () => Promise<unknown>): Env {
  let still = true
  const watched = (space: typeof house.SUPPLIER_DESK | typeof house.EVENT_LOG) => ({
    idFromName: (of: string) => space.idFromName(of),
    get: (id: DurableObjectId) =>
      new Proxy(space.get(id), {
        get: (stub, method) => {
          if (method !== moment || !still) return Reflect.get(stub, method, stub)
          still = false
          return async (...input: unknown[]) => {
            await happens()
            // What it was told before may have broken it off.
            const anew = space.get(id) as unknown as Record<string, (...input: unknown[]) => unknown>
            return anew[method]!(...input)
          }
        },
      }),
  })
  const { SUPPLIER_DESK, EVENT_LOG } = house
  return { ...house, SUPPLIER_DESK: watched(SUPPLIER_DESK), EVENT_LOG: watched(EVENT_LOG) } as unknown as Env
}

interface Happening {
  happens(): Promise<unknown>
  /** Of the records, by when it happens. */
  taken(moment: Moment): number
  /** What becomes of them otherwise. */
  left?: string
  moments?: readonly Moment[]
}
const HAPPENINGS: Record<string, Happening> = {
  'their subject is erased': {
    happens: async () => expect((await supplier.ask('DELETE', `/v2/supplier/subjects/${person}`)).status).toBe(204),
    taken: () => 0,
    left: 'erased',
  },
  'their subject takes the consent back': {
    happens: () => asks('DELETE', `/subjects/${person}/consent`),
    taken: (moment) => (moment === 'leaseRedrive' || moment === 'subjects' ? 0 : HELD),
    left: 'waiting',
  },
  'their time is over': {
    happens: () => asks('POST', '/clock', { advance_seconds: (31 * DAY_MS) / SECOND_MS }),
    taken: (moment) => (moment === 'leaseRedrive' ? 0 : HELD),
    left: 'expired',
  },
  'another redrive is begun, and worked off': {
    happens: async () => {
      await asks('POST', '/quarantine/redrive', {})
      await works()
    },
    taken: () => HELD,
  },
  'their desk begins anew, and another worker is there first': {
    happens: async () => {
      await runInDurableObject(desk().desk, (_, state) => state.abort()).catch(() => {})
      await works()
    },
    taken: () => HELD,
  },
  'their contract is thrown away': {
    happens: async () => {
      const { contracts } = await asks<{ contracts: { contract_id: string }[] }>('GET', '/contracts')
      const thrown = await supplier.ask('DELETE', `/v2/supplier/contracts/${contracts[0]!.contract_id}`)
      expect(thrown.status).toBe(204)
    },
    taken: (moment) => (moment === 'leaseRedrive' ? 0 : HELD),
    left: 'waiting',
    moments: ['leaseRedrive', 'subjects'],
  },
  'their supplier is suspended': {
    happens: async () => answered(await developerSays('POST', '/suspend', { reason: 'a talk is due' })),
    taken: () => HELD,
    moments: ['leaseRedrive'],
  },
  'their supplier is closed': {
    happens: async () => expect((await developerSays('DELETE')).ok).toBe(true),
    taken: () => HELD,
    moments: ['leaseRedrive'],
  },
}

describe('records that are being read again', () => {
  const all = Object.entries(HAPPENINGS).flatMap(([what, { moments = MOMENTS }]) =>
    moments.map((moment) => [what, moment] as const),
  )
  it.each(all)('when %s before %s, are taken or not, and counted once', async (what, moment) => {
    const { happens, taken, left } = HAPPENINGS[what]!
    const nights = Array.from({ length: HELD }, (_, i) => night(i, { people: 1 }))
    const known = { ...night(HELD, { people: 1 }), person: 'another' }
    await asks('PUT', '/subjects/another', { consent: 'c' })
    const { batch_id } = await answered<BatchView>(
      await pushLines(supplier, 'sleep-nights@1.0', [...nights, known, { night: 7 }]),
    )
    await consume(supplier)
    const { user_id } = (await consents()) as { user_id: string }
    await asks('POST', '/quarantine/redrive', {})
    // Who asks a desk that was reset is told so, and is gone.
    const happened = vi.fn(happens)
    await works(meanwhile(moment, happened)).catch((error: Error) => expect(error.message).toMatch(/abort/))
    await works()
    expect(happened).toHaveBeenCalledOnce()

    const count = taken(moment)
    type Seen = BatchView & { quarantine: Record<string, number> }
    const { counts, records, quarantine } = await developerSees<Seen>(`/batches/${batch_id}`)
    expect(counts).toEqual({ accepted: 1 + count, updated: 0, duplicate: 0, rejected: 1, quarantined: HELD - count })
    expect(records).toBe(HELD + 2)
    const told = await developerSees<{ records: ReportLine[] }>(`/batches/${batch_id}/report`)
    expect(told.records.map(({ outcome }) => outcome)).toEqual([
      ...Array(HELD).fill(count > 0 ? 'accepted' : 'quarantined'),
      ...['accepted', 'rejected'],
    ])
    expect(Object.fromEntries(Object.entries(quarantine).filter(([, n]) => n > 0))).toEqual(
      count > 0 ? { taken: HELD } : { [left!]: HELD },
    )
    const seen = await call(`/v2/sleep?user_id=${user_id}&start_date=2023-12-31&end_date=2024-01-10&to_webhook=false`, {
      headers: supplier.account.headers,
    })
    const { data = [] } = (await seen.json()) as { data?: unknown[] }
    expect(data).toHaveLength(count)
  })
})

describe('a subject who is erased while a record of theirs connects them', () => {
  it('stays erased, and begins again when they are told anew', async () => {
    const document = { ...NIGHTS, name: 'open-nights', identity: { ...NIGHTS.identity, connect: 'first_record' } }
    await asks('POST', '/contracts', document)
    await asks('PUT', `/subjects/${person}`, {})
    const erases = () => supplier.ask('DELETE', `/v2/supplier/subjects/${person}`)
    const push = async (number: number, env?: Env) => {
      const { batch_id } = await answered<BatchView>(
        await pushLines(supplier, 'open-nights@1.0', [night(number, { people: 1 })]),
      )
      await consume(supplier, env)
      return (await asks<BatchView>('GET', `/batches/${batch_id}`)).counts
    }
    expect(await push(0, meanwhile('putSubject', erases))).toMatchObject({ accepted: 0, rejected: 1 })
    expect((await supplier.ask('GET', `/v2/supplier/subjects/${person}`)).status).toBe(404)
    await consents()
    expect(await push(1)).toMatchObject({ accepted: 1 })
  })
})

describe('a subject who is erased while a record of theirs is put into quarantine', () => {
  it('leaves none of it, though they are told anew at once', async () => {
    await consents()
    await asks('DELETE', `/subjects/${person}/consent`)
    const { batch_id } = await answered<BatchView>(
      await pushLines(supplier, 'sleep-nights@1.0', [night(0, { people: 1 })]),
    )
    const beginsAnew = async () => {
      expect((await supplier.ask('DELETE', `/v2/supplier/subjects/${person}`)).status).toBe(204)
      await consents()
      await asks('DELETE', `/subjects/${person}/consent`)
      await pushLines(supplier, 'sleep-nights@1.0', [night(1, { people: 1 })])
    }
    await consume(supplier, meanwhile('commitPiece', beginsAnew))
    await consume(supplier)
    const { quarantine } = await asks<{ quarantine: object }>('GET', `/batches/${batch_id}`)
    expect(quarantine).toMatchObject({ waiting: 0, erased: 1 })
    // What came since is theirs who came anew.
    const { records } = await asks<{ records: unknown[] }>('GET', `/quarantine?subject=${person}`)
    expect(records).toMatchObject([{ state: 'waiting' }])
  })
})

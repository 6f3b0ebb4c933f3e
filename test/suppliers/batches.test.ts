import { beforeAll, describe, expect, it } from 'vitest'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { HeldRecord } from '../../durable-objects/supplier-desk-api.ts'
import { newId } from '../../shared/base/ids.ts'
import { problem } from '../../shared/supply/problem.ts'
import { newTally } from '../../shared/supply/tally.ts'
import { batchEvents } from '../../workers/suppliers/batch-events.ts'
import type { BatchView, ReportLine } from '../../workers/suppliers/batch-views.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { answered, newSupplier, refusal, type Supplier } from './supplier.ts'

const MISSING = problem('/end', 'required', 'a string', 'missing')
const UNKNOWN = problem('/person', 'unknown_subject', 'a subject that is registered', 'string')

let account: Account
let supplier: Supplier
let other: Supplier
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
  other = await newSupplier(call, await newAccount())
})

const deskOf = ({ supplier_id }: Supplier) =>
  supplierDesk(house, { region: 'global', developer_id: account.dev_id, supplier_id, environment: 'sandbox' })
/** A batch whose bytes have come. Its pieces are worked at by hand. */
async function received(codes: string[], more: { mode?: 'strict' } = {}): Promise<string> {
  const batch_id = newId('bat')
  const desk = deskOf(supplier)
  await desk.beginBatch({
    ...{
      batch_id,
      contract_id: `ctr_of_${batch_id}`,
      contract: 'sleep@1.0',
      kind: 'push',
      mode: more.mode ?? 'partial',
    },
    ...{ origin: 'live', idempotency_key: undefined, hash: undefined, report_days: 90, quarantine_days: 30 },
  })
  const pieces = codes.map(({ length }) => length)
  await desk.commitBatch({ batch_id, hash: 'hash', bytes: 10, unpacked: 100, pieces })
  return batch_id
}
async function work(codes: string) {
  const desk = deskOf(supplier)
  const { lease, batch_id, piece, first_line } = (await desk.takePiece())!
  const slas = { window_hours: 168, on_breach: 'alert' } as never
  const tally = newTally(
    { contract_id: 'ctr_1', document: { name: 'sleep', version: '1.0', slas } },
    { receivedAt: Date.now(), origin: 'live' },
  )
  const wrong = [...codes].flatMap((code, i) =>
    code === 'r'
      ? [{ line: first_line + i, problems: [MISSING] }]
      : code === 'q'
        ? [{ line: first_line + i, problems: [UNKNOWN] }]
        : [],
  )
  const held: HeldRecord[] = wrong
    .filter(({ problems }) => problems[0] === UNKNOWN)
    .map(({ line, problems }) => ({
      ...{ line, problems, reason: 'unknown_subject', subject_hash: 'somebody', sealed: new Uint8Array([1, 2]) },
    }))
  await desk.commitPiece({ lease, batch_id, piece, codes, problems: wrong, held, tally })
}
async function done(codes: string[]): Promise<string> {
  const batch = await received(codes)
  for (const piece of codes) await work(piece)
  return batch
}
const asDeveloper = (path: string, init: RequestInit = {}) =>
  call(`/v2/suppliers/${supplier.supplier_id}${path}${path.includes('?') ? '&' : '?'}environment=sandbox`, {
    headers: account.headers,
    ...init,
  })
type Report = { batch: BatchView; records: ReportLine[]; next_cursor: string | null }

describe('a batch', () => {
  it('is shown to both sides with what it came to', async () => {
    const batch_id = await done(['aur', 'dq'])
    const seen = await answered<BatchView>(await supplier.ask('GET', `/v2/supplier/batches/${batch_id}`))
    expect(seen).toMatchObject({
      ...{ state: 'done', records: 5, progress: 1, contract: 'sleep@1.0', unpacked_bytes: 100 },
      counts: { accepted: 1, updated: 1, duplicate: 1, rejected: 1, quarantined: 1 },
      quarantine: { waiting: 1, redriving: 0, taken: 0, expired: 0, erased: 0 },
    })
    expect(await answered(await asDeveloper(`/batches/${batch_id}`))).toEqual(seen)
  })
  it('is nobody else’s', async () => {
    const batch_id = await done(['a'])
    for (const path of ['', '/report', '/events'])
      expect((await other.ask('GET', `/v2/supplier/batches/${batch_id}${path}`)).status).toBe(404)
    expect((await other.ask('DELETE', `/v2/supplier/batches/${batch_id}`)).status).toBe(404)
    const stranger = await newAccount()
    const foreign = `/v2/suppliers/${supplier.supplier_id}/batches/${batch_id}?environment=sandbox`
    expect((await call(foreign, { headers: stranger.headers })).status).toBe(404)
    // The supplier's other environment has batches of its own.
    const production = await call(`/v2/suppliers/${supplier.supplier_id}/batches/${batch_id}`, {
      headers: account.headers,
    })
    expect(production.status).toBe(404)
  })
  it('is listed from the newest on, page by page', async () => {
    const made = [await done(['a']), await done(['a']), await done(['r'])]
    const listed: string[] = []
    for (let cursor = ''; ; ) {
      const page = await answered<{ batches: BatchView[]; next_cursor: string | null }>(
        await supplier.ask('GET', `/v2/supplier/batches?limit=2${cursor}`),
      )
      listed.push(...page.batches.map(({ batch_id }) => batch_id))
      if (page.next_cursor === null) break
      cursor = `&cursor=${page.next_cursor}`
    }
    expect(listed.slice(0, 3)).toEqual(made.reverse())
    expect(new Set(listed).size).toBe(listed.length)
    const bad = await supplier.ask('GET', '/v2/supplier/batches?cursor=x')
    expect(bad.status).toBe(400)
  })
  it('that is cancelled keeps what was taken of it', async () => {
    const batch_id = await received(['aa', 'aa'])
    await work('aa')
    const ended = await answered<BatchView>(
      await asDeveloper(`/batches/${batch_id}`, { method: 'DELETE', headers: account.headers }),
    )
    expect(ended).toMatchObject({ state: 'cancelled', progress: 0.5, counts: { accepted: 2 } })
    expect(await deskOf(supplier).takePiece()).toBeUndefined()
    const again = await answered(await supplier.ask('DELETE', `/v2/supplier/batches/${batch_id}`))
    expect(again).toMatchObject({ state: 'cancelled' })
  })
})

describe('a report', () => {
  it('tells of each record, in pages', async () => {
    const batch_id = await done(['aur', 'dq'])
    const first = await answered<Report>(await supplier.ask('GET', `/v2/supplier/batches/${batch_id}/report?limit=3`))
    expect(first.records).toEqual([
      { line: 1, outcome: 'accepted' },
      { line: 2, outcome: 'updated' },
      { line: 3, outcome: 'rejected', problems: [MISSING] },
    ])
    const rest = await answered<Report>(await asDeveloper(`/batches/${batch_id}/report?cursor=${first.next_cursor}`))
    const quarantine_id = `qrn_${batch_id.slice(4)}_5`
    expect(rest).toMatchObject({
      records: [
        { line: 4, outcome: 'duplicate' },
        { line: 5, outcome: 'quarantined', problems: [UNKNOWN], quarantine_id },
      ],
      next_cursor: null,
    })
  })
  it.each([
    ['outcome=rejected', [3]],
    ['outcome=rejected,quarantined', [3, 5]],
    ['rule=unknown_subject', [5]],
    ['from_line=2&to_line=4', [2, 3, 4]],
  ])('with %s tells of those', async (query, lines) => {
    const batch_id = await done(['aur', 'dq'])
    const { records } = await answered<Report>(
      await supplier.ask('GET', `/v2/supplier/batches/${batch_id}/report?${query}`),
    )
    expect(records.map(({ line }) => line)).toEqual(lines)
  })
  it.each(['outcome=lost', 'from_line=0', 'to_line=x', 'cursor=zzz', 'limit=0'])('is refused for %s', async (query) => {
    const batch_id = await done(['a'])
    expect((await supplier.ask('GET', `/v2/supplier/batches/${batch_id}/report?${query}`)).status).toBe(400)
  })
  it('is a stream of lines for who asks for that, and says whether it is whole', async () => {
    const batch_id = await received(['a'.repeat(2_000), 'r'.repeat(2_000), 'q'])
    await work('a'.repeat(2_000))
    const path = `/v2/supplier/batches/${batch_id}/report`
    const lines = async () => {
      const response = await supplier.ask('GET', path, undefined, { accept: 'application/x-ndjson' })
      const complete = response.headers.get('report-complete')
      const text = await response.text()
      return {
        complete,
        lines: text
          .trimEnd()
          .split('\n')
          .map((one) => JSON.parse(one) as ReportLine),
      }
    }
    expect(await lines()).toMatchObject({ complete: 'false', lines: { length: 2_000 } })
    await work('r'.repeat(2_000))
    await work('q')
    const whole = await lines()
    expect(whole).toMatchObject({ complete: 'true', lines: { length: 4_001 } })
    expect(whole.lines.map(({ line }) => line)).toEqual(Array.from({ length: 4_001 }, (_, i) => i + 1))
    expect(whole.lines[4_000]).toMatchObject({ outcome: 'quarantined', quarantine_id: `qrn_${batch_id.slice(4)}_4001` })
  })
  it('of a strict batch that is refused says of every record that it was not taken', async () => {
    const batch_id = await received(['aa', 'rq'], { mode: 'strict' })
    await work('aa')
    await work('rq')
    const { batch, records } = await answered<Report>(
      await supplier.ask('GET', `/v2/supplier/batches/${batch_id}/report`),
    )
    expect(batch).toMatchObject({ state: 'refused', counts: { rejected: 4, quarantined: 0 } })
    expect(batch.reason).toContain('2 of 4 records')
    expect(records.map(({ outcome }) => outcome)).toEqual(Array(4).fill('rejected'))
    expect(records[2]!.problems).toEqual([MISSING])
    expect(records[0]!.problems).toBeUndefined()
  })
  it('needs a token that may see batches', async () => {
    const response = await call('/v2/supplier/batches')
    expect(await refusal(response)).toEqual([401, 'token_missing'])
  })
})

describe('the events of a batch', () => {
  const eventsIn = (text: string) =>
    [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name, data]) => [
      name,
      (JSON.parse(data!) as BatchView).progress,
    ])
  it('are its end, where it has ended', async () => {
    const batch_id = await done(['a'])
    const response = await supplier.ask('GET', `/v2/supplier/batches/${batch_id}/events`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(eventsIn(await response.text())).toEqual([['end', 1]])
  })
  it('come as it goes on, each change once', async () => {
    const desk = deskOf(supplier)
    const batch_id = await received(['aa', 'aa'])
    const first = (await desk.batch(batch_id))!
    let looks = 0
    const stream = batchEvents(
      first,
      () => desk.batch(batch_id),
      async () => {
        looks++
        if (looks === 2 || looks === 5) await work('aa')
      },
    )
    expect(eventsIn(await new Response(stream).text())).toEqual([
      ['progress', 0],
      ['progress', 0.5],
      ['end', 1],
    ])
  })
  it('end after a while though it goes on, and say now and then that they are there', async () => {
    const batch_id = await received(['aa'])
    const first = (await deskOf(supplier).batch(batch_id))!
    const text = await new Response(
      batchEvents(
        first,
        async () => first,
        async () => {},
      ),
    ).text()
    expect(eventsIn(text)).toEqual([['progress', 0]])
    expect(text.match(/: still there/g)!.length).toBeGreaterThan(30)
    await deskOf(supplier).cancelBatch(batch_id)
  })
})

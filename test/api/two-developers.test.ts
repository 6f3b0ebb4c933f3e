import { beforeAll, describe, expect, it, vi } from 'vitest'
import { payloadLink } from '../../durable-objects/payload-link.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { payloadId } from '../../shared/access/payload-links.ts'
import { newFileId, newId, newUserId } from '../../shared/base/ids.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import type { Lease, LeaseAnswer } from '../../shared/delivery/types.ts'
import { quarantineId } from '../../shared/supply/quarantine.ts'
import { app } from '../../workers/app.ts'
import { EXAMPLE_DOCUMENT } from '../../workers/suppliers/contract-example.ts'
import { EXAMPLE_PULL_INPUT } from '../../workers/suppliers/pull-views.ts'
import { type Account, appendDaily, call, house, migrate, newAccount, newConnection } from '../house.ts'
import { openBucket } from '../suppliers/bucket.ts'
import { KEYS, PLACE } from '../suppliers/bucket-place.ts'
import { sandboxContract, taken } from '../suppliers/held.ts'
import { night } from '../suppliers/nights.ts'
import { answered, newSupplier, type Supplier } from '../suppliers/supplier.ts'
import { type Ask, CASES, type Ids, OBSERVATION } from './foreign-ids.ts'
import { whole } from './whole.ts'

/** Whatever one developer asks with the ids of another is answered as if these ids had never been, and changes nothing. */

const BASE = '/api/v2'
/** Found in the app and not in its document: what is not offered answers alike to everybody. */
const SAME_FOR_ALL = /^(lab-reports|models|routes|pushedRoutes|workouts|plannedWorkouts)(\/\*)?$/

interface Document {
  paths: Record<string, Record<string, { security?: object[] }>>
}
let owner: Account
let stranger: Account
let theirs: Ids
/** A destination of the stranger's. */
let mine: string
let operations: string[]
/** Those that a supplier asks, with a token of its own. */
let ofSuppliers: Set<string>
const suppliers = new Map<Account, Supplier>()
beforeAll(async () => {
  await migrate()
  ;[owner, stranger] = [await newAccount(), await newAccount()]
  theirs = await belongings(owner)
  // Somebody who has things of their own, so that theirs could be taken for the other's.
  mine = (await belongings(stranger)).destination_id
  const { paths } = (await (await call('/openapi.json')).json()) as Document
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  ofSuppliers = new Set(
    operations.filter((one) => {
      const [method, path] = one.split(' ') as [string, string]
      return paths[path]![method.toLowerCase()]!.security?.some((way) => 'supplierToken' in way)
    }),
  )
})

/** One of everything that has an id. */
async function belongings(who: Account): Promise<Ids> {
  const reference_id = `person of ${who.dev_id}`
  const row = await newConnection(who, { reference_id })
  const settings = { url: 'https://receiver.example/hook' }
  const { destination_id } = await made<Ids>(who, '/destinations', { type: 'webhook', settings })
  await appendDaily(row, '2026-07-01')
  const parked_id = await park(row, destination_id)
  const { replay_id } = await made<Ids>(who, `/destinations/${destination_id}/backfills`, { from: '2026-01-01' })
  const range = { provider: 'oura', from: '2026-01-01' }
  const { renormalization_id } = await made<Ids>(who, '/renormalizations', range)
  const { session_id } = await made<Ids>(who, '/auth/generateWidgetSession', { reference_id })
  const { key_id } = await made<Ids>(who, '/keys', { name: 'second', scopes: ['data:read'] })
  const stored = { id: 'evt', type: 'daily', user_id: row.user_id, text: '{}', cell: cellName(row) } as const
  const place = { destination_id, developer_id: row.developer_id, base_url: 'https://fascia.test' }
  const { payload_id } = await payloadLink(house, place, stored, 300, Date.now())
  const { file_id } = await made<Ids>(who, `/files?user_id=${row.user_id}&name=one.json`, OBSERVATION)
  const supplier = await newSupplier(call, who)
  suppliers.set(who, supplier)
  const { supplier_id, client_id: credential_id } = supplier
  const contract_id = await draftOf(supplier)
  const upload_id = await uploadOf(supplier)
  const pull_id = await pullOf(supplier)
  const batch_id = await taken(supplier, await sandboxContract(supplier), [night(0, { people: 1 })])
  const quarantine_id = quarantineId(batch_id, 1)
  const redrive_id = await redriven(supplier)
  const person = newId('req')
  const told = await supplier.ask('PUT', `${BASE}/supplier/subjects/${person}`, { consent: 'c-1' })
  if (!told.ok) throw new Error(await told.text())
  const jobs = { replay_id, renormalization_id }
  const ids = {
    reference_id,
    destination_id,
    parked_id,
    ...jobs,
    session_id,
    key_id,
    payload_id,
    file_id,
    supplier_id,
    credential_id,
    contract_id,
    batch_id,
    upload_id,
    pull_id,
    quarantine_id,
    redrive_id,
    person,
  }
  return { user_id: row.user_id, ...ids }
}
/** A redrive that found nothing. → its id */
async function redriven(supplier: Supplier): Promise<string> {
  const begun = await supplier.ask('POST', `${BASE}/supplier/quarantine/redrive`, { subject: 'nobody' })
  return (await answered<Ids>(begun)).redrive_id
}
async function draftOf(supplier: Supplier): Promise<string> {
  const response = await supplier.ask('POST', `${BASE}/supplier/contracts`, EXAMPLE_DOCUMENT)
  return ((await response.json()) as Ids).contract_id
}
async function uploadOf(supplier: Supplier): Promise<string> {
  const { name } = EXAMPLE_DOCUMENT
  const response = await supplier.ask('POST', `${BASE}/ingest/${name}/uploads`, { bytes: 1 })
  return ((await response.json()) as Ids).upload_id
}
/** Of a bucket that opens for the moment. */
async function pullOf(supplier: Supplier): Promise<string> {
  openBucket()
  const input = { ...EXAMPLE_PULL_INPUT, ...PLACE, ...KEYS, contract: EXAMPLE_DOCUMENT.name }
  const { pull_id } = await answered<Ids>(await supplier.ask('POST', `${BASE}/supplier/pulls`, input))
  vi.restoreAllMocks()
  return pull_id
}
async function made<T>(who: Account, path: string, body: object): Promise<T> {
  const response = await call(BASE + path, { method: 'POST', headers: who.headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}
/** A receiver refuses the first event for good. → parked_id */
async function park(row: ConnectionRow, destinationId: string): Promise<string> {
  const log = eventLog(house, row)
  const { lease_id, destination_id, epoch, groups } = leased(await log.lease(destinationId))
  const results = groups.map(({ connection, lane, events }) => {
    const { seq } = events[0]!
    const outcome = { kind: 'rejected' as const, reason: 'refused' }
    return { connection, lane, attempts: [], deliveredTo: 0, failed: { from: seq, to: seq, status: 422, outcome } }
  })
  await log.settle({ lease_id, destination_id, epoch, more: false, stopped: false, results })
  const [parked] = (await log.parked({ destinationId, limit: 1 })).events
  return parked!.parked_id
}
const leased = (answer: LeaseAnswer): Lease => {
  if (answer.kind !== 'lease') throw new Error(`no lease: ${answer.kind}`)
  return answer.lease
}
/** As well-formed as any, and nobody's. */
const nobody = (): Ids => ({
  user_id: newUserId(1),
  reference_id: 'person of nobody',
  destination_id: newId('dst'),
  parked_id: newId('prk'),
  replay_id: newId('rpl'),
  renormalization_id: newId('rnm'),
  session_id: newId('wgt'),
  key_id: newId('key'),
  payload_id: payloadId({ developer_id: newId('dev'), user_id: newUserId(1), week: 2950, hash: '0'.repeat(32) }),
  file_id: newFileId(newUserId(1)),
  supplier_id: newId('sup'),
  credential_id: newId('crd'),
  contract_id: newId('ctr'),
  batch_id: newId('bat'),
  upload_id: newId('upl'),
  pull_id: newId('pul'),
  quarantine_id: quarantineId(newId('bat'), 5),
  redrive_id: newId('rdv'),
  person: newId('req'),
})
const headersTo = (operation: string, who: Account): Record<string, string> =>
  ofSuppliers.has(operation) ? suppliers.get(who)!.headers : who.headers
/** The answer to a case, with its ids by their names. */
async function asked(operation: string, { path, query, body }: Ask, ids: Ids, who = stranger) {
  const [method, template] = operation.split(' ') as [string, string]
  const url = BASE + (path ?? template) + (query ? `?${new URLSearchParams(query)}` : '')
  const response = await call(url, {
    method,
    headers: { ...headersTo(operation, who), 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  let text = await whole(response)
  for (const [name, id] of Object.entries(ids))
    for (const form of [id, encodeURIComponent(id), new URLSearchParams({ '': id }).toString().slice(1)])
      text = text.replaceAll(form, `{${name}}`)
  // What is new at each request anyway.
  return { status: response.status, text: text.replace(/(wgt|rpl|sup|inv|fsi|crd|fss)_[0-9a-f]+/g, '$1_') }
}
/** What an operation tells of the other's things that it would not tell of nobody's. */
async function toldBy(operation: string, ask: (ids: Ids, mine: string) => Ask): Promise<string[]> {
  const nobodys = nobody()
  const [foreign, unknown] = [ask(theirs, mine), ask(nobodys, mine)]
  const answer = await asked(operation, foreign, theirs)
  if (JSON.stringify(foreign) === JSON.stringify(unknown))
    return Object.keys(theirs).flatMap((name) =>
      answer.text.includes(`{${name}}`) ? `${operation} shows ${name}` : [],
    )
  const expected = await asked(operation, unknown, nobodys)
  const right = { status: foreign.status ?? 404, text: expected.text }
  return answer.status === right.status && answer.text === right.text && expected.status === right.status
    ? []
    : [`${operation}: ${JSON.stringify(answer)} is not ${JSON.stringify(right)}`]
}
/** All that the owner can see of what is theirs. */
async function ownersView(): Promise<string[]> {
  const { user_id, reference_id, destination_id } = theirs
  const paths = [
    `/userInfo?user_id=${user_id}`,
    `/userInfo?reference_id=${encodeURIComponent(reference_id)}`,
    '/subscriptions',
    '/destinations',
    ...['', '/deliveries', '/attempts', '/parked', `/parked/${theirs.parked_id}`].map(
      (rest) => `/destinations/${destination_id}${rest}`,
    ),
    `/daily?user_id=${user_id}&start_date=2026-07-01&end_date=2026-07-02&to_webhook=false`,
    '/events',
    '/quarantine',
    `/renormalizations/${theirs.renormalization_id}`,
    '/widget',
    '/merged/rules',
    '/keys',
    '/suppliers',
    `/suppliers/${theirs.supplier_id}`,
    `/suppliers/${theirs.supplier_id}/batches?environment=sandbox`,
    `/suppliers/${theirs.supplier_id}/batches/${theirs.batch_id}?environment=sandbox`,
    ...['quarantine', 'redrives', 'subjects'].map(
      (rest) => `/suppliers/${theirs.supplier_id}/${rest}?environment=sandbox`,
    ),
    '/stream/presence',
    '/stream/status',
  ]
  return Promise.all(
    paths.map(async (path) => {
      const response = await call(BASE + path, { headers: owner.headers })
      return `${path} ${response.status} ${await response.text()}`
    }),
  )
}

/** All operations there are, one after the other: more than a busy machine does in the usual time. */
describe('two developers', { timeout: 60_000 }, () => {
  it('have a case for every operation of the document, and every route is in the document', () => {
    expect(operations.filter((one) => !CASES[one])).toEqual([])
    expect(Object.keys(CASES).filter((one) => !operations.includes(one))).toEqual([])
    const routes = app.routes
      .filter(({ path, method }) => path.startsWith(`${BASE}/`) && method !== 'ALL')
      .map(({ path, method }) => `${method} ${path.slice(BASE.length).replace(/:(\w+)/g, '{$1}')}`)
    expect(routes.filter((one) => !operations.includes(one))).toEqual([])
    const forAll = app.routes.filter(({ path, method }) => path.startsWith(`${BASE}/`) && method === 'ALL')
    const paths = forAll.map(({ path }) => path.slice(BASE.length + 1)).filter((path) => path !== '*')
    expect(paths.filter((path) => !SAME_FOR_ALL.test(path))).toEqual([])
  })
  it('find their own by the same requests', async () => {
    const missing: string[] = []
    for (const operation of operations.filter((one) => one.startsWith('GET ')))
      for (const ask of [CASES[operation]!].flat()) {
        const { status, text } = await asked(operation, ask(theirs, theirs.destination_id), theirs, owner)
        if (status === 404) missing.push(`${operation}: ${text}`)
      }
    expect(missing).toEqual([])
  })
  it('cannot tell what the other has from what never was, and leave it as it is', async () => {
    const before = await ownersView()
    expect(before.filter((line) => !/^\S+ 200 /.test(line))).toEqual([])
    const told: string[] = []
    for (const operation of operations)
      for (const ask of [CASES[operation]!].flat()) told.push(...(await toldBy(operation, ask)))
    expect(told).toEqual([])
    expect(await ownersView()).toEqual(before)
  })
})

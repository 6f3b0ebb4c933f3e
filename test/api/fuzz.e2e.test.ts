import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { EXAMPLE_DOCUMENT } from '../../workers/suppliers/contract-example.ts'
import { S3Double } from '../doubles/s3.ts'
import { KEYS, PLACE } from '../suppliers/bucket-place.ts'
import { answered, askerOf, invite, newSupplier, type Supplier } from '../suppliers/supplier.ts'
import { catchEvents, type EventCatcher } from './event-catcher.ts'
import { OBSERVATION } from './foreign-ids.ts'
import { type Document, type FuzzRequest, type Operation, operationsOf, requestsTo, resolver } from './fuzz-requests.ts'
import type { Known } from './fuzz-values.ts'
import { clientOf, headersOf, type SeededDeveloper, type SeededServer, serveSeeded } from './seeded.ts'
import { whole } from './whole.ts'

/** Every operation of the document, sent what it asks for, and what nobody should send. */

const SEED = 20_260_701
const REQUESTS = 2_000
const BASE = '/api/v2'
const TIMEOUT_MS = 180_000
/** Operations under way at once. */
const LANES = 4

/** Values for what is only said to be text: of things that are there. `$name` is filled in when the request is sent. */
const KNOWN: Known = {
  user_id: fc.constant('$user'),
  reference_id: fc.constant('person-1'),
  connected_uids: fc.constant(['$user']),
  resource: fc.constantFrom('OURA', 'GARMIN', 'WITHINGS'),
  providers: fc.constant(undefined),
  start_date: fc.constantFrom('2026-07-01', '1782864000', '2026-07-04'),
  end_date: fc.constantFrom('2026-07-05', '2026-07-08', '1783382400'),
  date: fc.constantFrom('2026-07-01', '2026-11-25', '2024-02-29'),
  after: fc.constant(undefined),
  cursor: fc.constant(undefined),
  from: fc.constantFrom('2026-07-01', '2026-01-01', '2026-07-01T00:00:00Z'),
  to: fc.constant(undefined),
  parked_id: fc.constant(undefined),
  batch_id: fc.constant('$batch'),
  quarantine_id: fc.constant('$held'),
  redrive_id: fc.constant('$redrive'),
  subject: fc.constantFrom('person-1', 'person-2'),
  type: fc.constant('webhook'),
  settings: fc.constant({ url: '$catcher' }),
  payload_id: fc.constant('$payload'),
  expires: fc.constant('$linkEnd'),
  signature: fc.constant('$linkSignature'),
  allowed_origins: fc.constant(['https://app.example.com']),
}
const ANYTIME: Known = { from: fc.constantFrom('2026-07-01T00:00:00Z', '2026-07-01T08:00:00+02:00') }
interface Credential {
  credential_id: string
  revoked_at: string | null
}
const CREDENTIAL: Known = {
  environment: fc.constant('sandbox'),
  method: fc.constant('client_secret'),
  public_keys: fc.constant([]),
  addresses: fc.constant([]),
  signatures: fc.constant('optional'),
  expires_at: fc.constant(null),
}
/** A document whose parts are good; its name and version are whatever. */
const DOCUMENT: Known = Object.fromEntries(
  Object.entries({
    ...EXAMPLE_DOCUMENT,
    updates: {},
    time: {},
    live: undefined,
    retention: {},
    implausible: 'accept',
    mode: 'partial',
  }).flatMap(([name, value]) => (['name', 'version'].includes(name) ? [] : [[name, fc.constant(value)]])),
)
const SUNSET = fc.constant(new Date(Date.now() + 90 * 86_400_000).toISOString())
const contractOf = (what: string): Known => ({ id: fc.constant('$supplier'), contract_id: fc.constant(what) })
const [CONTRACT, DRAFT, REVIEWED, ACTIVE] = ['$contract', '$draft', '$reviewed', '$active'].map(contractOf) as [
  Known,
  Known,
  Known,
  Known,
]
/** A bucket that is there, and opens. */
const BUCKET = { ...PLACE, ...KEYS, endpoint: '$bucket', contract: 'fuzzed-0' }
const OPENS: Known = Object.fromEntries(Object.entries(BUCKET).map(([name, value]) => [name, fc.constant(value)]))
/** What an operation is asked about where it is not what the others are asked about, because it uses it up. */
const KNOWN_TO: Record<string, Known> = {
  // Times alone: there is no user's day in when something was parked.
  'GET /destinations/{id}/parked': { ...ANYTIME, type: fc.constantFrom('daily', 'auth') },
  'POST /destinations/{id}/replays': { ...ANYTIME, type: fc.constantFrom('daily', 'auth') },
  // What it would send is more than all other requests together.
  'POST /destinations/{id}/backfills': { dry_run: fc.constant(true) },
  'GET /destinations/{id}/parked/{parked_id}': { parked_id: fc.constant('$parked') },
  'GET /destinations/{id}/replays/{replay_id}': { replay_id: fc.constant('$replay') },
  'DELETE /destinations/{id}/replays/{replay_id}': { replay_id: fc.constant('$replay') },
  'GET /renormalizations/{id}': { id: fc.constant('$renormalization') },
  'DELETE /renormalizations/{id}': { id: fc.constant('$renormalization') },
  'GET /quarantine': ANYTIME,
  'POST /quarantine/redrive': ANYTIME,
  'DELETE /auth/deauthenticateUser': { user_id: fc.constant('$newUser') },
  'DELETE /destinations/{id}': { id: fc.constant('$newDestination') },
  'DELETE /keys/{id}': { id: fc.constant('$newKey') },
  'POST /keys/{id}/rotate': { id: fc.constant('$newKey') },
  'GET /suppliers/{id}': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/certification': { id: fc.constant('$supplier') },
  ...Object.fromEntries(
    [
      'GET /suppliers/{id}/quarantine',
      'POST /suppliers/{id}/quarantine/redrive',
      'GET /supplier/quarantine',
      'POST /supplier/quarantine/redrive',
    ].map((name) => [name, { ...ANYTIME, id: fc.constant('$supplier') }]),
  ),
  'GET /suppliers/{id}/quarantine/{quarantine_id}': { id: fc.constant('$supplier') },
  'POST /suppliers/{id}/quarantine/{quarantine_id}/redrive': {
    id: fc.constant('$supplier'),
    record: fc.constant(undefined),
  },
  'GET /suppliers/{id}/redrives': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/redrives/{redrive_id}': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/subjects': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/subjects/{subject}': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/batches': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/batches/{batch_id}': { id: fc.constant('$supplier') },
  'DELETE /suppliers/{id}/batches/{batch_id}': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/batches/{batch_id}/report': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/batches/{batch_id}/events': { id: fc.constant('$supplier') },
  'PATCH /suppliers/{id}': { id: fc.constant('$newSupplier'), domain: fc.constant('lab.example') },
  'DELETE /suppliers/{id}': { id: fc.constant('$newSupplier') },
  'POST /suppliers/{id}/suspend': { id: fc.constant('$newSupplier') },
  'POST /suppliers/{id}/resume': { id: fc.constant('$newSupplier') },
  'POST /suppliers/{id}/invitations': { id: fc.constant('$newSupplier'), email: fc.constant('someone@lab.example') },
  'POST /suppliers': { domain: fc.constant('lab.example'), email: fc.constant('someone@lab.example') },
  'POST /supplier-invitations/look': { token: fc.constant('$invitation') },
  'POST /supplier-invitations/accept': { token: fc.constant('$invitation') },
  'POST /supplier/credentials': CREDENTIAL,
  'GET /supplier/credentials/{id}': { id: fc.constant('$credential') },
  'PATCH /supplier/credentials/{id}': { ...CREDENTIAL, id: fc.constant('$newCredential') },
  'DELETE /supplier/credentials/{id}': { id: fc.constant('$newCredential') },
  'POST /supplier/credentials/{id}/rotate': { ...CREDENTIAL, id: fc.constant('$newCredential') },
  'POST /supplier/contracts': DOCUMENT,
  'POST /supplier/contracts/compare': { older: fc.constant(EXAMPLE_DOCUMENT), newer: fc.constant(EXAMPLE_DOCUMENT) },
  'POST /supplier/contracts/infer': {
    samples: fc.constant([{ id: 'n-1', patient: 'p-1', start: '2026-07-01T22:00:00Z' }]),
  },
  'GET /supplier/contracts': { after: fc.constant(undefined) },
  'GET /supplier/contracts/{contract_id}': CONTRACT,
  'PUT /supplier/contracts/{contract_id}': { ...DOCUMENT, ...DRAFT },
  'DELETE /supplier/contracts/{contract_id}': DRAFT,
  'POST /supplier/contracts/{contract_id}/submit': DRAFT,
  'POST /supplier/contracts/{contract_id}/withdraw': REVIEWED,
  'GET /suppliers/{id}/contracts': { id: fc.constant('$supplier'), after: fc.constant(undefined) },
  'POST /suppliers/{id}/contracts': { ...DOCUMENT, id: fc.constant('$supplier') },
  'GET /suppliers/{id}/contracts/{contract_id}': CONTRACT,
  'PUT /suppliers/{id}/contracts/{contract_id}': { ...DOCUMENT, ...DRAFT },
  'DELETE /suppliers/{id}/contracts/{contract_id}': DRAFT,
  'POST /suppliers/{id}/contracts/{contract_id}/submit': DRAFT,
  'POST /suppliers/{id}/contracts/{contract_id}/activate': { ...REVIEWED, sunset_at: SUNSET },
  'POST /suppliers/{id}/contracts/{contract_id}/return': REVIEWED,
  'POST /suppliers/{id}/contracts/{contract_id}/deprecate': { ...ACTIVE, sunset_at: SUNSET },
  'POST /suppliers/{id}/contracts/{contract_id}/retire': ACTIVE,
  'GET /suppliers/{id}/scorecard': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/alerts': { id: fc.constant('$supplier'), after: fc.constant(undefined) },
  'GET /suppliers/{id}/limits': { id: fc.constant('$supplier') },
  'GET /suppliers/{id}/pulls': { id: fc.constant('$supplier') },
  'DELETE /suppliers/{id}/holds/{contract}': { id: fc.constant('$supplier') },
  'GET /supplier/alerts': { after: fc.constant(undefined) },
  'POST /supplier/clock': { advance_seconds: fc.constant(1) },
  'POST /ingest/{contract}/streams': { contract: fc.constant('straps@1.0'), consent: fc.constant('consent-1') },
  'POST /supplier/pulls': { ...OPENS, path_style: fc.constant(true) },
  'GET /supplier/pulls/{pull_id}': { pull_id: fc.constant('$pull') },
  'PATCH /supplier/pulls/{pull_id}': { ...OPENS, pull_id: fc.constant('$pull') },
  'DELETE /supplier/pulls/{pull_id}': { pull_id: fc.constant('$newPull') },
  'POST /supplier/pulls/{pull_id}/look': { pull_id: fc.constant('$pull') },
  'GET /supplier/pulls/{pull_id}/objects': { pull_id: fc.constant('$pull') },
  // Nobody listens there, and says so at once.
  'PUT /supplier/hook': { url: fc.constant('http://127.0.0.1:9/hook') },
  // A name that nobody has.
  'POST /supplier/domain/proof': { domain: fc.constant('lab.invalid') },
  'GET /sandbox/users/{user_id}': { user_id: fc.constant('$synthetic') },
  'POST /sandbox/users/{user_id}/advance': {
    user_id: fc.constant('$synthetic'),
    days: fc.constant(1),
    until: fc.constant(undefined),
  },
  // Somebody new each time: a year of each is more than all other requests together.
  'POST /sandbox/users': {
    history_days: fc.constant(1),
    live: fc.constant(undefined),
    person: fc.constant('shift-worker'),
  },
  // A short one: it goes on beside the other requests.
  'POST /stream/synthetic': {
    user_id: fc.constant('$synthetic'),
    seconds: fc.constantFrom(0, 1),
    types: fc.constant(undefined),
  },
  'GET /files/{file_id}': { file_id: fc.constant('$file') },
  'DELETE /users/{user_id}/backfills/{backfill_id}': {
    user_id: fc.constant('$firstUser'),
    backfill_id: fc.constant('$backfill'),
  },
}

let server: SeededServer
let catcher: EventCatcher
let bucket: S3Double
let developer: SeededDeveloper
let supplier: Supplier
let document: Document
let operations: Operation[]
/** What stands for each `$name`. */
let things: Record<string, () => Promise<string>>
/** Of each request: what it came to. */
const seen: { status: number; hostile: boolean }[] = []

beforeAll(async () => {
  ;[server, catcher] = await Promise.all([serveSeeded(), catchEvents()])
  developer = server.seeded.developers[0]!
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
  operations = operationsOf(document)
  const client = clientOf(server, developer)
  const newDestination = async () =>
    (await client.destinations.add({ type: 'webhook', settings: { url: catcher.url } })).destination_id
  const newKey = async () => (await made('/keys', { name: 'short-lived' })).key_id!
  let people = 0
  const person = () => ({ resource: 'OURA', reference_id: 'someone', account: `person ${people++}` })
  const [destination, key] = await Promise.all([newDestination(), newKey()])
  const { pathname, searchParams } = new URL(await linkSent(client))
  const { replay_id } = await made(`/destinations/${destination}/replays`, {})
  const { renormalization_id } = await made('/renormalizations', { provider: 'oura', from: '2026-07-01' })
  const firstUser = developer.users[0]!.user_id
  const synthetic = (await made('/sandbox/users', { reference_id: 'nobody', history_days: 1 })).user_id!
  const { file_id } = await made(`/files?user_id=${firstUser}&name=one.json`, OBSERVATION)
  const { backfill_id } = await made(`/users/${firstUser}/backfills`, { start_date: '2026-07-01' })
  const ask = askerOf(server.url)
  const asDeveloper = { headers: headersOf(developer) }
  supplier = await newSupplier(ask, asDeveloper)
  // Those that were made before make room: there may be so many.
  const newCredential = async () => {
    const there = await supplier.ask('GET', '/v2/supplier/credentials')
    const { credentials } = await answered<{ credentials: Credential[] }>(there)
    for (const { credential_id, revoked_at } of credentials)
      if (credential_id !== supplier.client_id && revoked_at === null)
        await supplier.ask('DELETE', `/v2/supplier/credentials/${credential_id}`)
    const made = await supplier.ask('POST', '/v2/supplier/credentials', { name: 'short-lived' })
    return (await answered<{ credential_id: string }>(made)).credential_id
  }
  // Each under a name of its own, so that none stands in another's way.
  let contracts = 0
  const draft = async () => {
    const response = await supplier.ask('POST', '/v2/supplier/contracts', {
      ...EXAMPLE_DOCUMENT,
      name: `fuzzed-${contracts++}`,
    })
    return (await answered<{ contract_id: string }>(response)).contract_id
  }
  const reviewed = async () => {
    const id = await draft()
    await answered(await supplier.ask('POST', `/v2/supplier/contracts/${id}/submit`))
    return id
  }
  const active = async () => {
    const id = await reviewed()
    await made(`/suppliers/${supplier.supplier_id}/contracts/${id}/activate`, {})
    return id
  }
  const contract = await draft()
  const live = { ...EXAMPLE_DOCUMENT, name: 'straps', live: { types: ['HEART_RATE'] } }
  await answered(await supplier.ask('POST', '/v2/supplier/contracts', live))
  bucket = new S3Double({
    ...{ bucket: BUCKET.bucket, region: BUCKET.region },
    ...{ accessKeyId: BUCKET.access_key_id, secretAccessKey: BUCKET.secret_access_key },
  })
  const endpoint = await bucket.start()
  const pulls: string[] = []
  const newPull = async () => {
    // The one before makes room, but for the first.
    if (pulls.length > 1) await supplier.ask('DELETE', `/v2/supplier/pulls/${pulls.pop()}`)
    const made = await supplier.ask('POST', '/v2/supplier/pulls', { ...BUCKET, endpoint })
    pulls.push((await answered<{ pull_id: string }>(made)).pull_id)
    return pulls.at(-1)!
  }
  const pull = await newPull()
  const { redrive_id } = await answered<{ redrive_id: string }>(
    await supplier.ask('POST', '/v2/supplier/quarantine/redrive'),
  )
  let turn = 0
  things = {
    payload: async () => pathname.split('/').at(-1)!,
    linkEnd: async () => searchParams.get('expires')!,
    linkSignature: async () => searchParams.get('signature')!,
    user: async () => developer.users[turn++ % developer.users.length]!.user_id,
    newUser: () => connectUser(client, person()),
    destination: async () => destination,
    newDestination,
    key: async () => key,
    newKey,
    catcher: async () => catcher.url,
    replay: async () => replay_id!,
    renormalization: async () => renormalization_id!,
    parked: async () => 'prk_00000000000000000000000000000000',
    synthetic: async () => synthetic,
    file: async () => file_id!,
    batch: async () => 'bat_00000000000000000000000000000000',
    held: async () => 'qrn_00000000000000000000000000000000_1',
    redrive: async () => redrive_id,
    supplier: async () => supplier.supplier_id,
    newSupplier: async () => (await invite(ask, asDeveloper)).supplier_id,
    invitation: async () => (await invite(ask, asDeveloper)).invitation.token,
    credential: async () => supplier.client_id,
    newCredential,
    contract: async () => contract,
    bucket: async () => endpoint,
    pull: async () => pull,
    newPull,
    draft,
    reviewed,
    active,
    firstUser: async () => firstUser,
    backfill: async () => backfill_id!,
  }
}, 240_000)
afterAll(() => Promise.all([server?.stop(), catcher?.close(), bucket?.stop()]))

/** A link as a destination gets it that asks for links. */
async function linkSent(client: Client): Promise<string> {
  const { destination_id } = await client.destinations.add({
    type: 'webhook',
    settings: { url: catcher.url, payload: 'link' },
  })
  await made(`/destinations/${destination_id}/test`, {})
  return String(catcher.ofType('s3_payload')[0]!.body.url)
}
async function made(path: string, body: object): Promise<Record<string, string>> {
  const headers = { ...headersOf(developer), 'content-type': 'application/json' }
  const response = await fetch(server.url + BASE + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as Record<string, string>
}
async function filled(text: string): Promise<string> {
  const names = Object.keys(things).filter((name) => text.includes(`$${name}`))
  // The longest first: one name may begin with another.
  for (const name of names.sort((a, b) => b.length - a.length))
    if (text.includes(`$${name}`)) text = text.replaceAll(`$${name}`, await things[name]!())
  return text
}
async function send(
  { method, ofSupplier }: Operation,
  { path, query, body, contentType }: FuzzRequest,
): Promise<Response> {
  const search = new URLSearchParams(query).toString().replaceAll('%24', '$')
  const url = server.url + BASE + (await filled(path)) + (search ? `?${await filled(search)}` : '')
  const hasBody = body !== undefined && method !== 'GET'
  const known = ofSupplier ? supplier.headers : headersOf(developer)
  const headers = { ...known, ...(hasBody && contentType ? { 'content-type': contentType } : {}) }
  return fetch(url, { method, headers, body: hasBody ? await filled(body) : undefined })
}
const knownTo = ({ name, path }: Operation): Known => ({
  ...KNOWN,
  id: fc.constant(path.startsWith('/keys') ? '$key' : '$destination'),
  ...KNOWN_TO[name],
})

/** Fails with the smallest request that breaks the promise. */
async function hold(operation: Operation, options: { seed: number; numRuns: number }): Promise<void> {
  const requests = requestsTo(operation, knownTo(operation), resolver(document))
  const property = fc.asyncProperty(requests, async (request) => {
    const response = await send(operation, request)
    const text = await whole(response)
    seen.push({ status: response.status, hostile: request.hostile })
    const said = `${operation.name} ${response.status} ${text.slice(0, 300)}`
    expect(response.status, said).toBeLessThan(500)
    expect(operation.statuses, said).toContain(String(response.status))
    const isJson = !response.headers.get('content-type')?.startsWith('text/event-stream')
    if (text !== '' && isJson) expect(() => JSON.parse(text), said).not.toThrow()
  })
  await fc.assert(property, options)
}

describe('whatever is sent', () => {
  it(
    'comes to what the operation documents, and never to a mistake of ours',
    async () => {
      const numRuns = Math.ceil(REQUESTS / operations.length)
      const waiting = operations.map((operation, i) => ({ operation, seed: SEED + i }))
      const lane = async () => {
        for (let one = waiting.pop(); one; one = waiting.pop()) await hold(one.operation, { seed: one.seed, numRuns })
      }
      await Promise.all(Array.from({ length: LANES }, lane))
    },
    TIMEOUT_MS,
  )
  it('was sent often enough, and was good often enough', () => {
    expect(seen.length).toBeGreaterThanOrEqual(REQUESTS)
    const good = seen.filter(({ status }) => status < 300)
    expect(good.length / seen.length).toBeGreaterThanOrEqual(0.6)
    expect(seen.filter(({ hostile }) => hostile).length / seen.length).toBeGreaterThanOrEqual(0.2)
  })
})

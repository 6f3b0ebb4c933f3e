/// <reference types="@cloudflare/vitest-plugin/types" />
import { applyD1Migrations, type D1Migration } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import type { Env } from '../durable-objects/env.ts'
import { eventLog } from '../durable-objects/stubs.ts'
import { sha256 } from '../shared/base/hash.ts'
import { newUserId } from '../shared/base/ids.ts'
import { type ConnectionRow, createConnection } from '../shared/db/connections.ts'
import { type Developer, findDeveloper } from '../shared/db/developers.ts'
import { open } from '../shared/db/open.ts'
import type { DataType } from '../shared/schema/data-types.ts'
import { placeConnection } from '../workers/cells.ts'

/** The Worker as tests inside workerd knock on it. */
export const house = env as unknown as Env & { MIGRATIONS: D1Migration[] }
export const OPERATOR = { authorization: 'Bearer operator-token-of-the-tests' }

export const migrate = () => applyD1Migrations(house.DB, house.MIGRATIONS)

type Worker = { default: { fetch(request: Request): Promise<Response> } }
export const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  (exports as unknown as Worker).default.fetch(new Request(`https://fascia.test${path}`, init))

export interface Account {
  dev_id: string
  api_key: string
  developer: Developer
  headers: { 'dev-id': string; 'x-api-key': string }
}
export async function newAccount(): Promise<Account> {
  const made = await call('/operator/developers', { method: 'POST', headers: OPERATOR, body: '{"name":"Test"}' })
  const { dev_id, api_key } = (await made.json()) as { dev_id: string; api_key: string }
  const developer = (await findDeveloper(open(house.DB), dev_id))!
  return { dev_id, api_key, developer, headers: { 'dev-id': dev_id, 'x-api-key': api_key } }
}

/** A connection as sign-in leaves it behind, without a provider. */
export async function newConnection(account: Account, more: Partial<ConnectionRow> = {}): Promise<ConnectionRow> {
  const { developer_id, region } = account.developer
  const cell = more.cell ?? (await placeConnection(house, account.developer))
  const user_id = newUserId(cell)
  const row: ConnectionRow = {
    user_id,
    developer_id,
    region,
    cell,
    provider: 'oura',
    provider_user_id: `account-of-${user_id}`,
    reference_id: null,
    state: 'active',
    scopes: 'daily',
    created_at: Date.now(),
    ...more,
  }
  await eventLog(house, row).openConnection({
    user_id,
    provider: row.provider,
    resource: row.provider.toUpperCase(),
    reference_id: row.reference_id,
    scopes: row.scopes.split(','),
    createdAt: row.created_at,
  })
  await createConnection(open(house.DB), row)
  return row
}

/** Puts a day into a connection's log, as normalization does. */
export async function appendDaily(row: ConnectionRow, day: string, data: object = {}): Promise<void> {
  const startAt = Date.parse(`${day}T00:00:00Z`)
  const metadata = { start_time: `${day}T00:00:00.000000+02:00`, end_time: `${day}T23:59:59.000000+02:00` }
  const body = JSON.stringify({ metadata, ...data })
  await append(row, { type: 'daily', summary_id: day, startAt, endAt: startAt + 86_400_000, body })
}
/** A session; its record has the times. */
export async function appendSession(
  row: ConnectionRow,
  type: 'activity' | 'sleep',
  record: { metadata: { summary_id: string; start_time: string; end_time: string } },
): Promise<void> {
  const { summary_id, start_time, end_time } = record.metadata
  const [startAt, endAt] = [Date.parse(start_time), Date.parse(end_time)]
  await append(row, { type, summary_id, startAt, endAt, body: JSON.stringify(record) })
}
async function append(
  row: ConnectionRow,
  record: { type: DataType; summary_id: string; startAt: number; endAt: number; body: string },
): Promise<void> {
  const log = eventLog(house, row)
  const payload_id = `pay_${row.user_id}_${record.summary_id}_${sha256(record.body)}`
  const about = { user_id: row.user_id, origin: 'live', trace: payload_id, receivedAt: Date.now() } as const
  const resource = record.type
  const { accepted } = await log.accept([{ ...about, payload_id, kind: 'push', resource, body: '{}' }], {
    express: true,
  })
  const records = [{ ...record, part: resource }]
  await log.append([{ ...about, number: accepted[0]!.number, records, quarantined: [], notices: [] }], {
    lease: false,
  })
}

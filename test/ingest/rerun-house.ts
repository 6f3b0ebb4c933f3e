import { eventLog } from '../../durable-objects/stubs.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { defineProvider } from '../../shared/source/define.ts'
import type { ResourceMap } from '../../shared/source/map.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { runAgain } from '../../workers/queues/reruns.ts'
import { type Account, call, house } from '../house.ts'

/** A provider that only the tests have, whose maps they correct, and what came from it. */

export const SLUG = 'corrected'
export function offers(maps: Record<string, ResourceMap | []>): void {
  PROVIDERS[SLUG] = defineProvider({
    slug: SLUG,
    resource: 'CORRECTED',
    name: 'Corrected',
    category: 'training',
    origins: ['https://provider.example'],
    auth: {
      kind: 'credentials',
      fields: [{ name: 'api_key', label: 'API key', secret: true, type: 'password' }],
      carry: { kind: 'header', name: 'x-provider-key', value: '{access_token}' },
      identity: { path: 'id', request: { method: 'GET', url: 'https://provider.example/me', as: 'user' } },
    },
    connected: { historyDays: 1 },
    pulls: { days: { request: { method: 'GET', url: 'https://provider.example/days', as: 'user' } } },
    notices: { connected: [{ pull: 'days' }] },
    maps: maps as Record<string, ResourceMap>,
  })
}

let n = 0
/** A payload comes in and is normalized by the maps of now. */
export async function comes(row: ConnectionRow, body: object, more: { resource?: string; at?: number } = {}) {
  const payload_id = `pay_rerun_${++n}`
  const { resource = 'days', at = Date.now() } = more
  const about = {
    payload_id,
    user_id: row.user_id,
    resource,
    origin: 'live',
    trace: `req_${n}`,
    receivedAt: at,
  } as const
  const log = eventLog(house, row)
  await log.accept([{ ...about, kind: 'push', body: JSON.stringify(body) }], { express: false })
  await processPending(house, cellName(row), await log.pending({ bulk: false, limit: 10 }), { lease: false })
  return payload_id
}

export interface Job {
  renormalization_id: string
  state: string
  dry_run: boolean
  progress: number
  payloads: number
  quarantined: number
  skipped: number
  events: number
  records: Record<string, { changed: number; added: number; dropped: number; fields: object; samples: unknown[] }>
}
export const ask = (account: Account, method: string, path: string, body?: object) =>
  call(`/v2${path}`, {
    method,
    headers: { ...account.headers, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
/** Begins, runs as the queue's consumer does, and shows what came of it. */
export async function runs(account: Account, row: ConnectionRow, path: string, body: object): Promise<Job> {
  const begun = await ask(account, 'POST', path, body)
  if (begun.status !== 202) throw new Error(`${begun.status} ${await begun.text()}`)
  const { renormalization_id } = (await begun.json()) as Job
  await runAgain(house, cellName(row), renormalization_id)
  return jobOf(account, renormalization_id)
}
export const jobOf = async (account: Account, id: string) =>
  (await (await ask(account, 'GET', `/renormalizations/${id}`)).json()) as Job

export const dailies = async (row: ConnectionRow) =>
  (await eventLog(house, row).records({ user_id: row.user_id, type: 'daily', startAt: 0, endAt: 9e15 })).map(
    ({ summary_id, seq, revision, body }) => ({ summary_id, seq, revision, ...JSON.parse(body) }),
  )

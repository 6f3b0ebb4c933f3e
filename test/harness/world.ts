import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CrashPoint } from '../../shared/base/crash-point.ts'
import { type Client, createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { startProviderDoubles } from '../doubles/providers/start.ts'
import { copyMigrated } from '../local/migrated.ts'
import { startControl } from './control.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { Generator } from './generator.ts'
import { judge, Ledger, owed } from './ledger.ts'
import { startReceiver } from './receiver.ts'
import { Runtime } from './runtime.ts'

const APP = {
  client_id: 'harness',
  client_secret: randomBytes(18).toString('base64url'),
  ingest_secret: randomBytes(18).toString('base64url'),
}
const OPERATOR_TOKEN = randomBytes(24).toString('base64url')
export const TIMEOUT_MS = 1_000

/** A killable product with a source, a receiver and people who are connected. */
export async function openWorld(
  bundle: string,
  options: { people: number; delivery?: Record<string, unknown>; vars?: Record<string, string> },
) {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-harness-'))
  const state = join(folder, 'state')
  const ledger = new Ledger(join(folder, 'ledger'))
  const control = await startControl()
  const receiver = await startReceiver(ledger)
  const doubles = await startProviderDoubles({ apps: { garmin: APP }, fasciaUrl: 'http://127.0.0.1:9' })
  await copyMigrated(state)
  const runtime = new Runtime(bundle, state, {
    OPERATOR_TOKEN,
    ROOT_KEY: randomBytes(32).toString('base64'),
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    API_KEY_PER_MINUTE: '0',
    API_DEVELOPER_PER_MINUTE: '0',
    PROVIDER_APPS: JSON.stringify({ garmin: APP }),
    PROVIDER_ORIGINS: JSON.stringify(doubles.origins),
    DELIVERY_TIMEOUT_MS: String(TIMEOUT_MS),
    RETRY_SCHEDULE: '200ms,400ms,800ms,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s',
    SEGMENT_BYTES: '30000',
    CRASH_CONTROL_URL: control.url,
    ...options.vars,
  })
  await runtime.start()
  /** The network between the source and the door, and between the product and its receiver. */
  const door = await startFaultProxy(() => runtime.url)
  const way = await startFaultProxy(() => receiver.url)
  const client: () => Client = () => createClient({ baseUrl: runtime.url, operatorToken: OPERATOR_TOKEN })
  const { dev_id, api_key } = await client().operator.createDeveloper({ name: 'harness' })
  const developer = () => createClient({ baseUrl: runtime.url, devId: dev_id, apiKey: api_key })
  const { destination_id, signing_secret } = await developer().destinations.add({
    type: 'webhook',
    settings: { url: way.url + new URL(receiver.url).pathname },
    delivery: { max_records_per_call: 1, ...options.delivery },
  })
  receiver.knows(signing_secret)
  const accounts = Array.from({ length: options.people }, (_, i) => `person-${i}`)
  for (const account of accounts) await connectUser(developer(), { resource: 'GARMIN', reference_id: account, account })
  const ingestUrl = () => `${door.url}/ingest/garmin/${APP.ingest_secret}`
  // Two people share a push, as Garmin sends them.
  const groups = accounts.flatMap((account, i) =>
    i % 2 === 0 ? [[account, accounts[i + 1]].filter((one) => one !== undefined)] : [],
  )
  const newGenerator = (pauseMs?: () => number) => new Generator(ledger, groups, ingestUrl, pauseMs)

  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'dev-id': dev_id, 'x-api-key': api_key, 'content-type': 'application/json' }
    const response = await fetch(`${runtime.url}/v2${path}`, { method, headers, body: body && JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }

  const inFlight = (generator: Generator) => ({
    owed: owed(ledger).length,
    sending: generator.open,
    receiving: receiver.open,
  })
  return {
    folder,
    ledger,
    receiver,
    door,
    way,
    control,
    runtime,
    developer,
    destination_id,
    newGenerator,
    inFlight,
    /** Waits until `waiting` callers are held at the point, with work in flight, and kills the runtime there. */
    async killAt(
      point: CrashPoint,
      generator: Generator,
      { waiting = 1, patienceMs = 30_000 }: { waiting?: number; patienceMs?: number } = {},
    ) {
      let held = 0
      const flight = await new Promise<ReturnType<typeof inFlight>>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`the point ${point} was never reached with work in flight`)),
          patienceMs,
        )
        control.arm(point, () => {
          const now = inFlight(generator)
          // A kill with nothing in flight shows nothing.
          if (now.owed + now.sending + now.receiving === 0) return false
          if (++held < waiting) return true
          clearTimeout(late)
          resolve(now)
          return true
        })
      })
      const killed = await runtime.kill()
      control.disarm()
      return { ...killed, flight }
    },
    /** Waits for a condition; throws where it does not come true. */
    async until(holds: () => boolean, what: string, patienceMs = 30_000): Promise<void> {
      const end = Date.now() + patienceMs
      while (!holds()) {
        if (Date.now() > end) throw new Error(`waited ${patienceMs} ms for ${what}: ${JSON.stringify(judge(ledger))}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    /** Until everything that was taken has landed. */
    async landed(patienceMs = 45_000): Promise<boolean> {
      const until = Date.now() + patienceMs
      while (owed(ledger).length > 0) {
        if (Date.now() > until) return false
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return true
    },
    judge: () => judge(ledger),
    owedOf: (whose: (account: string) => boolean) => owed(ledger).filter((content) => whose(content.account)),
    parked: async () => (await call('GET', `/destinations/${destination_id}/parked`)).parked,
    destinationState: () => call('GET', `/destinations/${destination_id}`),
    switchOn: () => call('PATCH', `/destinations/${destination_id}`, { state: 'active' }),
    async close() {
      await runtime.stop()
      await Promise.all([door, way, receiver, control, doubles].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

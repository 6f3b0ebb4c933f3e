import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '../../shared/sdk/client.ts'
import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import { residentMb } from '../bench/process.ts'
import { copyMigrated } from '../local/migrated.ts'
import { NIGHTS } from '../suppliers/nights.ts'
import { startControl } from './control.ts'
import { startNightReceiver } from './night-receiver.ts'
import { Runtime } from './runtime.ts'
import { startTcpProxy } from './tcp-proxy.ts'

/** So much that no limit is in the way of a test that is not about limits. */
const NO_LIMITS = {
  records_per_second: 1_000_000,
  burst_records: 100_000_000,
  bytes_per_day: 10 ** 13,
  concurrent_batches: 1_000,
}
const PEAK_EVERY_MS = 100
/** What waits for a send that may still be under way, after a start, waits as long as sends may take. */
export const SHORT_SENDS = { DELIVERY_TIMEOUT_MS: '1000' }

/** A killable product with a developer, its webhook, and a supplier in the sandbox whose contract is drafted. */
export async function openSupplierWorld(bundle: string, vars: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-supply-'))
  const state = join(folder, 'state')
  const OPERATOR_TOKEN = randomBytes(24).toString('base64url')
  const control = await startControl()
  const receiver = await startNightReceiver()
  await copyMigrated(state)
  // One address over all its lives: what a token says of its issuer stays true.
  const door = await startTcpProxy(() => ({ host: '127.0.0.1', port: Number(new URL(runtime.url).port) }))
  const url = `http://127.0.0.1:${door.port}`
  const runtime = new Runtime(bundle, state, {
    OPERATOR_TOKEN,
    BASE_URL: url,
    ROOT_KEY: randomBytes(32).toString('base64'),
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    API_KEY_PER_MINUTE: '0',
    API_DEVELOPER_PER_MINUTE: '0',
    CRASH_CONTROL_URL: control.url,
    ...vars,
  })
  await runtime.start()
  const operator = createClient({ baseUrl: url, operatorToken: OPERATOR_TOKEN })
  const { dev_id, api_key } = await operator.operator.createDeveloper({ name: 'harness' })
  const developer = createClient({ baseUrl: url, devId: dev_id, apiKey: api_key })
  await developer.destinations.add({
    type: 'webhook',
    settings: { url: receiver.url },
    delivery: { max_records_per_call: 100 },
  })
  const { invitation } = await developer.suppliers.invite({ name: 'lab', limits: NO_LIMITS })
  const { credential } = await developer.suppliers.accept(invitation.token)
  const supplier = new Supplier({ baseUrl: url, credential })
  await supplier.call('POST', '/v2/supplier/contracts', NIGHTS)

  let peakMb = 0
  const watch = setInterval(() => {
    // Between two lives there is nothing to look at.
    if (runtime.workerd !== undefined) peakMb = Math.max(peakMb, memoryOf(runtime.workerd))
  }, PEAK_EVERY_MS)
  return {
    url,
    runtime,
    control,
    receiver,
    developer,
    supplier,
    credential,
    /** Memory of the runtime at its most since it was asked last, MB. */
    takePeakMb(): number {
      const peak = peakMb
      peakMb = 0
      return peak
    },
    async close() {
      clearInterval(watch)
      await runtime.stop()
      await Promise.all([door, receiver, control].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type SupplierWorld = Awaited<ReturnType<typeof openSupplierWorld>>

function memoryOf(pid: number): number {
  try {
    return residentMb(pid)
  } catch (error) {
    // It was killed between two looks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return 0
    throw error
  }
}

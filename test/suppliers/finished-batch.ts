import { supplierDesk } from '../../durable-objects/stubs.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { utf8 } from '../../shared/base/bytes.ts'
import { newId } from '../../shared/base/ids.ts'
import { seal } from '../../shared/base/seal.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { quarantineContext } from '../../shared/supply/subject.ts'
import { newTally } from '../../shared/supply/tally.ts'
import { house } from '../house.ts'

export const CONTRACT_ID = `ctr_${'1'.repeat(32)}`

const HELD = { reason: 'unknown_subject' as const, problems: [], subject_hash: null }

/** A batch of a supplier's sandbox as its desk knows it when it is done: a letter for each record. → its id */
export async function finishedBatch(developer: Developer, supplier_id: string, codes: string): Promise<string> {
  const { developer_id, region } = developer
  const address = { region, developer_id, supplier_id, environment: 'sandbox' } as const
  const desk = supplierDesk(house, address)
  const key = keyOfSupplier(house, address)
  const batch_id = newId('bat')
  const about = { batch_id, contract_id: CONTRACT_ID, contract: 'sleep@1.0', kind: 'push', mode: 'partial' } as const
  const kept = { idempotency_key: undefined, hash: undefined, report_days: 90, quarantine_days: 30 }
  const received = { batch_id, hash: '0'.repeat(64), bytes: 10, unpacked: 10, pieces: [codes.length] }
  const document = { name: 'sleep', version: '1.0', slas: { window_days: 7, on_breach: 'alert' } as const }
  const tally = newTally({ contract_id: CONTRACT_ID, document }, { receivedAt: Date.now(), origin: 'live' })
  const held = [...codes].flatMap((code, i) =>
    code === 'q' ? [{ ...HELD, line: i + 1, sealed: seal(key, utf8('{}'), quarantineContext(batch_id, i + 1)) }] : [],
  )
  const result = { batch_id, codes, problems: [], held, tally }
  await desk.wholeBatch({ ...about, ...kept, origin: 'live' }, received, result)
  return batch_id
}

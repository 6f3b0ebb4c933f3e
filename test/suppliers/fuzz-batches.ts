import type { Batch } from '../../shared/sdk/supplier/wire.ts'
import type { SupplierWorld } from '../harness/supplier-world.ts'
import { type MutatedPush, mutatedPush } from './mutated.ts'
import { askToken } from './supplier.ts'

interface Fuzzed {
  pushed: number
  /** How often each answer came. */
  answers: Record<string, number>
  /** Answers that must not be: a mistake of ours, or one without a word of what to do. */
  bad: string[]
  /** Batches whose records are not all accounted for. */
  unaccounted: string[]
  records: number
}
/** Of a batch that was taken. */
interface Receipt {
  push: MutatedPush
  batchId: string
  said: number
}
const AT_ONCE = 12
const REFUSALS = [400, 404, 409, 413, 415, 422]
const TOKEN_LASTS_MS = 10 * 60_000

/** Pushes that are wrong in every way, and what became of each. */
export async function fuzzBatches(world: SupplierWorld, { pushes, seed }: { pushes: number; seed: number }) {
  const found: Fuzzed = { pushed: 0, answers: {}, bad: [], unaccounted: [], records: 0 }
  const owed: Receipt[] = []
  const authorization = tokenOf(world)
  const accountNext = async () => {
    const receipt = owed.shift()
    if (receipt) await account(world, receipt, found)
    return receipt !== undefined
  }
  let next = 0
  const lane = async () => {
    for (let number = next++; number < pushes; number = next++) {
      const push = mutatedPush(seed + number)
      const name = `seed ${seed + number} (${push.how})`
      // As many are under way as may be: one has to end first, as the answer says.
      while (!(await pushOne(world, push, await authorization(), name, found, owed))) await accountNext()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  const accountant = async () => {
    while (await accountNext());
  }
  await Promise.all(Array.from({ length: AT_ONCE }, accountant))
  return found
}

/** → whether it was answered for good. */
async function pushOne(
  { url }: SupplierWorld,
  push: MutatedPush,
  authorization: string,
  name: string,
  found: Fuzzed,
  owed: Receipt[],
): Promise<boolean> {
  const { contract, query, headers, body } = push
  const response = await fetch(`${url}/v2/ingest/${contract}/batches${query}`, {
    method: 'POST',
    headers: { ...headers, authorization },
    body,
  })
  const text = await response.text()
  const answer = JSON.parse(text) as { code?: string; detail?: string; batch_id?: string; records?: number }
  const label = `${response.status} ${answer.code ?? ''}`.trim()
  found.answers[label] = (found.answers[label] ?? 0) + 1
  if (answer.code === 'too_many_batches' && response.headers.has('retry-after')) return false
  found.pushed++
  if (response.ok) {
    if (answer.batch_id && !response.headers.has('idempotent-replayed'))
      owed.push({ push, batchId: answer.batch_id, said: answer.records! })
    return true
  }
  const isRefusal = REFUSALS.includes(response.status) && answer.detail
  if (!isRefusal) found.bad.push(`${name}: ${response.status} ${text.slice(0, 300)}`)
  return true
}

/** Each record of a batch that was taken has one outcome, and no more. */
async function account({ supplier }: SupplierWorld, { push, batchId, said }: Receipt, found: Fuzzed): Promise<void> {
  const batch: Batch = await supplier.ended(batchId)
  const sum = Object.values(batch.counts ?? {}).reduce((all, one) => all + one, 0)
  const wrong = (what: string) => found.unaccounted.push(`${batchId} (${push.how}): ${what}`)
  found.records += batch.records
  // Of a strict batch that was refused nothing is taken; its report says what of it could have been.
  if (batch.state !== 'done' && batch.state !== 'refused') wrong(`it is ${batch.state}`)
  if (batch.state === 'done' && sum !== batch.records) wrong(`${sum} outcomes of ${batch.records} records`)
  if (batch.records !== said) wrong(`${batch.records} records, and the receipt said ${said}`)
  if (push.records !== undefined && push.records !== batch.records) wrong(`${batch.records} of ${push.records} records`)
}

function tokenOf({ url, credential }: SupplierWorld): () => Promise<string> {
  let [held, until] = [Promise.resolve(''), 0]
  const ask = async () => {
    const answer = await askToken((path, init) => fetch(url + path, init), credential)
    return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`
  }
  return () => {
    if (Date.now() > until) {
      until = Date.now() + TOKEN_LASTS_MS
      held = ask()
    }
    return held
  }
}

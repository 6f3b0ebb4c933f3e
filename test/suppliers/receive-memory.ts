import { gzipSync } from 'node:zlib'
import type { Env } from '../../durable-objects/env.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import { writePieces } from '../../workers/ingest/receive-batch.ts'
import { brokenNight, night } from './nights.ts'

/**
 * What receiving a batch holds in memory, measured in a process of its own: the way of its bytes from the door to the pieces
 * in object storage, as the product goes it. node_modules/.bin/node --expose-gc test/suppliers/receive-memory.ts 100
 */
const MB = 1e6
const packedMb = Number(process.argv[2] ?? 100)
const LOOK_EVERY = 20
const STORING_MS = 20
/** As a request brings them. */
const CHUNK_BYTES = 64 * 1024

/** A gzip body may be of several members: one is made, and sent as often as it takes. */
const LINES = 2_000
function oneMember(): Uint8Array {
  const options = { people: 500, samples: 60 }
  const line = (i: number) => (i % 100 === 99 ? brokenNight(i, options).text : JSON.stringify(night(i, options)))
  return gzipSync(Array.from({ length: LINES }, (_, i) => `${line(i)}\n`).join(''))
}
const member = oneMember()
const members = Math.ceil((packedMb * MB) / member.length)
async function* chunks(): AsyncIterable<Uint8Array> {
  for (let i = 0; i < members; i++)
    for (let at = 0; at < member.length; at += CHUNK_BYTES) yield member.subarray(at, at + CHUNK_BYTES)
}

const held = () => {
  // The second waits for what the first has begun to take away.
  globalThis.gc!()
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
let [puts, stored, underWay, mostUnderWay, mostHeld] = [0, 0, 0, 0, 0]
/** Storage that takes its time. */
const RAW = {
  async put(_: string, bytes: Uint8Array) {
    mostUnderWay = Math.max(mostUnderWay, ++underWay)
    if (++puts % LOOK_EVERY === 0) mostHeld = Math.max(mostHeld, held())
    await new Promise((resolve) => setTimeout(resolve, STORING_MS))
    underWay--
    stored += bytes.length
  },
}
const secrets = { ROOT_KEY: Buffer.alloc(32, 7).toString('base64'), OPERATOR_TOKEN: 'of nobody, for a measurement' }
const env = { RAW, ...secrets } as unknown as Env
const address = { region: 'eu', developer_id: 'dev_1', supplier_id: 'sup_1', environment: 'sandbox' as const }
const before = held()
const rssBefore = process.memoryUsage.rss()
const startedAt = Date.now()
const { pieces, unpacked } = await writePieces(env, address, 'bat_1', { form: 'lines', gzip: true, chunks }, INTAKE)
// What only the start needs, as the sources of modules, goes somewhere on the way: less than after it, or before, is nobody's.
const rest = Math.min(before, held())
const mb = (bytes: number) => Math.round((bytes / MB) * 10) / 10
console.log(
  JSON.stringify({
    packed_mb: mb(members * member.length),
    unpacked_mb: mb(unpacked),
    records: pieces.reduce((sum, one) => sum + one, 0),
    sent: members * LINES,
    pieces: pieces.length,
    stored_mb: mb(stored),
    /** In use after the garbage was taken away, at its most. */
    held_mb: mb(mostHeld - rest),
    most_under_way: mostUnderWay,
    /** With the garbage. */
    process_mb: mb(process.resourceUsage().maxRSS * 1024 - rssBefore),
    ms: Date.now() - startedAt,
  }),
)

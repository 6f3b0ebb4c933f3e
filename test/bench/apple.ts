import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { appleExport } from './apple-export.ts'
import type { Imported } from './apple-import.ts'
import { round } from './statistics.ts'

const [FULL_BYTES, SMOKE_BYTES] = [500_000_000, 20_000_000]
/**
 * An engine keeps its garbage until it needs the room: the process is given less heap than an isolate of the platform has,
 * so that what it grows by is what it holds. More than that ends it.
 */
const ROOM = ['--max-old-space-size=48', '--max-semi-space-size=2']

/** An export of the Health app, decoded and normalized as a stream: how fast, and in how much memory. */
export async function appleImport(smoke: boolean) {
  const child = spawn(process.execPath, [...ROOM, join(import.meta.dirname, 'apple-import.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const told = child.stdout.toArray()
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await pipeline(Readable.from(appleExport({ bytes: smoke ? SMOKE_BYTES : FULL_BYTES })), child.stdin)
  const code = await ended
  if (code !== 0) throw new Error(`the import ended with ${code}`)
  const { bytes, seconds, pages, records, quarantined, peak_mb } = JSON.parse(
    Buffer.concat(await told).toString(),
  ) as Imported
  if (records === 0 || quarantined > 0)
    throw new Error(`of ${pages} pages came ${records} records, ${quarantined} broken`)
  return {
    mb: round(bytes / 1e6, 0),
    mb_per_second: round(bytes / 1e6 / seconds, 1),
    records,
    peak_mb: round(peak_mb, 0),
  }
}

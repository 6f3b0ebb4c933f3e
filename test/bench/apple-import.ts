import exportFile from '../../shared/files/apple-export.ts'
import phone from '../../shared/providers/apple-health.ts'
import { fileResource } from '../../shared/source/file.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'

/** A process of its own: an export comes on stdin, is decoded and normalized; what that took is told on stdout. */
export interface Imported {
  bytes: number
  seconds: number
  pages: number
  records: number
  quarantined: number
  /** What the process grew by at its most, over what it is with everything loaded. */
  peak_mb: number
}
const MB = 1e6
let bytes = 0
async function* counted(): AsyncGenerator<Uint8Array> {
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    yield chunk
  }
}
const input = counted()
const stream = new ReadableStream<Uint8Array>({
  async pull(to) {
    const { value, done } = await input.next()
    if (done) to.close()
    else to.enqueue(value)
  },
})
const files = { [exportFile.slug]: exportFile }
const before = process.memoryUsage.rss()
const begin = performance.now()
const of: Imported = { bytes: 0, seconds: 0, pages: 0, records: 0, quarantined: 0, peak_mb: 0 }
for await (const { resource, body } of exportFile.read(stream)) {
  const payload = { resource: fileResource(exportFile, resource), kind: 'push', body, user_id: 'one' } as const
  const { records, quarantined } = normalizePayload(phone, payload, files)
  of.pages++
  of.records += records.length
  of.quarantined += quarantined.length
}
of.seconds = (performance.now() - begin) / 1000
of.bytes = bytes
// In kilobytes, and of all the process's time.
of.peak_mb = (process.resourceUsage().maxRSS * 1024 - before) / MB
console.log(JSON.stringify(of))

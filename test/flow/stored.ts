import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { unpack } from '../../durable-objects/event-log/inbox.ts'
import { developerKey, openDataKey } from '../../shared/access/vault.ts'
import { text } from '../../shared/base/bytes.ts'
import { unseal } from '../../shared/base/seal.ts'

const ROOT = join(import.meta.dirname, '..', '..')

export interface Stored {
  /** Users whose data key is there. */
  keys: string[]
  /** Raw payloads in segments, and those of them that open with a key that is there. */
  payloads: number
  opened: { user_id: string; body: string }[]
}

/** What the object storage of a stopped runtime holds: a thief's view, who has the root key as well. */
export async function readStored(state: string, rootKey: string, developerId: string): Promise<Stored> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml'))
  const options = convertV4MiniflareOptions({
    cf: false,
    workers: [
      {
        name: 'fascia',
        modules: true,
        script: 'export default {}',
        r2Buckets: (workerOptions as Record<string, unknown>).r2Buckets,
      },
    ],
  } as never)
  ;(options as { resourcePersistencePath?: string }).resourcePersistencePath = join(state, 'v3')
  const miniflare = new Miniflare(options)
  try {
    const keys = await miniflare.getR2Bucket('KEYS')
    const raw = await miniflare.getR2Bucket('RAW')
    const wrapping = developerKey(rootKey, developerId)
    const stored: Stored = { keys: [], payloads: 0, opened: [] }
    const dataKeys: { user_id: string; key: Uint8Array }[] = []
    for (const { key } of (await keys.list()).objects) {
      const [cell, user_id] = [key.slice(0, key.lastIndexOf('/')), key.slice(key.lastIndexOf('/') + 1)]
      const dataKey = await openDataKey(keys as never, wrapping, cell, user_id)
      stored.keys.push(user_id)
      if (dataKey) dataKeys.push({ user_id, key: dataKey })
    }
    for (const { key } of (await raw.list({ prefix: 'raw/' })).objects) {
      const segment = new Uint8Array(await (await raw.get(key))!.arrayBuffer())
      for (const packed of rows(segment))
        for (const { about, at, size } of unpack(packed)) {
          stored.payloads++
          for (const { user_id, key: dataKey } of dataKeys) {
            const body = tryOpen(dataKey, packed.subarray(at, at + size), `payload/${about.payload_id}`)
            if (body !== undefined) stored.opened.push({ user_id, body })
          }
        }
    }
    return stored
  } finally {
    await miniflare.dispose()
  }
}

function tryOpen(key: Uint8Array, sealed: Uint8Array, context: string): string | undefined {
  try {
    return text(unseal(key, sealed, context))
  } catch {
    // Sealed with another key: exactly what is asked here.
    return undefined
  }
}

/** A segment is inbox rows, each behind its length. */
function* rows(segment: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength)
  for (let at = 0; at < segment.length; ) {
    const length = view.getUint32(at)
    yield segment.slice(at + 4, at + 4 + length)
    at += 4 + length
  }
}

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { nightFile } from '../suppliers/night-file.ts'
import { CONTRACT } from './supplier-round.ts'
import { openSupplierWorld, type SupplierWorld } from './supplier-world.ts'

const SIZE = { brokenEach: 100, people: 500, samples: 60 }
/** Of a night with its heart rates. */
const PACKED_BYTES = 665
const LOOK_MS = 100

/**
 * Memory of the whole local runtime while it receives, and does nothing else: who works at pieces stands still at the first.
 * Batches of so many MB, packed, and one upload of as much as the largest unpacks to.
 */
export async function measureReceiving(bundle: string, sizes: number[]): Promise<void> {
  const world = await openSupplierWorld(bundle)
  try {
    console.log(`memory of the runtime: ${memory(world)} before anything came`)
    world.control.arm('piece-after-commit', () => true)
    const files = []
    for (const mb of sizes)
      files.push(await nightFile({ ...SIZE, records: Math.ceil((mb * 1e6) / PACKED_BYTES), series: `mb-${mb}` }))
    // First: only while nobody stands still it is read.
    const whole = new Blob([new Uint8Array(gunzipSync(files.at(-1)!.bytes))])
    const { batch_id } = await world.supplier.upload(CONTRACT, whole)
    while ((await world.supplier.batch(batch_id)).state === 'receiving')
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    console.log(`an upload of ${inMb(whole.size)} MB: ${memory(world)}`)
    for (const { bytes, unpacked } of files) {
      await world.supplier.pushBytes(CONTRACT, bytes)
      console.log(`a batch of ${inMb(bytes.length)} MB, ${inMb(unpacked)} MB unpacked: ${memory(world)}`)
    }
  } finally {
    await world.close()
  }
}
const inMb = (bytes: number) => (bytes / 1e6).toFixed(0)
const memory = ({ runtime }: SupplierWorld) => {
  const status = readFileSync(`/proc/${runtime.workerd}/status`, 'utf8')
  const [now, most] = ['VmRSS', 'VmHWM'].map((name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024)
  return `${Math.round(now!)} MB, ${Math.round(most!)} at most so far`
}

import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { brokenNight, type NightOptions, night } from './nights.ts'

export interface NightFile {
  /** NDJSON, packed. */
  bytes: Uint8Array<ArrayBuffer>
  records: number
  unpacked: number
  /** The rule that each broken line breaks; lines count from 1. */
  broken: Map<number, string>
  nights(): Iterable<{ person: string; start: string; asleep_minutes: number }>
}

export interface FileOptions extends NightOptions {
  records: number
  /** One of so many is broken; 0: none. */
  brokenEach: number
  /** Of the first night. */
  first?: number
  /** Spaces in a line of their own behind each: a line that is blank is none. */
  blank?: number
}

/** Many nights as they are sent, some of them broken. */
export async function nightFile({
  records,
  brokenEach,
  first = 0,
  blank = 0,
  ...options
}: FileOptions): Promise<NightFile> {
  const gzip = createGzip({ level: 1 })
  const packed: Buffer[] = []
  gzip.on('data', (chunk: Buffer) => packed.push(chunk))
  const ended = once(gzip, 'end')
  const broken = new Map<number, string>()
  const end = blank > 0 ? `\n${' '.repeat(blank)}\n` : '\n'
  let unpacked = 0
  for (let line = 1; line <= records; line++) {
    const number = first + line - 1
    let text: string
    if (isBroken(line, brokenEach)) {
      const one = brokenNight(number, options)
      broken.set(line, one.rule)
      text = one.text
    } else text = JSON.stringify(night(number, options))
    unpacked += Buffer.byteLength(text) + end.length
    if (!gzip.write(text + end)) await once(gzip, 'drain')
  }
  gzip.end()
  await ended
  return {
    bytes: new Uint8Array(Buffer.concat(packed)),
    records,
    unpacked,
    broken,
    *nights() {
      for (let line = 1; line <= records; line++)
        if (!isBroken(line, brokenEach)) yield night(first + line - 1, { ...options, samples: 0 })
    },
  }
}
const isBroken = (line: number, each: number) => each > 0 && line % each === 0

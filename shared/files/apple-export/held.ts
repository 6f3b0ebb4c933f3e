import { isoText, localDay } from '../../source/wall-clock.ts'

/** A reading as it is given out again. */
export interface Reading {
  type: string
  unit?: string
  value: number | string
  startDate: string
  endDate: string
  source?: object
  metadata?: Record<string, string>
}
export interface HeldReading extends Numbers {
  kind: Kind
}
interface Numbers {
  startAt: number
  seconds: number
  offset: number
  source: number
  value: number
}
interface Kind {
  type: string
  unit: string | undefined
  /** Of a kind whose values are words: the word. */
  word: string | undefined
  manual: boolean
}
/** Readings of one block. */
const BLOCK = 65_536
/** Bytes of a reading in memory. */
const START = 0
const SECONDS = 4
const KIND = 8
const SOURCE = 10
const OFFSET = 12
const VALUE = 16
const BYTES = 24

/**
 * Readings that are counted over a day, or make up a night: they can be given out only when the whole file has been read,
 * for it tells them by device, one after another. Held as numbers, 24 bytes each.
 */
export class Held {
  length = 0
  #blocks: DataView[] = []
  readonly #kinds: Kind[] = []
  readonly #kindNumbers = new Map<string, number>()
  readonly #sources: (object | undefined)[]
  constructor(sources: (object | undefined)[]) {
    this.#sources = sources
  }

  /** false: it cannot be told by numbers alone. */
  add(of: Numbers & Kind): boolean {
    const seconds = of.startAt / 1000
    if (!(seconds >= 0 && seconds < 2 ** 32 && of.seconds >= 0 && of.seconds < 2 ** 32)) return false
    const kind = this.#kindOf(of)
    if (kind > 0xffff || of.source > 0xffff) return false
    const at = (this.length % BLOCK) * BYTES
    if (at === 0) this.#blocks.push(new DataView(new ArrayBuffer(BLOCK * BYTES)))
    const block = this.#blocks.at(-1)!
    block.setUint32(at + START, seconds)
    block.setUint32(at + SECONDS, of.seconds)
    block.setUint16(at + KIND, kind)
    block.setUint16(at + SOURCE, of.source)
    block.setInt16(at + OFFSET, of.offset / 60)
    block.setFloat64(at + VALUE, of.value)
    this.length++
    return true
  }
  #kindOf({ type, unit, word, manual }: Kind): number {
    const name = `${type}\n${unit}\n${word}\n${manual}`
    let number = this.#kindNumbers.get(name)
    if (number === undefined) {
      number = this.#kinds.push({ type, unit, word, manual }) - 1
      this.#kindNumbers.set(name, number)
    }
    return number
  }

  /** All readings, in groups of one number (`groupOf`) that follow each other in order; then there are none. */
  *groups(groupOf: (reading: HeldReading) => number | undefined): Generator<HeldReading[]> {
    // A counting sort by group: two passes over the numbers, and no reading is made but those of the group that is given out.
    const counts = new Map<number, number>()
    const groups = new Int32Array(this.length)
    for (let i = 0; i < this.length; i++) {
      const group = groupOf(this.at(i)) ?? NONE
      groups[i] = group
      counts.set(group, (counts.get(group) ?? 0) + 1)
    }
    const order = [...counts.keys()].sort((a, b) => a - b)
    const starts = new Map<number, number>()
    let sum = 0
    for (const group of order) {
      starts.set(group, sum)
      sum += counts.get(group)!
    }
    const sorted = new Uint32Array(this.length)
    const next = new Map(starts)
    for (let i = 0; i < this.length; i++) {
      const at = next.get(groups[i]!)!
      sorted[at] = i
      next.set(groups[i]!, at + 1)
    }
    for (const group of order) {
      if (group === NONE) continue
      const start = starts.get(group)!
      yield Array.from(sorted.subarray(start, start + counts.get(group)!), (i) => this.at(i))
    }
  }
  clear(): void {
    this.#blocks = []
    this.length = 0
  }

  at(i: number): HeldReading {
    const block = this.#blocks[Math.floor(i / BLOCK)]!
    const at = (i % BLOCK) * BYTES
    return {
      kind: this.#kinds[block.getUint16(at + KIND)]!,
      startAt: block.getUint32(at + START) * 1000,
      seconds: block.getUint32(at + SECONDS),
      offset: block.getInt16(at + OFFSET) * 60,
      source: block.getUint16(at + SOURCE),
      value: block.getFloat64(at + VALUE),
    }
  }
  reading({ kind, startAt, seconds, offset, source, value }: HeldReading): Reading {
    const from = this.#sources[source]
    return {
      type: kind.type,
      ...(kind.unit !== undefined && { unit: kind.unit }),
      value: kind.word ?? value,
      startDate: isoText(startAt, offset),
      endDate: isoText(startAt + seconds * 1000, offset),
      ...(from && { source: from }),
      ...(kind.manual && { metadata: { HKWasUserEntered: '1' } }),
    }
  }
}
const NONE = -(2 ** 31)
export const dayOf = ({ startAt, offset }: HeldReading): number => localDay(startAt, offset)

import { isUtf8 } from 'node:buffer'
import { concat } from '../base/bytes.ts'

/** Why what stands at a record's place is none: it is counted and reported as one. */
export const RECORD_FAULTS = ['too_long', 'encoding', 'json'] as const
export type RecordFault = (typeof RECORD_FAULTS)[number]
/** A record as its bytes, which are UTF-8, or why it is none. */
export type Framed = Uint8Array | RecordFault

/** Marks in a piece that what follows is a fault; no JSON begins with it. */
export const FAULT_MARK = 1

/** A record that comes in several chunks. No more of it is held than a record may have. */
export class Gather {
  private held: Uint8Array[] = []
  private size = 0
  private tooLong = false
  private readonly most: number
  constructor(most: number) {
    this.most = most
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.tooLong) return
    this.size += bytes.length
    this.tooLong = this.size > this.most
    if (this.tooLong) this.held = []
    else this.held.push(bytes)
  }
  /** undefined: nothing but white space. */
  take(): Framed | undefined {
    const { held, tooLong } = this
    this.held = []
    this.size = 0
    this.tooLong = false
    if (tooLong) return 'too_long'
    const record = trimmed(held.length === 1 ? held[0]! : concat(...held))
    if (record.length === 0) return undefined
    if (record[0] === FAULT_MARK) return 'json'
    return isUtf8(record) ? record : 'encoding'
  }
}

export const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

function trimmed(bytes: Uint8Array): Uint8Array {
  let [from, to] = [0, bytes.length]
  while (from < to && isSpace(bytes[from])) from++
  while (to > from && isSpace(bytes[to - 1])) to--
  return bytes.subarray(from, to)
}

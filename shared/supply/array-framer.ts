import { Fault } from '../base/fault.ts'
import { type Framed, Gather, isSpace } from './gather.ts'

const [QUOTE, BACKSLASH, COMMA, LF, CR] = [0x22, 0x5c, 0x2c, 0x0a, 0x0d]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Cuts a JSON array into its elements, however deep they are, by counting brackets outside of strings. What an element is
 * by itself is asked of the one who parses it; what spoils the array throws a Fault, for where the next one begins is not known.
 */
export class ArrayFramer {
  private readonly gather: Gather
  private depth = 0
  private inString = false
  private escaped = false
  /** A line break within a string: no JSON, and as a space it would become some. */
  private brokenString = false
  private hasBreaks = false
  private afterComma = false
  private closed = false
  private records = 0
  private bytes = 0

  constructor(recordBytes: number) {
    this.gather = new Gather(recordBytes)
  }

  /** From after the opening bracket on. */
  push(chunk: Uint8Array): Framed[] {
    const found: Framed[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (this.inString) {
        if (this.escaped) this.escaped = false
        else if (byte === BACKSLASH) this.escaped = true
        else if (byte === QUOTE) this.inString = false
        if (byte === LF || byte === CR) this.brokenString = true
        continue
      }
      if (this.closed) {
        if (!isSpace(byte)) throw this.broken(at, 'bytes follow its closing bracket')
        continue
      }
      if (byte === QUOTE) this.inString = true
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.depth++
      else if (byte === LF || byte === CR) this.hasBreaks = true
      else if (this.depth > 0) {
        if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.depth--
      } else if (byte === COMMA || byte === CLOSE_LIST) {
        this.gather.add(chunk.subarray(from, at))
        this.ended(byte === CLOSE_LIST, found)
        from = at + 1
      } else if (byte === CLOSE_OBJECT) throw this.broken(at, 'a closing } has no opening one')
    }
    if (!this.closed) this.gather.add(chunk.subarray(from))
    this.bytes += chunk.length
    return found
  }

  end(): void {
    if (this.closed) return
    throw new Fault(
      'bad_request',
      `the JSON array breaks off in record ${this.records + 1}: its closing bracket is missing; send all of it, or NDJSON, of which a broken line spoils only itself`,
      {},
      'array_truncated',
    )
  }

  private ended(closes: boolean, found: Framed[]): void {
    const { brokenString, hasBreaks } = this
    const record = this.gather.take()
    this.brokenString = false
    this.hasBreaks = false
    this.closed = closes
    // An empty array has no element; a comma has one on either side.
    if (record === undefined && closes && !this.afterComma) return
    this.afterComma = true
    this.records++
    if (record === undefined || (brokenString && record !== 'too_long')) found.push('json')
    else found.push(hasBreaks && typeof record !== 'string' ? onOneLine(record) : record)
  }

  private broken(at: number, how: string): Fault {
    // The opening bracket, and what stood before it, are not counted here.
    const where = `after record ${this.records}, ${this.bytes + at + 1} bytes behind its opening bracket`
    return new Fault(
      'bad_request',
      `the JSON array is broken ${where}: ${how}; send an array, or NDJSON, of which a broken line spoils only itself`,
      {},
      'array_broken',
    )
  }
}

function onOneLine(record: Uint8Array): Uint8Array {
  const line = record.slice()
  for (let i = 0; i < line.length; i++) if (line[i] === LF || line[i] === CR) line[i] = 0x20
  return line
}

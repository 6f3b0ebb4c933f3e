import { concat } from '../base/bytes.ts'
import { Fault } from '../base/fault.ts'
import { INTAKE } from '../base/supply-limits.ts'
import { ArrayFramer } from './array-framer.ts'
import { type Framed, Gather, isSpace } from './gather.ts'

/**
 * What a body is said to be: one JSON document, which then is an array; one that is an array or a record; lines; or nothing,
 * then its first bytes tell.
 */
export type BodyForm = 'document' | 'record' | 'lines' | 'any'
type Framer = ArrayFramer | LineFramer | RecordFramer

/**
 * The records of a body, in order, a list for each chunk: the lines of NDJSON that are not blank, or the elements of a JSON
 * array. They count from 1. Of a body without end no more is in memory than a chunk and a record; what is no body throws a Fault.
 */
export async function* frame(
  chunks: AsyncIterable<Uint8Array>,
  form: BodyForm,
  recordBytes: number = INTAKE.recordBytes,
): AsyncIterable<Framed[]> {
  let framer: Framer | undefined
  let head: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    if (framer) {
      yield framer.push(chunk)
      continue
    }
    head = head.length === 0 ? chunk : concat(head, chunk)
    const begun = begin(head, form, recordBytes, false)
    head = begun.rest
    framer = begun.framer
    if (framer) yield framer.push(head)
  }
  if (!framer) {
    const begun = begin(head, form, recordBytes, true)
    framer = begun.framer
    if (!framer) return
    yield framer.push(begun.rest)
  }
  const last = framer.end()
  if (last !== undefined) yield [last]
}

const HEAD_BYTES = 4
const startsWith = (bytes: Uint8Array, ...first: number[]) => first.every((byte, i) => bytes[i] === byte)

/** No framer: there is nothing but white space yet. */
function begin(
  head: Uint8Array,
  form: BodyForm,
  recordBytes: number,
  all: boolean,
): { rest: Uint8Array; framer?: Framer } {
  if (head.length < HEAD_BYTES && !all) return { rest: head }
  const wide = startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff) || head.subarray(0, HEAD_BYTES).includes(0)
  if (wide) throw new Fault('bad_request', 'the body is UTF-16 or UTF-32; send it as UTF-8, as JSON is', {}, 'not_utf8')
  let at = startsWith(head, 0xef, 0xbb, 0xbf) ? 3 : 0
  while (at < head.length && isSpace(head[at])) at++
  if (at === head.length) return { rest: BLANK }
  if (head[at] === 0x5b) return { rest: head.subarray(at + 1), framer: new ArrayFramer(recordBytes) }
  if (form === 'document')
    throw new Fault(
      'bad_request',
      'the body is application/json, but no array; send [record, record, …], or one record a line as application/x-ndjson',
      {},
      'not_an_array',
    )
  const framer = form === 'record' ? new RecordFramer(recordBytes) : new LineFramer(recordBytes)
  return { rest: head.subarray(at), framer }
}
/** In place of white space without end, of which nothing needs to be held. */
const BLANK = new Uint8Array(HEAD_BYTES).fill(0x20)

class LineFramer {
  private readonly gather: Gather
  constructor(recordBytes: number) {
    this.gather = new Gather(recordBytes)
  }
  push(chunk: Uint8Array): Framed[] {
    const found: Framed[] = []
    for (let from = 0; ; ) {
      const to = chunk.indexOf(0x0a, from)
      if (to < 0) {
        this.gather.add(chunk.subarray(from))
        return found
      }
      this.gather.add(chunk.subarray(from, to))
      const record = this.gather.take()
      if (record !== undefined) found.push(record)
      from = to + 1
    }
  }
  /** A last line without its end. */
  end(): Framed | undefined {
    return this.gather.take()
  }
}

/** All of it is one. */
class RecordFramer {
  private readonly gather: Gather
  constructor(recordBytes: number) {
    this.gather = new Gather(recordBytes)
  }
  push(chunk: Uint8Array): Framed[] {
    this.gather.add(chunk)
    return []
  }
  end(): Framed | undefined {
    return this.gather.take()
  }
}

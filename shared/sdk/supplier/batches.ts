export interface BatchSize {
  /** Records of one batch. */
  records?: number
  /** Its bytes, before they are packed. */
  bytes?: number
}
export interface Lines {
  records: number
  bytes: Uint8Array<ArrayBuffer>
}

/** So much is quickly sent again where an answer is lost. */
const RECORDS = 20_000
const BYTES = 8 * 1024 ** 2

/** Records of any number, as batches of NDJSON, in their order. A text is a record that is JSON already. */
export async function* batchesOf(
  records: Iterable<unknown> | AsyncIterable<unknown>,
  { records: most = RECORDS, bytes: mostBytes = BYTES }: BatchSize = {},
): AsyncGenerator<Lines> {
  const encoder = new TextEncoder()
  let lines: Uint8Array[] = []
  let size = 0
  for await (const record of records) {
    const line = encoder.encode(`${lineOf(record)}\n`)
    if (lines.length > 0 && (lines.length >= most || size + line.length > mostBytes)) {
      yield joined(lines, size)
      lines = []
      size = 0
    }
    lines.push(line)
    size += line.length
  }
  if (lines.length > 0) yield joined(lines, size)
}

function lineOf(record: unknown): string {
  const text = typeof record === 'string' ? record : JSON.stringify(record)
  if (text === undefined) throw new TypeError('a record is an object, or a text that is one in JSON')
  // A text may be written over several lines, where a line break is only white space.
  return text.includes('\n') ? text.replace(/\r?\n/g, ' ') : text
}
function joined(lines: Uint8Array[], size: number): Lines {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const line of lines) {
    bytes.set(line, at)
    at += line.length
  }
  return { records: lines.length, bytes }
}

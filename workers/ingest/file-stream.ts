import { Fault } from '../../shared/base/fault.ts'
import { MAX_FILE_BYTES } from '../../shared/base/limits.ts'
import { HEAD_BYTES, isGzip } from '../../shared/source/file-format.ts'

/** The bytes of an upload: its beginning, and all of it in pieces. What was packed (gzip) is unpacked. */
export interface FileStream {
  head: Uint8Array
  packed: boolean
  chunks: AsyncIterable<Uint8Array>
}

export async function fileStream(request: Request): Promise<FileStream> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > MAX_FILE_BYTES) throw tooLarge()
  if (!request.body) throw empty()
  const first = await begun(request.body)
  if (first.head.length === 0) throw empty()
  if (!isGzip(first.head)) return { ...first, packed: false, chunks: counted(first.chunks) }
  const unpacked = await begun(streamOf(first.chunks).pipeThrough(new DecompressionStream('gzip'))).catch(broken)
  if (unpacked.head.length === 0) throw empty()
  return { ...unpacked, packed: true, chunks: counted(unpacked.chunks) }
}
const empty = () => new Fault('bad_request', 'the body is empty; send the bytes of the file')
const tooLarge = () =>
  new Fault('too_large', `files are taken up to ${MAX_FILE_BYTES / 1024 ** 3} GB; send it in several parts`)
const broken = (): never => {
  throw new Fault('unprocessable', 'the file is packed with gzip, and cannot be unpacked: it is damaged or not whole')
}

/** Reads as much as tells what it is, and gives it on with the rest. */
async function begun(
  body: ReadableStream<Uint8Array>,
): Promise<{ head: Uint8Array; chunks: AsyncIterable<Uint8Array> }> {
  const reader = body.getReader()
  const seen: Uint8Array[] = []
  let size = 0
  while (size < HEAD_BYTES) {
    const { done, value } = await reader.read()
    if (done) break
    seen.push(value)
    size += value.length
  }
  const head = new Uint8Array(size)
  let at = 0
  for (const piece of seen) {
    head.set(piece, at)
    at += piece.length
  }
  async function* chunks() {
    try {
      yield head
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        yield value
      }
    } finally {
      // Nobody reads on: the sender need not go on.
      await reader.cancel().catch(() => {})
    }
  }
  return { head: head.subarray(0, HEAD_BYTES), chunks: chunks() }
}
function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<BufferSource> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream<BufferSource>({
    pull: async (to) => {
      const { done, value } = await iterator.next()
      if (done) to.close()
      else to.enqueue(value as Uint8Array<ArrayBuffer>)
    },
    cancel: async () => void (await iterator.return?.()),
  })
}
/** What a small file unpacks to may be large. */
async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > MAX_FILE_BYTES) throw tooLarge()
    yield chunk
  }
}

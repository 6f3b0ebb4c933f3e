import { createGunzip } from 'node:zlib'
import { Fault } from '../base/fault.ts'
import { INTAKE } from '../base/supply-limits.ts'

/** How much may come of a body. */
export interface UnpackLimits {
  unpackedBytes: number
  ratio: number
  ratioFromBytes: number
}
export interface Unpacking {
  /** Said by its sender; one that is packed is known by its first bytes too. */
  gzip: boolean
  limits?: UnpackLimits
}

/** So much is given to the unpacker at once, and taken from it: it waits until somebody has taken what it made. */
const FED_BYTES = 64 * 1024
const MADE_BYTES = 256 * 1024

/** The bytes of a body, unpacked where they are gzip (of one member or several). What is no body throws a Fault. */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  { gzip, limits = INTAKE }: Unpacking,
): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    const head = await headOf(iterator)
    const packed = head[0] === 0x1f && head[1] === 0x8b
    const all = withHead(head, iterator)
    if (!packed && gzip && head.length > 0)
      throw broken(
        'gzip_broken',
        'content-encoding says gzip, but the body does not begin as gzip does; send it packed, or without that header',
      )
    yield* limited(packed ? gunzipped(all, limits) : all, limits.unpackedBytes)
  } finally {
    // Nobody reads on: the sender need not go on.
    await iterator.return?.()
  }
}

const broken = (reason: string, message: string) => new Fault('bad_request', message, {}, reason)
const inGb = (bytes: number) => (bytes >= 1024 ** 3 ? `${bytes / 1024 ** 3} GB` : `${bytes / 1024 ** 2} MB`)

/** As much as tells what it is. */
async function headOf(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < 2) {
    const { done, value } = await iterator.next()
    if (done) break
    head = head.length === 0 ? value : new Uint8Array([...head, ...value])
  }
  return head
}
async function* withHead(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  yield head
  for (;;) {
    const { done, value } = await rest.next()
    if (done) return
    yield value
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>, most: number): AsyncIterable<Uint8Array> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > most)
      throw new Fault(
        'too_large',
        `the body unpacks to more than ${inGb(most)}; send it in several batches, or as an upload in parts`,
        {},
        'unpacked_too_large',
      )
    yield chunk
  }
}

/** The native unpacker that waits for its reader: the other one keeps all that it makes in memory. */
async function* gunzipped(chunks: AsyncIterable<Uint8Array>, limits: UnpackLimits): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: MADE_BYTES })
  let [fed, made] = [0, 0]
  let senders: unknown
  // One that is destroyed answers no write any more.
  const closed = new Promise<void>((resolve) => gunzip.once('close', resolve))
  const write = (slice: Uint8Array) => new Promise<void>((resolve) => gunzip.write(slice, () => resolve()))
  const feed = async () => {
    try {
      for await (const chunk of chunks)
        for (let at = 0; at < chunk.length; at += FED_BYTES) {
          const slice = chunk.subarray(at, at + FED_BYTES)
          fed += slice.length
          await Promise.race([write(slice), closed])
          if (gunzip.destroyed) return
        }
      gunzip.end()
    } catch (error) {
      senders = error
      gunzip.destroy(error instanceof Error ? error : new Error('the body broke off'))
    }
  }
  const feeding = feed()
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      made += chunk.length
      if (made > limits.ratioFromBytes && made > fed * limits.ratio)
        throw new Fault(
          'too_large',
          `the body unpacks to more than ${limits.ratio} times its size, which no data do; send it unpacked`,
          {},
          'unpacked_too_large',
        )
      yield chunk
    }
  } catch (error) {
    throw error instanceof Fault ? error : asFault(error, senders)
  } finally {
    gunzip.destroy()
    await feeding
  }
}

/** What the unpacker says of bytes is the sender's; what came of reading the body is told as it is. */
function asFault(error: unknown, senders: unknown): unknown {
  const code = (error as { code?: unknown }).code
  if (code === 'Z_BUF_ERROR')
    return broken('gzip_truncated', 'the gzip body ends before its end: it broke off; send all of it again')
  if (typeof code === 'string' && code.startsWith('Z_'))
    return broken(
      'gzip_broken',
      'the body is gzip that cannot be unpacked: it is damaged, or bytes follow its end; send it again',
    )
  return senders ?? error
}

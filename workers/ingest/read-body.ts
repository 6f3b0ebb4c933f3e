import { Fault } from '../../shared/base/fault.ts'

/** Reads a body up to a limit, chunk by chunk: one that is too large is refused while it streams. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  const tooLarge = () => new Fault('too_large', `the body is larger than ${limit} bytes; send less in one call`)
  if (declared > limit) throw tooLarge()
  // The runtime holds a body to its declared length: no need to count it chunk by chunk, which costs more than the parsing.
  // With a transfer encoding the length would say nothing.
  if (declared > 0 && !request.headers.has('transfer-encoding')) return new Uint8Array(await request.arrayBuffer())
  const reader = request.body?.getReader()
  if (!reader) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limit) {
      await reader.cancel()
      throw tooLarge()
    }
    chunks.push(value)
  }
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

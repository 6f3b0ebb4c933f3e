import { Buffer } from 'node:buffer'
import { text } from '../base/bytes.ts'
import { RESPONSE_BODY_BYTES } from '../base/limits.ts'

/** Up to RESPONSE_BODY_BYTES of a body, for as long as the time-out allows. */
export async function beginning(response: Response, signal: AbortSignal): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const stop = () => void reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    while (size < RESPONSE_BODY_BYTES && !signal.aborted) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      size += value.length
    }
  } catch {
    // What was read so far is what there is to show: the status has told the outcome already.
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
  return text(new Uint8Array(Buffer.concat(chunks).subarray(0, RESPONSE_BODY_BYTES)))
}

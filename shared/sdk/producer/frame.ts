import { STREAM } from '../../base/limits.ts'
import { SAMPLE_DEPTH } from './limits.ts'

/** `{ ts, val }` of a single value, `{ ts, d: [...] }` of several; other members are passed on as they are. */
export type Sample = Record<string, unknown>

/** Whether the device, a strap for one, is linked to what sends. */
export interface LinkStatus {
  connected: boolean
  device_id?: string
  source?: string
  reason?: string
}

/** A sample as it goes over the wire: what the server would refuse is refused here, where the caller can be told. */
export function frameText(type: string, sample: Sample, now: number): string {
  if (typeof type !== 'string' || type.length === 0 || type.length > STREAM.typeLength)
    throw new TypeError(`a type has 1 to ${STREAM.typeLength} characters, as HEART_RATE`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\x00-\x1f]/.test(type)) throw new TypeError('a type has no control characters')
  if (typeof sample !== 'object' || sample === null || Array.isArray(sample))
    throw new TypeError(`a sample of ${type} is an object, as { val: 72 }`)
  if (isDeeper(sample, SAMPLE_DEPTH))
    throw new RangeError(`a sample of ${type} is more than ${SAMPLE_DEPTH} levels deep`)
  // It may wait for hours before it is sent: only here it is known when it was.
  const stamped = sample.ts === undefined ? { ts: new Date(now).toISOString(), ...without(sample) } : sample
  const text = JSON.stringify({ t: type, d: stamped })
  const bytes = utf8Length(text)
  if (bytes > STREAM.frameBytes)
    throw new RangeError(`a sample of ${type} has ${bytes} bytes; at most ${STREAM.frameBytes} are taken`)
  return text
}

/** Also a `ts` that is there and undefined would hide the one that is put in. */
const without = ({ ts, ...rest }: Sample): Sample => rest

/** Ends with what is cyclic, too. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) continue
    // Both halves of a pair count two, which makes the four that it has.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}

import { Buffer } from 'node:buffer'
import { inflateRawSync } from 'node:zlib'
import { isObject } from '../base/json.ts'
import { STREAM } from '../base/limits.ts'
import { OP } from '../base/op-codes.ts'
import { CLOSE, type Closing, closing } from './close-codes.ts'
import { depthOf, elementsOf, membersOf } from './raw-json.ts'

/** One sample: its label, and its payload as JSON text. */
export interface Sample {
  t: string
  d: string
}
export interface LinkStatus {
  connected: boolean
  device_id?: string
  source?: string
  reason?: string
}
/** What a client sent, read as far as everybody's frames are; whether it may send it is another question. */
export type Incoming =
  | { op: typeof OP.HEARTBEAT }
  | { op: typeof OP.IDENTIFY; type: 0 | 1; token: string; producer?: string }
  | { op: typeof OP.SUBMIT; samples: Sample[] }
  | { op: typeof OP.SUBMIT_BATCH; n: number; samples: Sample[] }
  | { op: typeof OP.REPLAY; after: number; before: number }
  | { op: typeof OP.STATUS; status: LinkStatus | undefined }
  /** Known or not, no client sends it. */
  | { op: 'other'; code: number }
type Read = Incoming | { op: 'refused'; closing: Closing }

const malformed = (reason: string): Read => ({ op: 'refused', closing: closing(CLOSE.MALFORMED, reason) })

/** Reads a frame. It has been found too large, deep or otherwise not a frame: `refused`. */
export function readFrame(message: string | ArrayBuffer): Read {
  if (typeof message !== 'string') return malformed('binary frames are not taken; send JSON text')
  const bytes = Buffer.byteLength(message)
  if (bytes > STREAM.batchBytes) return tooLarge(bytes, STREAM.batchBytes)
  const frame = parsed(message)
  if (frame === undefined) return malformed('the frame is not JSON')
  if (!isObject(frame)) return malformed('a frame is a JSON object with an op')
  if (depthOf(message) > STREAM.depth) return malformed(`the frame is more than ${STREAM.depth} levels deep`)
  const { op, d } = frame
  if (!Number.isInteger(op)) return malformed('op is missing or not an integer')
  if (op !== OP.SUBMIT_BATCH && bytes > STREAM.frameBytes) return tooLarge(bytes, STREAM.frameBytes)
  switch (op) {
    case OP.HEARTBEAT:
      return { op }
    case OP.IDENTIFY:
      return identify(d)
    case OP.SUBMIT: {
      const sample = sampleOf(frame, message)
      return typeof sample === 'string' ? malformed(sample) : { op, samples: [sample] }
    }
    case OP.SUBMIT_BATCH:
      return batch(d, message)
    case OP.REPLAY:
      return replay(d)
    case OP.STATUS:
      return { op, status: statusOf(d) }
    default:
      return { op: 'other', code: op as number }
  }
}

const tooLarge = (bytes: number, most: number) => malformed(`the frame has ${bytes} bytes; at most ${most} are taken`)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const PRODUCER = /^[\w-]{1,64}$/
function identify(d: unknown): Read {
  if (!isObject(d)) return malformed('IDENTIFY needs d with type and token')
  if (d.type !== 0 && d.type !== 1) return malformed('d.type is 0 for a producer or 1 for a consumer')
  if (typeof d.token !== 'string') return { op: 'refused', closing: closing(CLOSE.BAD_TOKEN, 'd.token is missing') }
  if (d.producer === undefined) return { op: OP.IDENTIFY, type: d.type, token: d.token }
  if (typeof d.producer !== 'string' || !PRODUCER.test(d.producer))
    return malformed('d.producer is 1 to 64 letters, digits, - or _')
  return { op: OP.IDENTIFY, type: d.type, token: d.token, producer: d.producer }
}

/** A sample, its payload as it was written; or what is wrong with it. */
function sampleOf({ t, d }: Record<string, unknown>, text: string): Sample | string {
  if (typeof t !== 'string' || t.length === 0) return 't, the data type, is missing'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\x00-\x1f]/.test(t)) return 't has control characters'
  if (t.length > STREAM.typeLength) return `t has more than ${STREAM.typeLength} characters`
  if (!isObject(d)) return 'd, the sample, is missing or not an object'
  return { t, d: membersOf(text).get('d')! }
}

function batch(d: unknown, message: string): Read {
  if (!isObject(d)) return malformed('SUBMIT_BATCH needs d with n and frames, or z')
  if (!Number.isSafeInteger(d.n) || (d.n as number) < 1)
    return malformed('d.n is the number of the first frame, from 1')
  const text = typeof d.z === 'string' ? inflated(d.z) : membersOf(membersOf(message).get('d')!).get('frames')
  if (text === undefined)
    return malformed(
      d.z === undefined
        ? 'd.frames is missing'
        : `d.z is not base64 of raw deflate of at most ${STREAM.unpackedBytes} bytes`,
    )
  const frames = d.z === undefined ? d.frames : parsed(text)
  if (!Array.isArray(frames) || frames.length === 0)
    return malformed('the frames of a batch are a list of at least one')
  if (frames.length > STREAM.batchFrames) return malformed(`a batch has at most ${STREAM.batchFrames} frames`)
  if (d.z !== undefined && depthOf(text) > STREAM.depth)
    return malformed(`the batch is more than ${STREAM.depth} levels deep`)
  const samples: Sample[] = []
  for (const [i, raw] of elementsOf(text).entries()) {
    const frame: unknown = frames[i]
    const sample = isObject(frame) ? sampleOf(frame, raw) : 'it is not an object with t and d'
    if (typeof sample === 'string') return malformed(`frame ${i} of the batch: ${sample}`)
    samples.push(sample)
  }
  return { op: OP.SUBMIT_BATCH, n: d.n as number, samples }
}
/** undefined: not what it should be, or more than may be unpacked. */
function inflated(packed: string): string | undefined {
  try {
    return inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: STREAM.unpackedBytes }).toString()
  } catch {
    return undefined
  }
}

const INT64 = 2 ** 63
const isInt64 = (value: unknown): value is number => Number.isInteger(value) && Math.abs(value as number) <= INT64
function replay(d: unknown): Read {
  if (!isObject(d)) return malformed('REPLAY needs d with before')
  const { after = 0, before = 0 } = d
  if (!isInt64(after)) return malformed('d.after is not a 64-bit integer')
  if (!isInt64(before)) return malformed('d.before is not a 64-bit integer')
  return { op: OP.REPLAY, after, before }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 ? value.slice(0, STREAM.statusText) : undefined
/** undefined: malformed, which is passed over in silence. */
function statusOf(d: unknown): LinkStatus | undefined {
  if (!isObject(d) || typeof d.connected !== 'boolean') return undefined
  return { connected: d.connected, device_id: text(d.device_id), source: text(d.source), reason: text(d.reason) }
}

export const hello = (heartbeat_interval: number): string => JSON.stringify({ op: OP.HELLO, d: { heartbeat_interval } })
export const HEARTBEAT_ACK = JSON.stringify({ op: OP.HEARTBEAT_ACK })
/** What the platform answers by itself where nobody has to be waited for. */
export const HEARTBEAT = JSON.stringify({ op: OP.HEARTBEAT })
export const ready = (d?: object): string => JSON.stringify({ op: OP.READY, ...(d && { d }) })
export const ack = (n: number): string => JSON.stringify({ op: OP.ACK, d: { n } })

/** A sample that does not say when it was gets the time at which it came. */
export function stamped({ t, d }: Sample, at: number): Sample {
  if (/"ts"\s*:/.test(d) && membersOf(d).has('ts')) return { t, d }
  const rest = d.slice(d.indexOf('{') + 1).trimStart()
  return { t, d: `{"ts":"${new Date(at).toISOString().replace('Z', '+00:00')}"${rest === '}' ? '' : ','}${rest}` }
}

/** The frame that consumers get. */
export const dispatch = (uid: string, seq: number, { t, d }: Sample, synthetic: boolean): string =>
  `{"op":${OP.DISPATCH},"uid":${JSON.stringify(uid)},"seq":${seq},"t":${JSON.stringify(t)},"d":${d}${synthetic ? ',"synthetic":true' : ''}}`

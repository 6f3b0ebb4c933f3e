import { FileRefused } from '../../source/file.ts'
import { crc16 } from './crc.ts'
import { type Raw, readValue } from './values.ts'

/** One message, as it stands in the file: nothing is scaled or named yet. */
export interface Message {
  number: number
  fields: Map<number, Raw>
  /** By index of the developer's data and number of the field. */
  developer: { index: number; field: number; value: Raw }[]
  /** FIT seconds of the last timestamp before this message's own: some messages have none. */
  after: number | undefined
}
export interface FitPart {
  messages: Message[]
  /** What could not be read, in words. */
  damage: string[]
}
interface FieldOf {
  field: number
  size: number
  type: number
}
interface Definition {
  number: number
  little: boolean
  fields: FieldOf[]
  developer: { field: number; size: number; index: number }[]
}

const HEADERS = [12, 14]
const TIMESTAMP = 253
/** What a developer's own fields are like, told by messages of the file itself. */
const FIELD_DESCRIPTION = 206
const MONITORING = 55

export const isFit = (bytes: Uint8Array, at = 0): boolean =>
  bytes.length >= at + 12 &&
  HEADERS.includes(bytes[at]!) &&
  String.fromCharCode(...bytes.subarray(at + 8, at + 12)) === '.FIT'

/** The FIT files in a file: several may be put one after another, each with its own header and checksum. */
export function readFit(bytes: Uint8Array): FitPart[] {
  if (bytes.length === 0) throw new FileRefused('the file is empty')
  if (!isFit(bytes))
    throw new FileRefused(
      bytes.length < 12
        ? 'the file ends within its header'
        : 'a FIT file begins with a header of 12 or 14 bytes and ".FIT"',
    )
  const parts: FitPart[] = []
  let at = 0
  while (isFit(bytes, at)) {
    const size = bytes[at]!
    // A recorder that lost its power never came to write the length.
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(4, true) || bytes.length
    const end = at + size + length
    const part = readPart(bytes.subarray(at, Math.min(end, bytes.length)), size)
    if (end > bytes.length) part.damage.push('the file ends before its end: what was recorded up to there is read')
    else if (end + 2 > bytes.length) part.damage.push('the file ends before its checksum')
    else if (crc16(bytes.subarray(at, end)) !== bytes[end]! + bytes[end + 1]! * 256)
      part.damage.push('the checksum does not fit what is in the file: some values may be wrong')
    parts.push(part)
    at = end + 2
  }
  if (at < bytes.length) parts.at(-1)!.damage.push(`${bytes.length - at} bytes after the end are not a FIT file`)
  return parts
}

function readPart(bytes: Uint8Array, start: number): FitPart {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const definitions = new Map<number, Definition>()
  const developerTypes = new Map<string, number>()
  const part: FitPart = { messages: [], damage: [] }
  let at = start
  let last: number | undefined
  while (at < bytes.length) {
    const header = bytes[at]!
    const compressed = (header & 0x80) !== 0
    const local = compressed ? (header >> 5) & 3 : header & 15
    if (!compressed && header & 0x40) {
      const defined = readDefinition(view, at + 1, (header & 0x20) !== 0)
      if (!defined) break
      definitions.set(local, defined.definition)
      at = defined.end
      continue
    }
    const definition = definitions.get(local)
    if (!definition) {
      part.damage.push(`byte ${at} should begin a message, but its kind is not defined: the rest cannot be read`)
      break
    }
    const read = readData(view, at + 1, definition, developerTypes)
    if (!read) break // the caller tells that the file ends here
    const message: Message = { ...read.message, after: last }
    if (compressed) {
      // Five bits of seconds, counted on from the last full timestamp.
      if (last !== undefined) last += ((header & 31) - (last & 31) + 32) & 31
      if (last !== undefined) message.fields.set(TIMESTAMP, last)
    } else {
      const own = message.fields.get(TIMESTAMP)
      if (typeof own === 'number') last = own
      else if (last !== undefined && message.number === MONITORING) last = countedOn(message.fields, last)
    }
    if (message.number === FIELD_DESCRIPTION) {
      const [index, field, type] = [0, 1, 2].map((n) => message.fields.get(n))
      if (typeof type === 'number') developerTypes.set(`${index}/${field}`, type)
    }
    part.messages.push(message)
    at = read.end
  }
  return part
}

/** Monitoring tells the lower 16 bits of a second, or the lower 8 of a minute, counted on from the last full timestamp. */
function countedOn(fields: Message['fields'], last: number): number {
  const [seconds, minutes] = [fields.get(26), fields.get(25)]
  if (typeof seconds === 'number') last += (seconds - (last & 0xffff)) & 0xffff
  else if (typeof minutes === 'number') last += ((minutes - Math.floor(last / 60)) & 0xff) * 60
  else return last
  fields.set(TIMESTAMP, last)
  return last
}

function readDefinition(view: DataView, at: number, developed: boolean) {
  const end = view.byteLength
  if (at + 5 > end) return undefined
  const little = view.getUint8(at + 1) === 0
  const definition: Definition = { number: view.getUint16(at + 2, little), little, fields: [], developer: [] }
  const count = view.getUint8(at + 4)
  at += 5
  if (at + count * 3 > end) return undefined
  for (let i = 0; i < count; i++, at += 3)
    definition.fields.push({ field: view.getUint8(at), size: view.getUint8(at + 1), type: view.getUint8(at + 2) })
  if (developed) {
    if (at + 1 > end) return undefined
    const more = view.getUint8(at++)
    if (at + more * 3 > end) return undefined
    for (let i = 0; i < more; i++, at += 3)
      definition.developer.push({ field: view.getUint8(at), size: view.getUint8(at + 1), index: view.getUint8(at + 2) })
  }
  return { definition, end: at }
}

function readData(view: DataView, at: number, definition: Definition, developerTypes: Map<string, number>) {
  const fields = new Map<number, Raw>()
  const developer: Message['developer'] = []
  for (const { field, size, type } of definition.fields) {
    if (at + size > view.byteLength) return undefined
    const value = readValue(view, at, size, type, definition.little)
    if (value !== undefined) fields.set(field, value)
    at += size
  }
  for (const { field, size, index } of definition.developer) {
    if (at + size > view.byteLength) return undefined
    const type = developerTypes.get(`${index}/${field}`)
    const value = type === undefined ? undefined : readValue(view, at, size, type, definition.little)
    if (value !== undefined) developer.push({ index, field, value })
    at += size
  }
  return { message: { number: definition.number, fields, developer }, end: at }
}

import { exact } from '../../source/numbers.ts'
import { COUNTED } from './left-out.ts'
import type { FitPart, Message } from './messages.ts'
import { type FieldProfile, PROFILE } from './profile.ts'
import type { Raw } from './values.ts'

/** A message with its fields by name and in units: seconds, meters, degrees. Times are Unix seconds. */
export type Named = Record<string, unknown>
export type Messages = Record<string, Named[]>
export interface NamedPart {
  messages: Messages
  /** Seconds to add to UTC for local time, where the file tells it. */
  offset_seconds?: number
  /** The device's clock was never set: all times are by the local clock, and nobody knows the offset. */
  local_clock?: true
  damage: string[]
}

/** Seconds from 1970 to 1989-12-31, where FIT begins. */
const EPOCH = 631_065_600
/** Below this a time is seconds since the device was switched on. */
const SYSTEM_TIME = 0x10000000
/** No place on earth is further from UTC. */
const MOST_OFFSET = 18 * 3600
const QUARTER = 15 * 60
const [ACTIVITY, MONITORING_INFO, HRV, FIELD_DESCRIPTION] = [34, 103, 78, 206]
/** Message → its field with the local time. */
const LOCAL: Record<number, number> = { [ACTIVITY]: 5, [MONITORING_INFO]: 0 }

export function nameAll(part: FitPart): NamedPart {
  const clock = clockOf(part.messages)
  const messages: Messages = {}
  const developers = developerFields(part.messages)
  for (const message of part.messages) {
    const profile = PROFILE.get(message.number)
    const name = profile?.name ?? COUNTED[message.number] ?? `message_${message.number}`
    const named: Named = {}
    for (const [number, raw] of message.fields) {
      const field = profile?.fields.get(number)
      const value = field ? inUnits(field, raw, clock.shift) : raw
      if (value !== undefined) named[field?.name ?? `field_${number}`] = value
    }
    for (const { index, field, value } of message.developer) developers(named, message.number, index, field, value)
    if (message.number === HRV && message.after !== undefined) named.after = seconds(message.after, clock.shift)
    messages[name] ??= []
    messages[name].push(named)
  }
  const { offset_seconds, local_clock } = clock
  return { messages, offset_seconds, local_clock, damage: part.damage }
}

function inUnits(field: FieldProfile, raw: Raw, shift: number): unknown {
  if (Array.isArray(raw)) return raw.map((one) => (one === null ? null : inUnit(field, one, shift)))
  const value = inUnit(field, raw, shift)
  return field.list && value !== undefined ? [value] : value
}
function inUnit({ kind, scale, shift }: FieldProfile, raw: number | string, clockShift: number): unknown {
  if (typeof raw === 'string') return raw
  if (kind === 'time') return seconds(raw, clockShift)
  if (kind === 'local time') return raw + EPOCH
  if (kind === 'angle') return exact((raw * 180) / 2 ** 31)
  return scale === 1 && shift === 0 ? raw : exact(raw / scale + shift)
}
/** Unix seconds; a time of a clock that nobody set is no time, unless the shift is known. */
const seconds = (fit: number, shift: number): number | undefined =>
  fit < SYSTEM_TIME && shift === 0 ? undefined : fit + shift + EPOCH

/**
 * Two messages tell one moment twice, in UTC and by the local clock: their difference is the offset. A device whose
 * clock was not set counts from when it was switched on; then the local time says what that moment was.
 */
function clockOf(messages: Message[]): { shift: number; offset_seconds?: number; local_clock?: true } {
  const twice = messages.find(({ number, fields }) => typeof fields.get(253) === 'number' && fields.has(LOCAL[number]!))
  const [utc, local] = [twice?.fields.get(253), twice?.fields.get(LOCAL[twice.number]!)]
  if (typeof utc !== 'number' || typeof local !== 'number') return { shift: 0 }
  if (utc < SYSTEM_TIME && local >= SYSTEM_TIME) return { shift: local - utc, local_clock: true }
  // Both are read off clocks in turn, so that they may be seconds apart.
  const offset_seconds = Math.round((local - utc) / QUARTER) * QUARTER
  return Math.abs(offset_seconds) > MOST_OFFSET || Math.abs(local - utc - offset_seconds) > 60
    ? { shift: 0 }
    : { shift: 0, offset_seconds }
}
/** Fields of apps and sensors, which the file itself describes. One that says which native field it is fills that. */
function developerFields(messages: Message[]) {
  const described = new Map<string, { name: string; message: unknown; field: unknown }>()
  for (const { number, fields } of messages) {
    if (number !== FIELD_DESCRIPTION) continue
    const name = String(fields.get(3) ?? `field_${fields.get(1)}`)
    described.set(`${fields.get(0)}/${fields.get(1)}`, { name, message: fields.get(14), field: fields.get(15) })
  }
  return (named: Named, number: number, index: number, field: number, value: Raw): void => {
    const own = described.get(`${index}/${field}`)
    const native =
      own && (own.message ?? number) === number ? PROFILE.get(number)?.fields.get(Number(own.field)) : undefined
    // It is in the native field's unit, not scaled: sensors that the device does not know record through an app.
    if (native?.kind === 'number' && named[native.name] === undefined) named[native.name] = value
    named.developer = { ...(named.developer as object | undefined), [own?.name ?? `field_${field}`]: value }
  }
}

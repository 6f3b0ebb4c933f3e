/** Writes FIT files by the published format, independently of what reads them: for tests. */
export interface Field {
  number: number
  type: number
  /** Bytes; of a list more than one element's. */
  size: number
}
export const [ENUM, SINT8, UINT8, SINT16, UINT16, SINT32, UINT32, STRING, BYTE] = [
  0x00, 0x01, 0x02, 0x83, 0x84, 0x85, 0x86, 0x07, 0x0d,
]
const SIZES: Record<number, number> = {
  [ENUM]: 1,
  [SINT8]: 1,
  [UINT8]: 1,
  [SINT16]: 2,
  [UINT16]: 2,
  [SINT32]: 4,
  [UINT32]: 4,
  [STRING]: 1,
  [BYTE]: 1,
}
export const field = (number: number, type: number, count = 1): Field => ({ number, type, size: SIZES[type]! * count })
/** Unix seconds as FIT tells them. */
export const fitSeconds = (iso: string): number => Date.parse(iso) / 1000 - 631_065_600

type Value = number | string | number[]
export class FitWriter {
  readonly #bytes: number[] = []
  readonly #definitions = new Map<number, { fields: Field[]; big: boolean }>()

  define(local: number, message: number, fields: Field[], { big = false, developer = [] as number[][] } = {}): this {
    this.#definitions.set(local, {
      fields: [...fields, ...developer.map(([number, size]) => ({ number: number!, type: BYTE, size: size! }))],
      big,
    })
    const number = big ? [message >> 8, message & 255] : [message & 255, message >> 8]
    this.#bytes.push(0x40 | (developer.length > 0 ? 0x20 : 0) | local, 0, big ? 1 : 0, ...number, fields.length)
    for (const { number, size, type } of fields) this.#bytes.push(number, size, type)
    if (developer.length > 0) this.#bytes.push(developer.length, ...developer.flat())
    return this
  }
  /** `offset`: five bits of seconds in the header instead of a timestamp. */
  data(local: number, values: Value[], offset?: number): this {
    const { fields, big } = this.#definitions.get(local)!
    this.#bytes.push(offset === undefined ? local : 0x80 | (local << 5) | (offset & 31))
    for (const [i, { type, size }] of fields.entries()) this.#bytes.push(...encoded(values[i]!, type, size, big))
    return this
  }
  bytes(): Uint8Array {
    const length = this.#bytes.length
    const header = [
      14,
      0x20,
      0x5c,
      0x08,
      length & 255,
      (length >> 8) & 255,
      (length >> 16) & 255,
      0,
      0x2e,
      0x46,
      0x49,
      0x54,
      0,
      0,
    ]
    const body = [...header, ...this.#bytes]
    const crc = checksum(body)
    return Uint8Array.from([...body, crc & 255, crc >> 8])
  }
}

function encoded(value: Value, type: number, size: number, big: boolean): number[] {
  if (typeof value === 'string') return [...new TextEncoder().encode(value.padEnd(size, '\0'))].slice(0, size)
  const each = SIZES[type]!
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((one) => {
    const bytes = Array.from({ length: each }, (_, i) => Math.floor(one / 2 ** (8 * i)) & 255)
    return big ? bytes.reverse() : bytes
  })
}
/** CRC-16/ARC bit by bit. */
function checksum(bytes: number[]): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

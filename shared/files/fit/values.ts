/** FIT's base types: the lower five bits of a field's type say which. */
interface BaseType {
  size: number
  read: (view: DataView, at: number, little: boolean) => number | bigint
  /** The number that means "no value". */
  none: number | bigint | undefined
}
const u = (size: 1 | 2 | 4, none: number): BaseType => ({
  size,
  none,
  read: (view, at, little) =>
    size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, little) : view.getUint32(at, little),
})
const s = (size: 1 | 2 | 4, none: number): BaseType => ({
  size,
  none,
  read: (view, at, little) =>
    size === 1 ? view.getInt8(at) : size === 2 ? view.getInt16(at, little) : view.getInt32(at, little),
})
/** By number: enum sint8 uint8 sint16 uint16 sint32 uint32 string float32 float64 uint8z uint16z uint32z byte sint64 uint64 uint64z. */
const BASE_TYPES: (BaseType | undefined)[] = [
  u(1, 0xff),
  s(1, 0x7f),
  u(1, 0xff),
  s(2, 0x7fff),
  u(2, 0xffff),
  s(4, 0x7fffffff),
  u(4, 0xffffffff),
  undefined,
  { size: 4, none: undefined, read: (view, at, little) => view.getFloat32(at, little) },
  { size: 8, none: undefined, read: (view, at, little) => view.getFloat64(at, little) },
  u(1, 0),
  u(2, 0),
  u(4, 0),
  u(1, 0xff),
  { size: 8, none: 0x7fffffffffffffffn, read: (view, at, little) => view.getBigInt64(at, little) },
  { size: 8, none: 0xffffffffffffffffn, read: (view, at, little) => view.getBigUint64(at, little) },
  { size: 8, none: 0n, read: (view, at, little) => view.getBigUint64(at, little) },
]
const STRING = 7
const BYTE = 13

export type Raw = number | string | (number | null)[]
const decoder = new TextDecoder()

/** The value of a field as it stands in the file; undefined where it has none or is not of a type that we know. */
export function readValue(view: DataView, at: number, size: number, type: number, little: boolean): Raw | undefined {
  const number = type & 31
  if (number === STRING) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size)
    const end = bytes.indexOf(0)
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end)) || undefined
  }
  const base = BASE_TYPES[number]
  if (!base || size % base.size !== 0 || size === 0) return undefined
  if (size === base.size) return plain(base, base.read(view, at, little))
  const all: (number | null)[] = []
  for (let i = 0; i < size; i += base.size) {
    const value = base.read(view, at + i, little)
    // Bytes are bits of something larger: one of them alone has no value that means none.
    all.push(number === BYTE ? Number(value) : (plain(base, value) ?? null))
  }
  const empty = number === BYTE ? all.every((value) => value === 0xff) : all.every((value) => value === null)
  return empty ? undefined : all
}
function plain(base: BaseType, value: number | bigint): number | undefined {
  return value === base.none || Number.isNaN(value) ? undefined : Number(value)
}

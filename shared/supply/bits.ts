/** Sets of small numbers, a bit each: numbers of a desk's subjects. Missing bytes are zeros. */
export type Bits = Uint8Array<ArrayBuffer>

export const noBits = (): Bits => new Uint8Array(0)
export const hasBit = (bits: Uint8Array, number: number): boolean =>
  ((bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0

/** Changes `bits` where it is long enough, else makes a longer copy: half as much again, so that it is rarely copied. */
export function withBit(bits: Bits, number: number): Bits {
  const at = number >> 3
  let grown = bits
  if (at >= bits.length) {
    grown = new Uint8Array(Math.ceil((at + 1) * 1.5))
    grown.set(bits)
  }
  grown[at]! |= 1 << (number & 7)
  return grown
}
export function withoutBit(bits: Bits, number: number): Bits {
  if (number >> 3 < bits.length) bits[number >> 3]! &= ~(1 << (number & 7))
  return bits
}
export function union(a: Uint8Array, b: Uint8Array): Bits {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  const sum = new Uint8Array(long)
  for (let i = 0; i < short.length; i++) sum[i]! |= short[i]!
  return sum
}
/** Those of `a` that are not in `b`. */
export function without(a: Uint8Array, b: Uint8Array): Bits {
  const rest = new Uint8Array(a)
  for (let i = 0; i < Math.min(a.length, b.length); i++) rest[i]! &= ~b[i]!
  return rest
}
export function countBits(bits: Uint8Array): number {
  let count = 0
  for (const byte of bits) count += ONES[byte]!
  return count
}
export function countBoth(a: Uint8Array, b: Uint8Array): number {
  let count = 0
  for (let i = 0; i < Math.min(a.length, b.length); i++) count += ONES[a[i]! & b[i]!]!
  return count
}
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readHeartRate } from '../../../shared/sdk/strap/heart-rate-measurement.ts'

const read = (...bytes: number[]) => readHeartRate(new DataView(Uint8Array.from(bytes).buffer))

/** The layout of the GATT specification, written the other way round. */
interface Written {
  bpm: number
  isWide: boolean
  contact: boolean | undefined
  energyKj: number | undefined
  rr: number[] | undefined
}
function write({ bpm, isWide, contact, energyKj, rr }: Written): number[] {
  const flags =
    (isWide ? 1 : 0) |
    (contact === undefined ? 0 : contact ? 0b110 : 0b100) |
    (energyKj === undefined ? 0 : 0b1000) |
    (rr === undefined ? 0 : 0b1_0000)
  const two = (value: number) => [value & 0xff, value >> 8]
  return [
    flags,
    ...(isWide ? two(bpm) : [bpm]),
    ...(energyKj === undefined ? [] : two(energyKj)),
    ...(rr ?? []).flatMap(two),
  ]
}

describe('a heart rate measurement', () => {
  test('of 8 bits', () => {
    expect(read(0b00000, 72)).toEqual({ bpm: 72, contact: undefined, energyKj: undefined, rrMs: [] })
  })
  test('of 16 bits, the low byte first', () => {
    expect(read(0b00001, 0x2c, 0x01)).toMatchObject({ bpm: 300 })
  })
  test('tells of contact only where the strap can', () => {
    expect(read(0b00000, 60).contact).toBeUndefined()
    // Without the bit that says that it can, the other says nothing.
    expect(read(0b00010, 60).contact).toBeUndefined()
    expect(read(0b00100, 60).contact).toBe(false)
    expect(read(0b00110, 60).contact).toBe(true)
  })
  test('with energy, and intervals of 1/1024 s after it', () => {
    expect(read(0b11000, 60, 0x10, 0x27, 0x00, 0x04, 0x00, 0x02)).toEqual({
      bpm: 60,
      contact: undefined,
      energyKj: 10_000,
      rrMs: [1_000, 500],
    })
  })
  test('with all that a chest strap sends: contact and two intervals', () => {
    expect(read(0x16, 0x58, 0xb4, 0x02, 0xa7, 0x02)).toEqual({
      bpm: 88,
      contact: true,
      energyKj: undefined,
      rrMs: [675.78125, 663.0859375],
    })
  })
  test('with room for intervals and none in it', () => {
    expect(read(0b10000, 60).rrMs).toEqual([])
    expect(read(0b10000, 60, 7).rrMs).toEqual([])
  })
  test('passes over bits that are reserved, and bytes that no flag speaks of', () => {
    expect(read(0b1110_0000, 61, 9, 9)).toEqual({ bpm: 61, contact: undefined, energyKj: undefined, rrMs: [] })
  })
  test.each([[[]], [[0]], [[1, 60]], [[0b1000, 60, 1]]])('that is cut off is refused: %j', (bytes) => {
    expect(() => read(...bytes)).toThrow(RangeError)
  })
  test('in a part of a larger buffer is read from where it begins', () => {
    const bytes = Uint8Array.from([9, 9, 0, 64, 9])
    expect(readHeartRate(new DataView(bytes.buffer, 2, 2)).bpm).toBe(64)
  })
  test('is read as it was written, whatever is in it', () => {
    const word = fc.integer({ min: 0, max: 65_535 })
    const written = fc.boolean().chain((isWide) =>
      fc.record({
        isWide: fc.constant(isWide),
        bpm: isWide ? word : fc.integer({ min: 0, max: 255 }),
        contact: fc.constantFrom(true, false, undefined),
        energyKj: fc.option(word, { nil: undefined }),
        rr: fc.option(fc.array(word, { maxLength: 9 }), { nil: undefined }),
      }),
    )
    fc.assert(
      fc.property(written, (one) => {
        const { bpm, contact, energyKj, rr = [] } = one
        const rrMs = rr.map((value) => (value * 1_000) / 1_024)
        expect(read(...write(one))).toEqual({ bpm, contact, energyKj, rrMs })
      }),
    )
  })
})

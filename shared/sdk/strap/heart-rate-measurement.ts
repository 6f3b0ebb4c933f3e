/** One notification of a strap: what it says, and no more. */
export interface HeartRateMeasurement {
  bpm: number
  /** Whether it touches the skin; undefined: it cannot tell. */
  contact: boolean | undefined
  /** Since it was reset, kJ. */
  energyKj: number | undefined
  /** Between beats, oldest first; none where it sends none. */
  rrMs: number[]
}

/** Bits of the first byte. */
const WIDE = 0b0000_0001
const CONTACT = 0b0000_0010
const TELLS_CONTACT = 0b0000_0100
const ENERGY = 0b0000_1000
const RR = 0b0001_0000
/** Intervals count 1/1024 of a second. */
const RR_UNIT_MS = 1_000 / 1_024

/** Heart Rate Measurement (characteristic 0x2A37 of service 0x180D): flags, 8 or 16 bits of rate, energy, intervals; little-endian. */
export function readHeartRate(view: DataView): HeartRateMeasurement {
  let at = 0
  const next = (bytes: 1 | 2): number => {
    if (at + bytes > view.byteLength)
      throw new RangeError(`a heart rate measurement of ${view.byteLength} bytes is shorter than its flags say`)
    const value = bytes === 1 ? view.getUint8(at) : view.getUint16(at, true)
    at += bytes
    return value
  }
  const flags = next(1)
  const bpm = next(flags & WIDE ? 2 : 1)
  const contact = flags & TELLS_CONTACT ? (flags & CONTACT) !== 0 : undefined
  const energyKj = flags & ENERGY ? next(2) : undefined
  const rrMs: number[] = []
  // As many as fit; a byte that is left over is no interval.
  if (flags & RR) while (at + 2 <= view.byteLength) rrMs.push(next(2) * RR_UNIT_MS)
  return { bpm, contact, energyKj, rrMs }
}

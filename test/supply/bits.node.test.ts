import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countBits, countBoth, hasBit, noBits, union, withBit, without, withoutBit } from '../../shared/supply/bits.ts'

const numbers = fc.uniqueArray(fc.nat(300), { maxLength: 60 })
const bitsOf = (numbers: number[]) => numbers.reduce(withBit, noBits())

test('bits are a set of numbers', () => {
  fc.assert(
    fc.property(numbers, numbers, fc.nat(310), (a, b, gone) => {
      const [setA, setB] = [new Set(a), new Set(b)]
      const [bitsA, bitsB] = [bitsOf(a), bitsOf(b)]
      const listed = (bits: Uint8Array) => Array.from({ length: 400 }, (_, i) => i).filter((i) => hasBit(bits, i))
      const sorted = (set: Iterable<number>) => [...set].sort((x, y) => x - y)
      expect(listed(bitsA)).toEqual(sorted(setA))
      expect(countBits(bitsA)).toBe(setA.size)
      expect(listed(union(bitsA, bitsB))).toEqual(sorted(new Set([...a, ...b])))
      expect(listed(without(bitsA, bitsB))).toEqual(sorted(a.filter((one) => !setB.has(one))))
      expect(countBoth(bitsA, bitsB)).toBe(a.filter((one) => setB.has(one)).length)
      expect(listed(withoutBit(bitsOf(a), gone))).toEqual(sorted(a.filter((one) => one !== gone)))
    }),
  )
})

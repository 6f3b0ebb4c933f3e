import fc from 'fast-check'
import { expect, test } from 'vitest'
import { depthOf, elementsOf, membersOf } from '../../shared/streaming/raw-json.ts'

const spaced = fc.constantFrom(0, 1, '\t')
/** `JSON.stringify` writes __proto__ and reads it back as a member; an object literal does not. */
const values = fc.jsonValue({ maxDepth: 5 })

test('the members of an object are the texts of their values, however it is spaced', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), values), spaced, (object, space) => {
      const text = ` ${JSON.stringify(object, null, space)} `
      const members = membersOf(text)
      const parsed = JSON.parse(text) as Record<string, unknown>
      expect([...members.keys()].toSorted()).toEqual(Object.keys(parsed).toSorted())
      for (const [name, raw] of members) expect(JSON.parse(raw)).toEqual(parsed[name])
    }),
  )
})
test('the elements of a list are their texts', () => {
  fc.assert(
    fc.property(fc.array(values), spaced, (list, space) => {
      const text = JSON.stringify(list, null, space)
      expect(elementsOf(text).map((raw) => JSON.parse(raw))).toEqual(JSON.parse(text))
    }),
  )
})
test('a number keeps its digits, a member that is there twice counts as the last', () => {
  const members = membersOf('{ "n" : 12345678901234567890 , "x":1e-7,"x" : -0.10,"\\u0064":"\\"}"}')
  expect(Object.fromEntries(members)).toEqual({ n: '12345678901234567890', x: '-0.10', d: '"\\"}"' })
})
test('depth is that of the lists and objects, not of brackets in texts', () => {
  expect(depthOf('1')).toBe(0)
  expect(depthOf('{"a":[{"b":"[[[["}],"c":{}}')).toBe(3)
  expect(depthOf('['.repeat(10_000) + ']'.repeat(10_000))).toBe(10_000)
})

import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { schemaCheck, schemaProblems } from '../../shared/supply/schema-check.ts'
import { chance, Made } from './schemas.ts'

// Ajv makes a program of a schema, which the edge does not allow; what it says of values is what ours has to say.

const SCHEMAS = 1_100
const VALUES = 16

describe('schemas made by chance', { timeout: 120_000 }, () => {
  test('say of more than 10,000 values what they say in ajv', () => {
    let [pairs, fitting] = [0, 0]
    const differing: string[] = []
    for (let seed = 1; seed <= SCHEMAS; seed++) {
      const made = new Made(chance(seed))
      const schema = made.schema()
      // Those that lead back to themselves ajv would follow until the stack is full.
      if (schemaProblems(schema).length > 0) continue
      const check = schemaCheck(schema)
      const ajv = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)
      const text = JSON.stringify(schema)
      for (let i = 0; i < VALUES; i++) {
        const value = made.is(0.5) ? made.object(3) : made.value()
        const theirs = answer(() => ajv(value))
        if (theirs === undefined || isTheirMistake(text, value)) continue
        pairs++
        const ours = check(value).length === 0
        if (ours) fitting++
        if (ours !== theirs) differing.push(`${seed}: ${JSON.stringify(value)} of ${text}`)
      }
    }
    expect(differing).toEqual([])
    expect(pairs).toBeGreaterThan(10_000)
    // Neither do all fit, nor none.
    expect(fitting / pairs).toBeGreaterThan(0.25)
    expect(fitting / pairs).toBeLessThan(0.75)
  })
  test('are the same ones for one seed', () => {
    const [one, other] = [7, 7].map((seed) => new Made(chance(seed)).schema())
    expect(one).toEqual(other)
    expect(new Made(chance(8)).schema()).not.toEqual(one)
  })
})

// Each of them is met by chance: ajv 8 says otherwise than the specification.
describe('where ajv errs, the specification counts', () => {
  test.each([
    ['an empty list contains nothing', { contains: {}, prefixItems: [{ minLength: 1 }] }, [], false],
    [
      'what an `if` evaluates is evaluated',
      { if: { unevaluatedProperties: true }, unevaluatedProperties: false },
      { a: 1 },
      true,
    ],
    ['a large number is a multiple of one', { multipleOf: 1 }, 1e21, true],
    ['0.3 is a multiple of 0.1', { multipleOf: 0.1 }, 0.3, true],
    ['a member is not there because every object inherits it', { required: ['toString'] }, {}, false],
  ])('%s', (_, schema, value, fits) => {
    const theirs = answer(() => new Ajv2020({ strict: false }).compile(schema)(value))
    expect(theirs).not.toBe(fits)
    expect(schemaCheck(schema)(value).length === 0).toBe(fits)
  })
})

/** Of some schemas the program that ajv makes fails. */
function answer(ask: () => unknown): boolean | undefined {
  try {
    return ask() === true
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
const isTheirMistake = (schema: string, value: unknown): boolean =>
  (schema.includes('"contains"') && JSON.stringify(value).includes('[]')) || /"if":.*"unevaluated/.test(schema)

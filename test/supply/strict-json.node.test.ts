import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrict } from '../../shared/supply/strict-json.ts'
import { knownOf } from '../../shared/supply/unread.ts'

const problemOf = (text: string) => {
  const found = parseStrict(text)
  return found.kind === 'problem' ? [found.problem.rule, found.problem.pointer] : undefined
}

describe('a record’s text', () => {
  test('that any reader understands alike is its value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const found = parseStrict(text)
        // Values by chance have large numbers, which are refused.
        if (found.kind === 'problem') return /number_range|unicode/.test(found.problem.rule)
        expect(found.value).toEqual(JSON.parse(text))
        return true
      }),
      { numRuns: 1_000 },
    )
  })
  test.each([
    ['twice in one object', '{"a":1,"a":2}', 'duplicate_key', '/a'],
    ['twice, spelled otherwise', '{"a":1,"\\u0061":2}', 'duplicate_key', '/a'],
    ['twice, deep within', '{"x":[{"b/c":{"~":0,"~":0}}]}', 'duplicate_key', '/x/0/b~1c/~0'],
    ['twice, although the other is inherited', '{"__proto__":1,"__proto__":2}', 'duplicate_key', '/__proto__'],
    [
      'twice after signs that only look like members',
      '{"t":"a:b,\\"c\\":{","d":[1,{"e":"\\\\"},{"f":1,"f":1}]}',
      'duplicate_key',
      '/d/2/f',
    ],
  ])('with a member %s is refused, and told where', (_, text, rule, pointer) => {
    expect(problemOf(text)).toEqual([rule, pointer])
  })
  test.each([
    ['beyond what a double holds', '{"a":[0,1e999]}', '/a/1'],
    ['below it', '{"a":-1e999}', '/a'],
    ['whole, with digits that would be lost', '{"id":12345678901234567890}', '/id'],
    ['one more than is safe', '[9007199254740992]', '/0'],
  ])('with a number %s is refused', (_, text, pointer) => {
    expect(problemOf(text)).toEqual(['number_range', pointer])
  })
  test('may have the largest whole number that is safe, and large ones that tell their digits', () => {
    for (const text of [
      '9007199254740991',
      '-9007199254740991',
      '1e20',
      '123456789012345678.5',
      '1.7976931348623157e308',
    ])
      expect(problemOf(`{"a":${text}}`)).toBeUndefined()
  })
  test('with half a character, or the sign that ends texts, is refused', () => {
    expect(problemOf('{"a":"\\ud83d"}')).toEqual(['unicode', '/a'])
    expect(problemOf('{"a":["x\\u0000"]}')).toEqual(['unicode', '/a/0'])
    expect(problemOf('{"\\u0000":1}')?.[0]).toBe('unicode')
    expect(problemOf('{"a":"\\ud83d\\ude00","b":"\\\\u0000"}')).toBeUndefined()
  })
  test('10,000 levels deep is refused, 64 are not', () => {
    expect(problemOf('['.repeat(10_000) + ']'.repeat(10_000))).toEqual(['depth', ''])
    expect(problemOf('{"a":'.repeat(10_000))).toEqual(['depth', ''])
    expect(problemOf('['.repeat(64) + ']'.repeat(64))).toBeUndefined()
    expect(problemOf('['.repeat(65) + ']'.repeat(65))?.[0]).toBe('depth')
    // Brackets within text are text.
    expect(problemOf(`{"a":"${'['.repeat(100)}"}`)).toBeUndefined()
  })
  test.each([
    '',
    ' ',
    '{"a":1',
    '{"a":01}',
    "{'a':1}",
    '{"a":1}{',
    '{"a":NaN}',
    '\ufeff{}',
    '{"a":"\t"}',
    '{"a":"',
    '{"a":"\\',
  ])('that is no JSON says where it stops being so: %j', (text) => {
    const found = parseStrict(text)
    expect(found).toMatchObject({ kind: 'problem', problem: { rule: 'json', pointer: '', kind: 'text' } })
  })
  test('is never repeated by a problem', () => {
    const said = ['{"a":"secret-value","a":1}', '{"a":secret-value}', '{"a":"secret-value\\ud800"}'].map((text) =>
      JSON.stringify(parseStrict(text)),
    )
    for (const one of said) expect(one).not.toContain('secret')
  })
})

describe('what a schema does not name', () => {
  const schema = {
    properties: {
      id: {},
      heart: { $ref: '#/$defs/heart' },
      nights: { type: 'array', items: { properties: { at: {} } } },
      free: { type: 'object' },
      byDay: { additionalProperties: { properties: { steps: {} } } },
      self: { $ref: '#' },
    },
    anyOf: [{ properties: { one: {} } }, { patternProperties: { '^x-': {} } }],
    $defs: { heart: { properties: { avg: {} } } },
  }
  const unreadOf = (record: object) => {
    const found = parseStrict(JSON.stringify(record), knownOf(schema, schema))
    return found.kind === 'value' ? found.unread : found
  }
  test('is told by its path, elements and data as *', () => {
    expect(unreadOf({ id: 1, new: 2, heart: { avg: 1, max: 2 }, nights: [{ at: 1, q: 1 }, { q: 2 }] })).toEqual([
      'new',
      'heart.max',
      'nights.*.q',
    ])
    expect(unreadOf({ byDay: { '2030-01-01': { steps: 1, floors: 2 } } })).toEqual(['byDay.*.floors'])
    expect(unreadOf({ self: { self: { id: 1, deep: 2 } } })).toEqual(['self.self.deep'])
    expect(unreadOf({ 'ann@example.com': 1 })).toEqual(['*'])
  })
  test('is nothing of what any alternative names, or where anything may be', () => {
    expect(unreadOf({ one: 1, 'x-any': { a: 1 }, free: { a: { b: 1 } }, id: { c: 1 } })).toEqual([])
  })
  test('is told once, and not without end', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`new_${String.fromCharCode(97 + (i % 26))}${i}`, 1]),
    )
    expect((unreadOf(many) as string[]).length).toBe(20)
  })
})

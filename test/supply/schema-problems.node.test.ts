import { describe, expect, test } from 'vitest'
import { patternProblem } from '../../shared/supply/json-schema/patterns.ts'
import { schemaCheck, schemaProblems } from '../../shared/supply/schema-check.ts'

describe('a schema that cannot be used', () => {
  test.each<[string, object, string, RegExp]>([
    [
      'a keyword of another kind',
      { properties: { a: { minimum: '3' } } },
      '/properties/a/minimum',
      /should be a number/,
    ],
    ['a type that is none', { type: 'text' }, '/type', /one of string, number/],
    ['names twice', { required: ['a', 'a'] }, '/required', /different names/],
    ['a list for the elements', { items: [{}] }, '/items', /should be a schema/],
    ['what is of an older draft', { additionalItems: false }, '/additionalItems', /write "prefixItems"/],
    ['what is of OpenAPI', { properties: { a: { nullable: true } } }, '/properties/a/nullable', /"null"/],
    ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema', /2020-12/],
    ['a reference to nowhere', { $ref: '#/$defs/no' }, '/$ref', /leads nowhere/],
    ['a reference to elsewhere', { $ref: 'https://example.com/a.json' }, '/$ref', /nothing is fetched/],
    ['a second document', { $defs: { a: { $id: 'https://example.com/a' } } }, '/$defs/a/$id', /\$anchor/],
    ['a pattern that is none', { pattern: '(' }, '/pattern', /not a regular expression/],
    ['a slow pattern of names', { patternProperties: { '(a+)+$': true } }, '/patternProperties/(a+)+$', /never end/],
    ['itself', { allOf: [{ $ref: '#' }] }, '/allOf/0/$ref', /leads back to itself/],
    ['itself by a detour', { $ref: '#/$defs/a', $defs: { a: { not: { $ref: '#' } } } }, '/$ref/not/$ref', /leads back/],
    ['a broken schema that only a reference leads to', { $ref: '#/x/y', x: { y: { type: 7 } } }, '/x/y/type', /one of/],
  ])('has %s', (_, schema, pointer, says) => {
    expect(schemaProblems(schema)).toContainEqual({ pointer, message: expect.stringMatching(says) })
  })
  test('is too deep, too wide or too large', () => {
    let deep: object = {}
    for (let i = 0; i < 50; i++) deep = { not: deep }
    expect(schemaProblems(deep)[0]?.message).toMatch(/deep/)
    const wide = { properties: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`p${i}`, {}])) }
    expect(schemaProblems(wide)[0]?.message).toMatch(/more than 2000 schemas/)
    expect(schemaProblems({ description: 'x'.repeat(300_000) })[0]?.message).toMatch(/larger than/)
  })
  test('may well have itself within, and what nobody knows', () => {
    const tree = { properties: { next: { $ref: '#' }, v: { type: 'number' } }, required: ['v'], 'x-mine': 1 }
    expect(schemaProblems(tree)).toEqual([])
    const check = schemaCheck(tree)
    expect(check({ v: 1, next: { v: 2 } })).toEqual([])
    expect(check({ v: 1, next: { next: { v: 'x' }, v: 1 } })).toMatchObject([{ pointer: '/next/next/v', rule: 'type' }])
  })
})

describe('a check', () => {
  test('tells pointer, rule, what is expected and the kind of the value, never the value', () => {
    const check = schemaCheck({
      properties: {
        avg: { type: 'number', maximum: 300 },
        stage: { enum: ['deep', 'light'] },
        at: { format: 'date-time' },
        all: { items: { required: ['v'] } },
      },
      additionalProperties: false,
    })
    const problems = check({
      avg: 987654,
      stage: 'secret',
      at: 'secret',
      all: [{}, {}],
      'ann@example.com': 'secret',
      more: 1,
    })
    expect(problems).toMatchObject([
      { pointer: '/avg', rule: 'maximum', expected: 'at most 300', kind: 'number' },
      { pointer: '/stage', rule: 'enum', expected: 'one of "deep", "light"', kind: 'string' },
      { pointer: '/at', rule: 'format', kind: 'string' },
      { pointer: '/all/0/v', rule: 'required', kind: 'missing' },
      { pointer: '/all/1/v', rule: 'required', kind: 'missing' },
      { pointer: '/*', rule: 'additionalProperties', kind: 'string' },
      { pointer: '/more', rule: 'additionalProperties', kind: 'number' },
    ])
    expect(JSON.stringify(problems)).not.toMatch(/987654|secret|ann@/)
  })
  test('of alternatives says what the only one wants that is for the value', () => {
    const check = schemaCheck({
      properties: {
        hr: { anyOf: [{ type: 'null' }, { type: 'object', required: ['avg'] }] },
        q: { oneOf: [{ type: 'string' }, { minimum: 1 }] },
      },
    })
    expect(check({ hr: {} })).toMatchObject([{ pointer: '/hr/avg', rule: 'required' }])
    expect(check({ hr: 1 })).toMatchObject([{ pointer: '/hr', rule: 'anyOf', kind: 'number' }])
    expect(check({ q: 'x' })).toMatchObject([{ pointer: '/q', rule: 'oneOf' }])
  })
  test('tells at most ten problems', () => {
    const many = Array.from({ length: 100 }, () => 'x')
    expect(schemaCheck({ items: { type: 'number' } })(many)).toHaveLength(10)
  })
  test('that would have to compare without end is stopped', () => {
    const check = schemaCheck({
      properties: { n: { anyOf: [{ $ref: '#' }, { allOf: [{ $ref: '#' }] }] } },
      required: ['v'],
    })
    let value: object = {}
    for (let i = 0; i < 60; i++) value = { n: value, v: 1 }
    expect(check(value)).toMatchObject([{ rule: 'too_complex' }])
    expect(check({ v: 1, n: { v: 1 } })).toEqual([])
  })
  test('finds repetitions in a long list by going through it once', () => {
    const check = schemaCheck({ uniqueItems: true })
    const long = Array.from({ length: 100_000 }, (_, i) => (i % 2 ? i : { a: i, b: [i] }))
    expect(check(long)).toEqual([])
    expect(check([...long, { b: [0], a: 0 }])).toMatchObject([{ rule: 'uniqueItems' }])
  })
})

describe('patterns', () => {
  test.each([
    ['^[a-z]+(?:-[a-z]+)*$'],
    ['^https://[a-z.]+/[a-z]+/\\d+$'],
    ['^(foo|bar)+$'],
    ['^[^\\s@]+@[^\\s@]+$'],
    ['^(?=.*\\d)(?=.*[A-Z]).{8,}$'],
    ['^(?:\\+|-)?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?$'],
    ['\\d+\\.\\d+'],
    ['^P(?:\\d+D)?(?:T(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?)?$'],
    ['^🐲*[\\u{1F600}\\p{L}]+$'],
  ])('that a search is soon done with are taken: %s', (source) => {
    expect(patternProblem(source)).toBeUndefined()
  })
  test.each([
    ['(a+)+$'],
    ['^(a|a)*$'],
    ['^(a|aa)+$'],
    ['^(a*)*$'],
    ['^(a?)*b'],
    ['^(?:a?a?)*b$'],
    ['^(\\w+\\s?)*$'],
    ['^.*a.*b.*c$'],
    ['a*a*a*b'],
    ['^(.*,){11}P'],
    ['(a)\\1'],
    ['^a{2000}$'],
    [`^${'a?'.repeat(26)}${'a'.repeat(26)}$`],
  ])('that a search may be lost in are refused: %s', (source) => {
    expect(patternProblem(source)).toMatch(/long|never end|refers back|more than 1000/)
  })
})

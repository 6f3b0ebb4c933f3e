import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readPublished } from './published.ts'

/** A document with the habits of the published one: answers in branches, events on a common base, nullable parts. */
const DOCUMENT = `
openapi: 3.1.0
paths:
  /days:
    get:
      responses:
        '200':
          content:
            application/json:
              schema:
                oneOf:
                  - { type: object, properties: { data: { type: array, items: { $ref: '#/components/schemas/Day' } } } }
                  - { type: object, properties: { reference: { type: string } } }
        '404': { $ref: '#/components/responses/NotFound' }
components:
  responses:
    NotFound: { content: { application/problem+json: { schema: { $ref: '#/components/schemas/Problem' } } } }
  schemas:
    Problem: { type: object, properties: { title: { type: string } }, required: [title] }
    Event: { type: object, properties: { type: { type: string }, status: { type: string } }, required: [type] }
    Day:
      $schema: https://json-schema.org/draft/2020-12/schema
      type: object
      properties:
        steps: { type: integer }
        about: { anyOf: [{ $ref: '#/components/schemas/About' }, { type: 'null' }] }
        raw: { type: object }
    About: { type: object, properties: { name: { type: string } } }
    DayEvent:
      type: object
      properties: { type: { type: string, const: day } }
      allOf: [{ $ref: '#/components/schemas/Event' }]
`
const folder = mkdtempSync(join(tmpdir(), 'published-'))
mkdirSync(join(folder, 'specs'))
writeFileSync(join(folder, 'specs', 'v2-bundled.yaml'), DOCUMENT)
const published = readPublished(folder)
afterAll(() => rmSync(folder, { recursive: true }))

const days = (value: unknown) => published.judge(published.answer('GET', '/days', 200)!, value)

test('what meets a branch is taken, though it meets every other branch too', () => {
  const good = { data: [{ steps: 1, about: { name: 'x' }, raw: { anything: 1 } }, { about: null }] }
  expect(days(good)).toEqual({ errors: [], undeclared: [] })
})
test('a wrong type is an error, with its place', () => {
  expect(published.judge(published.answer('GET', '/days', 404)!, { title: 1 }).errors).toEqual([
    '/title must be string',
  ])
  expect(published.judge(published.answer('GET', '/days', 404)!, {}).errors).toHaveLength(1)
})
test('a property that nothing declares is told, however deep, once', () => {
  const value = { data: [{ about: { name: 'x', age: 1 } }, { about: { age: 2 }, colour: 1 }] }
  expect(days(value).undeclared).toEqual(['data[].about.age', 'data[].colour'])
})
test('what branches declare apart is not declared together', () => {
  expect(days({ data: [], reference: 'x' }).undeclared).toHaveLength(1)
})
test('an event has the properties of its base too', () => {
  const schema = published.event('day')!
  expect(published.judge(schema, { type: 'day', status: 'x' })).toEqual({ errors: [], undeclared: [] })
  expect(published.judge(schema, { type: 'night', mood: 1 })).toMatchObject({ undeclared: ['mood'] })
  expect(published.event('night')).toBeUndefined()
  expect(published.answer('GET', '/nights', 200)).toBeUndefined()
})

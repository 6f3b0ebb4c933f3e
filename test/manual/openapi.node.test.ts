import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

interface Shown {
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Operation {
  operationId?: string
  description?: string
  tags: string[]
  parameters?: { name: string; example?: unknown; schema?: { example?: unknown }; description?: string }[]
  requestBody?: { content: Record<string, Shown> }
  responses: Record<string, { headers?: object; content?: Record<string, Shown>; $ref?: string }>
}
interface Document {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, { headers: object }> }
}
const document: Document = JSON.parse(readFileSync(join(import.meta.dirname, '../../.fascia/openapi.json'), 'utf8'))
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
)
/** A file's bytes are nothing to show. */
const shows = (content: Record<string, Shown> | undefined) =>
  Object.entries(content ?? {}).every(
    ([type, { example, examples }]) =>
      type === 'application/octet-stream' || example !== undefined || examples !== undefined,
  )

describe('the OpenAPI document', () => {
  test('has a name of its own for every operation', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(20)
  })
  test.each(operations)('says of $name what it takes and answers, with examples', ({ operation }) => {
    expect(operation.description).toBeTruthy()
    expect(document.tags.map((tag) => tag.name)).toEqual(expect.arrayContaining(operation.tags))
    expect(shows(operation.requestBody?.content)).toBe(true)
    for (const { name, example, schema, description } of operation.parameters ?? [])
      expect([name, example ?? schema?.example, description]).toEqual([name, expect.anything(), expect.any(String)])
    for (const [status, { headers, content, $ref }] of Object.entries(operation.responses)) {
      const answer = $ref ? document.components.responses[$ref.split('/').at(-1)!]! : { headers, content }
      expect(answer.headers, status).toHaveProperty('terra-reference')
      expect(shows(content), status).toBe(true)
    }
  })
})

import { describe, expect, test } from 'vitest'
import { schemaCheck, schemaProblems } from '../../shared/supply/schema-check.ts'
import suite from '../fixtures/json-schema/draft2020-12.json?raw'

// The official JSON-Schema-Test-Suite of draft 2020-12, without what fetches other documents, in the runtime of the edge.
type Group = [
  about: string,
  schema: boolean | Record<string, unknown>,
  cases: [about: string, value: unknown, fits: 0 | 1][],
]
const groups = Object.entries(JSON.parse(suite) as Record<string, Group[]>)

/** What a contract's schema may not have is refused before any record comes: other documents, and second ones within. */
const REFUSED = /leads out of the schema|is a second document/

describe('the official suite', () => {
  test.each(groups)('%s', (_, all) => {
    const wrong: string[] = []
    for (const [about, schema, cases] of all) {
      const root = typeof schema === 'object' ? schema : { allOf: [schema] }
      const [problem] = schemaProblems(root)
      if (problem) {
        if (!REFUSED.test(problem.message)) wrong.push(`${about}: refused, as it ${problem.message}`)
        continue
      }
      const check = schemaCheck(root)
      for (const [what, value, fits] of cases)
        if ((check(value).length === 0) !== (fits === 1)) wrong.push(`${about}: ${what}`)
    }
    expect(wrong).toEqual([])
  })
  test('is taken nearly whole: only references to other documents are refused', () => {
    const all = groups.flatMap(([, all]) => all)
    const refused = all.filter(([, schema]) => typeof schema === 'object' && schemaProblems(schema).length > 0)
    expect(all.length).toBeGreaterThan(300)
    expect(refused.length).toBeLessThan(40)
  })
})

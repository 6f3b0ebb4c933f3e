import { describe, expect, test } from 'vitest'
import { lintContract } from '../../shared/supply/lint.ts'
import { BASE } from './compatibility/document-table.ts'

// biome-ignore lint/suspicious/noExplicitAny: each test reaches into one place of it.
const linted = (change: (document: any) => void) => {
  const document = structuredClone(BASE)
  change(document)
  return lintContract(document).map(({ level, pointer, message }) => `${level} ${pointer} ${message}`)
}

describe('The linter', () => {
  test('says where a document is none', () => {
    expect(linted((d) => delete d.identity)).toEqual([expect.stringMatching(/^error \/identity /)])
    expect(lintContract('nothing')).toMatchObject([{ level: 'error' }])
  })
  test('finds a target that our schema does not have', () => {
    const found = linted((d) => Object.assign(d.mapping.rules[0].fields, { 'heart_rate.avg': { path: 'pulse' } }))
    expect(found).toEqual([expect.stringMatching(/^error \/mapping\/rules\/0\/fields\/heart_rate.avg /)])
  })
  test('finds a path that the schema refuses, and one that it does not name', () => {
    const wrong = (d: { mapping: { rules: { fields: object }[] } }) =>
      Object.assign(d.mapping.rules[0]!.fields, { 'heart_rate_data.summary.max_hr_bpm': { path: 'pulze' } })
    expect(linted(wrong)).toContainEqual(expect.stringMatching(/^warning .*max_hr_bpm the schema does not name pulze/))
    const closed = linted((d) => {
      wrong(d)
      d.schema.additionalProperties = false
    })
    expect(closed[0]).toMatch(/^error .*max_hr_bpm the schema refuses a field pulze/)
  })
  test('finds what a record must have and the schema does not ask', () => {
    const found = linted((d) => {
      d.schema.required = ['id', 'patient', 'start']
    })
    expect(found).toContainEqual(
      expect.stringMatching(/^warning \/mapping\/rules\/0\/place\/session\/end .*does not ask/),
    )
  })
  test('looks behind references, into lists and at alternatives', () => {
    const found = linted((d) => {
      d.schema.$defs = { stages: { type: 'array', items: { type: 'object', properties: { at: {} } } } }
      d.schema.properties.stages = { $ref: '#/$defs/stages' }
      d.mapping.rules[0].each = 'stages'
      d.mapping.rules[0].place.session = { start: { path: 'nowhere|at' }, end: { path: 'never' } }
      d.mapping.rules[0].fields = {}
    })
    expect(found.filter((one) => one.includes('does not name'))).toEqual([
      expect.stringMatching(/session\/end the schema does not name stages\.\*\.never/),
    ])
  })
  test('finds words without a meaning, and meanings without a word', () => {
    const found = linted((d) => {
      d.schema.properties.note = { enum: ['Nap', 'doze'] }
    })
    expect(found).toContainEqual(expect.stringMatching(/the schema allows "doze", which have no meaning here/))
    expect(found).toContainEqual(expect.stringMatching(/the schema never allows "night"/))
  })
  test('tells of a session without an id, of no consent, and of no promise', () => {
    const found = linted((d) => {
      delete d.mapping.rules[0].place.session.id
      d.slas = {}
    })
    for (const words of [/known by its start/, /name no consent/, /nothing is promised/])
      expect(found).toContainEqual(expect.stringMatching(words))
  })
})

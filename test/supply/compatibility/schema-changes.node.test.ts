import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { schemaChanges } from '../../../shared/supply/compatibility/schema-changes.ts'
import type { Schema } from '../../../shared/supply/compatibility/side.ts'
import { ROWS } from './schema-table.ts'

const FORMATS = { date: /^\d{4}-\d\d-\d\d$/, 'date-time': /^\d{4}-\d\d-\d\dT/ }
const takes = (schema: Schema, record: unknown): boolean => {
  const ajv = new Ajv2020({ strict: false, formats: FORMATS })
  return ajv.compile(schema)(record) as boolean
}
const worst = (effects: string[]) => ['breaking', 'warning', 'none'].find((one) => effects.includes(one)) ?? 'none'

describe('A change of the schema', () => {
  test('is looked at in many kinds', () => expect(ROWS.length).toBeGreaterThanOrEqual(40))

  test.each(ROWS)('$name: $supplier for the supplier, $developer for the developer', (row) => {
    const changes = schemaChanges(row.older, row.newer, () => true)
    const found = changes.find(({ path, change }) => path === row.path && change === row.change)
    expect(found, JSON.stringify(changes)).toBeDefined()
    expect(worst(changes.map(({ supplier }) => supplier.effect))).toBe(row.supplier)
    expect(worst(changes.map(({ developer }) => developer.effect))).toBe(row.developer)
  })

  // The table itself could be wrong: another validator is asked.
  test.each(ROWS)('$name: its records show it', ({ older, newer, refused, unheard, supplier, developer, change }) => {
    if (refused !== undefined) expect([takes(older, refused), takes(newer, refused)]).toEqual([true, false])
    else expect(supplier).not.toBe('breaking')
    if (unheard !== undefined) expect([takes(newer, unheard), takes(older, unheard)]).toEqual([true, false])
    else if (change !== 'field_removed') expect(developer).not.toBe('breaking')
  })

  test.each(ROWS)('$name: turned round, what was asked of one is asked of the other', ({ older, newer }) => {
    const [there, back] = [schemaChanges(older, newer, () => true), schemaChanges(newer, older, () => true)]
    for (const { path, change, supplier } of there.filter(({ change }) => !/field|closed|opened/.test(change)))
      expect(back.find((one) => one.path === path && one.change === change)?.developer.effect ?? 'none').toBe(
        supplier.effect,
      )
  })

  test('of fields that nothing is read from does not reach the developer', () => {
    for (const { older, newer } of ROWS)
      for (const { developer } of schemaChanges(older, newer, () => false)) expect(developer.effect).toBe('none')
  })

  test('of words about a schema, of the order of its members, or of where a part is kept is none', () => {
    const [a, b] = [
      { type: 'integer', title: 'Beats', minimum: 0 },
      { minimum: 0, description: 'x', type: 'integer' },
    ]
    const inline = { type: 'object', properties: { title: a, pulse: a } }
    const apart = {
      $defs: { beats: b },
      properties: { pulse: { $ref: '#/$defs/beats' }, title: { $ref: '#/$defs/beats' } },
      type: 'object',
    }
    expect(schemaChanges(inline, apart, () => true)).toEqual([])
  })

  test('of a schema within itself is found at the place where it is', () => {
    const tree = (leaf: object) => ({
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { leaf, inner: { $ref: '#/$defs/node' } }, required: ['leaf'] } },
    })
    expect(schemaChanges(tree({ type: 'string' }), tree({ type: 'string' }), () => true)).toEqual([])
    expect(schemaChanges(tree({ type: 'number' }), tree({ type: 'integer' }), () => true)).toMatchObject([
      { path: 'leaf', change: 'type', supplier: { effect: 'breaking' }, developer: { effect: 'none' } },
    ])
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TYPED } from '../../../shared/delivery/sql/layout.ts'
import { POINTERS } from '../../../shared/delivery/sql/pointers.ts'

type Kept = Record<string, { key: string[]; columns: Record<string, string> }>
const folder = join(import.meta.dirname, '../../fixtures/sql')
const fileOf = (layout: string, version: number) => join(folder, `${layout}-${version}.json`)

/** Databases of developers have these tables: a version that was ever made is kept as it was. */
describe.each([TYPED, POINTERS])('the layout $name', ({ name, version, common, tables }) => {
  const now: Kept = Object.fromEntries(
    [...common, ...tables].map((table) => [
      table.name,
      { key: table.key, columns: Object.fromEntries(table.columns.map((column) => [column.name, column.type])) },
    ]),
  )
  test('is that of its version: what is added needs the next number, and a fixture of it', () => {
    expect(now).toEqual(JSON.parse(readFileSync(fileOf(name, version), 'utf8')))
    expect(existsSync(fileOf(name, version + 1))).toBe(false)
  })
  test('only grew since its first version', () => {
    for (let older = 1; older < version; older++)
      for (const [table, kept] of Object.entries(JSON.parse(readFileSync(fileOf(name, older), 'utf8')) as Kept)) {
        expect(now[table]?.key, table).toEqual(kept.key)
        expect(now[table]?.columns, table).toMatchObject(kept.columns)
      }
  })
})

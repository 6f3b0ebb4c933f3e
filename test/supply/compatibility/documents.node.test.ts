import { describe, expect, test } from 'vitest'
import { breakages, compareContracts } from '../../../shared/supply/compatibility.ts'
import { contractProblems } from '../../../shared/supply/compile.ts'
import { ContractDocument } from '../../../shared/supply/document.ts'
import { EXAMPLE_COMPARISON, EXAMPLE_DOCUMENT, EXAMPLE_NEXT } from '../../../workers/suppliers/contract-example.ts'
import { BASE, ROWS, type Row } from './document-table.ts'

const made = (change: Row['newer'] | undefined): ContractDocument => {
  const document = structuredClone(BASE)
  change?.(document)
  return ContractDocument.parse(document)
}
const compared = ({ older, newer }: Pick<Row, 'older' | 'newer'>) => compareContracts(made(older), made(newer))
const worst = (effects: string[]) => ['breaking', 'warning', 'none'].find((one) => effects.includes(one)) ?? 'none'

describe('A change of a contract', () => {
  test.each(ROWS)('$name: $effects', (row) => {
    const { changes, breaks, needs } = compared(row)
    const [path, change] = row.change
    if (change !== '') expect(changes.map((one) => [one.path, one.change])).toContainEqual([path, change])
    expect([
      worst(changes.map((one) => one.supplier.effect)),
      worst(changes.map((one) => one.developer.effect)),
    ]).toEqual(row.effects)
    expect(breaks).toEqual({ supplier: row.effects[0] === 'breaking', developer: row.effects[1] === 'breaking' })
    expect(needs).toBe(row.effects.includes('breaking') ? 'major' : 'minor')
  })

  test('is looked at only between contracts that can be used', () => {
    expect(contractProblems(made(undefined))).toEqual([])
  })

  test('of its words alone is none', () => {
    const { changes, compatible, summary } = compareContracts(
      made(undefined),
      made((document) => Object.assign(document, { title: 'Other words', version: '1.1' })),
    )
    expect([changes, compatible, summary]).toEqual([[], true, 'nothing differs'])
  })

  test('that breaks somebody comes first, and says whom in words', () => {
    const comparison = compareContracts(
      made(undefined),
      made((document) => {
        document.slas.validity_share = 0.999
        document.slas.window_days = 3
      }),
    )
    expect(comparison.changes[0]!.path).toBe('validity_share')
    expect(breakages(comparison)).toEqual([
      'for the supplier, slas validity_share: the share of good records: 0.999 now, before 0.99',
    ])
    expect(comparison.summary).toContain('breaks the supplier')
  })
})

test('The example of the documentation is what is said of its two versions', () => {
  const [older, newer] = [EXAMPLE_DOCUMENT, EXAMPLE_NEXT].map((one) => ContractDocument.parse(one))
  expect(compareContracts(older!, newer!)).toEqual(EXAMPLE_COMPARISON)
})

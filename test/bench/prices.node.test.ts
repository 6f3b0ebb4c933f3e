import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dollarsPerMillion, PRICES, STORAGE_PRICES, withDestinations } from './prices.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8')
const table = (heading: string) => {
  const from = page.search(new RegExp(`^\\| ${heading} +\\|`, 'm'))
  const rows = page.slice(from, page.indexOf('\n\n', from)).split('\n').slice(2)
  return Object.fromEntries(
    rows.map((row) => {
      const [, what, price] = row.split('|').map((cell) => cell.trim())
      return [what, Number(price)]
    }),
  )
}

test('the prices of the benchmark are those of docs/cost.md', () => {
  expect(table('what')).toEqual(PRICES)
  expect(table('what is kept')).toEqual(STORAGE_PRICES)
})

test('docs/cost.md says when its prices were read', () => {
  expect(page).toMatch(/Read on\s+20\d\d-\d\d-\d\d/)
})

test('a price per million is usage times price', () => {
  expect(dollarsPerMillion({ 'Durable Object rows written': 4, 'Queue operations': 3 })).toBeCloseTo(5.2)
})

test('1.3 destinations lie between one and two', () => {
  const used = withDestinations({ 'Durable Object rows written': 4 }, { 'Durable Object rows written': 5 }, 1.3)
  expect(used['Durable Object rows written']).toBeCloseTo(4.3)
})

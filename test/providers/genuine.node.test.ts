import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { payloads, payloadTable, referenceFolder } from './payload-table.ts'

/**
 * Every genuine payload of the reference data, where it is there, at its provider's door: normalized into valid records
 * with no path unread, or refused for the reason that is written down beside its fixtures.
 */
const folder = referenceFolder && existsSync(referenceFolder) ? referenceFolder : undefined
const table = folder ? await payloadTable(folder) : { rows: [], missing: [] }

describe.runIf(folder)('genuine payloads', () => {
  test.each(table.rows.map((row) => [`${row.provider}/${row.payload}`, row] as const))(
    '%s comes to what is written down for it',
    (_, { problems, result, records }) => {
      expect(problems).toEqual([])
      if (result !== 'normalized') expect(records.filter(({ data }) => data !== undefined)).toEqual([])
    },
  )
  test('every payload is in the table', () => {
    const named = [...table.rows.map(({ provider, payload }) => `${provider}/${payload}`), ...table.missing]
    expect(named.sort()).toEqual(
      payloads(folder!)
        .map(({ provider, payload }) => `${provider}/${payload}`)
        .sort(),
    )
  })
  test.runIf(process.env.CI)('every payload has its provider', () => {
    expect(table.missing).toEqual([])
  })
})

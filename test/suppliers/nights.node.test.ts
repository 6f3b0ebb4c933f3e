import { expect, test } from 'vitest'
import { compileContract } from '../../shared/supply/compile.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import { brokenNight, NIGHTS, night } from './nights.ts'

const options = { people: 3, samples: 4 }
const contract = compileContract(ContractDocument.parse(NIGHTS))

test('a night of the tests is a sleep with its figures', () => {
  const made = night(7, options)
  const inspected = contract.inspect(JSON.stringify(made))
  if (inspected.kind !== 'item') return expect.fail(JSON.stringify(inspected))
  expect(inspected).toMatchObject({ subject: made.person, consent: 'consent-2024', unread: [], outliers: [] })
  const mapped = contract.map(inspected.item, 'user', Date.parse('2031-01-01'))
  if (mapped.kind !== 'records') return expect.fail(JSON.stringify(mapped))
  expect(mapped.records).toMatchObject([{ type: 'sleep' }])
  const data = JSON.parse(JSON.stringify(mapped.records[0]!.data))
  expect(data.sleep_durations_data.asleep.duration_asleep_state_seconds).toBe(made.asleep_minutes * 60)
  expect(data.heart_rate_data.detailed.hr_samples).toHaveLength(4)
})

test('a broken night is rejected, by the rule that it breaks', () => {
  for (let number = 0; number < 12; number++) {
    const { text, rule } = brokenNight(number, options)
    const inspected = contract.inspect(text)
    if (inspected.kind !== 'rejected') return expect.fail(`${rule} was taken`)
    expect(inspected.problems.map((one) => one.rule)).toContain(rule)
  }
})

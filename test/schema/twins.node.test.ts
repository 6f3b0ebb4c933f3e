import { expect, test } from 'vitest'
import { addTwins } from '../../shared/schema/twins.ts'

test('older names repeat the current ones', () => {
  const daily = {
    active_durations_data: { activity_levels_samples: [{ activity_level: 0 }, { timestamp: 't' }] },
  }
  addTwins('daily', daily)
  expect(daily.active_durations_data.activity_levels_samples).toEqual([
    { activity_level: 0, level: 0 },
    { timestamp: 't' },
  ])
  const athlete = { account_creation_date: '2020-01-01' }
  addTwins('athlete', athlete)
  expect(athlete).toEqual({ account_creation_date: '2020-01-01', joined_provider: '2020-01-01' })
})

test('a record without them is left as it is', () => {
  for (const body of [{ metadata: {} }, { glucose_data: null }, { glucose_data: { gmi: 6 } }]) {
    const before = structuredClone(body)
    addTwins('body', body)
    expect(body).toEqual(before)
  }
})

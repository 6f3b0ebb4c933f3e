import { expect, test } from 'vitest'
import { into } from '../../shared/source/map.ts'
import { day } from '../../shared/source/places.ts'
import { constant, number, text } from '../../shared/source/readers.ts'
import { offsetMap } from '../../shared/source/sample-maps.ts'

const DAY = day({ date: 'date' })
const metadata = { upload_type: constant(1) }

/** The compiler is the subject: each line below must fail it, or the typecheck does. */
test('a map that does not fit the schema fails the compiler', () => {
  const maps = [
    // @ts-expect-error the schema has no such section
    () => into('daily', DAY, { metadata, distances: { steps: number('steps') } }),
    // @ts-expect-error the section has no such field
    () => into('daily', DAY, { metadata, distance_data: { step_count: number('steps') } }),
    // @ts-expect-error a number is asked for
    () => into('daily', DAY, { metadata, distance_data: { steps: text('steps') } }),
    // @ts-expect-error samples have no such field
    () => into('daily', DAY, { metadata, heart_rate_data: { detailed: { hr_samples: offsetMap('samples', 'bmp') } } }),
    // @ts-expect-error not a code of this enum
    () => into('daily', DAY, { metadata: { upload_type: constant(9) }, scores: { sleep: number('score') } }),
    // @ts-expect-error a required field is left out
    () => into('daily', DAY, { scores: { sleep: number('score') } }),
  ]
  expect(maps).toHaveLength(6)
})

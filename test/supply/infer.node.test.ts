import { describe, expect, test } from 'vitest'
import { compileContract } from '../../shared/supply/compile.ts'
import { inferContract } from '../../shared/supply/infer.ts'
import { lintContract } from '../../shared/supply/lint.ts'

const NIGHTS = Array.from({ length: 30 }, (_, i) => ({
  id: `night-${i}`,
  patientId: `person-${i % 3}`,
  start_time: `2026-07-${String(i + 1).padStart(2, '0')}T22:00:00+02:00`,
  end_time: `2026-07-${String(i + 1).padStart(2, '0')}T23:30:00+02:00`,
  device: { kind: i % 2 ? 'ring' : 'watch' },
  heart: { avg_hr: 50 + i, min_hr_bpm: 44 },
  remarks: i % 4 ? `remark ${i}` : null,
  ...(i % 5 && { temperature: 36.5 }),
}))

describe('A contract that is made from samples', () => {
  const { document, notes } = inferContract({ name: 'nights', type: 'sleep', samples: NIGHTS })

  test('takes the samples, and makes of each what it is', () => {
    expect(lintContract(document).filter(({ level }) => level === 'error')).toEqual([])
    const contract = compileContract(document)
    for (const night of NIGHTS) {
      const read = contract.inspectValue(night)
      expect(read).toMatchObject({ kind: 'item', subject: night.patientId })
      const mapped =
        read.kind === 'item' &&
        contract.map(read.item, '00000001-0000-8000-8000-000000000001', Date.parse('2026-09-01'))
      expect(mapped).toMatchObject({
        kind: 'records',
        records: [
          { type: 'sleep', data: { heart_rate_data: { summary: { avg_hr_bpm: night.heart.avg_hr, min_hr_bpm: 44 } } } },
        ],
      })
    }
  })
  test('asks for what each sample has, and allows what some have', () => {
    expect(document.schema).toMatchObject({
      required: ['id', 'patientId', 'start_time', 'end_time', 'device', 'heart', 'remarks'],
      properties: {
        start_time: { type: 'string', format: 'date-time' },
        remarks: { type: ['null', 'string'] },
        temperature: { type: 'number' },
        device: { properties: { kind: { enum: ['ring', 'watch'] } } },
      },
    })
  })
  test('holds no value of a person', () => {
    const told = JSON.stringify([document, notes])
    for (const { id, patientId, remarks } of NIGHTS)
      for (const value of [id, patientId, remarks]) if (value !== null) expect(told).not.toContain(`"${value}"`)
  })
  test('says what was guessed, and what nothing is read from', () => {
    expect(notes).toContain('patientId is taken for the name of the person')
    expect(notes).toContain('heart.avg_hr is taken for heart_rate_data.summary.avg_hr_bpm')
    expect(notes.some((note) => /nothing is read from .*remarks/.test(note))).toBe(true)
  })
})

describe('Samples', () => {
  test('of days with another unit are read in it', () => {
    const samples = [1, 2].map((i) => ({ subject: 'p', date: `2026-07-0${i}`, steps: 4_000 + i, distance_km: 3.2 }))
    const { document } = inferContract({ name: 'days', type: 'daily', samples })
    expect(document.mapping).toMatchObject({
      rules: [
        {
          place: { day: { date: 'date' } },
          fields: {
            'distance_data.steps': { path: 'steps' },
            'distance_data.distance_meters': { path: 'distance_km', unit: 'km' },
          },
        },
      ],
    })
  })
  test('with Unix times are read as such', () => {
    const samples = [{ uuid: 'a', user: 'p', start: 1_782_900_000, end: 1_782_930_000 }]
    const { document } = inferContract({ name: 'naps', type: 'sleep', samples })
    expect(document.mapping).toMatchObject({
      rules: [
        { place: { session: { id: 'uuid', start: { path: 'start', style: 's' }, end: { path: 'end', style: 's' } } } },
      ],
    })
  })
  test('in which nothing is recognized make a start that says what to fill in', () => {
    const { document, notes } = inferContract({ name: 'odd', type: 'sleep', samples: [{ a: 1, 'b.c': 'x' }] })
    expect(notes).toContainEqual(expect.stringContaining('say in "identity" which it is'))
    expect(notes).toContainEqual(expect.stringContaining('say in "place" which it is'))
    expect(document.schema).toMatchObject({ properties: { a: { type: 'integer' } } })
  })
})

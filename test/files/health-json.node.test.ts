import { describe, expect, test } from 'vitest'
import { utf8 } from '../../shared/base/bytes.ts'
import fhir from '../../shared/files/fhir.ts'
import omh from '../../shared/files/open-mhealth.ts'
import { FileRefused } from '../../shared/source/file.ts'
import { recordsOf } from './door.ts'

const code = (loinc: string) => ({ coding: [{ system: 'http://loinc.org', code: loinc }] })
const observation = (loinc: string, value: number, unit: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: code(loinc),
  effectiveDateTime: '2024-05-04T07:30:00+02:00',
  valueQuantity: { value, system: 'http://unitsofmeasure.org', code: unit },
  ...more,
})
const of = (...all: unknown[]) => recordsOf(fhir, utf8(all.map((one) => JSON.stringify(one)).join('\n')))
const bundle = (...resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: resources.map((resource) => ({ resource })),
})
const AT = '2024-05-04T07:30:00.000000+02:00'

describe('a FHIR observation', () => {
  // biome-ignore format: a table reads better in rows.
  test.each([
    ['29463-7', 165.3466967, '[lb_av]', { measurements_data: { measurements: [{ measurement_time: AT, weight_kg: 75 }] } }],
    ['8302-2', 1.8, 'm', { measurements_data: { measurements: [{ height_cm: 180 }] } }],
    ['15074-8', 5, 'mmol/L', { glucose_data: { blood_glucose_samples: [{ timestamp: AT, blood_glucose_mg_per_dL: 90.078 }] } }],
    ['8310-5', 98.6, '[degF]', { temperature_data: { body_temperature_samples: [{ temperature_celsius: 37 }] } }],
    ['59408-5', 97, '%', { oxygen_data: { saturation_samples: [{ percentage: 97, type: 0 }] } }],
    ['8867-4', 61, '/min', { heart_rate_data: { detailed: { hr_samples: [{ timestamp: AT, bpm: 61 }] } } }],
    ['41950-7', 8000, '{steps}', { distance_data: { steps: 8000 } }],
    ['80404-7', 0.045, 's', { heart_data: { heart_rate_data: { detailed: { hrv_samples_sdnn: [{ hrv_sdnn: 45 }] } } } }],
  ])('of %s in its unit becomes a field in the schema’s', async (loinc, value, unit, expected) => {
    const { records, quarantined } = await of(observation(loinc, value, unit))
    expect(quarantined).toEqual([])
    const [data] = records.map((one) => one.data)
    expect(JSON.parse(JSON.stringify(data), (_, found) => (typeof found === 'number' ? Number(found.toPrecision(8)) : found))).toMatchObject(expected)
  })
  test('of blood pressure is read by its components, of a panel or of a bundle', async () => {
    const { valueQuantity: _, ...panel } = observation('85354-9', 0, '')
    const component = [
      ['8480-6', 120],
      ['8462-4', 80],
    ].map(([loinc, value]) => ({ code: code(loinc as string), valueQuantity: { value, code: 'mm[Hg]' } }))
    const { records } = await of(bundle({ resourceType: 'Patient', id: 'x' }, { ...panel, component }))
    expect(records[0]!.data).toMatchObject({
      blood_pressure_data: { blood_pressure_samples: [{ timestamp: AT, systolic_bp: 120, diastolic_bp: 80 }] },
    })
  })
  test('that is told to the day alone is the day’s, at no invented hour', async () => {
    const { records } = await of(observation('29463-7', 75, 'kg', { effectiveDateTime: '2024-05-04' }))
    expect(records[0]).toMatchObject({
      summary_id: '2024-05-04',
      data: { measurements_data: { day_avg_weight_kg: 75 } },
    })
    expect(records[0]!.data).not.toHaveProperty('measurements_data.measurements')
  })
  test('of a waveform has its samples', async () => {
    const { valueQuantity: _, ...rest } = observation('8867-4', 0, '')
    const { records } = await of({
      ...rest,
      valueSampledData: { origin: { value: 60 }, period: 1000, factor: 0.5, dimensions: 1, data: '0 2 E 4' },
    })
    expect(
      (
        records[0]!.data as never as { heart_rate_data: { detailed: { hr_samples: { bpm: number }[] } } }
      ).heart_rate_data.detailed.hr_samples.map(({ bpm }) => bpm),
    ).toEqual([60, 61, 62])
  })
  // biome-ignore format: a table reads better in rows.
  test.each([
    ['of a code that the schema has no field for', observation('718-7', 14, 'g/dL'), 'no field for 718-7'],
    ['in a unit of something else', observation('29463-7', 75, 'cm'), 'a unit of something else'],
    ['in a unit that nobody knows', observation('29463-7', 75, 'furlong'), 'not known'],
    ['that was entered in error', observation('29463-7', 75, 'kg', { status: 'entered-in-error' }), 'not one to be believed'],
    ['of a year', observation('29463-7', 75, 'kg', { effectiveDateTime: '2024' }), 'should tell a day'],
    ['of a part of a day’s steps', observation('55423-8', 100, '{steps}', { effectiveDateTime: undefined, effectivePeriod: { start: '2024-05-04T07:00:00Z', end: '2024-05-04T08:00:00Z' } }), 'a part of a day'],
  ])('%s is quarantined alone, and told why', async (_, bad, reason) => {
    const { records, quarantined } = await of(bad, observation('8867-4', 61, '/min'))
    expect(records).toHaveLength(1)
    expect(quarantined).toEqual([{ path: expect.stringContaining('/Observation/0'), reason: expect.stringContaining(reason) }])
    expect(quarantined[0]!.reason).not.toMatch(/75|14\b/)
  })
  test('one a line is read as a stream, a broken line is named', async () => {
    const lines = Array.from({ length: 1200 }, (_, i) =>
      observation('8867-4', 60 + (i % 40), '/min', {
        effectiveDateTime: new Date(Date.UTC(2024, 4, 4) + i * 60_000).toISOString(),
      }),
    )
    const { pages, records } = await of(...lines)
    expect(pages).toHaveLength(3)
    expect(records).toHaveLength(1200)
    await expect(recordsOf(fhir, utf8(`${JSON.stringify(lines[0])}\n{"a":\n`))).rejects.toThrow('line 2')
  })
  test('is what a file must hold', async () => {
    await expect(of({ resourceType: 'Patient' })).rejects.toThrow('no Observation')
    await expect(recordsOf(fhir, utf8('<html>'))).rejects.toThrow(FileRefused)
    await expect(recordsOf(fhir, new Uint8Array(0))).rejects.toThrow('empty')
  })
})

const FRAME = (start: string, end: string) => ({
  effective_time_frame: { time_interval: { start_date_time: start, end_date_time: end } },
})
describe('Open mHealth', () => {
  const points = (...all: object[]) => recordsOf(omh, utf8(JSON.stringify(all)))
  test('counts of a day are added up', async () => {
    const { records } = await points(
      { step_count: { value: 300, unit: 'steps' }, ...FRAME('2024-05-04T09:00:00Z', '2024-05-04T10:00:00Z') },
      { step_count: { value: 200, unit: 'steps' }, ...FRAME('2024-05-04T07:00:00Z', '2024-05-04T08:00:00Z') },
      { step_count: { value: 50, unit: 'steps' }, ...FRAME('2024-05-05T07:00:00Z', '2024-05-05T08:00:00Z') },
    )
    expect(
      records.map(({ summary_id, data }) => [
        summary_id,
        (data as never as { distance_data: { steps: number } }).distance_data.steps,
      ]),
    ).toEqual([
      ['2024-05-04', 500],
      ['2024-05-05', 50],
    ])
  })
  test('an interval may be told by its end and its length', async () => {
    const { records } = await points({
      total_sleep_time: { value: 7, unit: 'h' },
      effective_time_frame: {
        time_interval: { end_date_time: '2024-05-04T07:00:00Z', duration: { value: 480, unit: 'min' } },
      },
    })
    expect(records[0]).toMatchObject({
      type: 'sleep',
      data: {
        metadata: { start_time: '2024-05-03T23:00:00.000000+00:00' },
        sleep_durations_data: { asleep: { duration_asleep_state_seconds: 25_200 } },
      },
    })
  })
  test('the header says which schema it is, and whose point', async () => {
    const header = { id: '1', schema_id: { namespace: 'ieee', name: 'heart-rate', version: '1.0' } }
    const body = {
      heart_rate: { value: 58, unit: 'beats/min' },
      effective_time_frame: { date_time: '2024-05-04T07:00:00Z' },
      temporal_relationship_to_physical_activity: 'at rest',
    }
    const { records } = await points({ header, body })
    expect(records[0]!.data).toMatchObject({ heart_rate_data: { detailed: { hr_samples: [{ bpm: 58, context: 2 }] } } })
  })
  test('of a schema that is not known is quarantined', async () => {
    expect(
      (await points({ header: { schema_id: { namespace: 'omh', name: 'mood', version: '1.0' } }, body: {} }))
        .quarantined,
    ).toHaveLength(1)
  })
})

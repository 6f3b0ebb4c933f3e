import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import format from '../../shared/files/fit.ts'
import type { Activity } from '../../shared/schema/activity.ts'
import { FileRefused } from '../../shared/source/file.ts'
import { recordsOf } from './door.ts'
// biome-ignore format: a list of types.
import { ENUM, FitWriter, field, fitSeconds, SINT8, SINT16, SINT32, STRING, UINT8, UINT16, UINT32 } from './fit-writer.ts'

const START = '2024-05-04T08:00:00Z'
const at = (seconds: number) => fitSeconds(START) + seconds
const local = (seconds: number) => `2024-05-04T10:00:${String(seconds).padStart(2, '0')}.000000+02:00`

const fileId = (writer: FitWriter, type: number) =>
  writer
    .define(0, 0, [field(0, ENUM), field(1, UINT16), field(2, UINT16), field(3, UINT32), field(4, UINT32)])
    .data(0, [type, 1, 3113, 4711, at(0)])
const RECORD = [
  field(253, UINT32),
  field(0, SINT32),
  field(1, SINT32),
  field(2, UINT16),
  field(3, UINT8),
  field(5, UINT32),
  field(6, UINT16),
  field(7, UINT16),
]
/** 50°N 8°E in semicircles; 100 m high. */
const point = (seconds: number, bpm: number, meters: number) => [
  at(seconds),
  596523236,
  95443718,
  3000,
  bpm,
  meters * 100,
  2500,
  210,
]
const SESSION = [
  field(2, UINT32),
  field(7, UINT32),
  field(8, UINT32),
  field(9, UINT32),
  field(5, ENUM),
  field(6, ENUM),
  field(11, UINT16),
  field(16, UINT8),
  field(17, UINT8),
  field(20, UINT16),
  field(34, UINT16),
  field(35, UINT16),
  field(36, UINT16),
  field(48, UINT32),
]
const session = (from: number, sport: number, sub: number) => [
  at(from),
  60_000,
  55_000,
  15_000,
  sport,
  sub,
  12,
  140,
  151,
  205,
  215,
  345,
  912,
  11_275,
]

function ride(): FitWriter {
  const writer = fileId(new FitWriter(), 4)
  writer
    .define(1, 20, RECORD)
    .data(1, point(0, 120, 0))
    .data(1, point(10, 0xff, 25))
    .data(1, point(20, 151, 50))
  writer.define(2, 18, SESSION).data(2, session(0, 2, 46))
  // The same moment in UTC and by the local clock.
  return writer.define(3, 34, [field(253, UINT32), field(5, UINT32)]).data(3, [at(60), at(60) + 7200])
}
const one = async (bytes: Uint8Array) => (await recordsOf(format, bytes)).records[0]!.data as Activity

describe('a ride', () => {
  test('has its fields in the schema’s units, its samples at the local time', async () => {
    const data = await one(ride().bytes())
    expect(data).toMatchObject({
      metadata: { start_time: local(0), end_time: '2024-05-04T10:01:00.000000+02:00', type: 150, upload_type: 1 },
      active_durations_data: { activity_seconds: 55 },
      calories_data: { total_burned_calories: 12 },
      device_data: { manufacturer: 'garmin', name: 'fr945', serial_number: '4711' },
      distance_data: { summary: { distance_meters: 150 } },
      heart_rate_data: {
        summary: { avg_hr_bpm: 140, max_hr_bpm: 151 },
        // 255 means that there was no reading.
        detailed: {
          hr_samples: [
            { timestamp: local(0), bpm: 120 },
            { timestamp: local(20), bpm: 151 },
          ],
        },
      },
      power_data: { avg_watts: 205 },
      TSS_data: { TSS_samples: [{ actual: 34.5, intensity_factor_actual: 0.912, normalized_power_watts: 215 }] },
      work_data: { work_kilojoules: 11.275 },
    })
    const { distance_data, movement_data, position_data } = data
    expect(distance_data!.detailed).toMatchObject({
      distance_samples: [{ distance_meters: 0 }, { distance_meters: 25 }, { distance_meters: 50 }],
      elevation_samples: [{ elev_meters: 100 }, { elev_meters: 100 }, { elev_meters: 100 }],
    })
    expect(movement_data!.speed_samples![0]).toEqual({ timestamp: local(0), speed_meters_per_second: 2.5 })
    const [lat, lng] = position_data!.position_samples![0]!.coords_lat_lng_deg as [number, number]
    expect(lat).toBeCloseTo(50, 6)
    expect(lng).toBeCloseTo(8, 6)
  })
  test('of the same start is the same activity, however often it is sent', async () => {
    const [a, b] = [await recordsOf(format, ride().bytes()), await recordsOf(format, ride().bytes(), 7)]
    expect(a.records[0]!.summary_id).toBe(b.records[0]!.summary_id)
  })
  test('whose device counts the other way round reads the same', async () => {
    const big = fileId(new FitWriter(), 4)
    big.define(2, 18, SESSION, { big: true }).data(2, session(0, 2, 46))
    expect(await one(big.bytes())).toMatchObject({
      distance_data: { summary: { distance_meters: 150 } },
      TSS_data: { TSS_samples: [{ actual: 34.5 }] },
    })
  })
  test('with seconds in the headers of its messages has all its moments', async () => {
    const writer = fileId(new FitWriter(), 4)
    writer.define(1, 20, [field(253, UINT32), field(3, UINT8)]).data(1, [at(0), 100])
    writer.define(2, 20, [field(3, UINT8)])
    for (const [i, bpm] of [101, 102, 103].entries()) writer.data(2, [bpm], at((i + 1) * 20))
    const { heart_rate_data } = await one(writer.bytes())
    expect(heart_rate_data!.detailed!.hr_samples!.map(({ timestamp, bpm }) => [timestamp!.slice(14, 19), bpm])).toEqual(
      [
        ['00:00', 100],
        ['00:20', 101],
        ['00:40', 102],
        ['01:00', 103],
      ],
    )
  })
  test('of a clock that was never set is at the local time that the file tells, without an offset', async () => {
    const writer = fileId(new FitWriter(), 4)
    writer.define(1, 20, [field(253, UINT32), field(3, UINT8)]).data(1, [5000, 100])
    writer.define(3, 34, [field(253, UINT32), field(5, UINT32)]).data(3, [5060, at(60)])
    expect((await one(writer.bytes())) as object).toMatchObject({
      metadata: { start_time: '2024-05-04T08:00:00.000000', timestamp_localization: 1 },
    })
  })
})

describe('a file that is damaged', () => {
  test('with a wrong checksum is read, and says so', async () => {
    const bytes = ride().bytes()
    bytes[bytes.length - 1]! ^= 1
    const { records, quarantined } = await recordsOf(format, bytes)
    expect(records).toHaveLength(1)
    expect(quarantined).toEqual([{ path: '', reason: expect.stringContaining('checksum') }])
  })
  test('by an end in the middle gives what was recorded up to there, at whatever byte it ends', async () => {
    const whole = ride().bytes()
    const found = new Set<number>()
    for (let length = 0; length < whole.length; length++) {
      try {
        const { records, quarantined } = await recordsOf(format, whole.subarray(0, length))
        expect(quarantined).toHaveLength(1)
        const { hr_samples } = (records[0]!.data as never as { heart_rate_data: { detailed: { hr_samples: [] } } })
          .heart_rate_data.detailed
        found.add(hr_samples.length)
      } catch (error) {
        if (!(error instanceof FileRefused)) throw error
      }
    }
    expect([...found]).toEqual([1, 2])
  })
  test('at any place never breaks the reader', async () => {
    const whole = ride().bytes()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }), async (changes) => {
        const bytes = whole.slice()
        for (const [i, value] of changes) bytes[i] = value
        try {
          await recordsOf(format, bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(FileRefused)
        }
      }),
      { numRuns: 300 },
    )
  })
  test.each([
    ['nothing', new Uint8Array(0), 'the file is empty'],
    ['a few bytes', Uint8Array.of(14, 0, 1), 'ends within its header'],
    ['something else', new TextEncoder().encode('<html>not found</html>'), 'begins with a header'],
  ])('%s is refused by what it lacks', async (_, bytes, reason) => {
    await expect(recordsOf(format, bytes)).rejects.toThrow(reason)
  })
})

describe('several in one file', () => {
  test('put one after another are all read', async () => {
    const later = fileId(new FitWriter(), 4)
    later.define(2, 18, SESSION).data(2, session(600, 1, 3))
    const settings = fileId(new FitWriter(), 2)
    const { records } = await recordsOf(format, Buffer.concat([ride().bytes(), settings.bytes(), later.bytes()]))
    expect(records.map(({ data }) => (data as { metadata: { type: number } }).metadata.type)).toEqual([150, 149])
  })
  test('sessions of one training have their own records', async () => {
    const writer = fileId(new FitWriter(), 4)
    writer
      .define(1, 20, RECORD)
      .data(1, point(0, 120, 0))
      .data(1, point(70, 160, 300))
    writer
      .define(2, 18, SESSION)
      .data(2, session(0, 5, 18))
      .data(2, session(65, 2, 7))
    const { records } = await recordsOf(format, writer.bytes())
    expect(
      records.map(({ data }) =>
        (
          data as never as { heart_rate_data: { detailed: { hr_samples: { bpm: number }[] } } }
        ).heart_rate_data.detailed.hr_samples.map(({ bpm }) => bpm),
      ),
    ).toEqual([[120], [160]])
  })
})

describe('fields of an app', () => {
  test('that say which native field they are are read as it', async () => {
    const writer = fileId(new FitWriter(), 4)
    writer.define(4, 206, [
      field(0, UINT8),
      field(1, UINT8),
      field(2, UINT8),
      field(3, STRING, 8),
      field(14, UINT16),
      field(15, UINT8),
    ])
    writer.data(4, [0, 0, UINT16, 'Power', 20, 7]).data(4, [0, 1, SINT8, 'Mood', 0xffff, 0xff])
    writer
      .define(1, 20, [field(253, UINT32)], {
        developer: [
          [0, 2, 0],
          [1, 1, 0],
        ],
      })
      .data(1, [at(0), [250, 0], [3]])
    const { pages, records } = await recordsOf(format, writer.bytes())
    expect(records[0]!.data).toMatchObject({ power_data: { power_samples: [{ watts: 250 }] } })
    expect(JSON.parse(pages[0]!.body).record[0].developer).toEqual({ Power: 250, Mood: 3 })
  })
})

describe('a day of monitoring', () => {
  test('adds the kinds of activity up, and ends at midnight', async () => {
    const writer = fileId(new FitWriter(), 32)
    const midnight = fitSeconds('2024-05-03T22:00:00Z')
    writer
      .define(1, 103, [field(253, UINT32), field(0, UINT32), field(5, UINT16)])
      .data(1, [midnight, midnight + 7200, 1700])
    writer.define(2, 55, [field(26, UINT16), field(5, ENUM), field(3, UINT32), field(19, UINT16)])
    const tick = (seconds: number) => (midnight + seconds) & 0xffff
    writer
      .data(2, [tick(3600), 6, 1000, 40])
      .data(2, [tick(7200), 1, 600, 60])
      .data(2, [tick(10_800), 6, 1500, 55])
    writer
      .define(3, 55, [field(253, UINT32), field(5, ENUM), field(3, UINT32), field(19, UINT16)])
      .data(3, [midnight + 86_400, 6, 2000, 70])
    writer
      .define(4, 227, [field(1, UINT32), field(0, SINT16)])
      .data(4, [midnight + 60, 31])
      .data(4, [midnight + 120, 0xfffe])
    const { records } = await recordsOf(format, writer.bytes())
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ type: 'daily', summary_id: '2024-05-04' })
    expect(records[0]!.data).toMatchObject({
      calories_data: { BMR_calories: 1700, net_activity_calories: 130 },
      // −2 means that the device was moved.
      stress_data: { samples: [{ timestamp: '2024-05-04T00:01:00.000000+02:00', level: 31 }] },
      distance_data: {
        steps: 2600,
        detailed: {
          step_samples: [
            { timestamp: '2024-05-04T01:00:00.000000+02:00', steps: 1000 },
            { steps: 1600 },
            { steps: 2100 },
            { steps: 2600 },
          ],
        },
      },
    })
  })
})

describe('a scale', () => {
  const scale = (...people: number[]) => {
    const writer = fileId(new FitWriter(), 9)
    writer.define(1, 30, [field(253, UINT32), field(0, UINT16), field(1, UINT16), field(5, UINT16), field(12, UINT16)])
    for (const [i, person] of people.entries()) writer.data(1, [at(i * 60), 7580, 2230, 3100, person])
    return writer.bytes()
  }
  test('gives a weight', async () => {
    const { records } = await recordsOf(format, scale(0))
    expect(records[0]).toMatchObject({
      type: 'body',
      data: {
        measurements_data: { measurements: [{ weight_kg: 75.8, bodyfat_percentage: 22.3, muscle_mass_g: 31_000 }] },
      },
    })
  })
  test('that two persons stood on is refused: nobody knows who the user is', async () => {
    await expect(recordsOf(format, scale(0, 1))).rejects.toThrow('2 persons')
  })
})

test.each([
  [2, 'settings of a device'],
  [5, 'planned workout'],
  [6, 'course'],
  [34, 'segment'],
])('a file of the type %i is refused as a %s', async (type, reason) => {
  await expect(recordsOf(format, fileId(new FitWriter(), type).bytes())).rejects.toThrow(reason)
})

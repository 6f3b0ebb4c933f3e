import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import file from '../../shared/files/apple-export.ts'
import phone from '../../shared/providers/apple-health.ts'
import { SCHEMAS } from '../../shared/schema/data-types.ts'
import { mergeRecord } from '../../shared/schema/merge.ts'
import { type FilePage, fileResource } from '../../shared/source/file.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import type { NormalizedRecord } from '../../shared/source/record.ts'
import { appleExport } from '../bench/apple-export.ts'
import { strict } from '../providers/strict.ts'

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
]>
<HealthData locale="en_US">
 <ExportDate value="2024-03-06 10:00:00 +0100"/>
`
const xml = (...elements: string[]) => `${HEAD}${elements.join('\n')}\n</HealthData>\n`
const WATCH = `sourceName="Watch" device="&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.6&gt;"`
const record = (type: string, value: string, from: string, to = from, more = `unit="count" ${WATCH}`, inner = '') =>
  `<Record type="HKQuantityTypeIdentifier${type}" ${more} startDate="2024-03-05 ${from} +0100" endDate="2024-03-05 ${to} +0100" value="${value}">${inner}</Record>`
const workout = (
  route: string,
) => `<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" sourceName="Watch" startDate="2024-03-05 08:00:00 +0100" endDate="2024-03-05 08:30:00 +0100">
 <MetadataEntry key="HKIndoorWorkout" value="0"/>
 <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="5" unit="km"/>
 <WorkoutRoute sourceName="Watch"><MetadataEntry key="HKMetadataKeySyncVersion" value="2"/><FileReference path="/workout-routes/${route}"/></WorkoutRoute>
</Workout>`
const GPX = `<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lon="-122.426" lat="37.7777"><ele>21.27</ele><time>2024-03-05T07:00:01Z</time><extensions><speed>2.5</speed><course>1</course></extensions></trkpt>
</trkseg></trk></gpx>`
const ECG =
  'Name,Ada\nRecorded Date,2024-03-05 09:00:00 +0100\nClassification,Sinus Rhythm\nDevice,"Watch6,2"\nSample Rate,512 hertz\n\nLead,Lead I\nUnit,µV\n\n-12.5\n30\n'

/** `size`: of the pieces in which it comes. */
async function pagesOf(bytes: Uint8Array, size = 1000): Promise<FilePage[]> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size))
  const stream = new ReadableStream<Uint8Array>({
    start: (to) => {
      for (const piece of pieces) to.enqueue(piece)
      to.close()
    },
  })
  const pages: FilePage[] = []
  for await (const page of file.read(stream)) pages.push(page)
  return pages
}
function recordsOf(pages: FilePage[]) {
  const out = pages.map(({ resource, body }) =>
    normalizePayload(
      phone,
      { resource: fileResource(file, resource), kind: 'push', body, user_id: 'u' },
      { [file.slug]: file },
    ),
  )
  for (const { records } of out)
    for (const { type, data } of records) expect(strict(SCHEMAS[type]).safeParse(data).error).toBeUndefined()
  return { records: out.flatMap(({ records }) => records), quarantined: out.flatMap(({ quarantined }) => quarantined) }
}
const read = async (text: string) => recordsOf(await pagesOf(strToU8(text)))
/** Records as the log has them: parts of one merged. */
function merged(records: NormalizedRecord[]): Record<string, object> {
  const all: Record<string, object> = {}
  for (const { type, summary_id, data } of records) {
    const key = type === 'activity' || type === 'sleep' ? type : `${type}/${summary_id}`
    all[key] = all[key] ? mergeRecord(all[key], data!) : data!
  }
  return all
}

describe('an export of the Health app', () => {
  test('tells a day of steps once, whichever device stands first and however far they stand apart', async () => {
    const steps = [
      record('StepCount', '120', '10:00:00', '10:10:00', 'unit="count" sourceName="My iPhone"'),
      record('HeartRate', '61', '10:00:00', '10:00:00', `unit="count/min" ${WATCH}`),
      record('StepCount', '90', '10:05:00', '10:15:00'),
    ]
    for (const order of [steps, steps.toReversed()]) {
      const { records, quarantined } = await read(xml(...order))
      expect(quarantined).toEqual([])
      expect(merged(records)['daily/2024-03-05']).toMatchObject({
        distance_data: { steps: 90 },
        heart_rate_data: { summary: { avg_hr_bpm: 61 } },
        device_data: { name: 'Watch', hardware_version: 'Watch6,2', manufacturer: 'Apple Inc.' },
      })
    }
  })
  test('is told by the zone of its metadata', async () => {
    const zone = '<MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>'
    const { records } = await read(xml(record('StepCount', '5', '20:00:00', '20:01:00', `unit="count" ${WATCH}`, zone)))
    expect(records.map(({ summary_id }) => summary_id)).toEqual(['2024-03-06'])
  })
  test('makes one sleep of what stands apart, with the breaths in it', async () => {
    const stage = (word: string, from: string, to: string, source = WATCH) =>
      `<Record type="HKCategoryTypeIdentifierSleepAnalysis" ${source} startDate="2024-03-0${from} +0100" endDate="2024-03-0${to} +0100" value="HKCategoryValueSleepAnalysis${word}"/>`
    const { records } = await read(
      xml(
        stage('InBed', '5 11:30:00', '5 12:40:00', 'sourceName="My iPhone"'),
        record('RespiratoryRate', '14.5', '12:10:00', '12:10:00', `unit="count/min" ${WATCH}`),
        stage('AsleepDeep', '5 12:00:00', '5 12:30:00'),
      ),
    )
    expect(records).toHaveLength(1)
    expect(records[0]!.data).toMatchObject({
      metadata: { start_time: '2024-03-05T11:30:00.000000+01:00', end_time: '2024-03-05T12:40:00.000000+01:00' },
      sleep_durations_data: {
        asleep: { duration_deep_sleep_state_seconds: 1800 },
        other: { duration_in_bed_seconds: 4200 },
      },
      respiration_data: { breaths_data: { samples: [{ breaths_per_min: 14.5 }] } },
    })
  })
  test('does not count what stands in a correlation and by itself', async () => {
    const food = record('DietaryEnergyConsumed', '250', '12:00:00', '12:00:00', 'unit="kcal" sourceName="Food"')
    const { records } = await read(
      xml(`<Correlation type="HKCorrelationTypeIdentifierFood">${food}</Correlation>`, food),
    )
    expect(merged(records)['nutrition/2024-03-05']).toMatchObject({ summary: { macros: { calories: 250 } } })
  })
  test('says of which kinds it was not read, and leaves out what the schema has no place for', async () => {
    const { records, quarantined } = await read(
      xml(
        record('TailLength', '3', '10:00:00'),
        record('TailLength', '4', '11:00:00'),
        record('WalkingSpeed', '5', '10:00:00'),
      ),
    )
    expect(records).toEqual([])
    expect(quarantined).toEqual([
      { path: '', reason: '2 readings are of a kind that is not known: HKQuantityTypeIdentifierTailLength' },
    ])
  })
  test('that breaks off keeps what stands before, and says where', async () => {
    const { records, quarantined } = await read(
      `${HEAD}${record('StepCount', '7', '10:00:00', '10:01:00')}\n<Record type=<`,
    )
    expect(merged(records)['daily/2024-03-05']).toMatchObject({ distance_data: { steps: 7 } })
    expect(quarantined).toEqual([
      { path: '', reason: 'export.xml, line 12, column 14: it is not XML; what stands before it was read' },
    ])
  })
  test('with entities of its own is refused where the first is used: none unfolds', async () => {
    const bomb = `<!DOCTYPE HealthData [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><HealthData><Record type="&b;"/></HealthData>`
    const { records, quarantined } = await read(bomb)
    expect(records).toEqual([])
    expect(quarantined[0]!.reason).toMatch(/^export.xml, line 1, column \d+: it is not XML/)
  })
  test.each([
    ['another XML', '<ClinicalDocument/>'],
    ['no XML', 'a,b\n1,2\n'],
    ['nothing', ''],
  ])('that is %s is refused whole', async (_, text) => {
    await expect(pagesOf(strToU8(text))).rejects.toThrow('the file is no export of the Health app')
  })
})

describe('the zip of an export', () => {
  const files = (names: string[]) =>
    zipSync(
      Object.fromEntries(
        names.map((name) => [
          `apple_health_export/${name}`,
          strToU8(
            name.endsWith('.gpx')
              ? GPX
              : name.endsWith('.csv')
                ? ECG
                : name.endsWith('cda.xml')
                  ? '<ClinicalDocument/>'
                  : xml(workout('route_1.gpx')),
          ),
        ]),
      ),
    )
  const [ROUTE, DATA] = ['workout-routes/route_1.gpx', 'Exportieren.xml']
  test.each([
    ['after', [DATA, 'export_cda.xml', ROUTE, 'electrocardiograms/ecg_1.csv']],
    ['before', ['electrocardiograms/ecg_1.csv', ROUTE, 'export_cda.xml', DATA]],
  ])('gives a route that stands %s its workout to the workout', async (_, names) => {
    for (const size of [7, 100_000]) {
      const { records, quarantined } = recordsOf(await pagesOf(files(names), size))
      expect(quarantined).toEqual([])
      const keys = records.filter(({ type }) => type === 'activity').map(({ summary_id }) => summary_id)
      expect(new Set(keys).size).toBe(1)
      expect(merged(records).activity).toMatchObject({
        metadata: { type: 8 },
        distance_data: {
          summary: { distance_meters: 5000 },
          detailed: { elevation_samples: [{ elev_meters: 21.27 }] },
        },
        movement_data: {
          speed_samples: [{ timestamp: '2024-03-05T08:00:01.000000+01:00', speed_meters_per_second: 2.5 }],
        },
        position_data: { position_samples: [{ coords_lat_lng_deg: [37.7777, -122.426] }] },
      })
      expect(merged(records)['body/2024-03-05']).toMatchObject({
        heart_data: {
          ecg_signal: [{ afib_classification: 0, raw_signal: [{ potential_uV: -12.5 }, { potential_uV: 30 }] }],
        },
      })
    }
  })
  const zipped = (route: Uint8Array, level: 0 | 9, others: string[]) =>
    zipSync({
      'apple_health_export/workout-routes/route_0.gpx': [route, { level }],
      ...Object.fromEntries(
        others.map((name) => [
          `apple_health_export/${name}`,
          strToU8(name === ROUTE ? GPX : xml(workout('route_1.gpx'), workout('route_0.gpx'))),
        ]),
      ),
    })
  test('lets go of a route that is too large to be held, and has room for those after it', async () => {
    const large = Buffer.alloc(25 * 1024 * 1024, ' ')
    const { records, quarantined } = recordsOf(await pagesOf(zipped(large, 0, [ROUTE, DATA]), 1024 * 1024))
    expect(quarantined).toEqual([
      {
        path: '',
        reason: 'a route stands so long before its workout that it could not be held: route_0.gpx',
      },
    ])
    expect(merged(records).activity).toMatchObject({
      position_data: { position_samples: [{ coords_lat_lng_deg: [37.7777, -122.426] }] },
    })
  })
  test('reads of a route that unfolds to more than any has what stands before', async () => {
    const start = strToU8(GPX.slice(0, GPX.indexOf('</trkseg>')))
    const bomb = Buffer.concat([start, Buffer.alloc(70 * 1024 * 1024, ' ')])
    const { records, quarantined } = recordsOf(await pagesOf(zipped(bomb, 9, [DATA]), 100_000))
    expect(quarantined.map(({ reason }) => reason)).toContain(
      'a route is longer than any; its end was left out: route_0.gpx',
    )
    expect(merged(records).activity).toMatchObject({
      position_data: { position_samples: [{ coords_lat_lng_deg: [37.7777, -122.426] }] },
    })
  })
  test('says how many points of a route were left out', async () => {
    const point = GPX.slice(GPX.indexOf('<trkpt'), GPX.indexOf('</trkseg>'))
    const long = strToU8(GPX.replace(point, point.repeat(100_003)))
    const { quarantined } = recordsOf(await pagesOf(zipped(long, 9, [DATA]), 100_000))
    expect(quarantined).toEqual([
      { path: '', reason: 'a route has more than 100000 points; 3 were left out: route_0.gpx' },
    ])
  })
  test('with a route that is cut off in its packing says so, and reads the rest', async () => {
    const zip = files([ROUTE, DATA])
    // The first byte of what is packed: a kind of block that there is none of.
    zip[30 + `apple_health_export/${ROUTE}`.length] = 0xff
    const { records, quarantined } = recordsOf(await pagesOf(zip, 100))
    expect(quarantined).toEqual([{ path: '', reason: 'a route is not packed as it should be: route_1.gpx' }])
    expect(records.map(({ type }) => type)).toContain('activity')
  })
  test('that breaks off keeps what stands before', async () => {
    const parts: Uint8Array[] = []
    for await (const part of appleExport({ bytes: 700_000 })) parts.push(part)
    const zip = zipSync({ 'apple_health_export/export.xml': Buffer.concat(parts) })
    const { records, quarantined } = recordsOf(await pagesOf(zip.slice(0, zip.length / 2), 10_000))
    expect(Object.keys(merged(records))).toContain('daily/2016-01-01')
    expect(quarantined).toContainEqual({
      path: '',
      reason: 'the zip ends within export.xml; what stands before was read',
    })
  })
  test('with a bit turned in it keeps what stands before, and says so once', async () => {
    const parts: Uint8Array[] = []
    for await (const part of appleExport({ bytes: 700_000 })) parts.push(part)
    const zip = zipSync({ 'apple_health_export/export.xml': Buffer.concat(parts) })
    for (let i = zip.length / 2; i < zip.length / 2 + 200; i++) zip[Math.floor(i)]! ^= 0xff
    const { records, quarantined } = recordsOf(await pagesOf(zip, 5_000))
    expect(Object.keys(merged(records))).toContain('daily/2016-01-01')
    const told = /^a file is not packed as it should be: export\.xml$|^export\.xml, line \d+, column \d+: it is not XML/
    expect(quarantined.filter(({ reason }) => !told.test(reason))).toEqual([])
    expect([1, 2]).toContain(quarantined.length)
  })
  test('without an export in it is refused', async () => {
    await expect(pagesOf(zipSync({ 'a.txt': strToU8('a') }))).rejects.toThrow('the file is no export of the Health app')
  })
})

test('the same bytes give the same pages, whatever the pieces in which they come', async () => {
  const parts: Uint8Array[] = []
  for await (const part of appleExport({ bytes: 1_300_000, seed: 5 })) parts.push(part)
  const whole = Buffer.concat(parts)
  expect(await pagesOf(whole, 1_000)).toEqual(await pagesOf(whole, 250_000))
})

const genuine = process.env.REFERENCE_DIR && join(process.env.REFERENCE_DIR, 'providers', 'apple-health', 'export.xml')
test.runIf(genuine && existsSync(genuine))('a genuine export normalizes whole', async () => {
  const { records, quarantined } = recordsOf(await pagesOf(readFileSync(genuine!)))
  expect(quarantined).toEqual([])
  const all = merged(records)
  expect(Object.keys(all).sort()).toEqual([
    'activity',
    'athlete/athlete',
    'body/2016-04-18',
    'daily/2016-11-15',
    'daily/2016-11-16',
    'daily/2018-09-10',
  ])
  expect(all.activity).toMatchObject({
    metadata: { start_time: '2016-11-14T06:25:41.000000-08:00', type: 8 },
    calories_data: { net_activity_calories: 48.74499999999999 },
    distance_data: { summary: { distance_meters: 800.125523463 } },
    position_data: { start_pos_lat_lng_deg: [37.7777, -122.426] },
  })
})

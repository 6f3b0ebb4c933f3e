import { describe, expect, test } from 'vitest'
import { utf8 } from '../../shared/base/bytes.ts'
import gpx from '../../shared/files/gpx.ts'
import tcx from '../../shared/files/tcx.ts'
import { haversine } from '../../shared/files/training/distance.ts'
import type { Activity } from '../../shared/schema/activity.ts'
import { recordsOf } from './door.ts'

const point = (time: string, more = '') => `<Trackpoint><Time>2024-05-04T08:${time}Z</Time>${more}</Trackpoint>`
const lap = (time: string, seconds: number, meters: number, bpm: number, points: string) =>
  `<Lap StartTime="2024-05-04T08:${time}Z"><TotalTimeSeconds>${seconds}</TotalTimeSeconds><DistanceMeters>${meters}</DistanceMeters>
  <MaximumSpeed>4.5</MaximumSpeed><Calories>50</Calories><AverageHeartRateBpm><Value>${bpm}</Value></AverageHeartRateBpm>
  <MaximumHeartRateBpm><Value>${bpm + 20}</Value></MaximumHeartRateBpm><Intensity>Active</Intensity><TriggerMethod>Distance</TriggerMethod>
  <Track>${points}</Track></Lap>`
const training = (sport: string, laps: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities><Activity Sport="${sport}"><Id>x</Id>${laps}<Creator><Name>Edge</Name><UnitId>42</UnitId></Creator></Activity></Activities></TrainingCenterDatabase>`
const sensors =
  '<HeartRateBpm><Value>130</Value></HeartRateBpm><Cadence>85</Cadence><Extensions><ns3:TPX><ns3:Speed>3.2</ns3:Speed><ns3:Watts>220</ns3:Watts></ns3:TPX></Extensions>'
const RIDE = training(
  'Biking',
  lap('00:00', 100, 300, 120, point('00:10', sensors)) + lap('01:40', 300, 900, 140, point('02:00')),
)
const of = async (format: typeof tcx, text: string, chunk?: number) => recordsOf(format, utf8(text), chunk)

describe('TCX', () => {
  test('adds laps up; a mean is as heavy as its lap is long', async () => {
    const { records, quarantined } = await of(tcx, RIDE)
    expect(quarantined).toEqual([])
    expect(records[0]!.data).toMatchObject({
      metadata: {
        start_time: '2024-05-04T08:00:00.000000+00:00',
        end_time: '2024-05-04T08:06:40.000000+00:00',
        type: 1,
        timestamp_localization: 0,
      },
      active_durations_data: { activity_seconds: 400 },
      calories_data: { total_burned_calories: 100 },
      device_data: { name: 'Edge', serial_number: '42' },
      distance_data: { summary: { distance_meters: 1200 } },
      heart_rate_data: { summary: { avg_hr_bpm: 135, max_hr_bpm: 160 } },
      lap_data: {
        laps: [
          { distance_meters: 300, avg_speed_meters_per_second: 3, trigger_method: 'DISTANCE' },
          { distance_meters: 900 },
        ],
      },
      movement_data: {
        avg_speed_meters_per_second: 3,
        speed_samples: [{ speed_meters_per_second: 3.2 }],
        cadence_samples: [{ cadence_rpm: 85 }],
      },
      power_data: { power_samples: [{ watts: 220 }] },
    })
    // A treadmill has no place on earth.
    expect(records[0]!.data).not.toHaveProperty('position_data')
  })
  test('is the same in pieces of any size', async () => {
    const [whole, pieces] = [await of(tcx, RIDE), await of(tcx, RIDE, 1)]
    expect(pieces.records).toEqual(whole.records)
  })
  test('that breaks off has its points, and says where it broke', async () => {
    const { records, quarantined } = await of(tcx, RIDE.slice(0, RIDE.indexOf('<TotalTimeSeconds>300')))
    expect(records[0]!.data).toMatchObject({ heart_rate_data: { detailed: { hr_samples: [{ bpm: 130 }] } } })
    expect(quarantined).toEqual([{ path: '', reason: expect.stringMatching(/^line \d+, column \d+: it is not XML/) }])
  })
  test.each([
    [
      'without an activity',
      '<TrainingCenterDatabase><Courses/></TrainingCenterDatabase>',
      'the file holds no training',
    ],
    ['that is no XML', '{"a": 1}', 'it is not XML'],
    [
      'in an encoding that nobody knows',
      '<?xml version="1.0" encoding="klingon"?><TrainingCenterDatabase/>',
      'klingon',
    ],
  ])('a file %s is refused', async (_, text, reason) => {
    await expect(of(tcx, text)).rejects.toThrow(reason)
  })
  test('does not unfold entities', async () => {
    const bomb =
      '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><TrainingCenterDatabase>&b;</TrainingCenterDatabase>'
    await expect(of(tcx, bomb)).rejects.toThrow('it is not XML')
  })
})

const trkpt = (lat: number, lon: number, more: string) => `<trkpt lat="${lat}" lon="${lon}">${more}</trkpt>`
const track = (...segments: string[]) =>
  `\ufeff<?xml version="1.0"?><gpx version="1.1" creator="x"><trk><name>Evening</name><type>running</type>${segments.map((one) => `<trkseg>${one}</trkseg>`).join('')}</trk></gpx>`

describe('GPX', () => {
  test('is measured along its points, and not over a pause', async () => {
    const { records } = await of(
      gpx,
      track(
        trkpt(50, 8, '<time>2024-05-04T08:00:00Z</time>') + trkpt(50.001, 8, '<time>2024-05-04T08:00:30.5Z</time>'),
        '',
        trkpt(51, 8, '<time>2024-05-04T09:00:00Z</time>') + trkpt(51.001, 8, '<time>2024-05-04T09:00:30Z</time>'),
      ),
    )
    const { distance_data, metadata, position_data } = records[0]!.data as Activity
    expect(metadata).toMatchObject({ name: 'Evening', type: 8, end_time: '2024-05-04T09:00:30.000000+00:00' })
    // A thousandth of a degree of latitude is a thousandth of 111.195 km.
    expect(distance_data!.summary!.distance_meters).toBeCloseTo(222.39, 2)
    expect(position_data!.position_samples).toHaveLength(4)
    expect(position_data!.position_samples![1]!.timestamp).toBe('2024-05-04T08:00:30.500000+00:00')
  })
  test('reads what sensors add, however the maker spells it', async () => {
    const inner =
      '<ele>100.5</ele><time>2024-05-04T08:00:00Z</time><extensions><power>180</power><gpxtpx:TrackPointExtension><gpxtpx:hr>141</gpxtpx:hr><gpxtpx:cad>88</gpxtpx:cad></gpxtpx:TrackPointExtension></extensions>'
    const { records } = await of(gpx, track(trkpt(50, 8, inner)))
    expect(records[0]!.data).toMatchObject({
      distance_data: { detailed: { elevation_samples: [{ elev_meters: 100.5 }] } },
      heart_rate_data: { detailed: { hr_samples: [{ bpm: 141 }] } },
      movement_data: { cadence_samples: [{ cadence_rpm: 88 }] },
      power_data: { power_samples: [{ watts: 180 }] },
    })
  })
  test('of which no point says when is a way, and refused', async () => {
    await expect(of(gpx, track(trkpt(50, 8, '') + trkpt(50.1, 8, '')))).rejects.toThrow('a way, not a training')
  })
})

test('a distance on the sphere is that of the great circle', () => {
  // A quarter of the way round, and from pole to pole.
  expect(haversine([0, 0], [0, 90])).toBeCloseTo((6_371_008.8 * Math.PI) / 2, 3)
  expect(haversine([90, 0], [-90, 17])).toBeCloseTo(6_371_008.8 * Math.PI, 3)
  expect(haversine([50, 8], [50, 8])).toBe(0)
})

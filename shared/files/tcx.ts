import { startsWithElement } from '../base/xml.ts'
import { activityType } from '../source/activity-types.ts'
import { after, earliestOf, either, latestOf, told } from '../source/clocks.ts'
import { latLng } from '../source/derive.ts'
import { defineFile } from '../source/file.ts'
import { into } from '../source/map.ts'
import { numeric } from '../source/numbers.ts'
import { session } from '../source/places.ts'
// biome-ignore format: a table reads better in rows.
import { constant, first, rounded, table, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import { leastOver, mostOver, quotient, sumOver } from '../source/sums.ts'
import { type Branch, xmlPages, xmlTrees } from '../source/xml-tree.ts'
import { later, meanByTime, utc } from './training/laps.ts'

const POINT = { timestamp: told(utc('Time')) }
const END = later(
  latestOf('Lap', after(utc('StartTime'), numeric('TotalTimeSeconds'))),
  latestOf('Trackpoint', utc('Time')),
)
/** Extensions stand in an element of their name, and some programs repeat them. */
const extension = (name: string) => first(numeric(`Extensions.TPX.${name}`), numeric(`Extensions.TPX.0.${name}`))
const ofLap = (name: string) => numeric(`Extensions.LX.${name}`)
const lapMean = (name: string) => meanByTime('Lap', numeric(name), numeric('TotalTimeSeconds'))
const SECONDS = sumOver('Lap', numeric('TotalTimeSeconds'))
const DISTANCE = first(sumOver('Lap', numeric('DistanceMeters')), mostOver('Trackpoint', numeric('DistanceMeters')))
const SPORTS = { BIKING: 1, OTHER: 108 } as const

/**
 * Garmin's Training Center XML, version 2, with its activity extensions (speed, watts, running cadence). Laps hold the
 * totals; points their own times. A file without a lap's totals has those of its points.
 */
// biome-ignore format: a table reads better in rows.
const activity = into('activity', session({ start: either(earliestOf('Lap', utc('StartTime')), earliestOf('Trackpoint', utc('Time'))), end: END }), {
  metadata: { type: activityType('Sport', SPORTS), upload_type: constant(0) },
  active_durations_data: { activity_seconds: SECONDS },
  calories_data: { total_burned_calories: sumOver('Lap', numeric('Calories')) },
  device_data: {
    name: text('Creator.Name'), serial_number: text('Creator.UnitId'),
    software_version: first(text('Creator.Version.text'), text('Creator.version')),
  },
  distance_data: {
    summary: { distance_meters: DISTANCE, steps: rounded(sumOver('Lap', ofLap('Steps'))) },
    detailed: {
      distance_samples: list('Trackpoint', { ...POINT, distance_meters: numeric('DistanceMeters') }),
      elevation_samples: list('Trackpoint', { ...POINT, elev_meters: numeric('AltitudeMeters') }),
    },
  },
  heart_rate_data: {
    summary: {
      avg_hr_bpm: lapMean('AverageHeartRateBpm.Value'), max_hr_bpm: first(mostOver('Lap', numeric('MaximumHeartRateBpm.Value')), mostOver('Trackpoint', numeric('HeartRateBpm.Value', { least: 1 }))),
      min_hr_bpm: leastOver('Trackpoint', numeric('HeartRateBpm.Value', { least: 1 })),
    },
    detailed: { hr_samples: list('Trackpoint', { ...POINT, bpm: numeric('HeartRateBpm.Value', { least: 1 }) }) },
  },
  lap_data: {
    laps: list('Lap', {
      start_time: told(utc('StartTime')), end_time: told(after(utc('StartTime'), numeric('TotalTimeSeconds'))),
      active_duration_seconds: rounded(numeric('TotalTimeSeconds')), distance_meters: numeric('DistanceMeters'),
      calories: numeric('Calories'), avg_hr_bpm: numeric('AverageHeartRateBpm.Value'), avg_watts: ofLap('AvgWatts'),
      avg_speed_meters_per_second: first(ofLap('AvgSpeed'), quotient(numeric('DistanceMeters'), numeric('TotalTimeSeconds'))),
      trigger_method: table('TriggerMethod', { Manual: 'MANUAL', Distance: 'DISTANCE', Location: 'POSITION_LAP', Time: 'TIME', HeartRate: 'HEART_RATE' }),
    }, { needs: ['start_time'] }),
  },
  movement_data: {
    avg_speed_meters_per_second: quotient(DISTANCE, SECONDS), max_speed_meters_per_second: mostOver('Lap', numeric('MaximumSpeed')),
    avg_cadence_rpm: first(lapMean('Cadence'), lapMean('Extensions.LX.AvgRunCadence')),
    max_cadence_rpm: first(mostOver('Lap', ofLap('MaxBikeCadence')), mostOver('Lap', ofLap('MaxRunCadence'))),
    speed_samples: list('Trackpoint', { ...POINT, speed_meters_per_second: extension('Speed') }),
    // RunCadence counts one foot, as the schema's cadence of runs does elsewhere.
    cadence_samples: list('Trackpoint', { ...POINT, cadence_rpm: first(numeric('Cadence'), extension('RunCadence')) }),
  },
  position_data: {
    start_pos_lat_lng_deg: latLng(numeric('Trackpoint.0.Position.LatitudeDegrees'), numeric('Trackpoint.0.Position.LongitudeDegrees')),
    position_samples: list('Trackpoint', {
      ...POINT, coords_lat_lng_deg: latLng(numeric('Position.LatitudeDegrees'), numeric('Position.LongitudeDegrees')),
    }),
  },
  power_data: {
    avg_watts: lapMean('Extensions.LX.AvgWatts'), max_watts: mostOver('Lap', ofLap('MaxWatts')),
    power_samples: list('Trackpoint', { ...POINT, watts: extension('Watts') }),
  },
})

const { decode, read } = xmlPages(() => {
  const pages: Branch[] = []
  let points: Branch[] = []
  const stream = xmlTrees({
    lists: ['Lap'],
    told: ['Trackpoint', 'Track', 'Activity'],
    tell: (name, element) => {
      if (name === 'Trackpoint') points.push(element)
      if (name !== 'Activity') return
      pages.push(points.length > 0 ? { ...element, Trackpoint: points } : element)
      points = []
    },
  })
  const take = () => pages.splice(0).map((page) => ({ resource: 'activity', page }))
  const end = () => {
    // A file that breaks off within an activity has points, and no totals.
    const rest = take()
    if (points.length > 0) rest.push({ resource: 'activity', page: { Trackpoint: points } })
    if (stream.damage && rest.length > 0) Object.assign(rest.at(-1)!.page, { damage: [stream.damage] })
    return rest
  }
  return { stream, take, end }
})

export default defineFile({
  slug: 'tcx',
  name: 'TCX',
  extensions: ['tcx'],
  mediaTypes: ['application/vnd.garmin.tcx+xml', 'application/tcx+xml'],
  sniff: (head) => startsWithElement(head, 'TrainingCenterDatabase'),
  decode,
  read,
  maps: { activity },
  omits: {
    activity: {
      Id: 'the start, told by the first lap as well',
      Notes: 'a text of the user, of which nobody knows whether it is a name',
      'Lap.*.Intensity': 'the schema has no place for it',
      'Lap.*.Notes': 'a text of the user',
      'Creator.**': 'how the program that wrote the file is versioned; its name and number are read',
      'Training.**': 'the plan that the training followed',
      'Lap.*.Extensions.**': 'the totals that the schema has no place for',
      'Trackpoint.*.Extensions.**': 'which foot pod counted, and extensions of a maker that no map knows',
      'Trackpoint.*.SensorState': 'whether a foot pod was heard',
      'damage.*': 'what could not be read is told as quarantined',
    },
  },
})

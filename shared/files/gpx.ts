import { startsWithElement } from '../base/xml.ts'
import { activityType } from '../source/activity-types.ts'
import { earliestOf, latestOf, told } from '../source/clocks.ts'
import { latLng } from '../source/derive.ts'
import { defineFile, FileRefused } from '../source/file.ts'
import { into } from '../source/map.ts'
import { number, numeric } from '../source/numbers.ts'
import { day, session } from '../source/places.ts'
import { constant, first, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import { mostOver } from '../source/sums.ts'
import { type Branch, xmlPages, xmlTrees } from '../source/xml-tree.ts'
import { addDistances } from './training/distance.ts'
import { utc } from './training/laps.ts'

const POINT = { timestamp: told(utc('time')) }
/** Extensions of many makers, by the names that they use: in an element around them, or bare. */
const extension = (...names: string[]) =>
  first(...names.flatMap((name) => [numeric(`extensions.TrackPointExtension.${name}`), numeric(`extensions.${name}`)]))
const HEART_RATE = extension('hr', 'heartrate')
const TYPES = { RUN: 8, TRAIL_RUN: 149, RIDE: 1, BIKE: 1, BIKING: 1, WALK: 7, HIKE: 35, SWIM: 82 } as const

/**
 * GPX 1.0 and 1.1, with the track point extensions of Garmin and others. A track is an activity: its distance is not told,
 * so it is measured along the points (training/distance.ts); energy is neither told nor guessed.
 */
// biome-ignore format: a table reads better in rows.
const track = into('activity', session({ start: earliestOf('trkpt', utc('time')), end: latestOf('trkpt', utc('time')) }), {
  metadata: { name: text('name'), type: activityType('type', TYPES), upload_type: constant(0) },
  distance_data: {
    summary: { distance_meters: mostOver('trkpt', number('measured_distance')) },
    detailed: {
      distance_samples: list('trkpt', { ...POINT, distance_meters: number('measured_distance') }),
      elevation_samples: list('trkpt', { ...POINT, elev_meters: numeric('ele') }),
    },
  },
  heart_rate_data: { detailed: { hr_samples: list('trkpt', { ...POINT, bpm: HEART_RATE }) } },
  movement_data: {
    speed_samples: list('trkpt', { ...POINT, speed_meters_per_second: first(numeric('speed'), extension('speed')) }),
    cadence_samples: list('trkpt', { ...POINT, cadence_rpm: extension('cad', 'cadence') }),
  },
  position_data: {
    start_pos_lat_lng_deg: latLng(numeric('trkpt.0.lat'), numeric('trkpt.0.lon')),
    position_samples: list('trkpt', { ...POINT, coords_lat_lng_deg: latLng(numeric('lat'), numeric('lon')) }),
  },
  power_data: { power_samples: list('trkpt', { ...POINT, watts: extension('power', 'watts', 'PowerInWatts') }) },
})
/** Single points are places; one that tells a time and a heart rate is a reading, too. */
const readings = into('body', day({ moment: utc('wpt.0.time'), slices: true }), {
  heart_data: { heart_rate_data: { detailed: { hr_samples: list('wpt', { ...POINT, bpm: HEART_RATE }) } } },
})

const { decode, read } = xmlPages(() => {
  const tracks: Branch[] = []
  const readings: Branch[] = []
  const segments: Branch[][] = []
  let points: Branch[] = []
  const seen = { trk: 0, wpt: 0, rte: 0, untimed: 0 }
  let file: Branch = {}
  const stream = xmlTrees({
    lists: ['trkpt', 'link'],
    begin: (name, { creator, version }) => {
      if (name === 'gpx') file = { ...(creator ? { creator } : {}), ...(version ? { version } : {}) }
    },
    told: ['trkpt', 'trkseg', 'trk', 'wpt', 'rte', 'rtept'],
    tell: (name, element) => {
      if (name === 'trkpt') points.push(element)
      if (name === 'trkseg') segments.push(points.splice(0))
      if (name === 'rte') seen.rte++
      if (name === 'wpt') {
        seen.wpt++
        if (hasHeartRate(element)) readings.push(element)
      }
      if (name === 'trk') endTrack(element)
    },
  })
  const endTrack = (element: Branch) => {
    const all = segments
      .splice(0)
      .map((segment) => segment.filter(({ time }) => typeof time === 'string' && time !== ''))
    if (points.length > 0) all.push(points.filter(({ time }) => typeof time === 'string'))
    points = []
    const timed = all.filter((segment) => segment.length > 0)
    if (timed.length === 0) {
      seen.untimed++
      return
    }
    seen.trk++
    addDistances(timed)
    tracks.push({ ...element, file, trkpt: timed.flat() })
  }
  const take = () => tracks.splice(0).map((page) => ({ resource: 'track', page }))
  const end = () => {
    if (points.length > 0 || segments.length > 0) endTrack({})
    const rest: { resource: string; page: Branch & { damage?: string[] } }[] = take()
    // A reading each: they may be of different days.
    for (const wpt of readings) rest.push({ resource: 'readings', page: { wpt: [wpt] } })
    if (stream.damage && rest.length > 0) rest.at(-1)!.page.damage = [stream.damage]
    if (seen.trk + rest.length === 0) throw new FileRefused(stream.damage || nothing(seen))
    return rest
  }
  return { stream, take, end }
})
const hasHeartRate = (point: Branch): boolean =>
  typeof point.time === 'string' && HEART_RATE.read(point, undefined as never) !== undefined
const nothing = ({ wpt, rte, untimed }: { wpt: number; rte: number; untimed: number }): string =>
  untimed > 0
    ? 'no point of the tracks says when it was reached: a way, not a training'
    : wpt + rte > 0
      ? `the file holds ${wpt} places and ${rte} routes, and no track that somebody went along`
      : 'the file holds no track'

const PLACE = 'where a reading was taken: the schema has no place for it'
const TEXTS = 'texts and links of the user, and a number of the program'
const SATELLITES = 'how exact the position is'
const SYMBOL = 'how a map shows the point'
const of = (names: string, why: string) =>
  Object.fromEntries(
    names.split(' ').flatMap((name) => [name, `trkpt.*.${name}`, `wpt.*.${name}`].map((path) => [path, why])),
  )
const EVERYWHERE = {
  'file.**': 'the version of the format, and the program that wrote the file, which is no device',
  ...of('cmt desc src number link.**', TEXTS),
  ...of(
    'extensions.**',
    'extensions of a maker that no map knows; those of heart rate, cadence, speed and power are read',
  ),
  ...of('fix sat hdop vdop pdop ageofdgpsdata dgpsid magvar geoidheight course', SATELLITES),
  'trkpt.*.name': SYMBOL,
  'trkpt.*.type': SYMBOL,
  'trkpt.*.sym': SYMBOL,
  'wpt.*.name': SYMBOL,
  'wpt.*.type': SYMBOL,
  'wpt.*.sym': SYMBOL,
  'damage.*': 'what could not be read is told as quarantined',
}

export default defineFile({
  slug: 'gpx',
  name: 'GPX',
  extensions: ['gpx'],
  mediaTypes: ['application/gpx+xml'],
  sniff: (head) => startsWithElement(head, 'gpx'),
  decode,
  read,
  maps: { track, readings },
  omits: { '*': EVERYWHERE, readings: { 'wpt.*.lat': PLACE, 'wpt.*.lon': PLACE, 'wpt.*.ele': PLACE } },
})

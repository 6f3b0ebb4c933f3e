import { clock, told } from '../source/clocks.ts'
import { defineProvider } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { gatherByDay } from '../source/gather.ts'
import { into, resource } from '../source/map.ts'
import type { Numeric } from '../source/numbers.ts'
import { anyOffset, type OffsetOf, offset, offsetBetween } from '../source/offsets.ts'
import { day, session } from '../source/places.ts'
import type { Context, Item } from '../source/reader.ts'
import { constant, first, numeric, orElse, table, text } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { quantity, unitAt } from '../source/units.ts'

/** An offset of nothing says only that the time is in UTC: it is what stands there where the uploader told none. */
const notUtc = ({ read, from }: OffsetOf): OffsetOf => ({
  from,
  read: (item, context, at, wall) => read(item, context, at, wall) || undefined,
})
const zone = (at: string, ...others: OffsetOf[]) =>
  anyOffset(notUtc(offset(`${at}utcOffset`, 'min')), ...others.map(notUtc))
const entryAt = (at = '') => {
  const instant = clock(`${at}date`, 'ms')
  return clock(`${at}date`, 'ms', zone(at, offsetBetween(clock(`${at}dateString`), instant)))
}
const GIVEN_AT = clock('created_at', 'iso', zone(''))
const WHEN = told(GIVEN_AT)

const UNIT = unitAt('units', { mg: 'mg/dL', mmol: 'mmol/L' }, 'mg/dL')
/** Below 39 mg/dL are the sensor's error codes: 5 is "?". */
const LEAST_READING = 39
const reading = (path: string): Numeric => {
  const { read, from } = quantity(path, UNIT, 'mg/dL')
  const real = (value: number | undefined) => (value !== undefined && value >= LEAST_READING ? value : undefined)
  return { from, read: (item, context) => real(read(item, context)) }
}
/** Of a sensor, or of a meter. */
const GLUCOSE = first(reading('sgv'), reading('mbg'))
// biome-ignore format: a table reads better in rows.
const TREND = {
  TripleDown: 1, DoubleDown: 1, SingleDown: 1, FortyFiveDown: 2, Flat: 3, FortyFiveUp: 4, SingleUp: 5, DoubleUp: 5, TripleUp: 5,
  NONE: 0, 'NOT COMPUTABLE': 0, 'RATE OUT OF RANGE': 0,
} as const
const has =
  (...names: string[]) =>
  (item: Item) =>
    names.some((name) => item[name] != null && item[name] !== '')
const DAY = day({ moment: GIVEN_AT, slice: 'identifier|_id|created_at' })
const NOTES = ['Note', 'Announcement', 'Question']

const API = '{+base_url}/api/v1'
const TWO = ['entries', 'treatments'].map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))

/**
 * A server of one's own, with what loops, pumps and sensors send to it. A token that may read is enough; glucose is in
 * mg/dL wherever no unit is told (https://github.com/nightscout/cgm-remote-monitor, swagger.yaml).
 */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'nightscout', resource: 'NIGHTSCOUT', name: 'Nightscout', category: 'glucose', origins: [],
  auth: {
    kind: 'credentials',
    fields: [
      { name: 'token', label: 'Access token', secret: true, type: 'password' },
      { name: 'base_url', label: 'Address of your site', secret: false, type: 'url', help: 'https://my-site.example.com' },
    ],
    help: {
      text: 'In your site open Admin Tools, add a subject with the role "readable", and copy its access token.',
      url: 'https://nightscout.github.io/nightscout/security/',
    },
    carry: { kind: 'query', name: 'token', value: '{access_token}' },
    // A public site shows its data to any token: this call tells a good one. It names the subject, which many sites call the same.
    identity: {
      path: 'base_url', typed: true,
      request: { method: 'GET', url: '{+base_url}/api/v2/authorization/request/{access_token}', as: 'app' },
    },
  },
  connected: { historyDays: 30 },
  pulls: {
    // There are no pages: a window holds less than the count even of a reading each minute.
    entries: {
      request: { method: 'GET', url: `${API}/entries.json`, query: { count: '5000' }, as: 'user' },
      window: { start: 'find[date][$gte]', end: 'find[date][$lt]', style: 'unix-ms', maxDays: 3 },
    },
    treatments: {
      request: { method: 'GET', url: `${API}/treatments.json`, query: { count: '5000' }, as: 'user' },
      window: { start: 'find[created_at][$gte]', end: 'find[created_at][$lt]', style: 'iso-utc', maxDays: 3 },
    },
  },
  notices: { connected: TWO, poll: TWO },
  // Uploads come late when a phone was offline.
  polling: { notice: 'poll', everyMinutes: 20, overlapHours: 6 },
  omits: {
    entries: {
      'type _id identifier': 'tells readings of sensors and meters apart, which their fields do', 'noise filtered unfiltered rssi slope intercept scale': 'of the signal',
      'trend_arrow display_time system_time glucose trend': 'the same told twice', 'sysTime mills srv* created_at app subject isValid isReadOnly': 'of the server',
    },
    treatments: {
      'raw_rate.** raw_duration.** medtronic': 'the pump\'s own words', 'rate absolute percent temp duration': 'a temporary basal rate is what was set, not what was given',
      'enteredBy timestamp glucoseType': 'how it was entered', 'sysTime mills srv* app subject isValid isReadOnly': 'of the server',
    },
  },
  maps: {
    entries: resource(
      '',
      [
        into('body', day({ moment: entryAt('slices.0.'), slices: true }), {
          glucose_data: {
            blood_glucose_samples: list(
              'slices', { timestamp: told(entryAt()), blood_glucose_mg_per_dL: GLUCOSE, trend_arrow: table('direction', TREND) },
            ),
          },
          device_data: { name: text('slices.0.device') },
        }),
      ],
      { gather: gatherByDay({ start: entryAt(), where: (item: Item, context: Context) => GLUCOSE.read(item, context) !== undefined }) },
    ),
    treatments: resource('', [
      into('nutrition', DAY, {
        meals: one({
          id: orElse(text('identifier|_id|created_at'), ''), timestamp: orElse(WHEN, ''), name: orElse(text('foodType'), ''), type: constant(0),
          quantity: { amount: constant(1), unit: constant(10) },
          macros: { carbohydrates_g: numeric('carbs'), protein_g: numeric('protein'), fat_g: numeric('fat') }, micros: constant({}),
        }),
      }, { when: has('carbs', 'protein', 'fat') }),
      into('body', DAY, {
        measurements_data: { measurements: one({ measurement_time: WHEN, insulin_units: numeric('insulin'), insulin_type: text('insulinType') }, ['insulin_units']) },
        glucose_data: { blood_glucose_samples: one({ timestamp: WHEN, blood_glucose_mg_per_dL: reading('glucose') }) },
      }, { when: has('insulin', 'glucose') }),
      into('daily', DAY, {
        metadata: { upload_type: constant(2) },
        tag_data: { tags: one({ timestamp: orElse(WHEN, ''), tag_name: orElse(text('eventType'), ''), notes: orElse(text('notes'), '') }) },
      }, { when: (item) => NOTES.includes(item.eventType) && has('notes')(item) }),
      into('activity', session({ id: ['identifier', '_id'], start: GIVEN_AT, length: duration('duration', 'min') }), {
        metadata: { name: text('notes'), type: constant(4), upload_type: constant(2) },
      }, { when: (item) => item.eventType === 'Exercise' && has('duration')(item) }),
    ]),
  },
})

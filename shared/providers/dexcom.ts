import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { gatherByDay } from '../source/gather.ts'
import { into, resource } from '../source/map.ts'
import { offsetBetween } from '../source/offsets.ts'
import { day, session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { constant, first, numeric, orElse, table, text, when } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { quantity, unitAt } from '../source/units.ts'

const API = 'https://{host}'
/** UTC, with Z or without; the time on the display is local, and carries its offset only where a phone showed it. */
const at = (path = '') => {
  const utc = clock(`${path}systemTime`, 'utc-iso')
  return clock(`${path}systemTime`, 'utc-iso', offsetBetween(clock(`${path}displayTime`, 'local-iso'), utc))
}
const AT = at()
const WHEN = told(AT)
const GLUCOSE = quantity('value', unitAt('unit'), 'mg/dL')
/** Two and three mg/dL a minute, and more, are one arrow of the schema; one is the slanted arrow. */
// biome-ignore format: a table reads better in rows.
const TREND = {
  doubleDown: 1, singleDown: 1, fortyFiveDown: 2, flat: 3, fortyFiveUp: 4, singleUp: 5, doubleUp: 5,
  none: 0, unknown: 0, notComputable: 0, rateOutOfRange: 0,
} as const
/** One day's readings at a time; those of one look are a part of their own, as a look may begin within the day. */
const READINGS = day({ moment: at('slices.0.'), slices: true })
const DAY = day({ moment: AT, slice: 'recordId' })

const isGone = (item: Item) => item.eventStatus === 'deleted'
const is =
  (...types: string[]) =>
  (item: Item) =>
    types.includes(item.eventType) && item.value != null && !isGone(item)
const minutes = (subType: string) => when((item) => item.eventSubType === subType, duration('value', 'min'))

/** Times are UTC without a zone; at most 30 days a call (https://developer.dexcom.com/docs/dexcomv3/endpoint-overview). */
const records = (name: string): Pull => ({
  request: { method: 'GET', url: `${API}/v3/users/self/${name}`, as: 'user' },
  window: { start: 'startDate', end: 'endDate', style: 'iso-local', maxDays: 30 },
  items: 'records',
})
const LISTS = ['egvs', 'events', 'calibrations']

/** Glucose monitors: asked by window, an hour (three outside the US) after the fact. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'dexcom', resource: 'DEXCOM', name: 'Dexcom', category: 'glucose',
  origins: ['https://api.dexcom.com', 'https://api.dexcom.eu', 'https://api.dexcom.jp', 'https://sandbox-api.dexcom.com'],
  auth: oauth2({
    authorize: `${API}/v3/oauth2/login`, token: `${API}/v3/oauth2/token`, scopes: ['offline_access'],
    identity: { path: 'userId', request: { method: 'GET', url: `${API}/v3/users/self/dataRange`, as: 'user' } },
  }),
  facts: {
    host: {
      value: 'api.dexcom.com',
      about: 'Host of the region that the app is for: api.dexcom.com (US), api.dexcom.eu, api.dexcom.jp, or sandbox-api.dexcom.com',
    },
  },
  connected: { historyDays: 30 },
  pulls: {
    ...Object.fromEntries(LISTS.map((name) => [name, records(name)])),
    devices: { request: { method: 'GET', url: `${API}/v3/users/self/devices`, as: 'user' } },
  },
  notices: Object.fromEntries(
    ['connected', 'poll'].map((notice) => [
      notice, [{ pull: 'devices' }, ...LISTS.map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))],
    ]),
  ),
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 6 },
  limits: [{ per: 'app', calls: 60_000, seconds: 3_600 }],
  omits: {
    '*': {
      '/recordType /recordVersion /userId': 'about the answer', recordId: 'a reading is told by its time', 'transmitterTicks transmitterId': 'of the transmitter, not of the person',
      'trendRate rateUnit': 'the arrow tells it', 'displayDevice displayApp': 'where it was shown', transmitterGeneration: 'the readings tell it',
    },
    devices: { 'alertSchedules.** alertSchedules': 'what was set, not what was measured' },
  },
  items: 'records',
  maps: {
    egvs: resource(
      'records',
      [
        into('body', READINGS, {
          glucose_data: {
            // Beyond what the sensor can tell there is no value, and `status` says on which side.
            blood_glucose_samples: list('slices', {
              timestamp: WHEN, blood_glucose_mg_per_dL: GLUCOSE, glucose_level_flag: table('status', { ok: 0, high: 1, low: 2 }),
              trend_arrow: table('trend', TREND),
            }, { needs: ['timestamp'] }),
          },
          device_data: { manufacturer: constant('Dexcom'), name: text('slices.0.transmitterGeneration', { none: ['unknown'] }) },
        }),
      ],
      { gather: gatherByDay({ start: AT, where: (item) => item.value != null || item.status != null }) },
    ),
    // Of a meter: what the sensor is set by.
    calibrations: into('body', DAY, { glucose_data: { blood_glucose_samples: one({ timestamp: WHEN, blood_glucose_mg_per_dL: GLUCOSE }) } }),
    devices: into('body', day({ moment: clock('lastUploadDate', 'utc-iso') }), {
      device_data: {
        manufacturer: constant('Dexcom'), name: text('transmitterGeneration', { none: ['unknown'] }), last_upload_date: told(clock('lastUploadDate', 'utc-iso')),
      },
    }),
    // Entered by hand. Numbers come as text.
    events: [
      into('nutrition', DAY, {
        meals: one({
          id: orElse(text('recordId'), ''), timestamp: orElse(WHEN, ''), name: constant(''), type: constant(0),
          quantity: { amount: constant(1), unit: constant(10) },
          macros: { carbohydrates_g: quantity('value', unitAt('unit', {}, 'g'), 'g') }, micros: constant({}),
        }),
      }, { when: is('carbs') }),
      into('body', DAY, {
        measurements_data: {
          measurements: one({ measurement_time: WHEN, insulin_units: numeric('value'), insulin_type: text('eventSubType') }),
        },
      }, { when: is('insulin') }),
      into('body', DAY, {
        glucose_data: { blood_glucose_samples: one({ timestamp: WHEN, blood_glucose_mg_per_dL: quantity('value', unitAt('unit', {}, 'mg/dL'), 'mg/dL') }) },
      }, { when: is('bloodGlucose') }),
      into('daily', DAY, {
        metadata: { upload_type: constant(2) },
        tag_data: {
          tags: one({
            timestamp: orElse(WHEN, ''), tag_name: orElse(first(text('eventSubType'), text('eventType')), ''),
            notes: orElse(when((item) => item.eventType !== 'health', text('value')), ''),
          }),
        },
      }, { when: is('health', 'notes', 'note') }),
      into('activity', session({ id: 'recordId', start: AT, length: duration('value', 'min') }), {
        metadata: { type: constant(4), upload_type: constant(2) },
        active_durations_data: {
          activity_seconds: duration('value', 'min'), low_intensity_seconds: minutes('light'),
          moderate_intensity_seconds: minutes('medium'), vigorous_intensity_seconds: minutes('heavy'),
        },
      }, { when: (item) => item.eventType === 'exercise', gone: (item) => item.eventType === 'exercise' && isGone(item) }),
    ],
  },
})

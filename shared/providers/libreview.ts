import { clock, told } from '../source/clocks.ts'
import { defineProvider } from '../source/define.ts'
import { gatherByDay } from '../source/gather.ts'
import { type Gather, into, resource } from '../source/map.ts'
import { offsetBetween } from '../source/offsets.ts'
import { day } from '../source/places.ts'
import { goTo, type Item, reading } from '../source/reader.ts'
import { constant, number, odd, table, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'

const API = 'https://api-{region}.libreview.io'
const REGIONS = ['ae', 'ap', 'au', 'ca', 'de', 'eu', 'eu2', 'fr', 'jp', 'la', 'us']
/** `FactoryTimestamp` is UTC, `Timestamp` the same instant on the phone's clock, both in US 12-hour text. */
const at = (path = '') => {
  const utc = clock(`${path}FactoryTimestamp`, 'utc-us')
  return clock(`${path}FactoryTimestamp`, 'utc-us', offsetBetween(clock(`${path}Timestamp`, 'us'), utc))
}
const CURRENT = goTo('data.connection.glucoseMeasurement')
const BY_DAY = gatherByDay({ start: at() })
/** The reading of now stands beside the list of those before. */
const FIELDS = ['FactoryTimestamp', 'Timestamp', 'ValueInMgPerDl', 'isHigh', 'isLow', 'TrendArrow']
const withCurrent: Gather = reading(
  FIELDS.map((name) => `/data.connection.glucoseMeasurement.${name}`),
  (items, report, context) => {
    const current = CURRENT(context.page)
    return BY_DAY(current ? [...items, current] : items, report, context)
  },
)
/** Beyond what the sensor can tell; between the two nothing is said. */
const FLAG = odd(['isHigh', 'isLow'], (item: Item): 1 | 2 | undefined =>
  item.isHigh === true ? 1 : item.isLow === true ? 2 : undefined,
)

const read = (gather: Gather, at_: string, device: boolean) =>
  resource(
    at_,
    [
      into('body', day({ moment: at('slices.0.'), slices: true }), {
        glucose_data: {
          blood_glucose_samples: list('slices', {
            timestamp: told(at()),
            blood_glucose_mg_per_dL: number('ValueInMgPerDl', { least: 1 }),
            glucose_level_flag: FLAG,
            // Its codes are the contract's: 1 falling quickly to 5 rising quickly.
            trend_arrow: table('TrendArrow', { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 }),
          }),
        },
        device_data: {
          manufacturer: constant('Abbott'),
          ...(device
            ? {
                serial_number: text('/data.connection.sensor.sn'),
                activation_timestamp: told(clock('/data.connection.sensor.a', 's')),
              }
            : {}),
        },
      }),
    ],
    { gather },
  )
const BOTH = [{ pull: 'graph' }, { pull: 'logbook' }]

/**
 * The followers' app of FreeStyle Libre, LibreLinkUp: there is no public API of LibreView. What is known of it is from
 * open clients (robberwick/pylibrelinkup, timoschlueter/nightscout-librelink-up).
 */
export default defineProvider({
  slug: 'libreview',
  resource: 'FREESTYLELIBRE',
  name: 'FreeStyle Libre',
  category: 'glucose',
  origins: REGIONS.map((region) => `https://api-${region}.libreview.io`),
  beta: 'An unofficial interface: its version and product headers, and the region that is asked first.',
  facts: {
    llu_version: {
      value: '4.16.0',
      about: 'Version of the LibreLinkUp app that requests name; too old a one is refused',
    },
    llu_product: { value: 'llu.android', about: 'Which app requests name' },
  },
  headers: { product: '{llu_product}', version: '{llu_version}', 'account-id': '{account_id}' },
  auth: {
    kind: 'credentials',
    fields: [
      { name: 'email', label: 'Email of your LibreLinkUp account', secret: false, type: 'email' },
      { name: 'password', label: 'Password', secret: true, type: 'password' },
    ],
    help: {
      text: 'In the FreeStyle Libre app share with an account of LibreLinkUp that follows nobody else, and give that account here.',
      url: 'https://www.librelinkup.com',
    },
    login: {
      request: {
        method: 'POST',
        url: `${API}/llu/auth/login`,
        json: { email: '{email}', password: '{password}' },
        headers: { product: '{llu_product}', version: '{llu_version}' },
        as: 'app',
      },
      token: 'data.authTicket.token',
      // Accounts live in a region; every region knows which.
      moved: { path: 'data.region', name: 'region', otherwise: 'eu' },
      keep: { user_id: 'data.user.id' },
      unfinished: 'data.step',
    },
    hashes: { account_id: { of: 'user_id', algorithm: 'sha256' } },
    carry: { kind: 'bearer' },
    // Whose readings they are: the one who is followed.
    identity: { path: 'data.0.patientId', request: { method: 'GET', url: `${API}/llu/connections`, as: 'user' } },
  },
  connected: { historyDays: 14 },
  pulls: {
    graph: { request: { method: 'GET', url: `${API}/llu/connections/{provider_user_id}/graph`, as: 'user' } },
    logbook: { request: { method: 'GET', url: `${API}/llu/connections/{provider_user_id}/logbook`, as: 'user' } },
  },
  notices: { connected: BOTH, poll: BOTH },
  // The graph holds half a day.
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 0 },
  // 920: the version is too old.
  answers: { code: 'status', ok: [0], unauthorized: [2], statuses: { limited: [430] } },
  omits: {
    '*': {
      '/status /ticket.**': 'about the answer',
      'type MeasurementColor alarmType TrendMessage': 'how the app shows it',
      'GlucoseUnits Value': 'the same in the unit of the user',
    },
    graph: {
      '/data.connection.glucoseMeasurement.**': 'read as the last of the list',
      '/data.connection.glucoseItem.**': 'the reading of now, told twice',
      '/data.connection.alarmRules.** /data.connection.target* /data.connection.patientDevice.** /data.connection.glucoseAlarm*':
        'what was set, not what was measured',
      '/data.connection.sensor.deviceId /data.connection.sensor.w /data.connection.sensor.pt /data.activeSensors.**':
        'no place for more of the sensors',
      '/data.connection.*': 'of the account that follows',
    },
  },
  maps: {
    graph: read(withCurrent, 'data.graphData', true),
    logbook: read(BY_DAY, 'data', false),
  },
})

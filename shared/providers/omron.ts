import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { offsetBetween } from '../source/offsets.ts'
import { day } from '../source/places.ts'
import { constant, integer, number, text } from '../source/readers.ts'
import { one } from '../source/samples.ts'

const AUTH = 'https://{auth_host}/connect'
const API = 'https://{api_host}/api'
/** The same instant in UTC and on the device's clock. */
const UTC = clock('dateTime', 'utc-iso')
const AT = clock('dateTime', 'utc-iso', offsetBetween(clock('dateTimeLocal', 'local-iso'), UTC))
const WHEN = told(AT)
const DAY = day({ moment: AT, slice: 'id' })
const ALL = [{ pull: 'measurement', span: { from: 'from', to: 'to' } }]

/** Blood pressure monitors, of the interface for partners (Omron Wellness). */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'omron', resource: 'OMRON', name: 'Omron', category: 'body',
  origins: ['https://oauth.omronwellness.com', 'https://api.omronwellness.com', 'https://ohi-oauth.numerasocial.com', 'https://ohi-api.numerasocial.com'],
  beta: 'The interface is for partners and not public: what its answers hold is from open clients of it. Its notifications are not known: it is asked.',
  facts: {
    auth_host: { value: 'oauth.omronwellness.com', about: 'Host of the sign-in; ohi-oauth.numerasocial.com for tests' },
    api_host: { value: 'api.omronwellness.com', about: 'Host of the measurements; ohi-api.numerasocial.com for tests' },
  },
  auth: oauth2({
    authorize: `${AUTH}/authorize`, token: `${AUTH}/token`, scopes: ['bloodpressure', 'activity', 'openid', 'offline_access'],
    identity: { path: 'sub', request: { method: 'GET', url: `${AUTH}/userinfo`, as: 'user' } },
  }),
  connected: { historyDays: 30 },
  pulls: {
    measurement: {
      request: { method: 'POST', url: `${API}/measurement`, form: { limit: '1000', sortOrder: 'asc' }, as: 'user' },
      window: { start: 'since', style: 'date' },
    },
  },
  notices: { connected: ALL, poll: ALL },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 72 },
  maps: {
    measurement: resource('', [
      into('body', DAY, {
        blood_pressure_data: { blood_pressure_samples: one({ timestamp: WHEN, systolic_bp: number('systolic', { least: 1 }), diastolic_bp: number('diastolic', { least: 1 }) }) },
        heart_data: { heart_rate_data: { detailed: { hr_samples: one({ timestamp: WHEN, bpm: number('pulse', { least: 1 }) }) } } },
        device_data: { manufacturer: constant('Omron'), name: text('deviceType') },
      }, { each: 'result.bloodPressure' }),
      into('daily', day({ moment: AT }), {
        metadata: { upload_type: constant(1) },
        distance_data: { steps: integer('steps') }, calories_data: { net_activity_calories: number('calories') },
        device_data: { manufacturer: constant('Omron'), name: text('deviceType') },
      }, { each: 'result.activity' }),
    ]),
  },
})
